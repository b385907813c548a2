/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logconf.h"

#include "base/json.h"
#include "base/sys.h"
#include "log/logbook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS(a)  (a), sizeof(a) / sizeof((a)[0])
#define FILE_NAME  "/etc/ingot/logs.json"
#define MEMORY_MIN (16 * 1024)
#define MEMORY_MAX (64 * 1024 * 1024)
#define FILE_MIN   (64 * 1024)
#define FILES_MAX  100

static struct logconf loaded;

static int read_range(struct json *j, int64_t *out, int64_t least, int64_t most)
{
	if (json_count(j, out) < 0)
		return -1;
	if (*out < least || *out > most)
		return json_fail(j, "a number that is too small or too large");
	return 0;
}

static int read_memory(struct json *j, void *out)
{
	return read_range(j, out, MEMORY_MIN, MEMORY_MAX);
}

static int read_size(struct json *j, void *out)
{
	return read_range(j, out, FILE_MIN, INT64_MAX);
}

static int read_files(struct json *j, void *out)
{
	return read_range(j, out, 1, FILES_MAX);
}

static int read_text(struct json *j, void *out)
{
	return json_string(j, out);
}

static int read_path(struct json *j, void *out)
{
	char **path = out;

	if (json_string(j, path) < 0)
		return -1;
	if ((*path)[0] != '/' || strlen(*path) > SYS_PATH / 2)
		return json_fail(j, "a path that is not absolute, or too long");
	return 0;
}

static int read_console(struct json *j, void *out)
{
	static const char *const words[] = { [CONSOLE_ALL] = "all",
					     [CONSOLE_ERRORS] = "errors",
					     [CONSOLE_NONE] = "none" };
	enum log_console *console = out;
	char *text;
	int word = CONSOLE_ALL;

	if (json_string(j, &text) < 0)
		return -1;
	while (word <= CONSOLE_NONE && strcmp(words[word], text) != 0)
		word++;
	free(text);
	if (word > CONSOLE_NONE)
		return json_fail(j, "a word that is not known");
	*console = (enum log_console)word;
	return 0;
}

static int read_disk(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "path", read_path, offsetof(struct logconf, disk) },
		{ "size", read_size, offsetof(struct logconf, disk_size) },
		{ "files", read_files, offsetof(struct logconf, disk_files) },
	};
	struct logconf *c = out;

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	if (!c->disk || c->disk_size == 0 || c->disk_files == 0)
		return json_fail(j, "path, size and files are expected");
	return 0;
}

static int read_syslog(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "address", read_text, offsetof(struct logconf, syslog) },
	};
	struct logconf *c = out;

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return c->syslog ? 0 : json_fail(j, "an address is expected");
}

static int read_all(struct json *j, struct logconf *out)
{
	static const struct json_field fields[] = {
		{ "memory", read_memory, offsetof(struct logconf, memory) },
		{ "console", read_console, offsetof(struct logconf, console) },
		{ "disk", read_disk, 0 },
		{ "syslog", read_syslog, 0 },
	};

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return json_end(j);
}

int logconf_parse(struct logconf *out, const char *text, size_t len, char *msg,
		  size_t cap)
{
	struct json j = { .start = text, .p = text, .end = text + len };

	memset(out, 0, sizeof(*out));
	if (read_all(&j, out) == 0)
		return 0;
	snprintf(msg, cap, "%s", j.msg);
	logconf_free(out);
	return -1;
}

void logconf_free(struct logconf *c)
{
	free(c->disk);
	free(c->syslog);
	memset(c, 0, sizeof(*c));
}

static void load(char *msg, size_t cap)
{
	char *text;
	size_t len;

	if (sys_slurp(FILE_NAME, LOGCONF_MAX, &text, &len) < 0) {
		if (errno != ENOENT)
			snprintf(msg, cap, "%s", strerror(errno));
		return;
	}
	logconf_parse(&loaded, text, len, msg, cap);
	free(text);
}

void logconf_load(void)
{
	char msg[200] = "";

	load(msg, sizeof(msg));
	log_console_set(loaded.console);
	if (logbook_open(loaded.memory > 0 ? (size_t)loaded.memory
					   : LOGBOOK_SIZE) < 0)
		log_say("no log is kept: %s", strerror(errno));
	if (msg[0])
		log_say("%s: %s", FILE_NAME, msg);
}

const struct logconf *logconf_get(void)
{
	return &loaded;
}
