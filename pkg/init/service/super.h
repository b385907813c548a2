/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SUPER_H
#define INIT_SUPER_H

#include <signal.h>
#include <stdint.h>

/** When what was done, in microseconds since the kernel started. */
struct boot_times {
	int64_t kernel; /* when the first process 1 began, maybe a stage 1 */
	int64_t init;
	int64_t plug; /* before the modules */
	int64_t modules;
	int64_t mounts; /* of images and volumes */
	int64_t onboot;
	int64_t up; /* every service is, that is to be; 0: not yet */
};

/** super_signals() - the signals that the loop takes, to be blocked first. */
void super_signals(sigset_t *set);

/** super_run() - run the bundles, serve, shut down. Does not return. */
void super_run(struct boot_times times) __attribute__((noreturn));

#endif
