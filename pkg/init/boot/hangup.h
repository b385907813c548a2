/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_HANGUP_H
#define INIT_HANGUP_H

/**
 * hangup_terminals() - SIGHUP to every process with a controlling terminal.
 * Interactive shells ignore SIGTERM; this is what makes them end.
 */
void hangup_terminals(void);

/**
 * hangup_has_terminal() - does a line of /proc/PID/stat name a terminal?
 * @stat: borrowed; the program's name in it may hold blanks and brackets.
 */
int hangup_has_terminal(const char *stat);

#endif
