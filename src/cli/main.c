/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/str.h>

#include "cli.h"
#include "commands.h"

enum {
	EXIT_FAILED = 1,
	EXIT_USAGE = 2
};

const struct cli_command *const cli_commands[] = {
	&cmd_build, &cmd_run,	  &cmd_test,	&cmd_pkg, &cmd_cache,
	&cmd_keys,  &cmd_formats, &cmd_version, NULL,
};

static struct {
	const char *cache;
	bool quiet, verbose, help, version;
} global;

const struct cli_option cli_global[] = {
	{ "cache", 0, "DIR",
	  "folder of images and parts (default: INGOT_CACHE, ~/.cache/ingot)",
	  .text = &global.cache },
	{ "quiet", 'q', NULL, "say only warnings and errors",
	  .flag = &global.quiet },
	{ "verbose", 'v', NULL, "say more", .flag = &global.verbose },
	{ "help", 'h', NULL, "explain and stop", .flag = &global.help },
	{ "version", 0, NULL, NULL, .flag = &global.version },
	{ 0 },
};

static void on_signal(int signal)
{
	ig_cancel_set(signal);
}

static void catch_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal,
				 .sa_flags = (int)SA_RESETHAND };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	/* A reader that went away and a limit on the size of files are errors
	 * of write(), not our death. */
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
}

/* A closed standard stream would give its number to a file of ours, and what
 * we print would land there. Opened the wrong way round, so that its use is
 * still an error. */
static void open_standard(void)
{
	static const int how[] = { O_WRONLY, O_RDONLY, O_RDWR };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", how[fd]) != fd)
			_exit(EXIT_FAILED);
}

static const struct cli_command *find(const struct cli_command *const *list,
				      const char *name, struct ig_err *err)
{
	const char *names[32] = { NULL };
	const char *near;
	size_t n = 0;

	for (; list[n]; n++) {
		names[n] = list[n]->name;
		if (ig_streq(list[n]->name, name))
			return list[n];
	}
	near = ig_nearest(name, names);
	if (near)
		ig_fail(err, IG_EUSAGE,
			"unknown command '%s', did you mean '%s'?", name, near);
	else
		ig_fail(err, IG_EUSAGE, "unknown command '%s'", name);
	return NULL;
}

/* What stands before the message of an error, and in help. */
struct path {
	char text[64];
};

static void path_add(struct path *path, const char *name)
{
	size_t len = strlen(path->text);

	snprintf(path->text + len, sizeof(path->text) - len, "%s%s",
		 len ? " " : "", name);
}

static int run_command(const struct cli_command *cmd, struct path *path,
		       int argc, char **argv, struct ig_err *err)
{
	struct cli cli = { 0 };
	int result;

	ui_begin(global.quiet, global.verbose ? 1 : 0);
	if (global.help) {
		cli_help(cmd, path->text);
		return 0;
	}
	if (!cmd->run)
		return ig_fail(
			err, IG_EUSAGE,
			"say which: 'ingot %s --help' lists the commands",
			path->text);
	cli.cache = cli_cache_dir(global.cache, err);
	if (!cli.cache)
		return -1;
	result = cmd->run(&cli, argc, argv, err);
	cli_done(&cli);
	return result;
}

static int dispatch(int argc, char **argv, struct path *path,
		    struct ig_err *err)
{
	const struct cli_command *cmd = NULL;
	const struct cli_command *const *list = cli_commands;

	argc = cli_parse(NULL, argc, argv, err);
	while (argc > 0 && list) {
		cmd = find(list, argv[0], err);
		if (!cmd)
			return -1;
		path_add(path, cmd->name);
		list = cmd->sub;
		argc = cli_parse(cmd, argc, argv, err);
	}
	if (argc < 0)
		return -1;
	if (cmd)
		return run_command(cmd, path, argc, argv, err);
	ui_begin(global.quiet, 0);
	if (global.version) {
		ui_say("ingot %s", IG_VERSION);
		return 0;
	}
	if (global.help) {
		cli_help_all();
		return 0;
	}
	cli_help_all();
	return EXIT_USAGE;
}

static int finish_output(struct ig_err *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return ig_fail_sys(err, errno, "write standard output");
}

static int report(const struct path *path, const struct ig_err *err)
{
	ui_end();
	if (err->code == IG_ECANCEL && ig_cancel_signal()) {
		fprintf(stderr, "ingot: interrupted\n");
		return 128 + ig_cancel_signal();
	}
	ui_error(path->text, err->msg);
	if (err->code != IG_EUSAGE)
		return EXIT_FAILED;
	fprintf(stderr, "'ingot %s%s--help' explains\n", path->text,
		*path->text ? " " : "");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct ig_err err = { 0 };
	struct path path = { "" };
	int status;

	open_standard();
	catch_signals();
	ui_begin(false, 0);
	status = dispatch(argc, argv, &path, &err);
	ui_end();
	if (status >= 0 && finish_output(&err) < 0)
		status = -1;
	return status < 0 ? report(&path, &err) : status;
}
