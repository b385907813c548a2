/* SPDX-License-Identifier: Apache-2.0 */
#include "service/bundle.h"
#include "service/ctr.h"
#include "service/exits.h"

#include "log/log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CLEAN_US (30 * (int64_t)1000000)

void __wrap_exits_note(const struct ctr *c, bool started);
int __wrap_bundle_delete(const char *name, bool force);

/* no file of the machine that runs the test */
void __wrap_exits_note(const struct ctr *c, bool started)
{
	(void)c;
	(void)started;
}

/* the runtime: ends well, unless somebody ends it before */
int __wrap_bundle_delete(const char *name, bool force)
{
	(void)name;
	(void)force;
	usleep(100000);
	return 0;
}

static void fill(struct ctr *c, enum svc_state state)
{
	memset(c, 0, sizeof(*c));
	c->kind = CTR_SERVICE;
	c->state = state;
	c->pipe = -1;
	c->log = -1;
	c->memory = -1;
	c->status = -1;
	c->started = now_us();
	snprintf(c->name, sizeof(c->name), "test-of-ctr");
}

static void
leaves_the_cleaning_alone_when_it_ended_before_it_was_stopped(void **state)
{
	struct ctr c;
	int status;
	int64_t before = now_us();

	(void)state;
	fill(&c, SVC_HALTING);
	c.helper = 12345678;
	/* the runtime has ended well, and there is no process of it any more */
	assert_true(ctr_reaped(&c, 12345678, 0));
	assert_int_equal(c.state, SVC_CLEANING);
	assert_true(c.helper > 0);
	assert_true(c.deadline >= before + CLEAN_US);
	assert_int_equal(waitpid(c.helper, &status, 0), c.helper);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			leaves_the_cleaning_alone_when_it_ended_before_it_was_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
