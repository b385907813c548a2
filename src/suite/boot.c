/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pool.h>

#include "suite_internal.h"

#define PORT	 "org.ingot.agent"
#define LEAVE_MS 60000 /* for the way out … */
#define PRESS_MS 10000 /* … with the button pressed each time */
#define POLL_MS	 100

static void on_console(void *ctx, const char *data, size_t len)
{
	struct boot *boot = ctx;
	struct ig_err ignored = { 0 };

	screen_add(&boot->screen, data, len);
	if (boot->log >= 0)
		ig_write_all(boot->log, data, len, &ignored);
}

static enum ig_run_wish on_wish(void *ctx)
{
	struct boot *boot = ctx;
	int press = IG_RUN_PRESS;

	/* the button once, the end until it has come */
	if (atomic_compare_exchange_strong(&boot->wish, &press, IG_RUN_GO_ON))
		return IG_RUN_PRESS;
	return (enum ig_run_wish)press;
}

static bool ask_reboot(struct boot *boot)
{
	IG_AUTO(answer_done) struct answer got = { 0 };
	char why[IG_SUITE_REASON];

	return boot->agent.fd >= 0 &&
	       agent_ask(&got, &boot->agent, "\"power\":{\"how\":\"reboot\"}",
			 now_ms() + LEAVE_MS, &boot->over, why) == 0 &&
	       got.done;
}

/* Down in good order: by the agent, else by the button. A guest that has not
 * come far enough yet does not see it pressed. */
static void leave(struct boot *boot)
{
	const struct timespec pause = { 0, POLL_MS * 1000000 };
	bool asked = ask_reboot(boot);
	int64_t until = now_ms() + LEAVE_MS;
	int64_t press = 0;

	while (!atomic_load(&boot->over) && now_ms() < until) {
		if (!asked && now_ms() >= press) {
			atomic_store(&boot->wish, IG_RUN_PRESS);
			press = now_ms() + PRESS_MS;
		}
		nanosleep(&pause, NULL);
	}
}

static void *conduct(void *ctx)
{
	struct boot *boot = ctx;

	kase_run_all(boot, false);
	kase_run_all(boot, true);
	if (boot->more)
		leave(boot);
	atomic_store(&boot->wish, IG_RUN_END);
	return NULL;
}

static int pair(int *ours, int *theirs, struct ig_err *err)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return ig_fail_sys(err, errno, "make a socket");
	*ours = fds[0];
	*theirs = fds[1];
	return 0;
}

static int run_guest(struct boot *boot, struct ig_run *run,
		     enum ig_guest_end *end, struct ig_err *err)
{
	pthread_t conductor;
	int rc;

	boot->began = now_ms();
	if (pthread_create(&conductor, NULL, conduct, boot) != 0)
		return ig_fail_mem(err);
	ports_release(&boot->ports);
	rc = ig_run(end, run, err);
	atomic_store(&boot->over, true);
	pthread_join(conductor, NULL);
	return rc;
}

static int boot_with(struct boot *boot, const struct ig_run *given, int agent,
		     enum ig_guest_end *end, struct ig_err *err)
{
	const struct ig_run_watch watch = { boot, on_console, on_wish };
	const struct ig_run_channel channel = { PORT, agent };
	struct ig_run run = *given;

	run.ports = boot->ports.v;
	run.ports_n = boot->ports.n;
	run.channels = &channel;
	run.channels_n = agent >= 0 ? 1 : 0;
	run.watch = &watch;
	run.quiet = true;
	return run_guest(boot, &run, end, err);
}

int boot_run(struct boot *boot, unsigned timeout_s, enum ig_guest_end *end,
	     struct ig_err *err)
{
	struct ig_run run = *boot->opts->run;
	int ours = -1, control = -1;
	ig_autofd int agent = -1;
	ig_autofd int monitor = -1;
	int rc;

	run.timeout_s = timeout_s;
	if (ports_take(&boot->ports, &boot->spec->tests, err) < 0 ||
	    pair(&control, &monitor, err) < 0)
		return -1;
	if (ig_tests_agent(&boot->spec->tests) &&
	    pair(&ours, &agent, err) < 0) {
		ig_closep(&control);
		return -1;
	}
	run.monitor = monitor;
	screen_init(&boot->screen);
	monitor_init(&boot->monitor, control);
	pthread_mutex_init(&boot->say_lock, NULL);
	rc = agent_init(&boot->agent, ours, err);
	if (rc == 0)
		rc = boot_with(boot, &run, agent, end, err);
	ports_release(&boot->ports);
	agent_done(&boot->agent);
	monitor_done(&boot->monitor);
	screen_done(&boot->screen);
	return rc;
}
