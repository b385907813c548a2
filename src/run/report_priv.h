/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_REPORT_PRIV_H
#define IG_REPORT_PRIV_H

#include <ingot/report.h>

#define REPORT_STATE 48

/** report_at() - @us of the kernel's clock as of the machine's start. */
int64_t report_at(const struct ig_report *r, int64_t us);

/** report_end_of() - where a unit's time on the chart ends: its own end, or
 * that of what is known. */
int64_t report_end_of(const struct ig_report *r,
		      const struct ig_report_unit *u);

/** report_state() - what became of a unit, in words. Returns @out. */
const char *report_state(char out[REPORT_STATE],
			 const struct ig_report_unit *u);

/** report_is_bad() - a unit that did not do what it should. How services end
 * during the shutdown does not matter. */
bool report_is_bad(const struct ig_report *r, const struct ig_report_unit *u);

/** report_visible() - @name, cut to @most characters, what neither a terminal
 * nor XML takes as '?'. @out: 4 * @most + 4 bytes at least. Returns @out. */
const char *report_visible(char *out, const char *name, size_t most);

#endif
