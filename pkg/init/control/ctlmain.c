/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlmain.h"

#include "base/sys.h"
#include "control/ctlask.h"
#include "control/ctlexec.h"
#include "control/ctlstatus.h"
#include "log/logline.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POLL_MS 100

static const char usage_text[] =
	"usage: ingot-ctl status [--json] [NAME]\n"
	"       ingot-ctl logs [-f] [-n LINES] [NAME]\n"
	"       ingot-ctl start | stop | restart NAME\n"
	"       ingot-ctl exec NAME COMMAND [ARGUMENT...]\n"
	"       ingot-ctl shell\n"
	"       ingot-ctl reboot | poweroff\n";

static int usage(void)
{
	fputs(usage_text, stderr);
	return 2;
}

static int help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fputs(usage_text, stdout);
	return 0;
}

static int too_long(const char *name)
{
	complain("ingot-ctl: the name '%.20s...' is too long", name);
	return 2;
}

/* ---- status, logs ---- */

static int status(int argc, char **argv)
{
	bool json = argc > 0 && strcmp(argv[0], "--json") == 0;

	argc -= json;
	argv += json;
	if (argc > 1 || (argc == 1 && argv[0][0] == '-'))
		return usage();
	return ctl_status(json, argc == 1 ? argv[0] : NULL);
}

static int print_line(void *ctx, const char *text, size_t len)
{
	struct logline line;
	char time[LOGLINE_TIME];
	int64_t now;
	int64_t wall;

	(void)ctx;
	if (logline_parse(&line, text, len) < 0)
		return complain("ingot-ctl: process 1 says what is not known");
	logline_now(&now, &wall);
	logline_time(time, logline_wall(line.ms, now, wall));
	if (line.lost > 0)
		printf("... %lld lines are missing\n", (long long)line.lost);
	else if (line.name)
		printf("%s [%5lld.%03lld] %s: %s\n", time,
		       (long long)(line.ms / 1000), (long long)(line.ms % 1000),
		       line.name, line.text);
	logline_free(&line);
	/* whoever reads it has gone */
	return fflush(stdout) == 0 ? 0 : -1;
}

static int count_of(const char *text, int64_t *out)
{
	char *end;

	*out = strtoll(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && *out <= 999999999
		       ? 0
		       : -1;
}

static int logs(int argc, char **argv)
{
	struct ctlreq req = { .verb = CTL_LOGS, .last = -1 };
	struct ctlend end;
	int i = 0;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-f") == 0)
			req.follow = true;
		else if (strcmp(argv[i], "-n") != 0 || ++i == argc ||
			 count_of(argv[i], &req.last) < 0)
			return usage();
	}
	if (argc - i > 1)
		return usage();
	if (i < argc && strlen(argv[i]) >= sizeof(req.name))
		return too_long(argv[i]);
	snprintf(req.name, sizeof(req.name), "%s", i < argc ? argv[i] : "");
	int rc = ctlask(&req, print_line, NULL, &end);

	ctlend_free(&end);
	return rc < 0;
}

/* ---- orders ---- */

static int keep_row(void *ctx, const char *line, size_t len)
{
	struct ctlrow *row = ctx;
	struct ctlrow next;

	if (ctlrow_parse(&next, line, len) < 0)
		return complain("ingot-ctl: process 1 says what is not known");
	if (strcmp(next.kind, "service") != 0) {
		ctlrow_free(&next);
		return 0;
	}
	ctlrow_free(row);
	*row = next;
	return 0;
}

static int ask_row(const char *name, struct ctlrow *row)
{
	struct ctlreq req = { .verb = CTL_STATUS };
	struct ctlend end;

	memset(row, 0, sizeof(*row));
	snprintf(req.name, sizeof(req.name), "%s", name);
	int rc = ctlask(&req, keep_row, row, &end);

	ctlend_free(&end);
	if (rc == 0 && !row->name)
		rc = complain("ingot-ctl: there is no service '%s'", name);
	return rc;
}

static bool is_over(const struct ctlrow *row)
{
	return strcmp(row->state, "ended") == 0 ||
	       strcmp(row->state, "given-up") == 0 ||
	       strcmp(row->state, "waiting") == 0;
}

/* 1: it came to what was asked for; -1: it did not; 0: not yet. */
static int verdict(enum ctl_verb verb, const struct ctlrow *row, int64_t starts)
{
	bool up = strcmp(row->state, "up") == 0 ||
		  strcmp(row->state, "ready") == 0;

	if (verb == CTL_STOP)
		return is_over(row);
	if (up && (verb == CTL_START || row->starts > starts))
		return 1;
	if (!is_over(row) || row->starts == starts)
		return 0;
	if (row->exit == 0)
		return 1;
	if (row->signal > 0)
		return complain("ingot-ctl: service '%s' ended by signal %lld",
				row->name, (long long)row->signal);
	return complain("ingot-ctl: service '%s' ended with code %lld",
			row->name, (long long)row->exit);
}

static int wait_for(enum ctl_verb verb, const char *name, int64_t starts)
{
	const struct timespec pause = { 0, POLL_MS * 1000000L };
	struct ctlrow row;
	int done = 0;

	while (done == 0) {
		if (ask_row(name, &row) < 0)
			return -1;
		done = verdict(verb, &row, starts);
		ctlrow_free(&row);
		if (done == 0)
			nanosleep(&pause, NULL);
	}
	return done < 0 ? -1 : 0;
}

static int order(enum ctl_verb verb, int argc, char **argv)
{
	struct ctlreq req = { .verb = verb };
	struct ctlrow row;
	struct ctlend end;

	if (argc != 1)
		return usage();
	if (strlen(argv[0]) >= sizeof(req.name))
		return too_long(argv[0]);
	snprintf(req.name, sizeof(req.name), "%s", argv[0]);
	if (ask_row(req.name, &row) < 0)
		return 1;
	int64_t starts = row.starts;

	ctlrow_free(&row);
	int rc = ctlask(&req, NULL, NULL, &end);

	ctlend_free(&end);
	if (rc == 0)
		rc = wait_for(verb, req.name, starts);
	return rc < 0;
}

static int start(int argc, char **argv)
{
	return order(CTL_START, argc, argv);
}

static int stop(int argc, char **argv)
{
	return order(CTL_STOP, argc, argv);
}

static int restart(int argc, char **argv)
{
	return order(CTL_RESTART, argc, argv);
}

static int leave(enum ctl_verb verb, int argc)
{
	struct ctlreq req = { .verb = verb };
	struct ctlend end;

	if (argc != 0)
		return usage();
	int rc = ctlask(&req, NULL, NULL, &end);

	ctlend_free(&end);
	return rc < 0;
}

static int restart_machine(int argc, char **argv)
{
	(void)argv;
	return leave(CTL_REBOOT, argc);
}

static int poweroff(int argc, char **argv)
{
	(void)argv;
	return leave(CTL_POWEROFF, argc);
}

/* ---- programs ---- */

static int exec(int argc, char **argv)
{
	return argc < 2 ? usage() : ctl_exec(argv[0], argv + 1);
}

static int shell(int argc, char **argv)
{
	(void)argv;
	return argc > 0 ? usage() : ctl_shell();
}

int ctl_main(int argc, char **argv)
{
	static const struct {
		const char *word;
		int (*run)(int argc, char **argv);
	} commands[] = {
		{ "status", status },	  { "logs", logs },
		{ "start", start },	  { "stop", stop },
		{ "restart", restart },	  { "exec", exec },
		{ "shell", shell },	  { "reboot", restart_machine },
		{ "poweroff", poweroff }, { "--help", help },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (argc > 1 && strcmp(argv[1], commands[i].word) == 0)
			return commands[i].run(argc - 2, argv + 2);
	}
	return usage();
}
