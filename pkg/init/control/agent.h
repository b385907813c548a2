/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_AGENT_H
#define INIT_AGENT_H

/*
 * What the tests of a spec need of the guest: a child of PID 1 that answers
 * the host at the virtio port org.ingot.agent. Only an image whose spec has
 * such tests says so, by /etc/ingot/agent.json; who has the port is the
 * machine's owner anyway.
 */

/** agent_start() - start it where the image wants it. */
void agent_start(void);

/** agent_main() - the agent; returns only when there is no port. */
int agent_main(void);

#endif
