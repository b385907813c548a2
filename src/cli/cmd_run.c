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

#include "cli.h"
#include "commands.h"
#include "run_report.h"

#define CMDLINE_MAX 65536
#define LIST_MOST   32

static struct {
	const char *arch, *memory, *cpus, *accel, *timeout, *state, *log;
	struct cli_list publish, disks, insecure;
	bool offline, no_network;
	struct run_report report;
	unsigned target_mib; /* what the spec says */
} opts;

static const struct cli_option *options(void)
{
	static const struct cli_option list[] = {
		{ "mem", 'm', "MIB",
		  "memory in MiB (default: the spec's target.memory, or 1024)",
		  .text = &opts.memory },
		{ "cpus", 0, "N", "processors (default 1)",
		  .text = &opts.cpus },
		{ "publish", 'p', "HOST:GUEST",
		  "forward a port of this machine to the guest; again for more",
		  .list = &opts.publish },
		{ "disk", 0, "PATH,size=1G",
		  "a disk, made when missing; size=, format=raw|qcow2",
		  .list = &opts.disks, .whole = true },
		{ "accel", 0, "NAME",
		  "kvm, tcg or auto: KVM where a guest really starts (default)",
		  .text = &opts.accel },
		{ "arch", 0, "ARCH",
		  "architecture of the guest (default: ours)",
		  .text = &opts.arch },
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

/* @made receives the paths that are made up here; the caller frees them. */
static int parse_disks(struct ig_run_disk *out, char **made, const char *state,
		       struct ig_err *err)
{
	if (opts.disks.n > LIST_MOST)
		return ig_fail(err, IG_EUSAGE, "more than %d disks", LIST_MOST);
	for (size_t i = 0; i < opts.disks.n; i++) {
		if (ig_run_disk_parse(&out[i],
				      (char *)(uintptr_t)opts.disks.v[i],
				      err) < 0)
			return ig_wrap(err, "--disk");
		if (out[i].path)
			continue;
		if (ig_mkdirs(state, 0755, err) < 0)
			return -1;
		made[i] = ig_format(err, "%s/disk%zu.img", state, i);
		if (!made[i])
			return -1;
		out[i].path = made[i];
	}
	return 0;
}

static int parse_numbers(struct ig_run *run, struct ig_err *err)
{
	uint64_t memory = opts.target_mib ? opts.target_mib : 1024;
	uint64_t cpus = 1, timeout = 0;

	if (opts.memory &&
	    cli_number(&memory, "mem", opts.memory, 32, 1u << 24, err) < 0)
		return -1;
	if (opts.cpus && cli_number(&cpus, "cpus", opts.cpus, 1, 256, err) < 0)
		return -1;
	if (opts.timeout &&
	    cli_number(&timeout, "timeout", opts.timeout, 1, 10000000, err) < 0)
		return -1;
	run->memory_mib = (unsigned)memory;
	run->cpus = (unsigned)cpus;
	run->timeout_s = (unsigned)timeout;
	return 0;
}

static int parse_accel(struct ig_run *run, struct ig_err *err)
{
	if (!opts.accel || ig_streq(opts.accel, "auto"))
		run->accel = IG_ACCEL_AUTO;
	else if (ig_streq(opts.accel, "kvm"))
		run->accel = IG_ACCEL_KVM;
	else if (ig_streq(opts.accel, "tcg"))
		run->accel = IG_ACCEL_TCG;
	else
		return ig_fail(err, IG_EUSAGE,
			       "--accel takes auto, kvm or tcg, not '%s'",
			       opts.accel);
	return 0;
}

/* A spec is built into the cache's folder: running leaves nothing here. */
static char *build_first(struct cli *cli, int n, char **files,
			 struct ig_err *err)
{
	struct cli_build build = { .arch = opts.arch,
				   .offline = opts.offline,
				   .insecure = opts.insecure,
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

struct image {
	char *kernel, *initrd, *cmdline_path;
	char *root; /* a file system to mount: the first disk; or NULL */
	struct ig_buf cmdline;
	char *disks[LIST_MOST];
};

static void image_done(struct image *image)
{
	free(image->kernel);
	free(image->initrd);
	free(image->cmdline_path);
	free(image->root);
	for (size_t i = 0; i < LIST_MOST; i++)
		free(image->disks[i]);
	ig_buf_done(&image->cmdline);
}

/* "PREFIX<suffix>" when there is such a file, else NULL; @err on failure. */
static int find_file(char **out, const char *prefix, const char *suffix,
		     struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s%s", prefix, suffix);

	if (!path)
		return -1;
	*out = access(path, R_OK) == 0 ? ig_take(&path) : NULL;
	return 0;
}

/* kernel+squashfs, kernel+erofs: stage 1 where the kernel needs one. */
static int find_root(struct image *image, const char *prefix,
		     struct ig_err *err)
{
	static const char *const suffixes[] = { "-squashfs.img", "-erofs.img" };

	for (size_t i = 0; i < IG_COUNT(suffixes) && !image->root; i++)
		if (find_file(&image->root, prefix, suffixes[i], err) < 0)
			return -1;
	if (!image->root)
		return 0;
	return find_file(&image->initrd, prefix, "-stage1.img", err);
}

static int read_cmdline(struct image *image, const char *prefix,
			struct ig_err *err)
{
	image->cmdline_path = ig_format(err, "%s-cmdline", prefix);
	if (!image->cmdline_path)
		return -1;
	if (ig_read_file(&image->cmdline, AT_FDCWD, image->cmdline_path, err) <
	    0) {
		if (err->code != IG_ENOENT)
			return -1;
		ig_err_clear(err);
	}
	if (!image->root ||
	    (image->cmdline.data && ig_word(image->cmdline.data, "root=")))
		return 0;
	return ig_buf_puts(&image->cmdline, " root=/dev/vda", err);
}

static int find_image(struct image *image, const char *prefix,
		      struct ig_run *run, struct ig_err *err)
{
	if (find_file(&image->kernel, prefix, "-kernel", err) < 0 ||
	    find_file(&image->initrd, prefix, "-initrd.img", err) < 0 ||
	    (!image->initrd && find_root(image, prefix, err) < 0))
		return -1;
	if (!image->kernel || (!image->initrd && !image->root))
		return ig_fail(
			err, IG_ENOENT,
			"no image '%s': neither a spec nor %s-kernel and %s-initrd.img",
			prefix, prefix, prefix);
	if (read_cmdline(image, prefix, err) < 0)
		return -1;
	run->kernel = image->kernel;
	run->initrd = image->initrd;
	run->cmdline = image->cmdline.data;
	return 0;
}

/* The root goes before the disks that the user names. */
static void put_root(struct ig_run *run, struct ig_run_disk *disks,
		     const struct image *image)
{
	if (!image->root)
		return;
	memmove(disks + 1, disks, run->disks_n * sizeof(*disks));
	disks[0] =
		(struct ig_run_disk){ .path = image->root, .readonly = true };
	run->disks_n++;
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
	IG_AUTO(image_done)
	struct image image = { .cmdline = IG_BUF_INIT(CMDLINE_MAX) };
	ig_autofree char *state = opts.state
					  ? ig_strdup(opts.state, err)
					  : ig_format(err, "%s-state", prefix);
	struct ig_run run = { .arch = opts.arch,
			      .disks = disks,
			      .disks_n = opts.disks.n,
			      .ports = ports,
			      .ports_n = opts.publish.n,
			      .no_network = opts.no_network,
			      .console_log = opts.log,
			      .interactive = isatty(STDIN_FILENO) == 1 };

	if (!state || parse_numbers(&run, err) < 0 ||
	    parse_accel(&run, err) < 0 || parse_ports(ports, err) < 0 ||
	    parse_disks(disks, image.disks, state, err) < 0 ||
	    find_image(&image, prefix, &run, err) < 0)
		return -1;
	put_root(&run, disks, &image);
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
	if (cli_arch(&opts.arch, err) < 0)
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
