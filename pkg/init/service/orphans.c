/* SPDX-License-Identifier: Apache-2.0 */
#include "service/orphans.h"

#define ORPHANS 4096

static struct {
	pid_t pid;
	int status;
} orphans[ORPHANS];
static unsigned n_orphans;

void orphans_add(pid_t pid, int status)
{
	orphans[n_orphans % ORPHANS].pid = pid;
	orphans[n_orphans % ORPHANS].status = status;
	n_orphans++;
}

/* The newest first: an older one of that number was another process. */
void orphans_take(pid_t pid, int *status)
{
	for (unsigned i = 1; i <= ORPHANS; i++) {
		unsigned at = (n_orphans - i) % ORPHANS;

		if (orphans[at].pid == pid) {
			*status = orphans[at].status;
			orphans[at].pid = 0;
			return;
		}
	}
}
