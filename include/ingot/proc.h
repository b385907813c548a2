/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_PROC_H
#define IG_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ig_err;
struct ig_buf;

/* Child processes, without a shell. Each dies with its parent. */
struct ig_proc {
	const char *const *argv; /* argv[0] is looked up in PATH */
	const char *const *env;	 /* "NAME=value" added to ours, NULL-ended */
	/* Of our environment only what says where programs and scratch files
	 * are, for what is made must not depend on the rest. */
	bool clean_env;
	const char *cwd; /* NULL: ours */
	int in;		 /* descriptor, or -1: /dev/null */
	int out;	 /* descriptor, or -1: ours */
	int err;	 /* descriptor, or -1: ours */
	/* When ig_cancelled(), pass the signal on, so that it may end by
	 * itself, instead of killing it. */
	bool forward_signals;
	/* A group of its own: Ctrl-C at the terminal does not reach it. */
	bool own_group;
	/* The child has these as 3, 4, …; up to IG_PROC_KEEP. */
	const int *keep;
	size_t keep_n;
};

#define IG_PROC_KEEP 6

/** ig_proc_start() - @pid is running after. IG_ENOENT: no such program.
 * It dies with the *thread* that started it: wait for it on the same one. */
int ig_proc_start(pid_t *pid, const struct ig_proc *proc, struct ig_err *err);
/** ig_proc_wait() - exit status 0–255, or 128 + signal. */
int ig_proc_wait(int *status, pid_t pid, struct ig_err *err);
/**
 * ig_proc_run() - start, collect standard output into @out (or NULL) and
 * standard error into @said (or NULL), wait; a nonzero status is IG_ESYS
 * with the last line of what it said. @out that overflows is IG_ELIMIT, @said
 * keeps its end. Standard error goes to @proc's descriptor when @said is NULL
 * and there is one.
 */
int ig_proc_run(const struct ig_proc *proc, struct ig_buf *out,
		struct ig_buf *said, struct ig_err *err);
/** ig_proc_find() - whether @name is a program in PATH. */
bool ig_proc_find(const char *name);

#endif
