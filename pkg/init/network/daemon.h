/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DAEMON_H
#define INIT_NETWORK_DAEMON_H

/**
 * network_main() - the program "network": configure the network by
 * /etc/ingot/network.json and keep it so. PID 1 is told (native.h) when all
 * required interfaces have their address, or when that takes too long.
 * Returns only on failure.
 */
int network_main(void);

#endif
