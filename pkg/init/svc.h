/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SVC_H
#define INIT_SVC_H

/*
 * The decisions of PID 1, and nothing else: no clock, no process, no file.
 * In both tables a zero entry means "ignore" (STAY), so state 0 and action 0
 * are never the result of a real transition.
 */

/** Where one container is. */
enum svc_state {
	SVC_STAY, /* no state: marks "ignore" */
	SVC_DOWN,
	SVC_STARTING, /* the runtime is at work */
	SVC_UP,
	SVC_STOPPING,
	SVC_CLEANING, /* it has ended, the runtime forgets it */
	SVC_ENDED,
	SVC_STATES
};

enum svc_event {
	EV_START,
	EV_STARTED, /* the runtime ended well: the container runs */
	EV_FAILED,  /* the runtime ended badly: there is no container */
	EV_EXITED,  /* the container's process ended */
	EV_CLEANED, /* the runtime knows it no more */
	EV_STOP,
	EV_QUIESCE, /* the whole system is told to end */
	EV_TIMEOUT,
	SVC_EVENTS
};

enum svc_action {
	ACT_NONE,
	ACT_SPAWN,
	ACT_WATCH,	  /* learn the process id */
	ACT_WATCH_TERM,	  /* learn it and ask it to end */
	ACT_REPORT,	  /* log how it ended */
	ACT_REPORT_CLEAN, /* log it and have the runtime forget it */
	ACT_REPORT_FAIL,
	ACT_TERM,
	ACT_KILL,
	SVC_ACTIONS
};

struct svc_step {
	enum svc_state state;
	enum svc_action action;
};

/**
 * svc_next() - what follows for a container.
 * Returns the new state and what to do; for an event that does not matter
 * the same state and ACT_NONE. Out-of-range values count as such.
 */
struct svc_step svc_next(enum svc_state state, enum svc_event event);

/** Where the whole system is. */
enum sys_state {
	SYS_STAY,
	SYS_ONBOOT,
	SYS_STARTING,
	SYS_RUNNING,
	SYS_ONSHUTDOWN,
	SYS_TERM,
	SYS_KILL,
	SYS_OFF,
	SYS_STATES
};

enum sys_event {
	SE_SETTLED, /* what this state waits for has come */
	SE_SHUTDOWN,
	SE_TIMEOUT,
	SYS_EVENTS
};

enum sys_action {
	SA_NONE,
	SA_SERVICES,   /* start all services */
	SA_BOOTED,     /* say that the boot is complete */
	SA_ONSHUTDOWN, /* run the onshutdown bundles */
	SA_TERM,       /* SIGTERM to all */
	SA_KILL,       /* SIGKILL to all */
	SA_OFF,	       /* unmount and leave */
	SYS_ACTIONS
};

struct sys_step {
	enum sys_state state;
	enum sys_action action;
};

/** sys_next() - what follows for the system; as svc_next(). */
struct sys_step sys_next(enum sys_state state, enum sys_event event);

#endif
