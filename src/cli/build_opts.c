/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/build.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "build_opts.h"
#include "cli.h"
#include "push.h"

static int parse_codec(struct ig_plan_opts *plan, const char *text,
		       struct ig_err *err)
{
	uint64_t level = 3;
	const char *colon = text ? strchr(text, ':') : NULL;

	if (colon && ig_parse_u64(&level, colon + 1, err) < 0)
		level = 0;
	if (!text || ig_streq(text, "zstd") || ig_starts(text, "zstd:"))
		plan->codec = IG_CODEC_ZSTD;
	else if (ig_streq(text, "gzip") || ig_starts(text, "gzip:"))
		plan->codec = IG_CODEC_GZIP;
	else if (ig_streq(text, "none"))
		plan->codec = IG_CODEC_NONE;
	else
		return ig_fail(
			err, IG_EUSAGE,
			"--compress takes zstd[:LEVEL], gzip[:LEVEL] or none, not '%s'",
			text);
	if (plan->codec == IG_CODEC_GZIP && !colon)
		level = 6;
	if (level < 1 || level > (plan->codec == IG_CODEC_ZSTD ? 19 : 9))
		return ig_fail(err, IG_EUSAGE, "--compress: bad level in '%s'",
			       text);
	plan->level = plan->codec == IG_CODEC_NONE ? 0 : (int)level;
	return 0;
}

static int parse_rules(struct ig_plan_opts *plan, const char *text,
		       struct ig_err *err)
{
	plan->rules = IG_LAYERS_LINUXKIT;
	if (!text || ig_streq(text, "linuxkit"))
		return 0;
	plan->rules = IG_LAYERS_OCI;
	if (ig_streq(text, "oci"))
		return 0;
	return ig_fail(err, IG_EUSAGE,
		       "--layer-rules takes linuxkit or oci, not '%s'", text);
}

/* Only an initrd has one. */
static int parse_layout(struct ig_plan_opts *plan, const char *text,
			unsigned want, struct ig_err *err)
{
	bool initrd = want & IG_WANT_CPIO;

	plan->layout = IG_LAYOUT_UNPACKED;
	if (text && ig_streq(text, "unpacked"))
		return 0;
	if (text && !ig_streq(text, "mounted"))
		return ig_fail(err, IG_EUSAGE,
			       "--layout takes unpacked or mounted, not '%s'",
			       text);
	if (initrd)
		plan->layout = text ? IG_LAYOUT_MOUNTED : IG_LAYOUT_AUTO;
	else if (text)
		ig_warn("--layout mounted says nothing: no format here has an initrd with the whole system");
	return 0;
}

int cli_root_fs(enum ig_root_fs *out, const char *text, struct ig_err *err)
{
	*out = IG_ROOT_SQUASHFS;
	if (!text || ig_streq(text, "squashfs"))
		return 0;
	*out = IG_ROOT_EROFS;
	if (ig_streq(text, "erofs"))
		return 0;
	return ig_fail(err, IG_EUSAGE,
		       "--root-fs takes squashfs or erofs, not '%s'", text);
}

static int check_format_arch(const struct ig_build_format *f, const char *arch,
			     struct ig_err *err)
{
	if (!f->arches || ig_word(f->arches, arch))
		return 0;
	return ig_fail(
		err, IG_EUSAGE,
		"format %s is for %s, not for %s: 'ingot formats' tells which are",
		f->name, f->arches, arch);
}

/* LinuxKit's: a number alone is gibibytes. */
static int parse_size(struct cli_build *o, struct ig_err *err)
{
	bool disk = false;

	if (!o->size)
		return 0;
	if (ig_parse_size(&o->bytes, o->size, 1u << 30, err) < 0)
		return ig_wrap(err, "--size");
	for (size_t i = 0; i < o->formats.n; i++)
		disk = disk || ig_build_format(o->formats.v[i])->disk;
	if (!disk)
		ig_warn("--size %s says nothing: no format here is a disk",
			o->size);
	return 0;
}

static int check_format(const char *name, const struct cli_build *o,
			unsigned *want, unsigned *need, struct ig_err *err)
{
	const struct ig_build_format *f = ig_build_format(name);
	const char *names[64] = { NULL };
	const char *near;
	size_t n = 0;

	for (const struct ig_build_format *const *all = ig_build_formats();
	     *all; all++)
		names[n++] = (*all)->name;
	near = ig_nearest(name, names);
	if (!f && near)
		return ig_fail(err, IG_EUSAGE,
			       "unknown format '%s', did you mean '%s'?", name,
			       near);
	if (!f)
		return ig_fail(
			err, IG_EUSAGE,
			"unknown format '%s': 'ingot formats' lists them",
			name);
	if (check_format_arch(f, o->arch, err) < 0)
		return -1;
	if (o->output && !f->stream)
		return ig_fail(
			err, IG_EUSAGE,
			"format %s is more than one file: use --dir and --name instead of --output",
			name);
	*want |= f->want;
	*need |= f->need;
	return 0;
}

/* Each format before the one at @at has to leave its files alone. */
static int check_clash(const struct cli_build *o, size_t at, struct ig_err *err)
{
	const struct ig_build_format *f = ig_build_format(o->formats.v[at]);

	for (size_t i = 0; i < at; i++) {
		const struct ig_build_format *other =
			ig_build_format(o->formats.v[i]);
		size_t len;
		const char *file = ig_build_clash(&len, other, f);

		if (file)
			return ig_fail(
				err, IG_EUSAGE,
				"formats %s and %s both write %.*s: build them one after the other",
				other->name, f->name, (int)len, file);
	}
	return 0;
}

static int check_formats(const struct cli_build *o, unsigned *want,
			 unsigned *need, struct ig_err *err)
{
	for (size_t i = 0; i < o->formats.n; i++)
		if (check_format(o->formats.v[i], o, want, need, err) < 0 ||
		    check_clash(o, i, err) < 0)
			return -1;
	if (!o->output)
		return 0;
	if (o->prove && ig_streq(o->output, "-"))
		return ig_fail(
			err, IG_EUSAGE,
			"--prove compares files: give --output a name, not -");
	if (o->formats.n > 1)
		return ig_fail(err, IG_EUSAGE,
			       "--output takes one format only");
	if (o->name || o->dir)
		return ig_fail(err, IG_EUSAGE,
			       "--output goes without --name and --dir");
	return 0;
}

/* Before anything is read or made. A key may be a URI with a PIN in it: it is
 * in no message. */
static int check_signing(const struct cli_build *o, unsigned need,
			 struct ig_err *err)
{
	if (!o->sign_key && !o->sign_cert)
		return 0;
	if (!o->sign_key || !o->sign_cert)
		return ig_fail(err, IG_EUSAGE,
			       "--sign-key and --sign-cert go together");
	if (!(need & IG_NEED_LOADER))
		return ig_fail(
			err, IG_EUSAGE,
			"--sign-key: these formats have no EFI program to sign");
	return ig_pe_check_key(o->sign_key, o->sign_cert, err);
}

int cli_build_check(struct ig_plan_opts *plan, unsigned *want,
		    struct cli_build *o, struct ig_err *err)
{
	if (check_formats(o, want, &plan->need, err) < 0 ||
	    ig_source_date(&plan->max_time, INT64_MAX, err) < 0 ||
	    parse_codec(plan, o->compress, err) < 0 ||
	    parse_rules(plan, o->rules, err) < 0 ||
	    parse_layout(plan, o->layout, *want, err) < 0 ||
	    parse_size(o, err) < 0 || check_signing(o, plan->need, err) < 0)
		return -1;
	return o->push ? cli_push_check(o, err) : 0;
}
