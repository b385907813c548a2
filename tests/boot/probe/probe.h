/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROBE_H
#define PROBE_H

/** misuse() - take what there is of @what, "processes", "memory" or "output".
 * Returns only when there is no such misuse. */
void misuse(const char *what);

#endif
