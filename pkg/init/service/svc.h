/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SVC_H
#define INIT_SVC_H

#include <stdbool.h>
#include <stdint.h>

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
	SVC_READY,   /* up, and its check says that it does its work */
	SVC_FAILING, /* told to end: it was too late */
	SVC_STOPPING,
	SVC_HALTING,  /* told to end by hand: it may be started again */
	SVC_CLEANING, /* it has ended, the runtime forgets it */
	SVC_WAITING,  /* to be started again */
	SVC_GIVEN_UP, /* it has failed and is not started again */
	SVC_ENDED,
	SVC_STATES
};

enum svc_event {
	EV_START,
	EV_STARTED, /* the runtime ended well: the container runs */
	EV_FAILED,  /* the runtime ended badly: there is no container */
	EV_MISSED,  /* the same, and it matters: see svc_minds() */
	EV_EXITED,  /* the container's process ended */
	EV_CLEANED, /* the runtime knows it no more */
	EV_AGAIN,   /* the same, and it is to run again */
	EV_GIVE_UP, /* it failed, or never can be started */
	EV_READY,   /* its check passed */
	EV_LATE,    /* its time is over: not ready yet, or a step not done */
	EV_STOP,
	EV_HOLD,    /* the system is going to end: no more starts */
	EV_QUIESCE, /* the whole system is told to end */
	EV_HALT,    /* end, by hand */
	EV_REVIVE,  /* start, by hand */
	EV_TIMEOUT,
	SVC_EVENTS
};

enum svc_action {
	ACT_NONE,
	ACT_SPAWN,
	ACT_WATCH,	  /* learn the process id */
	ACT_WATCH_TERM,	  /* learn it and ask it to end */
	ACT_WATCH_LATE,	  /* learn it and do as for ACT_LATE */
	ACT_READY,	  /* say so */
	ACT_LATE,	  /* say so and make it end */
	ACT_REPORT,	  /* log how it ended */
	ACT_REPORT_CLEAN, /* log it and have the runtime forget it */
	ACT_REPORT_FAIL,
	ACT_REPORT_FAIL_CLEAN,
	ACT_WAIT,    /* for the time of the back-off */
	ACT_FORGO,   /* do not start it again after all */
	ACT_CANCEL,  /* the same, by hand */
	ACT_GIVE_UP, /* say so */
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

/** What somebody asks for by hand. */
enum svc_hand {
	HAND_START,
	HAND_STOP,
	HAND_RESTART
};

/** What was asked for and comes when the service was cleaned away. */
enum svc_wish {
	WISH_NONE,
	WISH_DOWN, /* no restart, whatever the policy is */
	WISH_UP	   /* a start */
};

/** What follows from an order: an event now, a wish for later. */
struct svc_order_by_hand {
	enum svc_event event;
	enum svc_wish wish;
};

/** svc_by_hand() - what an order means in a state. */
struct svc_order_by_hand svc_by_hand(enum svc_state state, enum svc_hand hand);

enum svc_restart {
	RESTART_NEVER,
	RESTART_ON_FAILURE,
	RESTART_ALWAYS
};

enum svc_failure {
	FAILURE_IGNORE,
	FAILURE_REBOOT,
	FAILURE_POWEROFF,
	FAILURE_STOP, /* of a step: the boot does not go on */
};

/** What is wanted of a service that has ended. */
struct svc_policy {
	enum svc_restart restart;
	enum svc_failure failure; /* when it is given up */
	int64_t delay;		  /* before the first restart, µs */
	int64_t limit;		  /* restarts in a row, 0: any number */
};

#define SVC_DELAY     1000000 /* µs, unless the policy has one */
#define SVC_DELAY_MAX (30 * 1000000)
#define SVC_STEADY    (60 * 1000000) /* ran so long: a new row begins */

/** svc_minds() - is there more to do about a failure than to report it? */
bool svc_minds(const struct svc_policy *policy);

/**
 * svc_verdict() - what follows when an ended service is cleaned away.
 * @failed: it did not end with code 0. @row: restarts in a row so far.
 * Returns EV_CLEANED, EV_AGAIN or EV_GIVE_UP.
 */
enum svc_event svc_verdict(const struct svc_policy *policy, bool failed,
			   int64_t row);

/** svc_backoff() - µs to wait before the restart after @row others: the
 * delay, doubled each time, up to SVC_DELAY_MAX. */
int64_t svc_backoff(const struct svc_policy *policy, int64_t row);

enum svc_order {
	ORDER_READY,
	ORDER_WAIT,
	ORDER_NEVER
};

/**
 * svc_order() - may a service start, for all that it knows of one other?
 * @state: of the other; @was_good: it was ready before, or up where it has no
 * check; maybe is. @required: it must have been.
 */
enum svc_order svc_order(enum svc_state state, bool was_good, bool required);

#define SVC_WHOLE_US	  15000000 /* of a shutdown, unless more is asked for */
#define SVC_STEPS_US	  5000000  /* at least, for onshutdown */
#define SVC_TERM_US	  5000000
#define SVC_TERM_LEAST_US 2000000
#define SVC_KILL_US	  2000000

/** The times of a shutdown, in µs. */
struct svc_out {
	int64_t steps; /* for onshutdown */
	int64_t stop;  /* for services with a way of their own to end */
	int64_t whole; /* until nothing runs any more */
};

/**
 * svc_way_out() - the times of a shutdown.
 * @limits: sum of the onshutdown steps' limits; @any_step: there is one.
 * @grace: the longest of the services that have one, 0: none has.
 */
struct svc_out svc_way_out(int64_t limits, bool any_step, int64_t grace);

/** svc_term_us() - from SIGTERM to SIGKILL, when @left of the whole is left. */
int64_t svc_term_us(int64_t left);

/** Where the whole system is. */
enum sys_state {
	SYS_STAY,
	SYS_ONBOOT,
	SYS_HELD, /* a step failed that the boot cannot do without */
	SYS_STARTING,
	SYS_RUNNING,
	SYS_ONSHUTDOWN,
	SYS_STOP,
	SYS_TERM,
	SYS_KILL,
	SYS_UNMOUNT,
	SYS_OFF,
	SYS_STATES
};

enum sys_event {
	SE_SETTLED, /* what this state waits for has come */
	SE_SHUTDOWN,
	SE_HELD, /* the boot must not go on */
	SE_TIMEOUT,
	SYS_EVENTS
};

enum sys_action {
	SA_NONE,
	SA_HELD,       /* say that the boot does not go on */
	SA_SERVICES,   /* start all services */
	SA_BOOTED,     /* say that the boot is complete */
	SA_ONSHUTDOWN, /* run the onshutdown bundles */
	SA_STOP,       /* tell services that have their own way to end */
	SA_TERM,       /* SIGTERM to all */
	SA_KILL,       /* SIGKILL to all */
	SA_UNMOUNT,    /* write everything out, in a child */
	SA_OFF,
	SYS_ACTIONS
};

struct sys_step {
	enum sys_state state;
	enum sys_action action;
};

/** sys_next() - what follows for the system; as svc_next(). */
struct sys_step sys_next(enum sys_state state, enum sys_event event);

#endif
