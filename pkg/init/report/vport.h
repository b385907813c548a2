/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_VPORT_H
#define INIT_VPORT_H

/** vport_open() - open the virtio port that the machine calls @name, @flags
 * as for open(2). The descriptor, or -1 when there is none (yet: ports are
 * announced some time after their driver is loaded). */
int vport_open(const char *name, int flags);

#endif
