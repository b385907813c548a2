/* SPDX-License-Identifier: Apache-2.0 */
#include "svc.h"

static const struct svc_step steps[SVC_STATES][SVC_EVENTS] = {
	[SVC_DOWN][EV_START] = { SVC_STARTING, ACT_SPAWN },
	[SVC_DOWN][EV_QUIESCE] = { SVC_ENDED, ACT_NONE },

	[SVC_STARTING][EV_STARTED] = { SVC_UP, ACT_WATCH },
	[SVC_STARTING][EV_FAILED] = { SVC_ENDED, ACT_REPORT_FAIL },
	[SVC_STARTING][EV_STOP] = { SVC_STOPPING, ACT_TERM },
	[SVC_STARTING][EV_QUIESCE] = { SVC_STOPPING, ACT_NONE },
	[SVC_STARTING][EV_TIMEOUT] = { SVC_STOPPING, ACT_KILL },

	[SVC_UP][EV_EXITED] = { SVC_CLEANING, ACT_REPORT_CLEAN },
	[SVC_UP][EV_STOP] = { SVC_STOPPING, ACT_TERM },
	[SVC_UP][EV_QUIESCE] = { SVC_STOPPING, ACT_NONE },
	[SVC_UP][EV_TIMEOUT] = { SVC_STOPPING, ACT_KILL },

	/* the start may win the race against the order to stop */
	[SVC_STOPPING][EV_STARTED] = { SVC_STOPPING, ACT_WATCH_TERM },
	[SVC_STOPPING][EV_FAILED] = { SVC_ENDED, ACT_REPORT_FAIL },
	[SVC_STOPPING][EV_EXITED] = { SVC_ENDED, ACT_REPORT },
	[SVC_STOPPING][EV_TIMEOUT] = { SVC_STOPPING, ACT_KILL },

	[SVC_CLEANING][EV_CLEANED] = { SVC_ENDED, ACT_NONE },
	[SVC_CLEANING][EV_TIMEOUT] = { SVC_CLEANING, ACT_KILL },
};

static const struct sys_step phases[SYS_STATES][SYS_EVENTS] = {
	[SYS_ONBOOT][SE_SETTLED] = { SYS_STARTING, SA_SERVICES },
	[SYS_ONBOOT][SE_SHUTDOWN] = { SYS_ONSHUTDOWN, SA_ONSHUTDOWN },

	[SYS_STARTING][SE_SETTLED] = { SYS_RUNNING, SA_BOOTED },
	[SYS_STARTING][SE_SHUTDOWN] = { SYS_ONSHUTDOWN, SA_ONSHUTDOWN },

	[SYS_RUNNING][SE_SHUTDOWN] = { SYS_ONSHUTDOWN, SA_ONSHUTDOWN },

	[SYS_ONSHUTDOWN][SE_SETTLED] = { SYS_TERM, SA_TERM },
	[SYS_ONSHUTDOWN][SE_TIMEOUT] = { SYS_TERM, SA_TERM },

	[SYS_TERM][SE_SETTLED] = { SYS_OFF, SA_OFF },
	[SYS_TERM][SE_TIMEOUT] = { SYS_KILL, SA_KILL },

	[SYS_KILL][SE_SETTLED] = { SYS_OFF, SA_OFF },
	[SYS_KILL][SE_TIMEOUT] = { SYS_OFF, SA_OFF },
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
