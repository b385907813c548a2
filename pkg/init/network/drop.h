/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DROP_H
#define INIT_NETWORK_DROP_H

/** The daemon's user and group; nobody else has it. */
#define DROP_ID 65533

/**
 * drop_all() - from now on another user, with CAP_NET_ADMIN, CAP_NET_RAW and
 * CAP_NET_BIND_SERVICE alone, nothing to gain by exec, and only the system
 * calls that the daemon makes. 0, or -1 with errno.
 */
int drop_all(void);

#endif
