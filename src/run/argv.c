/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/str.h>

#include "run_internal.h"

/* What differs from one architecture to the next. */
struct machine {
	const char *arch, *program, *machine;
	const char *cpu_tcg; /* NULL: QEMU's default */
	const char *serial;  /* what Linux calls its port */
	bool keyboard;	     /* for its power key, see ig_qmp_power() */
};

static const struct machine machines[] = {
	/* no controllers that nothing hangs on: firmware and kernel would wait
	 * for each of their ports */
	{ "amd64", "qemu-system-x86_64", "q35,sata=off,smbus=off", NULL,
	  "ttyS0", false },
	/* "max" is slow under TCG: pointer authentication */
	{ "arm64", "qemu-system-aarch64", "virt", "cortex-a57", "ttyAMA0",
	  true },
};

static const struct machine *find_machine(const char *arch)
{
	for (size_t i = 0; i < IG_COUNT(machines); i++)
		if (ig_streq(machines[i].arch, arch))
			return &machines[i];
	return NULL;
}

const char *ig_qemu_program(const struct ig_run *run)
{
	const struct machine *m = find_machine(run->arch);

	if (run->qemu)
		return run->qemu;
	return m ? m->program : NULL;
}

bool ig_run_qemu(const char *arch)
{
	const struct machine *m = find_machine(arch);

	return m && ig_proc_find(m->program);
}

bool ig_qemu_has_keyboard(const struct ig_run *run)
{
	const struct machine *m = find_machine(run->arch);

	return m && m->keyboard;
}

const char *ig_qemu_console(const struct ig_run *run)
{
	const struct machine *m = find_machine(run->arch);

	if (!m || !run->cmdline || !ig_serial_wanting(run->cmdline, m->serial))
		return NULL;
	return m->serial;
}

__attribute__((format(printf, 3, 4))) static int
add(struct ig_argv *argv, struct ig_err *err, const char *fmt, ...)
{
	char text[8192];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text) || argv->n == IG_ARGV_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "QEMU's command line is too long");
	argv->v[argv->n] = ig_strdup(text, err);
	if (!argv->v[argv->n])
		return -1;
	argv->v[++argv->n] = NULL;
	return 0;
}

static int add_pair(struct ig_argv *argv, const char *option, const char *value,
		    struct ig_err *err)
{
	return add(argv, err, "%s", option) < 0 ? -1
						: add(argv, err, "%s", value);
}

/* In QEMU's option lists a comma in a value is written twice. */
static int escape(char *out, size_t max, const char *text, struct ig_err *err)
{
	size_t n = 0;

	for (; *text; text++) {
		if (n + 3 > max)
			return ig_fail(err, IG_ELIMIT, "path is too long");
		out[n++] = *text;
		if (*text == ',')
			out[n++] = ',';
	}
	out[n] = '\0';
	return 0;
}

static int add_machine(struct ig_argv *argv, const struct ig_run *run,
		       enum ig_accel accel, const struct machine *m,
		       struct ig_err *err)
{
	const char *cpu = accel == IG_ACCEL_KVM ? "host" : m->cpu_tcg;

	if (add_pair(argv, "-accel", accel == IG_ACCEL_KVM ? "kvm" : "tcg",
		     err) < 0 ||
	    add_pair(argv, "-machine", m->machine, err) < 0 ||
	    (cpu && add_pair(argv, "-cpu", cpu, err) < 0))
		return -1;
	if (add(argv, err, "-m") < 0 ||
	    add(argv, err, "%uM", run->memory_mib) < 0 ||
	    add(argv, err, "-smp") < 0 || add(argv, err, "%u", run->cpus) < 0)
		return -1;
	if (!m->keyboard)
		return 0;
	return add_pair(argv, "-device", "virtio-keyboard-pci", err);
}

static int add_base(struct ig_argv *argv, struct ig_err *err)
{
	static const char *const words[] = {
		"-name",
		"ingot",
		"-no-user-config",
		"-nodefaults",
		"-display",
		"none",
		"-no-reboot",
		"-chardev",
		"stdio,id=console,signal=off",
		"-serial",
		"chardev:console",
		"-device",
		"virtio-rng-pci",
	};

	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (add(argv, err, "%s", words[i]) < 0)
			return -1;
	if (add(argv, err, "-chardev") < 0 ||
	    add(argv, err, "socket,id=control,fd=%d", IG_QMP_FD) < 0)
		return -1;
	return add_pair(argv, "-mon", "chardev=control,mode=control", err);
}

static int add_network(struct ig_argv *argv, const struct ig_run *run,
		       struct ig_err *err)
{
	char text[4096] = "user,id=net0";
	size_t len = strlen(text);

	if (run->no_network)
		return 0;
	for (size_t i = 0; i < run->ports_n; i++) {
		const struct ig_run_port *p = &run->ports[i];
		int n = snprintf(
			text + len, sizeof(text) - len, ",hostfwd=%s:%s:%u-:%u",
			p->udp ? "udp" : "tcp",
			p->host_address ? p->host_address : "127.0.0.1",
			p->host, p->guest);

		if (n < 0 || (size_t)n >= sizeof(text) - len)
			return ig_fail(err, IG_ELIMIT, "too many ports");
		len += (size_t)n;
	}
	if (add_pair(argv, "-netdev", text, err) < 0)
		return -1;
	/* romfile: no PXE program is looked for, which saves boot time. */
	return add_pair(argv, "-device",
			"virtio-net-pci,netdev=net0,romfile=", err);
}

static int add_disks(struct ig_argv *argv, const struct ig_run *run,
		     struct ig_err *err)
{
	for (size_t i = 0; i < run->disks_n; i++) {
		const struct ig_run_disk *d = &run->disks[i];
		char path[8000];

		if (escape(path, sizeof(path), d->path, err) < 0 ||
		    add(argv, err, "-drive") < 0 ||
		    /* "./": QEMU takes "nbd:x" for a protocol */
		    add(argv, err, "file=%s%s,format=%s,if=none,id=disk%zu%s",
			*path == '/' ? "" : "./", path,
			d->format ? d->format : "raw", i,
			d->readonly ? ",readonly=on" : "") < 0 ||
		    add(argv, err, "-device") < 0 ||
		    add(argv, err, "virtio-blk-pci,drive=disk%zu%s", i,
			!i && !run->kernel ? ",bootindex=0" : "") < 0)
			return -1;
	}
	return 0;
}

static int add_flash(struct ig_argv *argv, const char *path, bool readonly,
		     struct ig_err *err)
{
	char text[8000];

	if (escape(text, sizeof(text), path, err) < 0 ||
	    add(argv, err, "-drive") < 0)
		return -1;
	return add(argv, err, "file=%s%s,format=raw,if=pflash%s",
		   *path == '/' ? "" : "./", text,
		   readonly ? ",readonly=on" : "");
}

static int add_firmware(struct ig_argv *argv, const struct ig_run *run,
			struct ig_err *err)
{
	if (!run->firmware)
		return 0;
	if (add_flash(argv, run->firmware, true, err) < 0 ||
	    add_flash(argv, run->firmware_vars, false, err) < 0)
		return -1;
	/* without a menu, firmware of arm64 waits 5 seconds */
	return add_pair(argv, "-boot", "menu=on,splash-time=0", err);
}

/* In front: of the consoles that there are the last one named is /dev/console.
 */
static int add_cmdline(struct ig_argv *argv, const struct ig_run *run,
		       struct ig_err *err)
{
	const char *console = ig_qemu_console(run);

	if (!console)
		return run->cmdline
			       ? add_pair(argv, "-append", run->cmdline, err)
			       : 0;
	return add(argv, err, "-append") < 0
		       ? -1
		       : add(argv, err, "console=%s%s%s", console,
			     *run->cmdline ? " " : "", run->cmdline);
}

static int add_what_boots(struct ig_argv *argv, const struct ig_run *run,
			  struct ig_err *err)
{
	if (add_firmware(argv, run, err) < 0 ||
	    (run->kernel && add_pair(argv, "-kernel", run->kernel, err) < 0) ||
	    (run->initrd && add_pair(argv, "-initrd", run->initrd, err) < 0))
		return -1;
	return add_cmdline(argv, run, err);
}

static int add_channels(struct ig_argv *argv, const struct ig_run *run,
			struct ig_err *err)
{
	int fd = IG_QMP_FD + 1;

	if (run->monitor &&
	    (add(argv, err, "-chardev") < 0 ||
	     add(argv, err, "socket,id=monitor,fd=%d", fd++) < 0 ||
	     add_pair(argv, "-mon", "chardev=monitor,mode=control", err) < 0))
		return -1;
	if (run->channels_n &&
	    add_pair(argv, "-device", "virtio-serial-pci", err) < 0)
		return -1;
	for (size_t i = 0; i < run->channels_n; i++)
		if (add(argv, err, "-chardev") < 0 ||
		    add(argv, err, "socket,id=channel%zu,fd=%d", i,
			fd + (int)i) < 0 ||
		    add(argv, err, "-device") < 0 ||
		    add(argv, err, "virtserialport,chardev=channel%zu,name=%s",
			i, run->channels[i].name) < 0)
			return -1;
	return 0;
}

int ig_qemu_argv(struct ig_argv *out, const struct ig_run *run,
		 enum ig_accel accel, struct ig_err *err)
{
	const struct machine *m = find_machine(run->arch);

	memset(out, 0, sizeof(*out));
	if (!m)
		return ig_fail(
			err, IG_EUSAGE,
			"no QEMU machine for architecture '%s': amd64 and arm64 can run",
			run->arch);
	if (add(out, err, "%s", ig_qemu_program(run)) < 0 ||
	    add_machine(out, run, accel, m, err) < 0 ||
	    add_base(out, err) < 0 || add_what_boots(out, run, err) < 0 ||
	    add_network(out, run, err) < 0 || add_disks(out, run, err) < 0 ||
	    add_channels(out, run, err) < 0) {
		ig_argv_done(out);
		return -1;
	}
	return 0;
}

void ig_argv_done(struct ig_argv *argv)
{
	for (size_t i = 0; i < argv->n; i++)
		free(argv->v[i]);
	memset(argv, 0, sizeof(*argv));
}
