/* SPDX-License-Identifier: Apache-2.0 */
#include "service/services.h"

#include "service/ctr.h"
#include "service/ctrplan.h"

/* Start what may start; true when that may let others start, or never. */
static bool start_some(struct ctr_list *l)
{
	bool any = false;

	for (size_t i = 0; i < l->n; i++) {
		struct ctr *c = &l->v[i];
		enum svc_order order =
			c->state == SVC_DOWN ? ctrplan_order(c) : ORDER_WAIT;

		if (order == ORDER_WAIT)
			continue;
		ctr_event(c, order == ORDER_READY ? EV_START : EV_GIVE_UP);
		any = true;
	}
	return any;
}

void services_start(struct ctr_list *services)
{
	while (start_some(services))
		;
}

const struct ctr *services_failed(const struct ctr_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].state == SVC_GIVEN_UP &&
		    l->v[i].plan.policy.failure != FAILURE_IGNORE)
			return &l->v[i];
	}
	return NULL;
}
