/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOGMAIN_H
#define INIT_LOGMAIN_H

/** logs_main() - the program "ingot-logs", which PID 1 starts: log lines from
 * descriptor 0 to a disk or to a server. Returns the exit code. */
int logs_main(int argc, char **argv);

#endif
