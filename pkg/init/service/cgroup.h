/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CGROUP_H
#define INIT_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctr;

/** Longest name of a control group, below /sys/fs/cgroup. */
#define CGROUP_NAME 256

/** cgroup_delegate() - let groups of containers have limits of their own. */
void cgroup_delegate(void);

/** cgroup_populated() - does anything run in the group of container @id? */
bool cgroup_populated(const char *id);

/** cgroup_begin() - @c is up: learn its group, and look out for what the
 * kernel kills there for memory. */
void cgroup_begin(struct ctr *c);

/** cgroup_end() - the same no more, after a last look. */
void cgroup_end(struct ctr *c);

/** cgroup_kill() - kill all that runs in @c's group, unless another
 * container lives in it or in a group inside it. */
void cgroup_kill(struct ctr *c);

/** cgroup_holds() - is @other the group @group, or one inside it? */
bool cgroup_holds(const char *group, const char *other);

/** cgroup_count() - the number behind the word @key in a file of lines
 * "key number"; 0: it is not there. */
int64_t cgroup_count(const char *text, const char *key);

/** cgroup_size() - "256M": @bytes in the largest unit that divides them. */
void cgroup_size(char *out, size_t cap, int64_t bytes);

#endif
