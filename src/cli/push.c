/* SPDX-License-Identifier: Apache-2.0 */
#include "push.h"

#include <string.h>

#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/registry.h>
#include <ingot/str.h>

#include "cli.h"

static int parse_ref(struct ig_ref *out, const char *text, struct ig_err *err)
{
	if (ig_ref_parse(out, text, strlen(text), err) < 0) {
		err->code = IG_EUSAGE;
		return ig_wrap(err, "--push");
	}
	if (!out->has_digest)
		return 0;
	ig_ref_done(out);
	return ig_fail(err, IG_EUSAGE,
		       "--push takes REGISTRY/NAME[:TAG], not a digest: '%s'",
		       text);
}

int cli_push_check(const struct cli_build *opts, struct ig_err *err)
{
	struct ig_ref ref;
	size_t layouts = 0;

	if (parse_ref(&ref, opts->push, err) < 0)
		return -1;
	ig_ref_done(&ref);
	if (opts->offline)
		return ig_fail(err, IG_EUSAGE,
			       "--push opens a socket, --offline forbids it");
	for (size_t i = 0; i < opts->formats.n; i++)
		layouts += ig_build_format(opts->formats.v[i])->layout;
	if (layouts != 1)
		return ig_fail(
			err, IG_EUSAGE,
			"--push sends one OCI layout: give one of the formats oci and containerdisk");
	if (opts->output && ig_streq(opts->output, "-"))
		return ig_fail(
			err, IG_EUSAGE,
			"--push sends the file that was written: give --output a name, not -");
	return 0;
}

static void report(const struct ig_ref *ref, const struct ig_output *output,
		   const struct ig_pushed *done)
{
	char size[16];

	ui_note("pushed %zu blob%s (%s), %zu there already", done->uploaded,
		done->uploaded == 1 ? "" : "s", ig_size_text(size, done->bytes),
		done->there);
	ui_say("%s@%s", ref->text, output->blobs[0].digest.text);
}

int cli_push(const char *text, const struct ig_outputs *out,
	     const struct ig_registry_opts *opts, struct ig_err *err)
{
	IG_AUTO(ig_ref_done) struct ig_ref ref;
	struct ig_pushed done = { 0 };

	if (parse_ref(&ref, text, err) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++) {
		if (!out->v[i].blobs_n)
			continue;
		if (ig_push_output(&done, &out->v[i], &ref, opts, err) < 0)
			return -1;
		report(&ref, &out->v[i], &done);
	}
	return 0;
}
