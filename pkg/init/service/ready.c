/* SPDX-License-Identifier: Apache-2.0 */
#include "service/ready.h"

#include "base/evloop.h"
#include "base/spawn.h"
#include "log/log.h"
#include "service/ctr.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing listens in the moment in which its program is started. */
#define FIRST_US 100000

static void again(struct ctr *c);

static void try(void *ctx)
{
	struct ctr *c = ctx;
	pid_t pid = fork();

	if (pid == 0) {
		spawn_child(-1);
		_exit(ready_try(&c->plan.ready, c->pid, c->name));
	}
	if (pid < 0) {
		log_say("%s: fork: %s", c->name, strerror(errno));
		again(c);
		return;
	}
	c->check = pid;
}

static void again(struct ctr *c)
{
	evtimer_set(&c->next_check, now_us() + c->plan.ready.interval, try, c);
}

void ready_begin(struct ctr *c)
{
	if (c->plan.ready.kind != READY_NONE)
		evtimer_set(&c->next_check, now_us() + FIRST_US, try, c);
}

void ready_end(struct ctr *c)
{
	evtimer_clear(&c->next_check);
	if (c->check > 0)
		spawn_kill(c->check, SIGKILL);
	c->check = 0;
}

bool ready_reaped(struct ctr *c, pid_t pid, int status)
{
	if (c->check != pid)
		return false;
	c->check = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		ctr_event(c, EV_READY);
	else
		again(c);
	return true;
}
