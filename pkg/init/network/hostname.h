/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_HOSTNAME_H
#define INIT_NETWORK_HOSTNAME_H

/**
 * hostname_helper() - a process that keeps the right to set the host name.
 * To be called before the rights are dropped. What is written to the descriptor
 * returned, in one piece, becomes the name, when it is a label; the helper ends
 * when it is closed. -1 after saying why there is none.
 */
int hostname_helper(void);

#endif
