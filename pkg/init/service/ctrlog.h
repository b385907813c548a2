/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTRLOG_H
#define INIT_CTRLOG_H

struct ctr;

/** A log file is renamed to NAME.log.1 when it passes this size. */
#define CTRLOG_MAX (1024 * 1024)

/**
 * ctrlog_open() - open a container's log file, emptied.
 * Services: /var/log/NAME.log; steps: /run/log/onboot/NAME.log and
 * /run/log/onshutdown/NAME.log. A failure is logged, output then goes to the
 * consoles only.
 */
void ctrlog_open(struct ctr *c);

/**
 * ctrlog_listen() - take the container's output from @pipe, in the loop.
 * @pipe is @c's then. 0, or -1 with errno.
 */
int ctrlog_listen(struct ctr *c, int pipe);

/** ctrlog_hang_up() - no more output: flush an unfinished line, close the
 * pipe and the file. Nothing happens when they are closed. */
void ctrlog_hang_up(struct ctr *c);

/** ctrlog_tail() - say the last lines again, after a failure. */
void ctrlog_tail(const struct ctr *c);

#endif
