/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROBE_H
#define PROBE_H

/** misuse() - take what there is of @what, "processes", "memory" or "output".
 * Returns only when there is no such misuse. */
void misuse(const char *what);

/** error_name() - "EPERM"; static memory. */
const char *error_name(int error);

/** say_identity() - who this process is: user, capabilities, filter,
 * namespaces, mounts. */
void say_identity(void);

#endif
