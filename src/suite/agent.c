/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "suite_internal.h"

#define POLL_MS	  100
#define ANSWER_MS 15000 /* a command may take 10 s */

int agent_init(struct agent *agent, int fd, struct ig_err *err)
{
	pthread_condattr_t attr;

	memset(agent, 0, sizeof(*agent));
	agent->fd = fd;
	ig_buf_init(&agent->line, ANSWER_MAX);
	pthread_mutex_init(&agent->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (pthread_cond_init(&agent->idle, &attr) != 0)
		return ig_fail_mem(err);
	pthread_condattr_destroy(&attr);
	return 0;
}

void agent_done(struct agent *agent)
{
	ig_closep(&agent->fd);
	ig_buf_done(&agent->line);
	pthread_cond_destroy(&agent->idle);
	pthread_mutex_destroy(&agent->lock);
}

/* One request at a time; false when the time is over. */
static bool begin(struct agent *agent, int64_t until, const atomic_bool *over,
		  int64_t *id)
{
	bool mine = false;

	pthread_mutex_lock(&agent->lock);
	while (agent->busy && now_ms() < until && !atomic_load(over)) {
		int64_t at = now_ms() + POLL_MS;
		struct timespec ts = { at / 1000, at % 1000 * 1000000 };

		pthread_cond_timedwait(&agent->idle, &agent->lock, &ts);
	}
	if (!agent->busy) {
		agent->busy = mine = true;
		*id = ++agent->next;
	}
	pthread_mutex_unlock(&agent->lock);
	return mine;
}

static void end(struct agent *agent)
{
	pthread_mutex_lock(&agent->lock);
	agent->busy = false;
	pthread_cond_signal(&agent->idle);
	pthread_mutex_unlock(&agent->lock);
}

static bool send_request(struct agent *agent, int64_t id, const char *request)
{
	struct ig_err err = { 0 };
	ig_autofree char *line =
		ig_format(&err, "{\"id\":%" PRId64 ",%s}\n", id, request);
	size_t len = line ? strlen(line) : 0;

	/* the buffer of the socket takes what the guest does not read yet */
	return line && send(agent->fd, line, len,
			    MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;
}

/* The answer to @id out of @n bytes more; lines of others are passed over. */
static bool feed(struct agent *agent, const char *data, size_t n, int64_t id,
		 struct answer *out)
{
	struct ig_err full;
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (data[i] != '\n') {
			/* what is too long is no answer */
			(void)ig_buf_putc(&agent->line, data[i], &full);
			continue;
		}
		if (!found && agent->line.data &&
		    answer_parse(out, agent->line.data, agent->line.len) == 0) {
			found = out->id == id;
			if (!found)
				answer_done(out);
		}
		ig_buf_clear(&agent->line);
	}
	return found;
}

static bool wait_answer(struct agent *agent, int64_t id, int64_t until,
			const atomic_bool *over, struct answer *out)
{
	struct pollfd fd = { .fd = agent->fd, .events = POLLIN };
	char data[16384];
	ssize_t n;

	while (now_ms() < until && !atomic_load(over)) {
		if (poll(&fd, 1, POLL_MS) <= 0)
			continue;
		n = recv(agent->fd, data, sizeof(data), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			return false; /* QEMU is gone */
		if (n > 0 && feed(agent, data, (size_t)n, id, out))
			return true;
	}
	return false;
}

int agent_ask(struct answer *out, struct agent *agent, const char *request,
	      int64_t until, const atomic_bool *over, char why[IG_SUITE_REASON])
{
	bool answered = false;
	bool late;
	int64_t id = 0;

	memset(out, 0, sizeof(*out));
	/* what it said before is more than that the time is over now */
	if (!why[0])
		reason_set(why, "the guest's agent does not answer");
	if (agent->fd < 0 || !begin(agent, until, over, &id))
		return -1;
	late = agent->heard && until > now_ms() + ANSWER_MS;
	if (late)
		until = now_ms() + ANSWER_MS;
	if (send_request(agent, id, request))
		answered = wait_answer(agent, id, until, over, out);
	if (late && !answered)
		reason_set(why, "the guest's agent does not answer any more");
	agent->heard = agent->heard || answered;
	end(agent);
	return answered ? 0 : -1;
}
