/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_BUNDLE_H
#define INIT_BUNDLE_H

/**
 * bundle_start() - prepare a bundle by its runtime.json and start it.
 * Runs in a child of PID 1; what goes wrong is written to descriptor 2. The
 * container's process is left behind, its id in @pidfile.
 * Returns the exit code for the child: 0 when the container was started.
 */
int bundle_start(const char *dir, const char *name, const char *pidfile);

/** bundle_clean() - unmount an ended one-shot container's root. */
void bundle_clean(const char *dir);

#endif
