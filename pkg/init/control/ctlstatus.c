/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlstatus.h"

#include "base/jsonout.h"
#include "base/sys.h"
#include "control/ctlask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD 32

struct rows {
	struct ctlrow *v;
	size_t n;
};

int ctlstatus_group(const char *text, char *out, size_t cap)
{
	const char *at = strncmp(text, "0::/", 4) == 0 ? text : NULL;

	if (!at) {
		at = strstr(text, "\n0::/");
		if (!at)
			return -1;
		at++;
	}
	size_t len = strcspn(at + 3, "\n");

	if (len >= cap)
		return -1;
	memcpy(out, at + 3, len);
	out[len] = '\0';
	return 0;
}

/* -1: not known. */
static int64_t memory_of(int64_t pid)
{
	char path[SYS_PATH * 2];
	char group[SYS_PATH];
	char text[1024];

	snprintf(path, sizeof(path), "/proc/%lld/cgroup", (long long)pid);
	if (pid <= 0 || sys_read(path, text, sizeof(text)) < 0 ||
	    ctlstatus_group(text, group, sizeof(group)) < 0)
		return -1;
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/memory.current", group);
	if (sys_read(path, text, sizeof(text)) <= 0)
		return -1;
	return strtoll(text, NULL, 10);
}

void ctlstatus_ago(int64_t ms, char *out, size_t cap)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	int64_t s = ms > 0 ? ms / 1000 : 0;
	size_t i = 0;

	while (i < 3 && s < units[i].seconds)
		i++;
	snprintf(out, cap, "%lld%c", (long long)(s / units[i].seconds),
		 units[i].unit);
}

void ctlstatus_size(int64_t bytes, char *out, size_t cap)
{
	int64_t kib = bytes / 1024;

	if (bytes < 0)
		snprintf(out, cap, "-");
	else if (kib < 1024)
		snprintf(out, cap, "%lldK", (long long)kib);
	else if (kib < INT64_C(1024) * 1024)
		snprintf(out, cap, "%lld.%lldM", (long long)(kib / 1024),
			 (long long)(kib % 1024 * 10 / 1024));
	else
		snprintf(out, cap, "%lld.%lldG", (long long)(kib / 1024 / 1024),
			 (long long)(kib / 1024 % 1024 * 10 / 1024));
}

static int keep_row(void *ctx, const char *line, size_t len)
{
	struct rows *rows = ctx;
	struct ctlrow *more =
		realloc(rows->v, (rows->n + 1) * sizeof(*rows->v));

	if (!more)
		return complain("ingot-ctl: out of memory");
	rows->v = more;
	if (ctlrow_parse(&rows->v[rows->n], line, len) < 0)
		return complain("ingot-ctl: process 1 says what is not known");
	rows->n++;
	return 0;
}

static void how_it_ended(const struct ctlrow *row, char *out, size_t cap)
{
	if (row->signal > 0)
		snprintf(out, cap, "signal %lld", (long long)row->signal);
	else if (row->exit >= 0)
		snprintf(out, cap, "%lld", (long long)row->exit);
	else
		snprintf(out, cap, "-");
}

static void print_row(const struct ctlrow *row, int width, int64_t now)
{
	char pid[WORD] = "-";
	char ago[WORD] = "-";
	char end[WORD];
	char memory[WORD];

	if (row->pid > 0)
		snprintf(pid, sizeof(pid), "%lld", (long long)row->pid);
	if (row->starts > 0)
		ctlstatus_ago(now - row->since_ms, ago, sizeof(ago));
	how_it_ended(row, end, sizeof(end));
	ctlstatus_size(memory_of(row->pid), memory, sizeof(memory));
	printf("%-10s  %-*s  %-8s  %7s  %5s  %8lld  %9s  %7s\n", row->kind,
	       width, row->name, row->state, pid, ago,
	       (long long)(row->starts > 0 ? row->starts - 1 : 0), end, memory);
}

static void print_table(const struct rows *rows, const struct ctlend *end)
{
	int width = 4;

	for (size_t i = 0; i < rows->n; i++) {
		int len = (int)strlen(rows->v[i].name);

		if (len > width)
			width = len;
	}
	printf("system: %s, up %lld s\n", end->system ? end->system : "-",
	       (long long)(end->now_ms / 1000));
	printf("%-10s  %-*s  %-8s  %7s  %5s  %8s  %9s  %7s\n", "KIND", width,
	       "NAME", "STATE", "PID", "SINCE", "RESTARTS", "EXIT", "MEMORY");
	for (size_t i = 0; i < rows->n; i++)
		print_row(&rows->v[i], width, end->now_ms);
}

static void print_json_row(const struct ctlrow *row)
{
	char buf[1024];
	struct jsonout out = { .buf = buf, .cap = sizeof(buf) };
	int64_t memory = memory_of(row->pid);

	jsonout_begin(&out);
	jsonout_word(&out, "kind", row->kind);
	jsonout_word(&out, "name", row->name);
	jsonout_word(&out, "state", row->state);
	if (row->pid > 0)
		jsonout_int(&out, "pid", row->pid);
	jsonout_int(&out, "sinceMs", row->since_ms);
	jsonout_int(&out, "starts", row->starts);
	if (row->exit >= 0)
		jsonout_int(&out, "exit", row->exit);
	if (row->signal > 0)
		jsonout_int(&out, "signal", row->signal);
	if (memory >= 0)
		jsonout_int(&out, "memory", memory);
	if (jsonout_end(&out))
		fwrite(buf, 1, out.len, stdout);
}

static void print_json(const struct rows *rows, const struct ctlend *end)
{
	for (size_t i = 0; i < rows->n; i++)
		print_json_row(&rows->v[i]);
	printf("{\"system\":\"%s\",\"nowMs\":%lld}\n",
	       end->system ? end->system : "", (long long)end->now_ms);
}

int ctl_status(bool json, const char *name)
{
	struct ctlreq req = { .verb = CTL_STATUS };
	struct rows rows = { NULL, 0 };
	struct ctlend end;

	snprintf(req.name, sizeof(req.name), "%s", name ? name : "");
	int rc = ctlask(&req, keep_row, &rows, &end);

	if (rc == 0 && name && rows.n == 0)
		rc = complain("ingot-ctl: there is nothing named '%s'", name);
	if (rc == 0 && json)
		print_json(&rows, &end);
	else if (rc == 0)
		print_table(&rows, &end);
	for (size_t i = 0; i < rows.n; i++)
		ctlrow_free(&rows.v[i]);
	free(rows.v);
	ctlend_free(&end);
	return rc < 0;
}
