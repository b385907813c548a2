/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_STEPS_H
#define INIT_STEPS_H

#include <stdbool.h>

struct ctr;
struct ctr_list;

/**
 * steps_run() - start those of @list that need not wait any more; true when
 * all have ended. Called again whenever a child ended. Nothing is started
 * after one that steps_failed() tells of.
 */
bool steps_run(struct ctr_list *list);

/** steps_failed() - one that failed and says what then happens to the
 * machine; NULL: none. */
const struct ctr *steps_failed(const struct ctr_list *list);

#endif
