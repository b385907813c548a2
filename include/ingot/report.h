/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_REPORT_H
#define IG_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_buf;
struct ig_err;

/*
 * What a guest tells of its boot (docs/boot-report.md). The guest may be an
 * attacker: what it says is bounded, and never printed as it is.
 */

#define IG_REPORT_VERSION 1
#define IG_REPORT_LINE	  2048 /* longest record */
#define IG_REPORT_NAME	  256  /* longest text in one that is kept */
#define IG_REPORT_PHASES  16
#define IG_REPORT_UNITS	  3072

enum ig_report_kind {
	IG_REPORT_ONBOOT,
	IG_REPORT_SERVICE,
	IG_REPORT_ONSHUTDOWN,
	IG_REPORT_KINDS
};

/* Times are microseconds since the kernel's start; -1: has not happened. */
struct ig_report_phase {
	char *name;
	int64_t from, to;
};

struct ig_report_unit {
	enum ig_report_kind kind;
	char *name;
	int64_t started, up, ready; /* the first time */
	int64_t ended;		    /* the last time; -1 while it runs */
	int64_t runs;		    /* starts so far */
	int code, signal;	    /* of its end; -1: not known */
	bool failed;		    /* the runtime could not start it */
	bool given_up;
};

struct ig_report {
	/* as it comes */
	char line[IG_REPORT_LINE];
	size_t len;
	bool too_long;

	bool begun;	  /* the first record is here */
	uint64_t bad;	  /* lines that are none of ours */
	uint64_t lost;	  /* records that the guest could not send */
	int64_t version;  /* of the guest */
	int64_t offset;	  /* from the machine's start to the kernel's; -1 */
	int64_t firmware; /* of it, as the firmware measured; -1 */
	int64_t loader;
	char *kernel, *machine, *image, *consoles; /* or NULL */
	struct ig_report_phase phases[IG_REPORT_PHASES];
	size_t phases_n;
	struct ig_report_unit *units;
	size_t units_n;
	int64_t booted; /* the boot is complete */
	int64_t memory_kib, available_kib;
	int64_t shutdown, off;
	char *how, *reason;
	bool clean;
};

/** ig_report_init() - empty. Free with ig_report_done(). */
void ig_report_init(struct ig_report *report);
void ig_report_done(struct ig_report *report);

/**
 * ig_report_feed() - @len bytes as they come, @now µs after the machine's
 * start. Never fails: what is not understood is counted and passed over.
 */
void ig_report_feed(struct ig_report *report, const char *data, size_t len,
		    int64_t now);

/** ig_report_failed() - whether a service or step was given up. */
bool ig_report_failed(const struct ig_report *report);

/** ig_report_text() - the boot as a table of lines; @colour for terminals. */
int ig_report_text(struct ig_buf *out, const struct ig_report *report,
		   bool colour, struct ig_err *err);

/** ig_report_json() - all of it as one JSON document; @end: how it ended. */
int ig_report_json(struct ig_buf *out, const struct ig_report *report,
		   const char *end, struct ig_err *err);

/** ig_report_svg() - the boot as a chart; @title is shown, borrowed. */
int ig_report_svg(struct ig_buf *out, const struct ig_report *report,
		  const char *title, struct ig_err *err);

#endif
