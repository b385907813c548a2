/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLEXEC_H
#define INIT_CTLEXEC_H

/** ctl_exec() - "ingot-ctl exec": become the runtime, which runs @argv (ends
 * in NULL) in the service @name. Returns the exit code on failure only. */
int ctl_exec(const char *name, char **argv);

/** ctl_shell() - "ingot-ctl shell": the same with a shell, in the service that
 * is there for it. */
int ctl_shell(void);

#endif
