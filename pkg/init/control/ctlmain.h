/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLMAIN_H
#define INIT_CTLMAIN_H

/** ctl_main() - the program "ingot-ctl". Returns the exit code: 0, 1 when it
 * failed, 2 for a wrong call, or that of a program it ran. */
int ctl_main(int argc, char **argv);

#endif
