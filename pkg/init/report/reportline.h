/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_REPORTLINE_H
#define INIT_REPORTLINE_H

#include "service/svc.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The records of the boot report: each makes one line of @out. They ask no
 * clock and read no file. False: there is nothing to be said, or no room.
 */

struct ctr;
struct jsonout;

/** reportline_begin() - a record at @us; who wants more of it adds that
 * before jsonout_end(). What @out had is forgotten. */
void reportline_begin(struct jsonout *out, int64_t us, const char *event);

/** reportline_phase() - a part of the boot, over at @to. */
bool reportline_phase(struct jsonout *out, const char *name, int64_t from,
		      int64_t to);

/** reportline_action() - what an action means for a container. */
bool reportline_action(struct jsonout *out, int64_t us, const struct ctr *c,
		       enum svc_action action);

/** reportline_booted() - @meminfo: /proc/meminfo's text. */
bool reportline_booted(struct jsonout *out, int64_t us, const char *meminfo);

/** reportline_shutdown() - @how: of reboot(2). */
bool reportline_shutdown(struct jsonout *out, int64_t us, int how,
			 const char *why);

bool reportline_off(struct jsonout *out, int64_t us, int how, bool clean);
bool reportline_lost(struct jsonout *out, int64_t us, unsigned records);

#endif
