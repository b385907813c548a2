/* SPDX-License-Identifier: Apache-2.0 */
#include "steps.h"

#include "ctr.h"

bool steps_run(struct ctr_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct ctr *c = &list->v[i];

		if (c->state == SVC_DOWN)
			ctr_event(c, EV_START);
		if (!ctr_is_over(c))
			return false;
	}
	return true;
}
