/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_BOOTED_H
#define INIT_BOOTED_H

struct boot_times;

/** booted_say() - the line "boot:", how long each part of the boot took. */
void booted_say(const struct boot_times *times);

#endif
