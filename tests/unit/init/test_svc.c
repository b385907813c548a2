/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/svc.h"

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

static const struct {
	enum svc_state from;
	enum svc_event event;
	struct svc_step to;
} transitions[] = {
	{ SVC_DOWN, EV_START, { SVC_STARTING, ACT_SPAWN } },
	{ SVC_DOWN, EV_GIVE_UP, { SVC_GIVEN_UP, ACT_GIVE_UP } },
	{ SVC_DOWN, EV_HOLD, { SVC_ENDED, ACT_NONE } },
	{ SVC_DOWN, EV_QUIESCE, { SVC_ENDED, ACT_NONE } },
	{ SVC_DOWN, EV_HALT, { SVC_ENDED, ACT_CANCEL } },
	{ SVC_DOWN, EV_REVIVE, { SVC_STARTING, ACT_SPAWN } },
	{ SVC_STARTING, EV_STARTED, { SVC_UP, ACT_WATCH } },
	{ SVC_STARTING, EV_FAILED, { SVC_ENDED, ACT_REPORT_FAIL } },
	{ SVC_STARTING, EV_MISSED, { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN } },
	{ SVC_STARTING, EV_STOP, { SVC_STOPPING, ACT_TERM } },
	{ SVC_STARTING, EV_QUIESCE, { SVC_STOPPING, ACT_NONE } },
	{ SVC_STARTING, EV_HALT, { SVC_HALTING, ACT_TERM } },
	{ SVC_STARTING, EV_TIMEOUT, { SVC_STOPPING, ACT_KILL } },
	{ SVC_STARTING, EV_LATE, { SVC_FAILING, ACT_LATE } },
	{ SVC_UP, EV_READY, { SVC_READY, ACT_READY } },
	{ SVC_UP, EV_LATE, { SVC_FAILING, ACT_LATE } },
	{ SVC_READY, EV_EXITED, { SVC_CLEANING, ACT_REPORT_CLEAN } },
	{ SVC_READY, EV_STOP, { SVC_STOPPING, ACT_TERM } },
	{ SVC_READY, EV_QUIESCE, { SVC_STOPPING, ACT_NONE } },
	{ SVC_READY, EV_HALT, { SVC_HALTING, ACT_TERM } },
	{ SVC_READY, EV_TIMEOUT, { SVC_STOPPING, ACT_KILL } },
	{ SVC_FAILING, EV_STARTED, { SVC_FAILING, ACT_WATCH_LATE } },
	{ SVC_FAILING, EV_FAILED, { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN } },
	{ SVC_FAILING, EV_MISSED, { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN } },
	{ SVC_FAILING, EV_EXITED, { SVC_CLEANING, ACT_REPORT_CLEAN } },
	{ SVC_FAILING, EV_STOP, { SVC_STOPPING, ACT_TERM } },
	{ SVC_FAILING, EV_QUIESCE, { SVC_STOPPING, ACT_NONE } },
	{ SVC_FAILING, EV_HALT, { SVC_HALTING, ACT_TERM } },
	{ SVC_FAILING, EV_TIMEOUT, { SVC_FAILING, ACT_KILL } },
	{ SVC_UP, EV_EXITED, { SVC_CLEANING, ACT_REPORT_CLEAN } },
	{ SVC_UP, EV_STOP, { SVC_STOPPING, ACT_TERM } },
	{ SVC_UP, EV_QUIESCE, { SVC_STOPPING, ACT_NONE } },
	{ SVC_UP, EV_HALT, { SVC_HALTING, ACT_TERM } },
	{ SVC_UP, EV_TIMEOUT, { SVC_STOPPING, ACT_KILL } },
	{ SVC_STOPPING, EV_STARTED, { SVC_STOPPING, ACT_WATCH_TERM } },
	{ SVC_STOPPING, EV_FAILED, { SVC_ENDED, ACT_REPORT_FAIL } },
	{ SVC_STOPPING, EV_MISSED, { SVC_ENDED, ACT_REPORT_FAIL } },
	{ SVC_STOPPING, EV_EXITED, { SVC_ENDED, ACT_REPORT } },
	{ SVC_STOPPING, EV_TIMEOUT, { SVC_STOPPING, ACT_KILL } },
	{ SVC_HALTING, EV_STARTED, { SVC_HALTING, ACT_WATCH_TERM } },
	{ SVC_HALTING, EV_FAILED, { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN } },
	{ SVC_HALTING, EV_MISSED, { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN } },
	{ SVC_HALTING, EV_EXITED, { SVC_CLEANING, ACT_REPORT_CLEAN } },
	{ SVC_HALTING, EV_STOP, { SVC_STOPPING, ACT_NONE } },
	{ SVC_HALTING, EV_QUIESCE, { SVC_STOPPING, ACT_NONE } },
	{ SVC_HALTING, EV_TIMEOUT, { SVC_HALTING, ACT_KILL } },
	{ SVC_CLEANING, EV_CLEANED, { SVC_ENDED, ACT_NONE } },
	{ SVC_CLEANING, EV_REVIVE, { SVC_STARTING, ACT_SPAWN } },
	{ SVC_CLEANING, EV_AGAIN, { SVC_WAITING, ACT_WAIT } },
	{ SVC_CLEANING, EV_GIVE_UP, { SVC_GIVEN_UP, ACT_GIVE_UP } },
	{ SVC_CLEANING, EV_TIMEOUT, { SVC_CLEANING, ACT_KILL } },
	{ SVC_WAITING, EV_TIMEOUT, { SVC_STARTING, ACT_SPAWN } },
	{ SVC_WAITING, EV_STOP, { SVC_ENDED, ACT_FORGO } },
	{ SVC_WAITING, EV_HOLD, { SVC_ENDED, ACT_FORGO } },
	{ SVC_WAITING, EV_QUIESCE, { SVC_ENDED, ACT_FORGO } },
	{ SVC_WAITING, EV_HALT, { SVC_ENDED, ACT_CANCEL } },
	{ SVC_WAITING, EV_REVIVE, { SVC_STARTING, ACT_SPAWN } },
	{ SVC_GIVEN_UP, EV_REVIVE, { SVC_STARTING, ACT_SPAWN } },
	{ SVC_ENDED, EV_REVIVE, { SVC_STARTING, ACT_SPAWN } },
};

static void transitions_are_these_and_no_others(void **state)
{
	size_t hits = 0;

	(void)state;
	for (int s = SVC_STAY + 1; s < SVC_STATES; s++) {
		for (int e = 0; e < SVC_EVENTS; e++) {
			struct svc_step want = { (enum svc_state)s, ACT_NONE };

			for (size_t i = 0;
			     i < sizeof(transitions) / sizeof(transitions[0]);
			     i++) {
				if ((int)transitions[i].from == s &&
				    (int)transitions[i].event == e) {
					want = transitions[i].to;
					hits++;
				}
			}
			struct svc_step n =
				svc_next((enum svc_state)s, (enum svc_event)e);

			assert_int_equal(n.state, want.state);
			assert_int_equal(n.action, want.action);
		}
	}
	assert_int_equal(hits, sizeof(transitions) / sizeof(transitions[0]));
}

static void what_is_over_starts_again_by_hand_only(void **state)
{
	static const enum svc_state over[] = { SVC_ENDED, SVC_GIVEN_UP };

	(void)state;
	for (int e = 0; e < SVC_EVENTS; e++) {
		for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++) {
			struct svc_step n =
				svc_next(over[i], (enum svc_event)e);
			bool again = e == EV_REVIVE;

			assert_int_equal(n.state,
					 again ? SVC_STARTING : over[i]);
			assert_int_equal(n.action,
					 again ? ACT_SPAWN : ACT_NONE);
		}
	}
}

/* Follow the table from @state with @hand until nothing is under way. */
static enum svc_state outcome(enum svc_state state, enum svc_hand hand,
			      bool *spawned)
{
	struct svc_order_by_hand order = svc_by_hand(state, hand);
	struct svc_step step = svc_next(state, order.event);

	*spawned = step.action == ACT_SPAWN;
	for (int i = 0; i < 10; i++) {
		if (step.state == SVC_HALTING)
			step = svc_next(step.state, EV_EXITED);
		else if (step.state == SVC_CLEANING)
			step = svc_next(step.state, order.wish == WISH_UP
							    ? EV_REVIVE
							    : EV_CLEANED);
		else if (step.state == SVC_STARTING)
			step = svc_next(step.state, EV_STARTED);
		else
			break;
		*spawned = *spawned || step.action == ACT_SPAWN;
	}
	return step.state;
}

static void orders_by_hand_come_to_what_they_ask_for(void **state)
{
	(void)state;
	for (int s = SVC_DOWN; s < SVC_STATES; s++) {
		enum svc_state from = (enum svc_state)s;
		bool spawned;
		enum svc_state to;

		/* a shutdown is no time for orders */
		if (from == SVC_STOPPING)
			continue;
		assert_int_equal(outcome(from, HAND_START, &spawned),
				 from == SVC_READY ? SVC_READY : SVC_UP);
		assert_int_equal(spawned, from != SVC_UP && from != SVC_READY &&
						  from != SVC_STARTING);
		assert_int_equal(outcome(from, HAND_RESTART, &spawned), SVC_UP);
		assert_true(spawned);
		to = outcome(from, HAND_STOP, &spawned);
		assert_int_equal(to, from == SVC_GIVEN_UP ? SVC_GIVEN_UP
							  : SVC_ENDED);
		assert_false(spawned);
	}
}

static void an_order_leaves_no_wish_behind_on_what_is_over(void **state)
{
	static const enum svc_state over[] = { SVC_ENDED, SVC_GIVEN_UP,
					       SVC_DOWN, SVC_WAITING };

	(void)state;
	for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++) {
		for (int h = HAND_START; h <= HAND_RESTART; h++)
			assert_int_equal(
				svc_by_hand(over[i], (enum svc_hand)h).wish,
				WISH_NONE);
	}
	/* it would be started again when it ends well, much later */
	assert_int_equal(svc_by_hand(SVC_UP, HAND_START).wish, WISH_NONE);
}

static void a_shutdown_leaves_nothing_that_starts(void **state)
{
	(void)state;
	for (int s = SVC_STAY + 1; s < SVC_STATES; s++) {
		struct svc_step n = svc_next((enum svc_state)s, EV_HOLD);

		assert_int_not_equal(n.state, SVC_DOWN);
		assert_int_not_equal(n.state, SVC_WAITING);
		assert_int_not_equal(n.action, ACT_SPAWN);
	}
}

static void a_verdict_is_by_policy_and_limit(void **state)
{
	static const struct {
		struct svc_policy policy;
		bool failed;
		int64_t row;
		enum svc_event want;
	} all[] = {
		{ { RESTART_NEVER, FAILURE_IGNORE, 0, 0 },
		  true,
		  0,
		  EV_CLEANED },
		{ { RESTART_NEVER, FAILURE_REBOOT, 0, 0 },
		  true,
		  0,
		  EV_GIVE_UP },
		{ { RESTART_NEVER, FAILURE_REBOOT, 0, 0 },
		  false,
		  0,
		  EV_CLEANED },
		{ { RESTART_ON_FAILURE, FAILURE_IGNORE, 0, 0 },
		  true,
		  1000000,
		  EV_AGAIN },
		{ { RESTART_ON_FAILURE, FAILURE_REBOOT, 0, 0 },
		  false,
		  5,
		  EV_CLEANED },
		{ { RESTART_ON_FAILURE, FAILURE_IGNORE, 0, 3 },
		  true,
		  2,
		  EV_AGAIN },
		{ { RESTART_ON_FAILURE, FAILURE_IGNORE, 0, 3 },
		  true,
		  3,
		  EV_GIVE_UP },
		{ { RESTART_ALWAYS, FAILURE_IGNORE, 0, 0 },
		  false,
		  9,
		  EV_AGAIN },
		{ { RESTART_ALWAYS, FAILURE_IGNORE, 0, 1 },
		  false,
		  1,
		  EV_GIVE_UP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(
			svc_verdict(&all[i].policy, all[i].failed, all[i].row),
			all[i].want);
}

static void the_wait_doubles_up_to_its_most(void **state)
{
	const struct svc_policy usual = { .restart = RESTART_ALWAYS };
	const struct svc_policy quick = { .delay = 300000 };
	const struct svc_policy slow = { .delay = SVC_DELAY_MAX };

	(void)state;
	assert_int_equal(svc_backoff(&usual, 0), 1000000);
	assert_int_equal(svc_backoff(&usual, 1), 2000000);
	assert_int_equal(svc_backoff(&usual, 4), 16000000);
	assert_int_equal(svc_backoff(&usual, 5), SVC_DELAY_MAX);
	assert_int_equal(svc_backoff(&usual, INT64_MAX), SVC_DELAY_MAX);
	assert_int_equal(svc_backoff(&quick, 2), 1200000);
	assert_int_equal(svc_backoff(&slow, 0), SVC_DELAY_MAX);
}

static void only_a_policy_minds_a_failure(void **state)
{
	const struct svc_policy none = { .limit = 3 };
	const struct svc_policy again = { .restart = RESTART_ON_FAILURE };
	const struct svc_policy drastic = { .failure = FAILURE_POWEROFF };

	(void)state;
	assert_false(svc_minds(&none));
	assert_true(svc_minds(&again));
	assert_true(svc_minds(&drastic));
}

static void a_service_waits_for_what_was_not_good(void **state)
{
	static const enum svc_state under_way[] = {
		SVC_DOWN,     SVC_STARTING, SVC_UP,	 SVC_FAILING,
		SVC_STOPPING, SVC_CLEANING, SVC_WAITING,
	};

	(void)state;
	for (int s = SVC_STAY + 1; s < SVC_STATES; s++) {
		assert_int_equal(svc_order((enum svc_state)s, true, true),
				 ORDER_READY);
		assert_int_equal(svc_order((enum svc_state)s, true, false),
				 ORDER_READY);
	}
	for (size_t i = 0; i < sizeof(under_way) / sizeof(under_way[0]); i++) {
		assert_int_equal(svc_order(under_way[i], false, false),
				 ORDER_WAIT);
		assert_int_equal(svc_order(under_way[i], false, true),
				 ORDER_WAIT);
	}
	assert_int_equal(svc_order(SVC_ENDED, false, false), ORDER_READY);
	assert_int_equal(svc_order(SVC_GIVEN_UP, false, false), ORDER_READY);
	assert_int_equal(svc_order(SVC_ENDED, false, true), ORDER_NEVER);
	assert_int_equal(svc_order(SVC_GIVEN_UP, false, true), ORDER_NEVER);
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
		{ SE_SETTLED, { SYS_STOP, SA_STOP } },
		{ SE_SETTLED, { SYS_TERM, SA_TERM } },
		{ SE_TIMEOUT, { SYS_KILL, SA_KILL } },
		{ SE_TIMEOUT, { SYS_UNMOUNT, SA_UNMOUNT } },
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
	static const enum sys_state boot[] = { SYS_ONBOOT, SYS_HELD,
					       SYS_STARTING, SYS_RUNNING };

	(void)state;
	for (size_t i = 0; i < sizeof(boot) / sizeof(boot[0]); i++)
		assert_int_equal(sys_next(boot[i], SE_SHUTDOWN).action,
				 SA_ONSHUTDOWN);
}

static void a_boot_that_is_held_ends_in_no_service(void **state)
{
	struct sys_step n = sys_next(SYS_ONBOOT, SE_HELD);

	(void)state;
	assert_int_equal(n.state, SYS_HELD);
	assert_int_equal(n.action, SA_HELD);
	for (int e = 0; e < SYS_EVENTS; e++)
		assert_int_not_equal(
			sys_next(SYS_HELD, (enum sys_event)e).action,
			SA_SERVICES);
	/* later there is nothing to hold any more */
	assert_int_equal(sys_next(SYS_STARTING, SE_HELD).state, SYS_STARTING);
}

#define S 1000000

static void a_shutdown_has_its_time_and_more_when_asked(void **state)
{
	static const struct {
		int64_t limits;
		bool any;
		int64_t grace;
		struct svc_out want;
	} all[] = {
		{ 0, false, 0, { 0, 0, 15 * S } },
		{ 0, true, 0, { 11 * S, 0, 15 * S } },
		{ 1 * S, true, 5 * S, { 5 * S, 6 * S, 15 * S } },
		{ 0, false, 20 * S, { 0, 21 * S, 25 * S } },
		{ 40 * S, true, 20 * S, { 40 * S, 21 * S, 65 * S } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct svc_out out =
			svc_way_out(all[i].limits, all[i].any, all[i].grace);

		assert_int_equal(out.steps, all[i].want.steps);
		assert_int_equal(out.stop, all[i].want.stop);
		assert_int_equal(out.whole, all[i].want.whole);
		/* what is left at the worst is enough for both signals */
		assert_true(out.whole - out.steps - out.stop >=
			    svc_term_us(out.whole - out.steps - out.stop) +
				    SVC_KILL_US);
	}
	assert_int_equal(svc_term_us(15 * S), 5 * S);
	assert_int_equal(svc_term_us(6 * S), 4 * S);
	assert_int_equal(svc_term_us(0), 2 * S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_and_event_leads_to_a_valid_state),
		cmocka_unit_test(transitions_are_these_and_no_others),
		cmocka_unit_test(what_is_over_starts_again_by_hand_only),
		cmocka_unit_test(orders_by_hand_come_to_what_they_ask_for),
		cmocka_unit_test(
			an_order_leaves_no_wish_behind_on_what_is_over),
		cmocka_unit_test(a_shutdown_leaves_nothing_that_starts),
		cmocka_unit_test(a_verdict_is_by_policy_and_limit),
		cmocka_unit_test(the_wait_doubles_up_to_its_most),
		cmocka_unit_test(only_a_policy_minds_a_failure),
		cmocka_unit_test(a_service_waits_for_what_was_not_good),
		cmocka_unit_test(values_out_of_range_change_nothing),
		cmocka_unit_test(the_system_only_goes_forward),
		cmocka_unit_test(a_boot_and_a_shutdown_pass_every_phase),
		cmocka_unit_test(
			a_shutdown_is_taken_in_every_phase_of_the_boot),
		cmocka_unit_test(a_boot_that_is_held_ends_in_no_service),
		cmocka_unit_test(a_shutdown_has_its_time_and_more_when_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
