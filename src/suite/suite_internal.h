/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SUITE_INTERNAL_H
#define IG_SUITE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/buf.h>
#include <ingot/run.h>
#include <ingot/spec.h>
#include <ingot/suite.h>

/* What one look at the guest says. */
enum verdict {
	VERDICT_PASS,
	VERDICT_AGAIN, /* not so yet */
	VERDICT_NEVER  /* and it will not change */
};

/* Times are milliseconds of the monotonic clock. */
int64_t now_ms(void);

/* ---- reason.c: why a test fails ---- */

/** reason_set() - one line: what is no printable UTF-8 becomes '?', what is
 * too long is cut at a character. */
void reason_set(char out[IG_SUITE_REASON], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- judge.c: pure ---- */

/** judge_match() - whether @regex is in @text, which ends in NUL. */
bool judge_match(const char *regex, const char *text);

/** judge_lines() - the same for one line each of the @len bytes from *@seen
 * on, which moves behind the last whole line. */
bool judge_lines(const char *regex, const char *text, size_t len, size_t *seen);

struct answer;
enum verdict judge_http(char why[IG_SUITE_REASON],
			const struct ig_test_http *want, long status,
			const char *body);
enum verdict judge_exec(char why[IG_SUITE_REASON],
			const struct ig_test_exec *want,
			const struct answer *got);
enum verdict judge_exit(char why[IG_SUITE_REASON],
			const struct ig_test_exit *want,
			const struct answer *got);
enum verdict judge_file(char why[IG_SUITE_REASON],
			const struct ig_test_file *want,
			const struct answer *got);
enum verdict judge_memory(char why[IG_SUITE_REASON],
			  const struct ig_test_memory *want,
			  const struct answer *got);

/* ---- answer.c: what the guest's agent says ---- */

#define ANSWER_MAX (1u << 20) /* bytes of a line */

struct answer {
	int64_t id;
	char *error; /* NULL: it did what it was asked */
	/* Each -1 when it is not there, or no number that can be. */
	int64_t code, signal, mode, total_kib, available_kib;
	char *type;	     /* of a file, or NULL */
	char *output, *said; /* of a command, or NULL */
	char *contents;	     /* of a file, or NULL */
	bool ended, started, done;
};

/** answer_parse() - 0, or -1 for a line that is none. The empty value on
 * failure; free with answer_done(). */
int answer_parse(struct answer *out, const char *text, size_t len);
void answer_done(struct answer *answer);

/* ---- agent.c: asking it ---- */

struct agent {
	int fd; /* the host's end; -1: the image has none that runs */
	pthread_mutex_t lock;
	pthread_cond_t idle;
	bool busy;
	bool heard; /* it answered once */
	int64_t next;
	struct ig_buf line;
};

int agent_init(struct agent *agent, int fd, struct ig_err *err);
void agent_done(struct agent *agent);

/**
 * agent_ask() - send a request and wait for its answer. Any thread.
 * @request: what follows the id, '"memory":{}'. @until: the deadline; once
 * the agent has been heard, an answer may take 15 s at most. @over: ends it.
 * 0, or -1 with @why; when the time is over, one that is there stays.
 */
int agent_ask(struct answer *out, struct agent *agent, const char *request,
	      int64_t until, const atomic_bool *over,
	      char why[IG_SUITE_REASON]);

/* ---- screen.c: the console ---- */

#define SCREEN_MAX (4u << 20) /* bytes that are kept */

struct screen {
	pthread_mutex_t lock;
	struct ig_buf text;
};

void screen_init(struct screen *screen);
void screen_done(struct screen *screen);
void screen_add(struct screen *screen, const char *data, size_t len);
bool screen_match(struct screen *screen, const char *regex, size_t *seen);

/* ---- monitor.c: QEMU itself ---- */

struct monitor {
	int fd;
	pthread_mutex_t lock;
	bool greeted;
};

void monitor_init(struct monitor *monitor, int fd);
void monitor_done(struct monitor *monitor);
/** monitor_port_open() - whether the guest has accepted a connection that
 * came in at the host's @port. */
bool monitor_port_open(struct monitor *monitor, uint16_t port);

/* ---- ports.c: of the guest, at this machine ---- */

#define PORTS_MOST 32

struct ports {
	size_t n;
	struct ig_run_port v[PORTS_MOST];
	int held[PORTS_MOST]; /* sockets, until QEMU takes the ports */
};

/** ports_take() - a free one here for each that a test names. IG_ELIMIT. */
int ports_take(struct ports *out, const struct ig_tests *tests,
	       struct ig_err *err);
void ports_release(struct ports *ports); /* the sockets; may come twice */
uint16_t ports_host(const struct ports *ports, int64_t guest);

/* ---- kase.c: a test that goes on ---- */

struct boot;

struct kase {
	struct boot *boot;
	const struct ig_test *test;
	struct ig_result *result;
	pthread_t thread;
	bool begun;
	bool cut; /* the machine ended before its verdict */
	unsigned tries;
	size_t seen; /* of the console */
};

/* One boot of the machine, and the tests on it. */
struct boot {
	const struct ig_suite_opts *opts;
	const struct ig_spec *spec;
	bool again; /* after the reboot */
	bool more;  /* a reboot comes after it */
	struct ports ports;
	struct agent agent;
	struct monitor monitor;
	struct screen screen;
	int log; /* -1 */
	int64_t began;
	atomic_bool over;
	atomic_int wish; /* enum ig_run_wish */
	size_t n;
	struct kase *v;
	pthread_mutex_t say_lock;
};

/** kase_run_all() - those of memory, or all others, side by side; returns
 * when all have their verdict or the machine has ended. */
void kase_run_all(struct boot *boot, bool memory);

/** kase_settle() - the verdict of a test that had none: it failed by @why. */
void kase_settle(struct kase *kase, const char *why);

/* What a test does once. */
enum verdict http_try(struct kase *kase, int64_t until,
		      char why[IG_SUITE_REASON]);
enum verdict tcp_try(struct kase *kase, int64_t until,
		     char why[IG_SUITE_REASON]);
/* exec, exit, file, memory */
enum verdict ask_try(struct kase *kase, int64_t until,
		     char why[IG_SUITE_REASON]);

/* ---- boot.c ---- */

/** boot_run() - the machine from power-on to its end. *@end: how. */
int boot_run(struct boot *boot, unsigned timeout_s, enum ig_guest_end *end,
	     struct ig_err *err);

#endif
