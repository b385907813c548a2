/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_SCRATCH_H
#define IG_CLI_SCRATCH_H

struct ig_err;

/** scratch_make() - a new folder in @parent, which is there: its path,
 * malloc()ed, NULL on failure. */
char *scratch_make(const char *parent, const char *name, struct ig_err *err);

/** scratch_remove() - with all that is in it. */
void scratch_remove(const char *dir);

#endif
