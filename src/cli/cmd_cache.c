/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>

#include "cli.h"
#include "commands.h"

#define DAY 86400

static int print_name(void *ctx, const char *name,
		      const struct ig_descriptor *desc)
{
	(void)ctx;
	ui_say("%-60s %s", name, desc->digest.text);
	return 0;
}

static int run_ls(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	if (argc)
		return ig_fail(err, IG_EUSAGE, "'%s' is one word too many",
			       argv[0]);
	if (cli_store(cli, err) < 0)
		return -1;
	return ig_store_each(cli->store, print_name, NULL, err);
}

static int run_rm(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	if (!argc)
		return ig_fail(err, IG_EUSAGE, "no image given");
	if (cli_store(cli, err) < 0)
		return -1;
	for (int i = 0; i < argc; i++) {
		ig_autofree char *name = ig_ref_expand(argv[i], err);

		if (!name || ig_store_unname(cli->store, name, err) < 0)
			return -1;
		ui_note("removed %s; 'ingot cache gc' frees its space", name);
	}
	return 0;
}

static struct {
	const char *keep_days;
} gc_opts;

static const struct cli_option *gc_options(void)
{
	static const struct cli_option list[] = {
		{ "keep-days", 0, "N",
		  "keep parts used in the last N days (default 14)",
		  .text = &gc_opts.keep_days },
		{ 0 },
	};

	return list;
}

static int run_gc(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	struct ig_gc_report report = { 0 };
	uint64_t days = 14;
	char size[16];

	(void)argv;
	if (argc)
		return ig_fail(err, IG_EUSAGE, "gc takes no argument");
	if (cli_number(&days, "keep-days", gc_opts.keep_days, 0, 36500, err) <
	    0)
		return -1;
	if (cli_store(cli, err) < 0 ||
	    ig_store_gc(cli->store, (int64_t)days * DAY, false, &report, err) <
		    0)
		return -1;
	ui_say("removed %" PRIu64 " blobs and %" PRIu64 " parts, %s",
	       report.blobs, report.parts, ig_size_text(size, report.bytes));
	return 0;
}

static int run_verify(struct cli *cli, int argc, char **argv,
		      struct ig_err *err)
{
	uint64_t good = 0, bad = 0;

	(void)argv;
	if (argc)
		return ig_fail(err, IG_EUSAGE, "verify takes no argument");
	if (cli_store(cli, err) < 0 ||
	    ig_store_verify(cli->store, &good, &bad, err) < 0)
		return -1;
	ui_say("%" PRIu64 " blobs sound, %" PRIu64 " damaged and removed", good,
	       bad);
	return bad ? 1 : 0;
}

static const struct cli_command cmd_ls = {
	.name = "ls",
	.usage = "",
	.brief = "List the images by name and digest",
	.examples = "ingot cache ls\n",
	.run = run_ls,
};

static const struct cli_command cmd_rm = {
	.name = "rm",
	.usage = "IMAGE…",
	.brief = "Forget images",
	.examples = "ingot cache rm nginx:1.24\n",
	.run = run_rm,
};

static const struct cli_command cmd_gc = {
	.name = "gc",
	.usage = "[OPTION]…",
	.brief = "Remove what no image and no recent build needs",
	.examples = "ingot cache gc --keep-days 30\n",
	.options = gc_options,
	.run = run_gc,
};

static const struct cli_command cmd_verify = {
	.name = "verify",
	.usage = "",
	.brief = "Check every blob against its digest again",
	.examples = "ingot cache verify\n",
	.run = run_verify,
};

static const struct cli_command *const sub[] = {
	&cmd_ls, &cmd_cache_import, &cmd_cache_export,
	&cmd_rm, &cmd_gc,	    &cmd_verify,
	NULL,
};

const struct cli_command cmd_cache = {
	.name = "cache",
	.usage = "COMMAND [OPTION]… [ARGUMENT]…",
	.brief = "Look at the cache, put images in, take them out",
	.examples = "ingot cache import images.tar\n"
		    "ingot cache ls\n"
		    "ingot cache export nginx:latest --output nginx.tar\n",
	.sub = sub,
};
