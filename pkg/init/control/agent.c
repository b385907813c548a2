/* SPDX-License-Identifier: Apache-2.0 */
#include "control/agent.h"

#include "base/spawn.h"
#include "base/sys.h"
#include "control/agentfile.h"
#include "control/agentout.h"
#include "control/agentreq.h"
#include "control/agentrun.h"
#include "log/log.h"
#include "report/vport.h"
#include "service/exits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ENABLED	 "/etc/ingot/agent.json"
#define PORT	 "org.ingot.agent"
#define TRIES	 100 /* 10 s: ports come some time after their driver */
#define PAUSE_NS 100000000

static void pause_some(void)
{
	const struct timespec pause = { 0, PAUSE_NS };

	nanosleep(&pause, NULL);
}

void agent_start(void)
{
	pid_t pid;

	if (!sys_exists(ENABLED))
		return;
	pid = fork();
	if (pid < 0)
		log_say("agent: fork: %s", strerror(errno));
	if (pid != 0)
		return;
	spawn_child(-1);
	/* a program of its own, so that it has none of PID 1's memory */
	execl("/proc/self/exe", "ingot-agent", (char *)NULL);
	_exit(127);
}

/* ---- answers ---- */

static void say_error(struct agentout *o, const char *msg)
{
	agentout_text(o, "error", msg, strlen(msg));
}

static void do_exec(struct agentout *o, const struct agentreq *r)
{
	static struct agentrun run;
	const char *command[AGENTREQ_WORDS + 1] = { NULL };
	char msg[200];

	for (size_t i = 0; i < r->command.n; i++)
		command[i] = r->command.v[i];
	if (agentrun(&run, r->service, command, msg, sizeof(msg)) < 0) {
		say_error(o, msg);
		return;
	}
	if (run.late) {
		say_error(o, "the command did not end within 10 s");
		return;
	}
	if (run.signal)
		agentout_number(o, "signal", run.signal);
	else
		agentout_number(o, "code", run.code);
	agentout_text(o, "stdout", run.out, run.out_len);
	agentout_text(o, "stderr", run.said, run.said_len);
	agentout_bool(o, "cut", run.cut);
}

static void do_file(struct agentout *o, const struct agentreq *r)
{
	static struct agentfile file;
	const char *type;
	char msg[200];

	if (agentfile_read(&file, r->service, r->path, msg, sizeof(msg)) < 0) {
		say_error(o, msg);
		return;
	}
	type = agentfile_type(file.st.st_mode);
	agentout_text(o, "type", type, strlen(type));
	agentout_number(o, "mode", file.st.st_mode & 07777);
	agentout_number(o, "uid", file.st.st_uid);
	agentout_number(o, "gid", file.st.st_gid);
	agentout_number(o, "size", file.st.st_size);
	agentout_text(o, "contents", file.text, file.len);
	agentout_bool(o, "cut", file.cut);
}

static void do_exit(struct agentout *o, const struct agentreq *r)
{
	struct exits e;

	if (exits_read(&e, r->kind, r->name) < 0) {
		agentout_bool(o, "ended", false);
		return;
	}
	agentout_bool(o, "ended", true);
	agentout_bool(o, "started", e.started);
	if (e.signal)
		agentout_number(o, "signal", e.signal);
	else if (e.code >= 0)
		agentout_number(o, "code", e.code);
}

static int64_t meminfo(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoll(at + strlen(key), NULL, 10) : -1;
}

static void do_memory(struct agentout *o)
{
	char text[4096];

	if (sys_read("/proc/meminfo", text, sizeof(text)) < 0) {
		say_error(o, strerror(errno));
		return;
	}
	agentout_number(o, "totalKiB", meminfo(text, "MemTotal:"));
	agentout_number(o, "availableKiB", meminfo(text, "MemAvailable:"));
}

static void do_power(struct agentout *o, const struct agentreq *r)
{
	bool again = strcmp(r->how, "reboot") == 0;

	if (kill(1, again ? SIGINT : SIGUSR2) < 0)
		say_error(o, strerror(errno));
	else
		agentout_bool(o, "done", true);
}

static void answer(struct agentout *o, const struct agentreq *r)
{
	switch (r->verb) {
	case AGENT_EXEC:
		do_exec(o, r);
		break;
	case AGENT_FILE:
		do_file(o, r);
		break;
	case AGENT_EXIT:
		do_exit(o, r);
		break;
	case AGENT_MEMORY:
		do_memory(o);
		break;
	case AGENT_POWER:
		do_power(o, r);
		break;
	case AGENT_NONE:
		break;
	}
}

/* ---- the port ---- */

static void send_all(int fd, const struct agentout *o)
{
	size_t done = 0;

	while (!o->failed && done < o->len) {
		ssize_t n = write(fd, o->text + done, o->len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR)
			return; /* the host has gone away */
	}
}

static void take_line(int fd, const char *text, size_t len)
{
	static struct agentout out;
	struct agentreq r;
	char msg[200];
	int rc = agentreq_parse(&r, text, len, msg, sizeof(msg));

	agentout_begin(&out, r.id);
	if (rc < 0)
		say_error(&out, msg);
	else
		answer(&out, &r);
	agentout_end(&out);
	send_all(fd, &out);
	agentreq_free(&r);
}

/* A line that is too long is answered once, as one that cannot be read. */
static void serve(int fd)
{
	static char line[AGENTREQ_MAX + 2];
	size_t used = 0;
	char c[512];
	ssize_t n;

	while ((n = read(fd, c, sizeof(c))) > 0 || (n < 0 && errno == EINTR)) {
		for (ssize_t i = 0; i < n; i++) {
			if (c[i] == '\n') {
				take_line(fd, line, used);
				used = 0;
			} else if (used < AGENTREQ_MAX + 1) {
				line[used++] = c[i];
			}
		}
	}
}

int agent_main(void)
{
	int fd = -1;

	for (int i = 0; i < TRIES && (fd = vport_open(PORT, O_RDWR)) < 0; i++)
		pause_some();
	if (fd < 0)
		return 0;
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		serve(fd);
		/* the host has its end closed */
		pause_some();
	}
}
