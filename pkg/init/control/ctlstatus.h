/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLSTATUS_H
#define INIT_CTLSTATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** ctl_status() - "ingot-ctl status": a table, or a JSON object a line.
 * @name: of this bundle only, or NULL. Returns the exit code. */
int ctl_status(bool json, const char *name);

/** ctlstatus_group() - the path in /proc/PID/cgroup, of cgroup 2: "0::/PATH".
 * @out: receives "/PATH". Returns 0 or -1. */
int ctlstatus_group(const char *text, char *out, size_t cap);

/** ctlstatus_ago() - "12s", "3m", "5h", "2d". */
void ctlstatus_ago(int64_t ms, char *out, size_t cap);

/** ctlstatus_size() - "512K", "1.5M", "2.0G". */
void ctlstatus_size(int64_t bytes, char *out, size_t cap);

#endif
