/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_RUN_INTERNAL_H
#define IG_RUN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <ingot/report.h>
#include <ingot/run.h>

/* QEMU's end of the control socket (QMP) has this number in the child; behind
 * it come the second one, when there is one, and the channels. */
#define IG_QMP_FD 3

const char *ig_qemu_program(const struct ig_run *run);
bool ig_qemu_has_keyboard(const struct ig_run *run);

/** ig_qemu_console() - the console that the machine has and @run's command line
 * does not name, "ttyAMA0"; NULL: nothing is missing. */
const char *ig_qemu_console(const struct ig_run *run);

/** ig_serial_wanting() - whether the kernel's @cmdline says nothing of the only
 * port, @serial. It may also name that by its address, or want no console. */
bool ig_serial_wanting(const char *cmdline, const char *serial);

/* ---- console.c: what the guest says, line by line ---- */

enum ig_console_sign {
	IG_SIGN_NONE,
	IG_SIGN_PANIC,	    /* the kernel's own words, or PID 1's last ones */
	IG_SIGN_OFF,	    /* "reboot: Power down" or PID 1's farewell */
	IG_SIGN_REBOOT,	    /* the same for a reboot */
	IG_SIGN_INCOMPLETE, /* PID 1 found no end marker */
};

/* Only the beginning of a line is kept: a guest may print for ever. */
struct ig_console {
	char line[1200]; /* room for a record of the boot report */
	size_t len;
	bool panicked, off, reboot, incomplete;
	/* gets what stands behind "init: report "; or NULL */
	void (*record)(void *ctx, const char *record);
	void *ctx;
};

/** ig_console_feed() - look at @len bytes as they come. */
void ig_console_feed(struct ig_console *console, const char *data, size_t len);
enum ig_console_sign ig_console_sign(const char *line);

/* ---- report_source.c: by which way the boot report comes ---- */

/* The port is the guest's PID 1 alone; on a console others may write too. So
 * what the console tells (ingot.report=serial) counts only when nothing has
 * come by the port. */
struct report_source {
	struct ig_report *report; /* borrowed */
	struct ig_report serial;  /* until it is known which one counts */
	bool by_console;
};

void report_source_init(struct report_source *s, struct ig_report *report);
void report_source_done(struct report_source *s);
/** report_source_port(), report_source_line() - bytes of the port, a record of
 * the console, @now µs after the machine's start. */
void report_source_port(struct report_source *s, const char *data, size_t len,
			int64_t now);
void report_source_line(struct report_source *s, const char *record,
			int64_t now);
/** report_source_end() - nothing comes any more. */
void report_source_end(struct report_source *s);

/* ---- terminal.c ---- */

/** ig_terminal_raw() - keys go to the guest; @restore is for _restore(). */
void ig_terminal_raw(void);
void ig_terminal_restore(void); /* async-signal-safe, may come twice */

/* ---- qmp.c: QEMU's control socket ---- */

/* What QEMU tells by itself. */
struct ig_qmp {
	char line[512];
	size_t len;
	bool reset; /* the machine was reset, not switched off */
};

/** ig_qmp_hello() - ask for events; to be called once, first. */
void ig_qmp_hello(int fd);

/** ig_qmp_send() - one command without arguments; answers are dropped. */
void ig_qmp_send(int fd, const char *command);

/** ig_qmp_power() - press the power button, and the @keyboard's power key. */
void ig_qmp_power(int fd, bool keyboard);

/** ig_qmp_feed() - look at @len bytes of what QEMU says. */
void ig_qmp_feed(struct ig_qmp *qmp, const char *data, size_t len);

/** ig_qmp_drain() - read and look at what is there now. */
void ig_qmp_drain(struct ig_qmp *qmp, int fd);

#endif
