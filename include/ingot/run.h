/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_RUN_H
#define IG_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_report;

/*
 * Boot an image in QEMU.
 */

/* How a guest ended; also the exit status of `ingot run`. */
enum ig_guest_end {
	IG_GUEST_OFF = 0,	 /* powered off */
	IG_GUEST_FAILED = 1,	 /* QEMU failed, or the guest reset wordless */
	IG_GUEST_PANIC = 3,	 /* the kernel panicked or PID 1 gave up */
	IG_GUEST_TIMEOUT = 4,	 /* still there when the time was over */
	IG_GUEST_NO_QEMU = 5,	 /* no QEMU on this machine */
	IG_GUEST_INCOMPLETE = 6, /* it refused to start: damaged image or too
				  * little memory */
};

struct ig_run_disk {
	const char *path;   /* NULL: a file in the state folder */
	uint64_t mib;	    /* make it with this size when missing; 0: not */
	const char *format; /* "raw", "qcow2" or NULL: raw */
	bool readonly;
};

struct ig_run_port {
	const char *host_address; /* NULL: 127.0.0.1 */
	uint16_t host, guest;
	bool udp;
};

/* A virtio-serial port of the guest's. */
struct ig_run_channel {
	const char *name; /* "org.ingot.agent" */
	int fd;		  /* a socket: the host's end's other end; borrowed */
};
#define IG_RUN_CHANNELS 4 /* with that of the report */

/* What who watches a guest wants. */
enum ig_run_wish {
	IG_RUN_GO_ON,
	IG_RUN_PRESS, /* the power button, once */
	IG_RUN_END    /* end QEMU */
};

/* Called on the thread of ig_run(). A signal ends QEMU at once. */
struct ig_run_watch {
	void *ctx;
	void (*console)(void *ctx, const char *data, size_t len);
	/* at least ten times a second */
	enum ig_run_wish (*wish)(void *ctx);
};

enum ig_accel {
	IG_ACCEL_AUTO,
	IG_ACCEL_KVM,
	IG_ACCEL_TCG
};

struct ig_run {
	const char *arch; /* GOARCH name */
	unsigned memory_mib, cpus;
	enum ig_accel accel;
	const char *kernel, *initrd; /* files; no kernel: the first disk */
	const char *firmware;	     /* file, in flash; NULL: QEMU's … */
	const char *firmware_vars;   /* … and its variables: written to */
	const char *cmdline;	     /* text, or NULL */
	size_t disks_n;
	const struct ig_run_disk *disks;
	size_t ports_n;
	const struct ig_run_port *ports;
	bool no_network;
	unsigned timeout_s;	 /* 0: none */
	const char *state;	 /* folder for disks without a path */
	const char *console_log; /* copy of the console here, or NULL */
	bool interactive;	 /* standard input goes to the console */
	const char *qemu;	 /* program, or NULL: by architecture */
	bool quiet;		 /* the console goes to console_log only */
	size_t channels_n;
	const struct ig_run_channel *channels;
	int monitor; /* a socket for a second QMP; borrowed; 0: none */
	const struct ig_run_watch *watch; /* or NULL */
	/* receives what the guest tells of its boot, by a channel that is
	 * added to the others; or NULL */
	struct ig_report *report;
	/* called when it says that its boot is complete; or NULL */
	void (*booted)(const struct ig_report *report);
	bool until_boot; /* then it is told to power off */
};

#define IG_ARGV_MAX 128

/* A command line; strings owned. */
struct ig_argv {
	char *v[IG_ARGV_MAX + 1];
	size_t n;
};
void ig_argv_done(struct ig_argv *argv);

/** ig_qemu_argv() - pure: the command line for @run with @accel settled. */
int ig_qemu_argv(struct ig_argv *out, const struct ig_run *run,
		 enum ig_accel accel, struct ig_err *err);

/** ig_run_qemu() - whether a QEMU for @arch is installed. */
bool ig_run_qemu(const char *arch);

/** ig_usernet_open() - whether QEMU's text about its user network
 * ("info usernet") has a TCP connection that came in at the host's port @port
 * and that the guest has accepted. */
bool ig_usernet_open(const char *text, uint16_t port);

/** ig_run_port_parse(), ig_run_disk_parse() - parse "HOST:GUEST[/udp]",
 * "ADDRESS:HOST:GUEST", and "[file=]PATH[,size=N[M|G]][,format=F]". They cut
 * @text, whose memory must outlive the result. IG_EUSAGE. */
int ig_run_port_parse(struct ig_run_port *out, char *text, struct ig_err *err);
int ig_run_disk_parse(struct ig_run_disk *out, char *text, struct ig_err *err);

/**
 * ig_accel_probe() - whether a guest really starts under KVM: boots @kernel
 * without a root for at most 6 s and looks for its panic. That /dev/kvm opens
 * proves nothing: where it is nested or paravirtual a stock kernel may hang.
 * The answer is kept in @state_dir for this boot of this machine. Never
 * fails: what cannot be tried is IG_ACCEL_TCG.
 */
enum ig_accel ig_accel_probe(const struct ig_run *run, const char *state_dir);

/**
 * ig_run() - boot and wait. The console goes to standard output as it comes,
 * and to @run->console_log. SIGINT, SIGTERM: the guest is asked to power off
 * (its power button), a second one or 10 s later QEMU is ended. The terminal is
 * as it was after. No QEMU is left over, even when this program is killed with
 * SIGKILL.
 * @end says how the guest ended; -1 only when the run could not be tried.
 */
int ig_run(enum ig_guest_end *end, const struct ig_run *run,
	   struct ig_err *err);

#endif
