/* SPDX-License-Identifier: Apache-2.0 */
#include "service/steps.h"

#include "service/ctr.h"

/* By itself a step waits for all before it, with "after" for those only. */
static bool may_start(const struct ctr_list *list, const struct ctr *c)
{
	if (c->plan.after_set) {
		for (size_t i = 0; i < c->n_needs; i++) {
			if (!ctr_is_over(c->needs[i].other))
				return false;
		}
		return true;
	}
	for (const struct ctr *other = list->v; other < c; other++) {
		if (!ctr_is_over(other))
			return false;
	}
	return true;
}

bool steps_run(struct ctr_list *list)
{
	bool all = true;

	for (size_t i = 0; i < list->n; i++) {
		struct ctr *c = &list->v[i];

		if (steps_failed(list))
			return false;
		if (c->state == SVC_DOWN && may_start(list, c))
			ctr_event(c, EV_START);
		all = all && ctr_is_over(c);
	}
	return all && !steps_failed(list);
}

const struct ctr *steps_failed(const struct ctr_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct ctr *c = &list->v[i];

		if (ctr_is_over(c) && c->failed &&
		    c->plan.policy.failure != FAILURE_IGNORE)
			return c;
	}
	return NULL;
}
