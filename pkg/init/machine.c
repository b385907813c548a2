/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

void machine_each(struct machine *m, void (*fn)(struct ctr *c))
{
	for (int k = 0; k < CTR_KINDS; k++) {
		for (size_t i = 0; i < m->lists[k].n; i++)
			fn(&m->lists[k].v[i]);
	}
}
