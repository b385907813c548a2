/* SPDX-License-Identifier: Apache-2.0 */
#include "service/svc.h"

static const struct svc_step steps[SVC_STATES][SVC_EVENTS] = {
	[SVC_DOWN][EV_START] = { SVC_STARTING, ACT_SPAWN },
	[SVC_DOWN][EV_GIVE_UP] = { SVC_GIVEN_UP, ACT_GIVE_UP },
	[SVC_DOWN][EV_HOLD] = { SVC_ENDED, ACT_NONE },
	[SVC_DOWN][EV_QUIESCE] = { SVC_ENDED, ACT_NONE },
	[SVC_DOWN][EV_HALT] = { SVC_ENDED, ACT_CANCEL },
	[SVC_DOWN][EV_REVIVE] = { SVC_STARTING, ACT_SPAWN },

	[SVC_STARTING][EV_STARTED] = { SVC_UP, ACT_WATCH },
	[SVC_STARTING][EV_FAILED] = { SVC_ENDED, ACT_REPORT_FAIL },
	[SVC_STARTING][EV_MISSED] = { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN },
	[SVC_STARTING][EV_STOP] = { SVC_STOPPING, ACT_TERM },
	[SVC_STARTING][EV_QUIESCE] = { SVC_STOPPING, ACT_NONE },
	[SVC_STARTING][EV_HALT] = { SVC_HALTING, ACT_TERM },
	[SVC_STARTING][EV_TIMEOUT] = { SVC_STOPPING, ACT_KILL },
	[SVC_STARTING][EV_LATE] = { SVC_FAILING, ACT_LATE },

	[SVC_UP][EV_READY] = { SVC_READY, ACT_READY },
	[SVC_UP][EV_LATE] = { SVC_FAILING, ACT_LATE },
	[SVC_UP][EV_EXITED] = { SVC_CLEANING, ACT_REPORT_CLEAN },
	[SVC_UP][EV_STOP] = { SVC_STOPPING, ACT_TERM },
	[SVC_UP][EV_QUIESCE] = { SVC_STOPPING, ACT_NONE },
	[SVC_UP][EV_HALT] = { SVC_HALTING, ACT_TERM },
	[SVC_UP][EV_TIMEOUT] = { SVC_STOPPING, ACT_KILL },

	[SVC_READY][EV_EXITED] = { SVC_CLEANING, ACT_REPORT_CLEAN },
	[SVC_READY][EV_STOP] = { SVC_STOPPING, ACT_TERM },
	[SVC_READY][EV_QUIESCE] = { SVC_STOPPING, ACT_NONE },
	[SVC_READY][EV_HALT] = { SVC_HALTING, ACT_TERM },
	[SVC_READY][EV_TIMEOUT] = { SVC_STOPPING, ACT_KILL },

	/* the start may win the race against the order to stop */
	[SVC_FAILING][EV_STARTED] = { SVC_FAILING, ACT_WATCH_LATE },
	[SVC_FAILING][EV_FAILED] = { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN },
	[SVC_FAILING][EV_MISSED] = { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN },
	[SVC_FAILING][EV_EXITED] = { SVC_CLEANING, ACT_REPORT_CLEAN },
	[SVC_FAILING][EV_STOP] = { SVC_STOPPING, ACT_TERM },
	[SVC_FAILING][EV_QUIESCE] = { SVC_STOPPING, ACT_NONE },
	[SVC_FAILING][EV_HALT] = { SVC_HALTING, ACT_TERM },
	[SVC_FAILING][EV_TIMEOUT] = { SVC_FAILING, ACT_KILL },

	[SVC_STOPPING][EV_STARTED] = { SVC_STOPPING, ACT_WATCH_TERM },
	[SVC_STOPPING][EV_FAILED] = { SVC_ENDED, ACT_REPORT_FAIL },
	[SVC_STOPPING][EV_MISSED] = { SVC_ENDED, ACT_REPORT_FAIL },
	[SVC_STOPPING][EV_EXITED] = { SVC_ENDED, ACT_REPORT },
	[SVC_STOPPING][EV_TIMEOUT] = { SVC_STOPPING, ACT_KILL },

	[SVC_HALTING][EV_STARTED] = { SVC_HALTING, ACT_WATCH_TERM },
	[SVC_HALTING][EV_FAILED] = { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN },
	[SVC_HALTING][EV_MISSED] = { SVC_CLEANING, ACT_REPORT_FAIL_CLEAN },
	[SVC_HALTING][EV_EXITED] = { SVC_CLEANING, ACT_REPORT_CLEAN },
	[SVC_HALTING][EV_STOP] = { SVC_STOPPING, ACT_NONE },
	[SVC_HALTING][EV_QUIESCE] = { SVC_STOPPING, ACT_NONE },
	[SVC_HALTING][EV_TIMEOUT] = { SVC_HALTING, ACT_KILL },

	[SVC_CLEANING][EV_CLEANED] = { SVC_ENDED, ACT_NONE },
	[SVC_CLEANING][EV_AGAIN] = { SVC_WAITING, ACT_WAIT },
	[SVC_CLEANING][EV_GIVE_UP] = { SVC_GIVEN_UP, ACT_GIVE_UP },
	[SVC_CLEANING][EV_REVIVE] = { SVC_STARTING, ACT_SPAWN },
	[SVC_CLEANING][EV_TIMEOUT] = { SVC_CLEANING, ACT_KILL },

	[SVC_WAITING][EV_TIMEOUT] = { SVC_STARTING, ACT_SPAWN },
	[SVC_WAITING][EV_STOP] = { SVC_ENDED, ACT_FORGO },
	[SVC_WAITING][EV_HOLD] = { SVC_ENDED, ACT_FORGO },
	[SVC_WAITING][EV_QUIESCE] = { SVC_ENDED, ACT_FORGO },
	[SVC_WAITING][EV_HALT] = { SVC_ENDED, ACT_CANCEL },
	[SVC_WAITING][EV_REVIVE] = { SVC_STARTING, ACT_SPAWN },

	[SVC_GIVEN_UP][EV_REVIVE] = { SVC_STARTING, ACT_SPAWN },
	[SVC_ENDED][EV_REVIVE] = { SVC_STARTING, ACT_SPAWN },
};

static const struct sys_step phases[SYS_STATES][SYS_EVENTS] = {
	[SYS_ONBOOT][SE_SETTLED] = { SYS_STARTING, SA_SERVICES },
	[SYS_ONBOOT][SE_SHUTDOWN] = { SYS_ONSHUTDOWN, SA_ONSHUTDOWN },
	[SYS_ONBOOT][SE_HELD] = { SYS_HELD, SA_HELD },

	[SYS_HELD][SE_SHUTDOWN] = { SYS_ONSHUTDOWN, SA_ONSHUTDOWN },

	[SYS_STARTING][SE_SETTLED] = { SYS_RUNNING, SA_BOOTED },
	[SYS_STARTING][SE_SHUTDOWN] = { SYS_ONSHUTDOWN, SA_ONSHUTDOWN },

	[SYS_RUNNING][SE_SHUTDOWN] = { SYS_ONSHUTDOWN, SA_ONSHUTDOWN },

	[SYS_ONSHUTDOWN][SE_SETTLED] = { SYS_STOP, SA_STOP },
	[SYS_ONSHUTDOWN][SE_TIMEOUT] = { SYS_STOP, SA_STOP },

	[SYS_STOP][SE_SETTLED] = { SYS_TERM, SA_TERM },
	[SYS_STOP][SE_TIMEOUT] = { SYS_TERM, SA_TERM },

	[SYS_TERM][SE_SETTLED] = { SYS_UNMOUNT, SA_UNMOUNT },
	[SYS_TERM][SE_TIMEOUT] = { SYS_KILL, SA_KILL },

	[SYS_KILL][SE_SETTLED] = { SYS_UNMOUNT, SA_UNMOUNT },
	[SYS_KILL][SE_TIMEOUT] = { SYS_UNMOUNT, SA_UNMOUNT },

	[SYS_UNMOUNT][SE_SETTLED] = { SYS_OFF, SA_OFF },
	[SYS_UNMOUNT][SE_TIMEOUT] = { SYS_OFF, SA_OFF },
};

struct svc_step svc_next(enum svc_state state, enum svc_event event)
{
	const struct svc_step stay = { state, ACT_NONE };

	if ((unsigned)state >= SVC_STATES || (unsigned)event >= SVC_EVENTS ||
	    steps[state][event].state == SVC_STAY)
		return stay;
	return steps[state][event];
}

struct sys_step sys_next(enum sys_state state, enum sys_event event)
{
	const struct sys_step stay = { state, SA_NONE };

	if ((unsigned)state >= SYS_STATES || (unsigned)event >= SYS_EVENTS ||
	    phases[state][event].state == SYS_STAY)
		return stay;
	return phases[state][event];
}

struct svc_order_by_hand svc_by_hand(enum svc_state state, enum svc_hand hand)
{
	bool runs =
		state == SVC_STARTING || state == SVC_UP || state == SVC_READY;
	bool ends = state == SVC_HALTING || state == SVC_FAILING ||
		    state == SVC_CLEANING;

	if (ends)
		/* EV_REVIVE would not wait for the cleaning */
		return (struct svc_order_by_hand){ EV_HALT, hand == HAND_STOP
								    ? WISH_DOWN
								    : WISH_UP };
	if (hand == HAND_START || (hand == HAND_RESTART && !runs))
		return (struct svc_order_by_hand){ EV_REVIVE, WISH_NONE };
	if (!runs)
		return (struct svc_order_by_hand){ EV_HALT, WISH_NONE };
	return (struct svc_order_by_hand){ EV_HALT, hand == HAND_STOP
							    ? WISH_DOWN
							    : WISH_UP };
}

bool svc_minds(const struct svc_policy *policy)
{
	return policy->restart != RESTART_NEVER ||
	       policy->failure != FAILURE_IGNORE;
}

enum svc_event svc_verdict(const struct svc_policy *policy, bool failed,
			   int64_t row)
{
	bool again = policy->restart == RESTART_ALWAYS ||
		     (policy->restart == RESTART_ON_FAILURE && failed);

	if (again && (policy->limit == 0 || row < policy->limit))
		return EV_AGAIN;
	/* a limit is a failure too, of what should run always */
	if (again || (failed && svc_minds(policy)))
		return EV_GIVE_UP;
	return EV_CLEANED;
}

int64_t svc_backoff(const struct svc_policy *policy, int64_t row)
{
	int64_t delay = policy->delay > 0 ? policy->delay : SVC_DELAY;

	for (; row > 0 && delay < SVC_DELAY_MAX; row--)
		delay *= 2;
	return delay < SVC_DELAY_MAX ? delay : SVC_DELAY_MAX;
}

enum svc_order svc_order(enum svc_state state, bool was_good, bool required)
{
	if (was_good)
		return ORDER_READY;
	if (state != SVC_ENDED && state != SVC_GIVEN_UP)
		return ORDER_WAIT;
	return required ? ORDER_NEVER : ORDER_READY;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct svc_out svc_way_out(int64_t limits, bool any_step, int64_t grace)
{
	struct svc_out out = { 0 };
	/* SIGKILL needs its time too */
	int64_t stop = grace > 0 ? grace + SVC_KILL_US / 2 : 0;
	int64_t rest = SVC_TERM_LEAST_US + SVC_KILL_US;

	if (any_step)
		out.steps = most(most(limits, SVC_STEPS_US),
				 SVC_WHOLE_US - stop - rest);
	out.stop = stop;
	out.whole = most(SVC_WHOLE_US, out.steps + stop + rest);
	return out;
}

int64_t svc_term_us(int64_t left)
{
	int64_t us = left - SVC_KILL_US;

	us = us < SVC_TERM_US ? us : SVC_TERM_US;
	return most(us, SVC_TERM_LEAST_US);
}
