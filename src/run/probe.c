/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "run_internal.h"

#define PROBE_SECONDS 6

/* The answer holds until the machine boots again: "BOOT-ID kvm". */
static int boot_id(char out[64])
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(63);

	if (ig_read_file(&text, AT_FDCWD, "/proc/sys/kernel/random/boot_id",
			 &err) < 0 ||
	    !text.len)
		return -1;
	snprintf(out, 64, "%.*s", (int)strcspn(text.data, "\n"), text.data);
	return 0;
}

static char *record_path(const char *dir, struct ig_err *err)
{
	return ig_format(err, "%s/accelerator", dir);
}

static int recall(enum ig_accel *out, const char *dir, const char *id)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(256);
	ig_autofree char *path = record_path(dir, &err);
	size_t len = strlen(id);

	if (!path || ig_read_file(&text, AT_FDCWD, path, &err) < 0 ||
	    text.len < len + 4 || strncmp(text.data, id, len) != 0)
		return -1;
	*out = ig_starts(text.data + len, " kvm") ? IG_ACCEL_KVM : IG_ACCEL_TCG;
	return 0;
}

static void remember(enum ig_accel accel, const char *dir, const char *id)
{
	struct ig_err err = { 0 };
	ig_autofree char *path = record_path(dir, &err);
	ig_autofree char *text = ig_format(
		&err, "%s %s\n", id, accel == IG_ACCEL_KVM ? "kvm" : "tcg");

	if (path && text)
		ig_write_file(AT_FDCWD, path, text, strlen(text), 0600, &err);
}

/* A kernel that has no root panics when it has started: then it starts. */
static enum ig_accel try_kvm(const struct ig_run *run)
{
	struct ig_err err = { 0 };
	enum ig_guest_end end;
	struct ig_run probe = {
		.arch = run->arch,
		.memory_mib = 256,
		.cpus = 1,
		.accel = IG_ACCEL_KVM,
		.kernel = run->kernel,
		.no_network = true,
		.cmdline = "console=ttyS0 console=ttyAMA0 panic=-1",
		.timeout_s = PROBE_SECONDS,
		.qemu = run->qemu,
		.console_log = "/dev/null",
		.quiet = true
	};

	if (ig_run(&end, &probe, &err) < 0 || end != IG_GUEST_PANIC)
		return IG_ACCEL_TCG;
	return IG_ACCEL_KVM;
}

enum ig_accel ig_accel_probe(const struct ig_run *run, const char *state_dir)
{
	enum ig_accel accel = IG_ACCEL_TCG;
	char id[64];
#if defined(__x86_64__)
	const char *native = "amd64";
#elif defined(__aarch64__)
	const char *native = "arm64";
#else
	const char *native = "";
#endif

	if (!ig_streq(run->arch, native) || access("/dev/kvm", R_OK | W_OK))
		return IG_ACCEL_TCG;
	if (boot_id(id) < 0 || recall(&accel, state_dir, id) == 0)
		return accel;
	ig_info("trying whether KVM works here (once until the next reboot)");
	accel = try_kvm(run);
	if (accel == IG_ACCEL_TCG)
		ig_info("KVM does not start a guest here: using emulation, which is slower");
	remember(accel, state_dir, id);
	return accel;
}
