/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/report.h>
#include <ingot/run.h>
#include <ingot/str.h>

#include "boot_image.h"
#include "cli.h"
#include "commands.h"
#include "machine_opts.h"
#include "run_report.h"

#define LIST_MOST BOOT_IMAGE_DISKS

static struct {
	struct machine_opts machine;
	const char *timeout, *state, *log;
	struct cli_list publish, insecure;
	bool offline, no_network;
	struct run_report report;
	unsigned target_mib; /* what the spec says */
} opts;

static const struct cli_option *options(void)
{
	static const struct cli_option list[] = {
		MACHINE_OPTIONS(opts.machine),
		{ "publish", 'p', "HOST:GUEST",
		  "forward a port of this machine to the guest; again for more",
		  .list = &opts.publish },
		{ "timeout", 0, "SECONDS", "end the guest after this time",
		  .text = &opts.timeout },
		{ "console-log", 0, "FILE", "copy of the console",
		  .text = &opts.log },
		{ "report", 0, "FILE", "write the guest's boot report, as JSON",
		  .text = &opts.report.json },
		{ "chart", 0, "FILE.svg", "draw how the guest booted",
		  .text = &opts.report.chart },
		{ "until-boot", 0, NULL,
		  "power the guest off when its boot is complete",
		  .flag = &opts.report.until_boot },
		{ "state", 0, "DIR",
		  "folder for disks without a path (default NAME-state)",
		  .text = &opts.state },
		{ "no-network", 0, NULL, "no network card",
		  .flag = &opts.no_network },
		{ "offline", 0, NULL, "building from a spec: open no socket",
		  .flag = &opts.offline },
		{ "insecure", 0, "HOST",
		  "building from a spec: registry to ask over http",
		  .list = &opts.insecure },
		{ 0 },
	};

	return list;
}

static bool is_spec(const char *name)
{
	return ig_ends(name, ".yml") || ig_ends(name, ".yaml");
}

static int parse_ports(struct ig_run_port *out, struct ig_err *err)
{
	if (opts.publish.n > LIST_MOST)
		return ig_fail(err, IG_EUSAGE, "more than %d ports", LIST_MOST);
	for (size_t i = 0; i < opts.publish.n; i++)
		if (ig_run_port_parse(&out[i],
				      (char *)(uintptr_t)opts.publish.v[i],
				      err) < 0)
			return ig_wrap(err, "--publish");
	return 0;
}

/* A spec is built into the cache's folder: running leaves nothing here. */
static char *build_first(struct cli *cli, int n, char **files,
			 struct ig_err *err)
{
	struct cli_build build = { .arch = opts.machine.arch,
				   .offline = opts.offline,
				   .insecure = opts.insecure,
				   .scratch = true,
				   .target_mib = &opts.target_mib };
	ig_autofree char *name = cli_base_name(files[n - 1], err);
	ig_autofree char *dir = ig_format(err, "%s/run", cli->cache);

	if (!name || !dir || ig_mkdirs(dir, 0700, err) < 0)
		return NULL;
	build.dir = dir;
	if (cli_build(cli, &build, n, files, err) < 0)
		return NULL;
	return ig_format(err, "%s/%s", dir, name);
}

static void say_end(enum ig_guest_end end)
{
	static const char *const text[] = {
		[IG_GUEST_OFF] = "the guest powered off",
		[IG_GUEST_FAILED] =
			"QEMU or the guest failed: see the message above",
		[IG_GUEST_PANIC] = "the guest's kernel panicked",
		[IG_GUEST_TIMEOUT] = "time is over: the guest was ended",
		[IG_GUEST_NO_QEMU] =
			"there is no QEMU here: install qemu-system-x86 or qemu-system-arm",
		[IG_GUEST_INCOMPLETE] =
			"the guest refused to start: its initrd was not unpacked completely; give it more memory with --mem",
	};

	ui_note("ingot: %s", text[end]);
}

/* Boot @run and say how it ended; the exit status. */
static int boot_reported(struct ig_run *run, struct ig_err *err)
{
	IG_AUTO(ig_report_done) struct ig_report report;
	enum ig_guest_end end;

	ig_report_init(&report);
	run->report = &report;
	run->booted = run_report_booted;
	run->until_boot = opts.report.until_boot;
	run_report_begin(&opts.report);
	if (ig_run(&end, run, err) < 0 ||
	    run_report_end(&end, &report, err) < 0)
		return -1;
	say_end(end);
	return (int)end;
}

static int boot(struct cli *cli, const char *prefix, struct ig_err *err)
{
	struct ig_run_port ports[LIST_MOST];
	struct ig_run_disk disks[LIST_MOST + 1];
	IG_AUTO(boot_image_done)
	struct boot_image image = BOOT_IMAGE_INIT;
	ig_autofree char *state = opts.state
					  ? ig_strdup(opts.state, err)
					  : ig_format(err, "%s-state", prefix);
	struct ig_run run = { .disks = disks,
			      .ports = ports,
			      .ports_n = opts.publish.n,
			      .no_network = opts.no_network,
			      .console_log = opts.log,
			      .interactive = isatty(STDIN_FILENO) == 1 };
	uint64_t timeout = 0;
	int n;

	if (!state || machine_opts_parse(&run, &opts.machine, err) < 0 ||
	    cli_number(&timeout, "timeout", opts.timeout, 1, 10000000, err) <
		    0 ||
	    parse_ports(ports, err) < 0)
		return -1;
	n = machine_opts_disks(disks, &image, &opts.machine, state, err);
	if (n < 0 || boot_image_find(&image, prefix, &run, err) < 0)
		return -1;
	run.timeout_s = (unsigned)timeout;
	run.disks_n = (size_t)n;
	machine_opts_memory(&run, opts.target_mib);
	boot_image_root(&run, disks, &image);
	if (run.accel == IG_ACCEL_AUTO)
		run.accel = ig_accel_probe(&run, cli->cache);
	if (run.interactive)
		ui_note("console of the guest: Ctrl-A p powers it off, Ctrl-A x ends it at once");
	ui_end();
	fflush(stdout);
	opts.report.title = strrchr(prefix, '/');
	opts.report.title = opts.report.title ? opts.report.title + 1 : prefix;
	return boot_reported(&run, err);
}

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	ig_autofree char *prefix = NULL;

	if (argc > 1 && ig_streq(argv[0], "qemu")) {
		argv++;
		argc--;
	}
	if (argc < 1)
		return ig_fail(err, IG_EUSAGE, "no image or spec given");
	if (cli_arch(&opts.machine.arch, err) < 0)
		return -1;
	if (is_spec(argv[0])) {
		prefix = build_first(cli, argc, argv, err);
	} else {
		if (argc > 1)
			return ig_fail(err, IG_EUSAGE,
				       "'%s' is one word too many", argv[1]);
		prefix = ig_strdup(argv[0], err);
	}
	return prefix ? boot(cli, prefix, err) : -1;
}

const struct cli_command cmd_run = {
	.name = "run",
	.usage = "[OPTION]… [qemu] NAME|SPEC.yml…",
	.brief = "Boot an image in QEMU; a spec is built first",
	.about = "NAME stands for NAME-kernel, NAME-initrd.img and "
		 "NAME-cmdline, as build writes them;\nwithout an initrd for "
		 "NAME-squashfs.img or NAME-erofs.img, which becomes the "
		 "first disk.\n\n"
		 "Exit status: 0 the guest powered off, 1 an error or a "
		 "service that was given up,\n3 its kernel panicked, 4 "
		 "time-out, 5 no QEMU here, 6 the guest found its initrd\n"
		 "incomplete.",
	.examples = "ingot run examples/web.yml --publish 8080:80\n"
		    "ingot run web --mem 512 --timeout 60\n"
		    "ingot run web --until-boot --report boot.json\n",
	.options = options,
	.run = run,
};
