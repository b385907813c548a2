/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_STEPS_H
#define INIT_STEPS_H

#include <stdbool.h>

struct ctr_list;

/** steps_run() - start the next of @list when the one before has ended; true
 * when all have. Called again whenever a child ended. */
bool steps_run(struct ctr_list *list);

#endif
