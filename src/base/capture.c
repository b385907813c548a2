/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/proc.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pool.h>

#define SAID_MAX  16384
#define READ_SIZE 8192

/* Keep the newest bytes: what a program said last is why it failed. */
static int add_tail(struct ig_buf *buf, const char *data, size_t len,
		    struct ig_err *err)
{
	size_t drop;

	if (len > buf->max) {
		data += len - buf->max;
		len = buf->max;
	}
	if (buf->len > buf->max - len) {
		drop = buf->len - (buf->max - len);
		memmove(buf->data, buf->data + drop, buf->len - drop);
		buf->len -= drop;
	}
	return ig_buf_add(buf, data, len, err);
}

/* One of the child's outputs: our end of the pipe and where it goes. */
struct stream {
	int fd;
	struct ig_buf *buf;
	bool tail;
};

/* Reads once; closes at the end. */
static int take(struct stream *stream, struct ig_err *err)
{
	char data[READ_SIZE];
	ssize_t n = read(stream->fd, data, sizeof(data));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0)
		return ig_fail_sys(err, errno, "read");
	if (n == 0) {
		ig_closep(&stream->fd);
		return 0;
	}
	assert(stream->buf); /* why else was there a pipe */
	if (stream->tail)
		return add_tail(stream->buf, data, (size_t)n, err);
	return ig_buf_add(stream->buf, data, (size_t)n, err);
}

/* What is in the pipe now; a grandchild may hold it open for longer. */
static int drain(struct stream *stream, struct ig_err *err)
{
	struct pollfd ready = { .fd = stream->fd, .events = POLLIN };

	while (stream->fd >= 0 && poll(&ready, 1, 0) > 0) {
		if (take(stream, err) < 0)
			return -1;
	}
	return 0;
}

static int collect(struct stream streams[2], pid_t pid, struct ig_err *err)
{
	ig_autofd int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	while (streams[0].fd >= 0 || streams[1].fd >= 0) {
		struct pollfd waits[3] = {
			{ .fd = streams[0].fd, .events = POLLIN },
			{ .fd = streams[1].fd, .events = POLLIN },
			{ .fd = pidfd, .events = POLLIN },
		};

		if (ig_cancelled())
			return 0; /* ig_proc_wait() sees to it */
		if (poll(waits, 3, 100) < 0 && errno != EINTR)
			return ig_fail_sys(err, errno, "poll");
		for (int i = 0; i < 2; i++) {
			if (waits[i].revents && take(&streams[i], err) < 0)
				return -1;
		}
		if (waits[2].revents) {
			if (drain(&streams[0], err) < 0)
				return -1;
			return drain(&streams[1], err);
		}
	}
	return 0;
}

/* The last line of @text that is not empty; cuts @text behind it. */
static const char *last_line(struct ig_buf *text)
{
	char *start;

	while (text->len > 0 && strchr("\r\n \t", text->data[text->len - 1]))
		text->data[--text->len] = '\0';
	if (text->len == 0)
		return "";
	start = strrchr(text->data, '\n');
	return start ? start + 1 : text->data;
}

static int judge(const char *name, int status, const struct ig_buf *said,
		 struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf copy = IG_BUF_INIT(SAID_MAX);
	struct ig_err ignored;
	const char *line = "";

	if (ig_cancelled())
		return ig_fail_cancel(err);
	if (status == 0)
		return 0;
	if (said && said->len > 0 &&
	    add_tail(&copy, said->data, said->len, &ignored) == 0)
		line = last_line(&copy);
	if (line[0])
		return ig_fail(err, IG_ESYS, "%s: %s", name, line);
	if (status > 128)
		return ig_fail(err, IG_ESYS, "%s was ended by signal %d", name,
			       status - 128);
	return ig_fail(err, IG_ESYS, "%s ended with status %d", name, status);
}

/* A pipe whose reading end goes to @stream and writing end to @other. */
static int add_pipe(struct stream *stream, int *other, struct ig_err *err)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return ig_fail_sys(err, errno, "pipe");
	stream->fd = fds[0];
	*other = fds[1];
	return 0;
}

static int run(const struct ig_proc *proc, struct stream streams[2],
	       int *status, struct ig_err *err)
{
	ig_autofd int out = -1;
	ig_autofd int said = -1;
	struct ig_proc copy = *proc;
	struct ig_err ignored;
	pid_t pid;

	if (streams[0].buf) {
		if (add_pipe(&streams[0], &out, err) < 0)
			return -1;
		copy.out = out;
	}
	if (streams[1].buf) {
		if (add_pipe(&streams[1], &said, err) < 0)
			return -1;
		copy.err = said;
	}
	if (ig_proc_start(&pid, &copy, err) < 0)
		return -1;
	ig_closep(&out);
	ig_closep(&said);
	if (collect(streams, pid, err) < 0) {
		kill(pid, SIGKILL);
		ig_proc_wait(status, pid, &ignored);
		return ig_wrap(err, "%s", proc->argv[0]);
	}
	return ig_proc_wait(status, pid, err);
}

int ig_proc_run(const struct ig_proc *proc, struct ig_buf *out,
		struct ig_buf *said, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf own = IG_BUF_INIT(SAID_MAX);
	struct ig_buf *text = said ? said : proc->err < 0 ? &own : NULL;
	struct stream streams[2] = {
		{ .fd = -1, .buf = out },
		{ .fd = -1, .buf = text, .tail = true },
	};
	int status = 0;
	int ret = run(proc, streams, &status, err);

	ig_closep(&streams[0].fd);
	ig_closep(&streams[1].fd);
	if (ret < 0)
		return -1;
	return judge(proc->argv[0], status, text, err);
}
