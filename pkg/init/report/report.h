/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_REPORT_H
#define INIT_REPORT_H

#include "service/svc.h"

#include <stdbool.h>

/*
 * The boot report: one record after the other, as it happens. They go to the
 * virtio port "org.ingot.report" where there is one, to the consoles when the
 * command line says ingot.report=serial, and to /run/ingot/boot.json. Nothing
 * here blocks or fails: a reader who does not read loses records, which are
 * counted.
 */

struct boot_times;
struct ctr;

/** report_begin() - the machine, and the phases that are over. */
void report_begin(const struct boot_times *times);

/** report_services() - the onboot steps are over. */
void report_services(const struct boot_times *times);

/** report_action() - tell what @action means for a container; most mean
 * nothing. To be called before it is done. */
void report_action(const struct ctr *c, enum svc_action action);

/** report_booted() - the boot is complete. */
void report_booted(const struct boot_times *times);

/** report_shutdown() - the machine is going to end. @how: of reboot(2). */
void report_shutdown(int how, const char *why);

/** report_off() - the last record, just before reboot(2); waits some 200 ms
 * for a port to take it. @clean: nothing was busy when it was unmounted. */
void report_off(int how, bool clean);

#endif
