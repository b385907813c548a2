/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTR_H
#define INIT_CTR_H

#include "base/evloop.h"
#include "base/lines.h"
#include "base/rate.h"
#include "service/cgroup.h"
#include "service/plan.h"
#include "service/svc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CTR_NAME     128
#define CTR_DIR	     256
#define CTR_TAIL     10
#define CTR_TAIL_LEN 160
#define CTR_MAX	     1024

enum ctr_kind {
	CTR_ONBOOT,
	CTR_SERVICE,
	CTR_ONSHUTDOWN,
	CTR_KINDS
};

/** ctr_kind_name() - "onboot", "service" or "onshutdown". */
const char *ctr_kind_name(enum ctr_kind kind);

struct ctr;

/** A service that another one waits for. */
struct ctr_need {
	const struct ctr *other;
	bool required;
};

/** One bundle under PID 1's care. */
struct ctr {
	enum ctr_kind kind;
	enum svc_state state;
	char name[CTR_NAME]; /* the bundle's folder, also the container's id */
	char dir[CTR_DIR];
	int64_t since;	  /* of the state */
	bool asked;	  /* told to end: its exit is no failure */
	pid_t helper;	  /* process that starts or deletes it, 0 if none */
	pid_t pid;	  /* container's first process, 0 if not known */
	int status;	  /* as from waitpid(), -1 if not known */
	int64_t deadline; /* for EV_TIMEOUT, 0 if none */
	int last;	  /* status of the run before, -1 if none */
	enum svc_wish wish;
	/* of the last run, as now_us(); 0: not yet */
	int64_t started, up_at, ready_at, ended_at;
	struct plan plan;
	struct ctr_need *needs;
	size_t n_needs;
	bool hopeless;		   /* requires what is not there */
	bool held;		   /* not to be started any more */
	bool was_up;		   /* the runtime has started it once */
	bool was_ready;		   /* and its check has passed once */
	bool overdue;		   /* made to end because it was too late */
	bool failed;		   /* the last run ended badly */
	uint64_t starts;	   /* so far */
	int64_t row;		   /* restarts in a row */
	int64_t ran;		   /* how long, the last time */
	struct evtimer limit;	   /* for EV_LATE */
	struct evtimer next_check; /* whether it is ready */
	pid_t check;		   /* process that looks, 0 if none */
	char cgroup[CGROUP_NAME];  /* of the last run, may be empty */
	int memory;		   /* its memory.events, -1 if none */
	int64_t oom_kills;
	struct ctr *next_known; /* cgroup.c's */
	int pipe;		/* its output, -1 when closed */
	int log;		/* log file, -1 if none */
	uint64_t logged;
	struct lines lines;
	struct rate rate;     /* of its lines on the consoles */
	struct rate flow;     /* of all its lines */
	bool loud;	      /* it writes too much */
	struct evtimer pause; /* until it is read again */
	unsigned n_tail;      /* lines ever seen */
	char tail[CTR_TAIL][CTR_TAIL_LEN];
};

/** All bundles of one kind, in byte order. */
struct ctr_list {
	struct ctr *v;
	size_t n;
};

/**
 * ctr_scan() - read one kind's bundles from /containers.
 * No folder means no bundle. Logs what is wrong. @out is valid in any case
 * and lives as long as PID 1.
 */
void ctr_scan(struct ctr_list *out, enum ctr_kind kind);

/** ctr_event() - ask the table and do what it says. */
void ctr_event(struct ctr *c, enum svc_event event);

/** ctr_by_hand() - somebody asks for something. */
void ctr_by_hand(struct ctr *c, enum svc_hand hand);
/** ctr_grace() - µs that it is given to end, until SIGKILL. */
int64_t ctr_grace(const struct ctr *c);

/** ctr_reaped() - one of PID 1's children has ended; true if it was ours. */
bool ctr_reaped(struct ctr *c, pid_t pid, int status);

/** ctr_read() - take what is in the pipe now; closes it at its end. */
void ctr_read(struct ctr *c);

/** ctr_is_over() - has it ended? Its traces may still be there. */
bool ctr_is_over(const struct ctr *c);

/** ctr_settled() - nothing is under way in any of them. */
bool ctr_settled(const struct ctr_list *l);

#endif
