/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_BUNDLE_H
#define INIT_BUNDLE_H

#include <stdbool.h>
#include <sys/types.h>

/** bundle_runtime() - the container runtime's path; NULL: there is none. */
const char *bundle_runtime(void);

/** bundle_prepare() - once, before the first container is started. */
void bundle_prepare(void);

/** bundle_pid() - the first process of a container; 0: it does not run. */
pid_t bundle_pid(const char *name);

/** bundle_kill_exec() - kill what "crun exec --pid-file @pidfile" has started:
 * the runtime's process, which waits for it, would not take it along. */
void bundle_kill_exec(const char *pidfile);

/**
 * bundle_start() - prepare a bundle by its runtime.json and start it.
 * Runs in a child of PID 1; what goes wrong is written to descriptor 2. The
 * container's process is left behind, its id in @pidfile.
 * Returns the exit code for the child: 0 when the container was started.
 */
int bundle_start(const char *dir, const char *name, const char *pidfile);

/** bundle_group() - its control group below /sys/fs/cgroup, as the runtime
 * keeps it, into @out; empty when it is not known. */
void bundle_group(const char *name, char *out, size_t cap);

/** bundle_delete() let it be: processes of the container are left. */
#define BUNDLE_POPULATED 3

/**
 * bundle_delete() - have the runtime forget an ended container: its state,
 * its cgroup and what still runs in it; unless @force, nothing of that when
 * something still runs in it. Runs in a child of PID 1; returns the child's
 * exit code, or does not return.
 */
int bundle_delete(const char *name, bool force);

/**
 * bundle_release() - undo what runtime.json asked of the last start outside
 * of the container's root: mounts and kept namespaces, the newest first.
 * Runs in a child of PID 1, before bundle_start().
 */
void bundle_release(const char *dir);

/** bundle_clean() - unmount an ended container's root. */
void bundle_clean(const char *dir);

#endif
