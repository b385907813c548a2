/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/run.h>
#include <ingot/spec.h>
#include <ingot/str.h>
#include <ingot/suite.h>

#include "cli.h"
#include "commands.h"
#include "machine_opts.h"
#include "scratch.h"
#include "test_medium.h"

#define REPORT_MAX (4u << 20)
#define TIMEOUT_S  600

static struct {
	struct machine_opts machine;
	const char *format, *timeout, *junit, *json, *log;
	const char *firmware, *patience;
	struct cli_list insecure;
	bool offline;
} opts;

static const struct cli_option *options(void)
{
	static const struct cli_option list[] = {
		{ "format", 'f', "NAME",
		  "what to build and boot (default kernel+initrd)",
		  .text = &opts.format },
		{ "firmware", 0, "NAME",
		  "bios or uefi, for disks (default: bios where it can)",
		  .text = &opts.firmware },
		MACHINE_OPTIONS(opts.machine),
		{ "timeout", 0, "SECONDS",
		  "for all tests together (default 600)",
		  .text = &opts.timeout },
		{ "patience", 0, "N",
		  "multiply the time of each test: a slow machine (default 1)",
		  .text = &opts.patience },
		{ "junit", 0, "FILE", "write the results as JUnit's XML",
		  .text = &opts.junit },
		{ "json", 0, "FILE", "write the results as JSON",
		  .text = &opts.json },
		{ "log", 0, "FILE",
		  "copy of the console (default: kept when a test fails)",
		  .text = &opts.log },
		{ "offline", 0, NULL, "building: open no socket",
		  .flag = &opts.offline },
		{ "insecure", 0, "HOST", "building: registry to ask over http",
		  .list = &opts.insecure },
		{ 0 },
	};

	return list;
}

struct work {
	struct cli *cli;
	const struct ig_spec *spec;
	struct test_medium *medium;
	struct ig_run run;
	unsigned timeout_s, patience;
	const char *dir;
};

static int parse_numbers(struct work *w, struct ig_err *err)
{
	uint64_t timeout = TIMEOUT_S, patience = 1;

	if (cli_number(&timeout, "timeout", opts.timeout, 1, 10000000, err) <
		    0 ||
	    cli_number(&patience, "patience", opts.patience, 1, 100, err) < 0)
		return -1;
	w->timeout_s = (unsigned)timeout;
	w->patience = (unsigned)patience;
	return machine_opts_parse(&w->run, &opts.machine, err);
}

/* Its tests, before anything is built. */
static int read_spec(struct ig_spec **out, struct cli *cli, int n, char **files,
		     struct ig_err *err)
{
	const struct cli_spec_opts sopts = { .arch = opts.machine.arch,
					     .offline = opts.offline };

	for (int i = 0; i < n; i++)
		if (ig_streq(files[i], "-"))
			return ig_fail(
				err, IG_EUSAGE,
				"standard input is read once: give the spec as a file");
	if (cli_spec(out, cli, n, files, &sopts, err) < 0)
		return -1;
	if ((*out)->tests.n)
		return 0;
	return ig_fail(err, IG_ESPEC, "%s: there are no 'tests'", files[n - 1]);
}

static int build(struct cli *cli, const char *dir, int n, char **files,
		 struct ig_err *err)
{
	const char *formats[] = { opts.format, NULL };
	struct cli_build how = { .arch = opts.machine.arch,
				 .dir = dir,
				 .formats = { formats, 1 },
				 .insecure = opts.insecure,
				 .offline = opts.offline,
				 .scratch = true };

	return cli_build(cli, &how, n, files, err);
}

static void say_result(void *ctx, const struct ig_result *result)
{
	(void)ctx;
	ui_say("%-4s %3" PRId64 ".%" PRId64 " s  %s%s%s",
	       result->passed ? "ok" : "FAIL", result->ms / 1000,
	       result->ms % 1000 / 100, result->test->name,
	       result->passed ? "" : ": ", result->reason);
	fflush(stdout);
}

typedef int report_fn(struct ig_buf *out, const struct ig_suite *suite,
		      const struct ig_suite_about *about, struct ig_err *err);

static int write_report(const char *path, report_fn *make,
			const struct ig_suite *suite,
			const struct ig_suite_about *about, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(REPORT_MAX);

	if (!path)
		return 0;
	if (make(&text, suite, about, err) < 0)
		return -1;
	return ig_write_file(AT_FDCWD, path, text.data, text.len, 0666, err);
}

/* What is to be known of a test that failed outlives the folder of the run. */
static int keep_log(char **kept, const struct cli *cli, const char *name,
		    const char *log, struct ig_err *err)
{
	*kept = ig_format(err, "%s/run/%s-test.log", cli->cache, name);
	if (!*kept)
		return -1;
	if (rename(log, *kept) < 0)
		return ig_fail_sys(err, errno, "keep '%s'", *kept);
	return 0;
}

/* The verdict, in words and files. Returns the exit status. */
static int conclude(struct cli *cli, const struct ig_suite *suite,
		    const char *name, const char *log, struct ig_err *err)
{
	size_t failed = ig_suite_failed(suite);
	ig_autofree char *kept = NULL;
	struct ig_suite_about about = { .name = name,
					.arch = opts.machine.arch,
					.format = opts.format,
					.log = opts.log };

	if (!opts.log && failed) {
		if (keep_log(&kept, cli, name, log, err) < 0)
			return -1;
		about.log = kept;
	}
	if (write_report(opts.junit, ig_suite_junit, suite, &about, err) < 0 ||
	    write_report(opts.json, ig_suite_json, suite, &about, err) < 0)
		return -1;
	ui_say("%zu passed, %zu failed, %" PRId64 ".%" PRId64 " s",
	       suite->n - failed, failed, suite->ms / 1000,
	       suite->ms % 1000 / 100);
	if (failed)
		ui_say("the console: %s", about.log);
	return failed ? 1 : 0;
}

/* Those without a path are new ones, and gone after the tests. */
static int add_disks(const struct work *w, struct ig_run *run,
		     struct ig_err *err)
{
	int n = machine_opts_disks(w->medium->disks, &w->medium->image,
				   &opts.machine, w->dir, err);

	run->disks_n = n < 0 ? 0 : (size_t)n;
	return n < 0 ? -1 : 0;
}

static int run_in(const struct work *w, int n, char **files, struct ig_err *err)
{
	IG_AUTO(ig_suite_done) struct ig_suite suite = { 0 };
	ig_autofree char *name = cli_base_name(files[n - 1], err);
	ig_autofree char *prefix =
		name ? ig_format(err, "%s/%s", w->dir, name) : NULL;
	ig_autofree char *log =
		name ? ig_format(err, "%s/console.log", w->dir) : NULL;
	struct ig_run run = w->run;
	const struct ig_suite_opts how = { .run = &run,
					   .timeout_s = w->timeout_s,
					   .patience = w->patience,
					   .log = opts.log ? opts.log : log,
					   .say = say_result };

	if (!prefix || !log || add_disks(w, &run, err) < 0 ||
	    build(w->cli, w->dir, n, files, err) < 0 ||
	    test_medium_find(w->medium, prefix, &run, err) < 0)
		return -1;
	machine_opts_memory(&run, (unsigned)w->spec->target.memory_mib);
	if (run.accel == IG_ACCEL_AUTO)
		run.accel = run.kernel ? ig_accel_probe(&run, w->cli->cache)
				       : IG_ACCEL_TCG;
	ui_end();
	if (ig_suite_run(&suite, w->spec, &how, err) < 0)
		return -1;
	return conclude(w->cli, &suite, name, log, err);
}

static int run_here(struct work *w, int n, char **files, struct ig_err *err)
{
	ig_autofree char *parent = ig_format(err, "%s/run", w->cli->cache);
	ig_autofree char *dir = NULL;
	int result;

	if (!parent || ig_mkdirs(parent, 0700, err) < 0)
		return -1;
	dir = scratch_make(parent, "test", err);
	if (!dir)
		return -1;
	w->dir = dir;
	result = run_in(w, n, files, err);
	scratch_remove(dir);
	return result;
}

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	IG_AUTO(test_medium_done) struct test_medium medium = TEST_MEDIUM_INIT;
	struct work w = { .cli = cli, .medium = &medium };

	if (argc < 1)
		return ig_fail(err, IG_EUSAGE, "no spec given");
	if (!opts.format)
		opts.format = "kernel+initrd";
	if (parse_numbers(&w, err) < 0 ||
	    test_medium_check(&medium, opts.format, opts.machine.arch,
			      opts.firmware, err) < 0 ||
	    read_spec(&spec, cli, argc, argv, err) < 0)
		return -1;
	if (!ig_run_qemu(opts.machine.arch))
		return ig_fail(
			err, IG_ENOENT,
			"there is no QEMU for %s here: install qemu-system-x86 or qemu-system-arm",
			opts.machine.arch);
	w.spec = spec;
	return run_here(&w, argc, argv, err);
}

const struct cli_command cmd_test = {
	.name = "test",
	.usage = "[OPTION]… SPEC.yml…",
	.brief = "Boot the image of a spec and run the spec's tests on it",
	.about = "The image is built as by build, and booted as by run: tests "
		 "that do not come after a\nreboot run side by side, then the "
		 "machine is rebooted for the others.\n\n"
		 "Exit status: 0 all tests passed, 1 one failed or an error, 2 "
		 "wrong use.",
	.examples = "ingot test examples/web.yml\n"
		    "ingot test --format raw --junit results.xml web.yml\n",
	.options = options,
	.run = run,
};
