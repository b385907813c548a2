/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/proc.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#define SAID_MAX (256u << 10)
#define POLL_MS	 200

/* What the program said, from its beginning. */
static char *read_said(int fd)
{
	char *text = calloc(1, SAID_MAX + 1);
	ssize_t n = text ? pread(fd, text, SAID_MAX, 0) : -1;

	if (n < 0)
		ig_freep(&text);
	return text;
}

/* apt and mmdebstrap begin their reasons with "E: "; the first is the cause,
 * the later ones say that something failed. Else it is the last line. */
static char *first_reason(char *said)
{
	static const char *const marks[] = { "\nE: ", "error: " };
	char *lost = strstr(said, "undefined reference to ");

	if (ig_starts(said, "E: "))
		return said + strlen("E: ");
	if (lost) /* the error is that the linker failed */
		return lost;
	for (size_t i = 0; i < IG_COUNT(marks); i++) {
		char *at = strstr(said, marks[i]);

		if (at)
			return at + strlen(marks[i]);
	}
	return NULL;
}

static const char *reason(char *said)
{
	char *first = first_reason(said);
	char *last = NULL;

	if (first) {
		first[strcspn(first, "\n")] = '\0';
		return first;
	}
	for (char *line = strtok_r(said, "\n", &said); line;
	     line = strtok_r(NULL, "\n", &said)) {
		if (line[strspn(line, " \t")])
			last = line;
	}
	return last ? last : "it does not say why";
}

static enum ig_code code_of(const char *said)
{
	static const char *const net[] = {
		"Could not resolve", "Could not connect", "Failed to fetch",
		"Unable to connect", "Temporary failure"
	};

	for (size_t i = 0; i < IG_COUNT(net); i++) {
		if (strstr(said, net[i]))
			return IG_ENET;
	}
	if (strstr(said, "Unable to locate package") ||
	    strstr(said, "Unable to find a source package"))
		return IG_ENOENT;
	return IG_ESYS;
}

static int fail_said(const char *name, int status, int said_fd,
		     struct ig_err *err)
{
	ig_autofree char *said = read_said(said_fd);
	enum ig_code code = said ? code_of(said) : IG_ESYS;

	if (!said || status >= 128)
		return ig_fail(err, IG_ESYS, "%s ended with status %d", name,
			       status);
	ig_debug("%s said:\n%s", name, said);
	return ig_fail(err, code, "%s: %s", name, reason(said));
}

/* ---- the pipe ---- */

/* Reading must not keep a cancelled build waiting for the child's next word:
 * ig_proc_wait() then tells the child to end. */
struct pipe_source {
	struct ig_source base;
	int fd;
};

static ssize_t pipe_read(struct ig_source *src, void *data, size_t len,
			 struct ig_err *err)
{
	int fd = ((struct pipe_source *)src)->fd;
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	while (poll(&wait, 1, POLL_MS) <= 0) {
		if (ig_cancelled())
			return ig_fail_cancel(err);
	}
	return ig_read_some(fd, data, len, err);
}

static void pipe_close(struct ig_source *src)
{
	ig_closep(&((struct pipe_source *)src)->fd);
	ig_freep(&src);
}

static struct ig_source *pipe_source(int fd, struct ig_err *err)
{
	static const struct ig_source_ops ops = { pipe_read, pipe_close };
	struct pipe_source *src = calloc(1, sizeof(*src));

	if (!src) {
		ig_closep(&fd);
		ig_fail_mem(err);
		return NULL;
	}
	src->base.ops = &ops;
	src->fd = fd;
	return &src->base;
}

struct child {
	pid_t pid;
	struct ig_source *out;
};

static int start(struct child *child, struct ig_proc *proc, bool piped,
		 struct ig_err *err)
{
	ig_autofd int near = -1;
	ig_autofd int far = -1;
	int fds[2];

	if (piped) {
		if (pipe2(fds, O_CLOEXEC) < 0)
			return ig_fail_sys(err, errno, "pipe");
		near = fds[0];
		far = fds[1];
		child->out = pipe_source(ig_take_fd(&near), err);
		if (!child->out)
			return -1;
		proc->out = far;
	}
	return ig_proc_start(&child->pid, proc, err);
}

struct ig_proc pkg_proc(const char *const *argv, const char *const *env)
{
	return (struct ig_proc){ .argv = argv,
				 .env = env,
				 .clean_env = true,
				 .in = -1,
				 .out = -1,
				 .err = -1 };
}

int pkg_run(const struct ig_proc *given, const char *debian,
	    int (*take)(void *ctx, struct ig_source *out, struct ig_err *err),
	    void *ctx, struct ig_err *err)
{
	ig_autofd int said = memfd_create("said", MFD_CLOEXEC);
	struct child child = { -1, NULL };
	struct ig_proc proc = *given;
	struct ig_err taking = { 0 };
	int took = 0;
	int status = 0;
	int waited;

	if (said < 0)
		return ig_fail_sys(err, errno, "make a memory file");
	proc.err = said;
	if (!take && proc.out < 0)
		proc.out = said;
	if (start(&child, &proc, take != NULL, err) < 0) {
		ig_source_close(child.out);
		if (err->code == IG_ENOENT)
			return ig_fail(
				err, IG_ENOENT,
				"there is no program '%s': install the Debian package %s",
				proc.argv[0], debian);
		return -1;
	}
	if (take)
		took = take(ctx, child.out, &taking);
	/* It gets SIGPIPE when it still writes. */
	ig_source_close(child.out);
	waited = ig_proc_wait(&status, child.pid, err);
	if (waited < 0)
		return -1;
	if (ig_cancelled())
		return ig_fail_cancel(err);
	/* Why the child failed is also why its output was cut short. */
	if (status != 0 && !(took < 0 && status >= 128))
		return fail_said(proc.argv[0], status, said, err);
	if (took < 0)
		*err = taking;
	return took;
}
