/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/registry.h>
#include <ingot/spec.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "cli.h"
#include "commands.h"
#include "prove.h"
#include "push.h"

#define YAML_MAX (64u << 20)

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
	plan->layout = IG_LAYOUT_UNPACKED;
	if (!text || ig_streq(text, "unpacked"))
		return 0;
	if (!ig_streq(text, "mounted"))
		return ig_fail(err, IG_EUSAGE,
			       "--layout takes unpacked or mounted, not '%s'",
			       text);
	if (want & IG_WANT_CPIO)
		plan->layout = IG_LAYOUT_MOUNTED;
	else
		ig_warn("--layout mounted says nothing: no format here has an initrd with the whole system");
	return 0;
}

static int parse_root_fs(enum ig_root_fs *out, const char *text,
			 struct ig_err *err)
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

static void report(const struct cli_build *o, const struct ig_made *made,
		   const struct ig_outputs *out)
{
	char size[16];

	ui_note("%zu part%s made, %zu reused, %.2f s", made->made,
		made->made == 1 ? "" : "s", made->reused, ui_seconds());
	if (o->output && ig_streq(o->output, "-"))
		return;
	for (size_t i = 0; i < out->n; i++)
		ui_note("  %-30s %s", out->v[i].path,
			ig_size_text(size, out->v[i].size));
}

static int prove(struct cli *cli, const struct ig_plan *plan, unsigned want,
		 const struct ig_output_opts *output,
		 const struct ig_outputs *out, struct ig_err *err)
{
	struct cli_proof proof = { .plan = plan,
				   .store = cli->store,
				   .want = want,
				   .output = output,
				   .first = out };

	return cli_prove(&proof, err);
}

static int run_pipeline(struct cli *cli, const struct cli_build *o,
			struct ig_spec *spec, const struct ig_plan_opts *popts,
			unsigned want, struct ig_err *err)
{
	struct ig_registry_opts registry = { .insecure = o->insecure.v,
					     .ca_file = o->ca_file };
	struct ig_resolve_opts resolve = { .arch = o->arch,
					   .offline = o->offline,
					   .pull = o->pull,
					   .need = popts->need,
					   .registry = &registry };
	struct ig_output_opts output = { .formats = o->formats.v,
					 .dir = o->dir,
					 .name = o->name,
					 .output = o->output,
					 .sign_key = o->sign_key,
					 .sign_cert = o->sign_cert,
					 .size_text = o->size,
					 .size = o->bytes };
	uint64_t memory = 0;
	IG_AUTO(ig_lock_done) struct ig_lock lock = { 0 };
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
	IG_AUTO(ig_outputs_done) struct ig_outputs out = { 0 };
	struct ig_made made = { 0, 0 };

	if (parse_root_fs(&output.root, o->root_fs, err) < 0)
		return -1;
	if (o->memory &&
	    cli_number(&memory, "mem", o->memory, 32, 1u << 24, err) < 0)
		return -1;
	output.memory_mib =
		(unsigned)(memory ? memory : spec->target.memory_mib);
	if (ig_resolve(&lock, spec, cli->store, &resolve, err) < 0 ||
	    ig_plan(&plan, spec, &lock, popts, err) < 0 ||
	    ig_make(&plan, cli->store, want, &made, err) < 0 ||
	    ig_compose(&plan, cli->store, &output, &out, err) < 0)
		return -1;
	report(o, &made, &out);
	if (o->prove && prove(cli, &plan, want, &output, &out, err) < 0)
		return -1;
	return o->push ? cli_push(o->push, &out, &registry, err) : 0;
}

static int take_loaders(struct cli *cli, const struct cli_build *o,
			struct ig_spec *spec, unsigned need,
			const struct cli_spec_opts *sopts, struct ig_err *err)
{
	const struct cli_loader loaders[] = {
		{ &spec->bootloader, "--bootloader", o->bootloader,
		  "bootloader", (need & IG_NEED_LOADER) && !o->dry_run },
		{ &spec->firmware, "--firmware", o->firmware, "firmware-rpi",
		  (need & IG_NEED_FIRMWARE) && !o->dry_run },
	};

	for (size_t i = 0; i < IG_COUNT(loaders); i++)
		if (cli_loader(spec, cli, &loaders[i], sopts, err) < 0)
			return -1;
	return 0;
}

static int dry_run(const struct ig_spec *spec, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf yaml = IG_BUF_INIT(YAML_MAX);

	if (ig_spec_yaml(&yaml, spec, err) < 0)
		return -1;
	fwrite(yaml.data, 1, yaml.len, stdout);
	return 0;
}

int cli_build(struct cli *cli, const struct cli_build *given, int n,
	      char **files, struct ig_err *err)
{
	static const char *const default_format[] = { "kernel+initrd", NULL };
	static const char *const stream_format[] = { "tar", NULL };
	struct cli_build o = *given;
	struct cli_spec_opts sopts = { .offline = o.offline,
				       .build_packages = !o.dry_run };
	struct ig_plan_opts popts = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	ig_autofree char *base = NULL;
	unsigned want = 0;

	if (!n)
		return ig_fail(err, IG_EUSAGE, "no spec given");
	if (!o.formats.n) {
		o.formats.v =
			(const char **)(uintptr_t)(o.output ? stream_format
							    : default_format);
		o.formats.n = 1;
	}
	if (cli_arch(&o.arch, err) < 0 ||
	    check_formats(&o, &want, &popts.need, err) < 0 ||
	    ig_source_date(&popts.max_time, INT64_MAX, err) < 0 ||
	    parse_codec(&popts, o.compress, err) < 0 ||
	    parse_rules(&popts, o.rules, err) < 0 ||
	    parse_layout(&popts, o.layout, want, err) < 0 ||
	    parse_size(&o, err) < 0 || check_signing(&o, popts.need, err) < 0 ||
	    (o.push && cli_push_check(&o, err) < 0))
		return -1;
	base = cli_base_name(files[n - 1], err);
	if (!base)
		return -1;
	if (!o.name)
		o.name = base;
	popts.arch = sopts.arch = o.arch;
	if (cli_spec(&spec, cli, n, files, &sopts, err) < 0)
		return -1;
	if (o.target_mib)
		*o.target_mib = (unsigned)spec->target.memory_mib;
	if (take_loaders(cli, &o, spec, popts.need, &sopts, err) < 0)
		return -1;
	if (o.dry_run)
		return dry_run(spec, err);
	if (cli_store(cli, err) < 0)
		return -1;
	return run_pipeline(cli, &o, spec, &popts, want, err);
}

static struct cli_build opts;

static const struct cli_option list[] = {
	{ "format", 'f', "LIST",
	  "what to make, commas between (default kernel+initrd)",
	  .list = &opts.formats },
	{ "name", 0, "NAME",
	  "base name of the files (default: the last spec's)",
	  .text = &opts.name },
	{ "dir", 0, "DIR", "folder of the files (default: this one)",
	  .text = &opts.dir },
	{ "output", 'o', "FILE",
	  "one file, or - for standard output (default format tar)",
	  .text = &opts.output },
	{ "o", 0, "FILE", NULL, .text = &opts.output },
	{ "arch", 0, "ARCH",
	  "architecture of the image: amd64, arm64, … (default: ours)",
	  .text = &opts.arch },
	{ "offline", 0, NULL,
	  "open no socket: what the cache lacks is an error",
	  .flag = &opts.offline },
	{ "pull", 0, NULL, "ask the registries even for what the cache has",
	  .flag = &opts.pull },
	{ "insecure", 0, "HOST",
	  "registry to ask over http (loopback always is)",
	  .list = &opts.insecure },
	{ "cert-file", 0, "PEM",
	  "certificates to trust instead of the system's",
	  .text = &opts.ca_file },
	{ "compress", 0, "HOW",
	  "initrd: zstd[:LEVEL], gzip[:LEVEL] or none (default zstd:3)",
	  .text = &opts.compress },
	{ "layout", 0, "HOW",
	  "images in an initrd: unpacked (default), or mounted by ingot's init",
	  .text = &opts.layout },
	{ "mem", 'm', "MIB",
	  "memory in a machine's configuration (firecracker; default 512)",
	  .text = &opts.memory },
	{ "root-fs", 0, "NAME",
	  "root of raw-verity: squashfs (default) or erofs",
	  .text = &opts.root_fs },
	{ "size", 0, "SIZE",
	  "of a disk: 512M, 4G; a number alone is G (default: as needed)",
	  .text = &opts.size },
	{ "bootloader", 0, "REF",
	  "boot-loader image, or @pkg:DIR (default: comes with ingot)",
	  .text = &opts.bootloader },
	{ "firmware", 0, "REF",
	  "image of a board's firmware (rpi3), as --bootloader",
	  .text = &opts.firmware },
	{ "sign-key", 0, "KEY", "sign EFI programs: PEM file, or pkcs11: URI",
	  .text = &opts.sign_key },
	{ "sign-cert", 0, "PEM", "certificate of that key",
	  .text = &opts.sign_cert },
	{ "layer-rules", 0, "RULES",
	  "linuxkit (default) or oci: they differ where a removed folder comes again",
	  .text = &opts.rules },
	{ "push", 0, "REF",
	  "send the OCI layout to REGISTRY/NAME[:TAG] (oci, containerdisk)",
	  .text = &opts.push },
	{ "prove", 0, NULL,
	  "build a second time from nothing and compare every byte",
	  .flag = &opts.prove },
	{ "dry-run", 0, NULL, "print the merged spec as YAML and stop",
	  .flag = &opts.dry_run },
	{ "no-sbom", 0, NULL, NULL, .flag = &opts.no_sbom },
	{ 0 },
};

static const struct cli_option *options(void)
{
	return list;
}

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	int result = cli_build(cli, &opts, argc, argv, err);

	cli_list_done(&opts.formats);
	cli_list_done(&opts.insecure);
	return result;
}

const struct cli_command cmd_build = {
	.name = "build",
	.usage = "[OPTION]… SPEC.yml…",
	.brief = "Build a bootable image from an appliance spec",
	.about = "Several specs are merged from left to right; - is standard "
		 "input. Images come from\nthe cache, else from their "
		 "registry. What did not change since the last build is\n"
		 "taken from the cache as it is.",
	.examples = "ingot build web.yml\n"
		    "ingot build --format tar --output web.tar web.yml\n"
		    "ingot build --arch arm64 --dir out base.yml board.yml\n",
	.options = options,
	.run = run,
};
