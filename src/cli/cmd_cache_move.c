/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "cli.h"
#include "commands.h"

static struct {
	const char *name, *output, *arch;
} opts;

static const struct cli_option *import_options(void)
{
	static const struct cli_option list[] = {
		{ "name", 0, "IMAGE",
		  "name of the image where the file has none",
		  .text = &opts.name },
		{ 0 },
	};

	return list;
}

static int import_one(struct cli *cli, const char *source, struct ig_err *err)
{
	struct ig_imported got = { 0 };

	if (ig_store_import(cli->store, source, opts.name, &got, err) < 0)
		return ig_wrap(err, "%s",
			       ig_streq(source, "-") ? "standard input"
						     : source);
	for (size_t i = 0; i < got.n; i++)
		ui_say("%s", got.names[i]);
	if (!got.n)
		ui_note("nothing in it has a name: give one with --name");
	ig_imported_done(&got);
	return 0;
}

static int run_import(struct cli *cli, int argc, char **argv,
		      struct ig_err *err)
{
	if (!argc)
		return ig_fail(err, IG_EUSAGE, "nothing to import given");
	if (cli_store(cli, err) < 0)
		return -1;
	for (int i = 0; i < argc; i++)
		if (import_one(cli, argv[i], err) < 0)
			return -1;
	return 0;
}

static const struct cli_option *export_options(void)
{
	static const struct cli_option list[] = {
		{ "output", 'o', "FILE",
		  "file to write, - for standard output (default)",
		  .text = &opts.output },
		{ "arch", 0, "ARCH",
		  "this architecture only (default: all that are complete)",
		  .text = &opts.arch },
		{ 0 },
	};

	return list;
}

static int export_to(struct cli *cli, int fd, const char *name,
		     struct ig_err *err)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *out = ig_sink_fd(fd, err);

	if (!out || ig_store_export(cli->store, name, opts.arch, out, err) < 0)
		return -1;
	return ig_sink_finish(out, err);
}

static int run_export(struct cli *cli, int argc, char **argv,
		      struct ig_err *err)
{
	IG_AUTO(ig_newfile_done) struct ig_newfile file = IG_NEWFILE_INIT;
	ig_autofree char *name = NULL;

	if (argc != 1)
		return ig_fail(err, IG_EUSAGE, "give one image");
	if (opts.arch && cli_arch(&opts.arch, err) < 0)
		return -1;
	name = ig_ref_expand(argv[0], err);
	if (!name || cli_store(cli, err) < 0)
		return -1;
	if (opts.output && !ig_streq(opts.output, "-")) {
		if (ig_newfile_open(&file, AT_FDCWD, opts.output, 0666, err) <
			    0 ||
		    export_to(cli, file.fd, name, err) < 0)
			return -1;
		return ig_newfile_commit(&file, true, err);
	}
	if (isatty(STDOUT_FILENO) == 1)
		return ig_fail(
			err, IG_EUSAGE,
			"a tar does not go to a terminal: give --output");
	return export_to(cli, STDOUT_FILENO, name, err);
}

const struct cli_command cmd_cache_import = {
	.name = "import",
	.usage = "[OPTION]… FILE|DIR|-…",
	.brief = "Put in an OCI layout (folder or tar) or a docker save tar",
	.examples = "docker save myimage:1 | ingot cache import -\n"
		    "ingot cache import ./layout --name example.org/app:1\n",
	.options = import_options,
	.run = run_import,
};

const struct cli_command cmd_cache_export = {
	.name = "export",
	.usage = "[OPTION]… IMAGE",
	.brief = "Write an image as an OCI layout tar",
	.examples = "ingot cache export nginx:latest --output nginx.tar\n",
	.options = export_options,
	.run = run_export,
};
