/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svc.h"

static void every_state_and_event_leads_to_a_valid_state(void **state)
{
	(void)state;
	for (int s = SVC_STAY + 1; s < SVC_STATES; s++) {
		for (int e = 0; e < SVC_EVENTS; e++) {
			struct svc_step n =
				svc_next((enum svc_state)s, (enum svc_event)e);

			assert_in_range(n.state, SVC_DOWN, SVC_ENDED);
			assert_in_range(n.action, ACT_NONE, SVC_ACTIONS - 1);
			if (n.state == (enum svc_state)s)
				continue;
			/* only the start leaves DOWN for life */
			assert_int_not_equal(n.state, SVC_DOWN);
		}
	}
}

static void transitions_are_these_and_no_others(void **state)
{
	static const struct {
		enum svc_state from;
		enum svc_event event;
		struct svc_step to;
	} all[] = {
		{ SVC_DOWN, EV_START, { SVC_STARTING, ACT_SPAWN } },
		{ SVC_DOWN, EV_QUIESCE, { SVC_ENDED, ACT_NONE } },
		{ SVC_STARTING, EV_STARTED, { SVC_UP, ACT_WATCH } },
		{ SVC_STARTING, EV_FAILED, { SVC_ENDED, ACT_REPORT_FAIL } },
		{ SVC_STARTING, EV_STOP, { SVC_STOPPING, ACT_TERM } },
		{ SVC_STARTING, EV_QUIESCE, { SVC_STOPPING, ACT_NONE } },
		{ SVC_STARTING, EV_TIMEOUT, { SVC_STOPPING, ACT_KILL } },
		{ SVC_UP, EV_EXITED, { SVC_CLEANING, ACT_REPORT_CLEAN } },
		{ SVC_UP, EV_STOP, { SVC_STOPPING, ACT_TERM } },
		{ SVC_UP, EV_QUIESCE, { SVC_STOPPING, ACT_NONE } },
		{ SVC_UP, EV_TIMEOUT, { SVC_STOPPING, ACT_KILL } },
		{ SVC_STOPPING, EV_STARTED, { SVC_STOPPING, ACT_WATCH_TERM } },
		{ SVC_STOPPING, EV_FAILED, { SVC_ENDED, ACT_REPORT_FAIL } },
		{ SVC_STOPPING, EV_EXITED, { SVC_ENDED, ACT_REPORT } },
		{ SVC_STOPPING, EV_TIMEOUT, { SVC_STOPPING, ACT_KILL } },
		{ SVC_CLEANING, EV_CLEANED, { SVC_ENDED, ACT_NONE } },
		{ SVC_CLEANING, EV_TIMEOUT, { SVC_CLEANING, ACT_KILL } },
	};
	size_t hits = 0;

	(void)state;
	for (int s = SVC_STAY + 1; s < SVC_STATES; s++) {
		for (int e = 0; e < SVC_EVENTS; e++) {
			struct svc_step want = { (enum svc_state)s, ACT_NONE };

			for (size_t i = 0; i < sizeof(all) / sizeof(all[0]);
			     i++) {
				if ((int)all[i].from == s &&
				    (int)all[i].event == e) {
					want = all[i].to;
					hits++;
				}
			}
			struct svc_step n =
				svc_next((enum svc_state)s, (enum svc_event)e);

			assert_int_equal(n.state, want.state);
			assert_int_equal(n.action, want.action);
		}
	}
	assert_int_equal(hits, sizeof(all) / sizeof(all[0]));
}

static void an_ended_container_stays_ended(void **state)
{
	(void)state;
	for (int e = 0; e < SVC_EVENTS; e++) {
		struct svc_step n = svc_next(SVC_ENDED, (enum svc_event)e);

		assert_int_equal(n.state, SVC_ENDED);
		assert_int_equal(n.action, ACT_NONE);
	}
}

static void values_out_of_range_change_nothing(void **state)
{
	(void)state;
	assert_int_equal(svc_next((enum svc_state)99, EV_START).state, 99);
	assert_int_equal(svc_next(SVC_UP, (enum svc_event)99).state, SVC_UP);
	assert_int_equal(svc_next(SVC_UP, (enum svc_event)99).action, ACT_NONE);
	assert_int_equal(sys_next((enum sys_state)99, SE_SETTLED).state, 99);
	assert_int_equal(sys_next(SYS_ONBOOT, (enum sys_event)99).state,
			 SYS_ONBOOT);
}

static void the_system_only_goes_forward(void **state)
{
	(void)state;
	for (int s = SYS_STAY + 1; s < SYS_STATES; s++) {
		for (int e = 0; e < SYS_EVENTS; e++) {
			struct sys_step n =
				sys_next((enum sys_state)s, (enum sys_event)e);

			assert_in_range(n.state, s, SYS_OFF);
			if ((int)n.state == s)
				assert_int_equal(n.action, SA_NONE);
			else
				assert_int_not_equal(n.action, SA_NONE);
		}
	}
}

static void a_boot_and_a_shutdown_pass_every_phase(void **state)
{
	static const struct {
		enum sys_event event;
		struct sys_step want;
	} walk[] = {
		{ SE_SETTLED, { SYS_STARTING, SA_SERVICES } },
		{ SE_SETTLED, { SYS_RUNNING, SA_BOOTED } },
		{ SE_SETTLED, { SYS_RUNNING, SA_NONE } },
		{ SE_SHUTDOWN, { SYS_ONSHUTDOWN, SA_ONSHUTDOWN } },
		{ SE_SHUTDOWN, { SYS_ONSHUTDOWN, SA_NONE } },
		{ SE_SETTLED, { SYS_TERM, SA_TERM } },
		{ SE_TIMEOUT, { SYS_KILL, SA_KILL } },
		{ SE_TIMEOUT, { SYS_OFF, SA_OFF } },
		{ SE_SHUTDOWN, { SYS_OFF, SA_NONE } },
	};
	enum sys_state s = SYS_ONBOOT;

	(void)state;
	for (size_t i = 0; i < sizeof(walk) / sizeof(walk[0]); i++) {
		struct sys_step n = sys_next(s, walk[i].event);

		assert_int_equal(n.state, walk[i].want.state);
		assert_int_equal(n.action, walk[i].want.action);
		s = n.state;
	}
}

static void a_shutdown_is_taken_in_every_phase_of_the_boot(void **state)
{
	static const enum sys_state boot[] = { SYS_ONBOOT, SYS_STARTING,
					       SYS_RUNNING };

	(void)state;
	for (size_t i = 0; i < sizeof(boot) / sizeof(boot[0]); i++)
		assert_int_equal(sys_next(boot[i], SE_SHUTDOWN).action,
				 SA_ONSHUTDOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_and_event_leads_to_a_valid_state),
		cmocka_unit_test(transitions_are_these_and_no_others),
		cmocka_unit_test(an_ended_container_stays_ended),
		cmocka_unit_test(values_out_of_range_change_nothing),
		cmocka_unit_test(the_system_only_goes_forward),
		cmocka_unit_test(a_boot_and_a_shutdown_pass_every_phase),
		cmocka_unit_test(
			a_shutdown_is_taken_in_every_phase_of_the_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
