/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_WORK_H
#define INIT_WORK_H

/** A piece of work; returns 0, or another code when it failed. */
typedef int work_fn(const void *ctx);

/**
 * work_do() - do something that may be slow, or hang, in a child of PID 1.
 * @what: names it when the time is over. The child and all that it started is
 * killed then; one that hangs in the kernel is left behind. What the child
 * says is in the log book.
 * Returns what @fn did, or -1 when it did not end by itself in @seconds.
 */
int work_do(work_fn *fn, const void *ctx, unsigned seconds, const char *what);

/**
 * work_run() - in such a child: run a program and wait, its lines go to the
 * consoles and the log book behind @name (a short one).
 * @argv: ends in NULL, its first entry is the program's path.
 * Returns its exit code, or -1 when it was killed or there is none.
 */
int work_run(const char *name, const char *const argv[]);

#endif
