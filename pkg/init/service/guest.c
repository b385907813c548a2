/* SPDX-License-Identifier: Apache-2.0 */
#include "service/guest.h"

void guest_each(struct guest *g, void (*fn)(struct ctr *c))
{
	for (int k = 0; k < CTR_KINDS; k++) {
		for (size_t i = 0; i < g->lists[k].n; i++)
			fn(&g->lists[k].v[i]);
	}
}
