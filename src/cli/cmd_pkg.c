/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pkg.h>

#include "cli.h"
#include "commands.h"

#define CONFIG_MAX ((size_t)4 << 20)

static struct {
	const char *arch, *org, *mirror;
	bool force, offline;
} opts;

static const struct cli_option *options(void)
{
	static const struct cli_option list[] = {
		{ "arch", 0, "ARCH",
		  "architecture to build for (default: ours)",
		  .text = &opts.arch },
		{ "org", 0, "NAME", "organisation in place of the recipe's",
		  .text = &opts.org },
		{ "mirror", 0, "URL",
		  "Debian mirror (default: the one this machine uses)",
		  .text = &opts.mirror },
		{ "force", 0, NULL, "build even what the cache has",
		  .flag = &opts.force },
		{ "offline", 0, NULL, "start nothing that opens a socket",
		  .flag = &opts.offline },
		{ 0 },
	};

	return list;
}

static struct ig_pkg_opts pkg_opts(void)
{
	return (struct ig_pkg_opts){ .arch = opts.arch,
				     .org = opts.org,
				     .mirror = opts.mirror,
				     .force = opts.force,
				     .offline = opts.offline };
}

static int begin(struct cli *cli, int argc, struct ig_err *err)
{
	if (!argc)
		return ig_fail(err, IG_EUSAGE, "no package folder given");
	if (cli_arch(&opts.arch, err) < 0)
		return -1;
	return cli_store(cli, err);
}

static int run_build(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	struct ig_pkg_opts o;

	if (begin(cli, argc, err) < 0)
		return -1;
	o = pkg_opts();
	for (int i = 0; i < argc; i++) {
		ig_autofree char *ref = NULL;
		bool built = false;

		if (ig_pkg_build(&ref, &built, cli->store, argv[i], &o, err) <
		    0)
			return -1;
		ui_note("%s %s", built ? "built" : "unchanged", argv[i]);
		ui_say("%s", ref);
	}
	return 0;
}

static int run_show_tag(struct cli *cli, int argc, char **argv,
			struct ig_err *err)
{
	struct ig_pkg_opts o;

	if (begin(cli, argc, err) < 0)
		return -1;
	o = pkg_opts();
	for (int i = 0; i < argc; i++) {
		ig_autofree char *ref =
			ig_pkg_ref(cli->store, argv[i], &o, err);

		if (!ref)
			return -1;
		ui_say("%s", ref);
	}
	return 0;
}

static int run_config(struct cli *cli, int argc, char **argv,
		      struct ig_err *err)
{
	struct ig_pkg_opts o;

	if (begin(cli, argc, err) < 0)
		return -1;
	o = pkg_opts();
	for (int i = 0; i < argc; i++) {
		IG_AUTO(ig_buf_done)
		struct ig_buf text = IG_BUF_INIT(CONFIG_MAX);

		if (ig_pkg_config(&text, cli->store, argv[i], &o, err) < 0)
			return -1;
		text.data[text.len - 1] = '\0'; /* the last line end */
		ui_say("%s", text.data);
	}
	return 0;
}

static const struct cli_command cmd_build_pkg = {
	.name = "build",
	.usage = "[OPTION]… DIR…",
	.brief = "Build the packages in the given folders into the cache",
	.about = "A package is a folder with a recipe build.yml. Its tag is a "
		 "hash of the recipe and of\nall that it reads, so what did "
		 "not change is not built again. Nothing of the target\n"
		 "architecture is executed, and no root is needed.",
	.examples = "ingot pkg build pkg/init pkg/nginx\n"
		    "ingot pkg build --arch arm64 kernel/debian-cloud\n",
	.options = options,
	.run = run_build,
};

static const struct cli_command cmd_show_tag = {
	.name = "show-tag",
	.usage = "[OPTION]… DIR…",
	.brief = "Print the image reference that a package has now",
	.examples = "ingot pkg show-tag pkg/init\n",
	.options = options,
	.run = run_show_tag,
};

static const struct cli_command cmd_config = {
	.name = "config",
	.usage = "[OPTION]… DIR…",
	.brief =
		"Print the configuration of the kernel that a package compiles",
	.about = "The fragments of its step \"linux\" are completed by the "
		 "kernel's own rules. This is\nwhat the step's file "
		 "\"resolved\" records.",
	.examples =
		"ingot pkg config kernel/appliance >kernel/appliance/resolved/vm-x86_64.config\n",
	.options = options,
	.run = run_config,
};

static const struct cli_command *const sub[] = {
	&cmd_build_pkg,
	&cmd_config,
	&cmd_show_tag,
	NULL,
};

const struct cli_command cmd_pkg = {
	.name = "pkg",
	.usage = "COMMAND [OPTION]… DIR…",
	.brief = "Build OCI images from recipes",
	.examples = "ingot pkg build pkg/init pkg/nginx\n",
	.sub = sub,
};
