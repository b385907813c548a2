/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_RUN_REPORT_H
#define IG_CLI_RUN_REPORT_H

#include <stdbool.h>

#include <ingot/run.h>

struct ig_err;
struct ig_report;

/* What "run" makes of a boot report. */
struct run_report {
	const char *json, *chart; /* files to write, or NULL */
	const char *title;
	bool until_boot;
};

/** run_report_begin() - what run_report_booted() writes; @how is borrowed
 * until the end of the program. */
void run_report_begin(const struct run_report *how);

/** run_report_booted() - show the boot, write the files; for ig_run(). */
void run_report_booted(const struct ig_report *report);

/** run_report_end() - write the files for good, say what is missing; @end
 * becomes what the report makes of it. */
int run_report_end(enum ig_guest_end *end, const struct ig_report *report,
		   struct ig_err *err);

#endif
