/* SPDX-License-Identifier: Apache-2.0 */
#include "logs.h"

#include <arpa/inet.h>
#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

/* The guest's limits, pkg/init/log/logconf.c. */
#define KIB	     (1ull << 10)
#define MIB	     (1ull << 20)
#define MEMORY_MIN   (16 * KIB)
#define MEMORY_MAX   (64 * MIB)
#define FILE_MIN     (64 * KIB)
#define FILE_MAX     (900 * MIB)
#define FILES_MAX    100
#define PATH_MAX_    200u

#define SIZE_DEFAULT (10 * MIB)

static int check_range(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node, uint64_t least,
		       uint64_t most)
{
	struct ig_err err = { 0 };
	uint64_t bytes;

	if (!node->text[0])
		return 0;
	if (ig_parse_size(&bytes, node->text, 0, &err) < 0)
		return ig_problem(walk, path, node, "%s", err.msg);
	if (bytes >= least && bytes <= most)
		return 0;
	return ig_problem(walk, path, node, "%s is not between %lluK and %lluM",
			  node->text, (unsigned long long)(least / KIB),
			  (unsigned long long)(most / MIB));
}

static int check_memory(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node)
{
	return check_range(walk, path, node, MEMORY_MIN, MEMORY_MAX);
}

static int check_size(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	return check_range(walk, path, node, FILE_MIN, FILE_MAX);
}

static int check_path(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	const char *text = node->text;
	char quoted[IG_QUOTE];

	if (text[0] == '/' && text[1] && strlen(text) <= PATH_MAX_ &&
	    !strstr(text, "/../") && !strstr(text, "//") &&
	    !ig_ends(text, "/..") && !ig_ends(text, "/"))
		return ig_check_plain(walk, path, node);
	return ig_problem(
		walk, path, node,
		"'%s' is not the path of a folder: write it from / on, without '..', of at most %u bytes",
		ig_spec_quote(quoted, text), PATH_MAX_);
}

static bool is_port(const char *text)
{
	struct ig_err err = { 0 };
	uint64_t port;

	return ig_parse_u64(&port, text, &err) == 0 && port > 0 &&
	       port <= 65535;
}

static bool is_address(const char *text)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	const char *colon = strrchr(text, ':');
	char host[64];

	if (!colon || (size_t)(colon - text) >= sizeof(host) || colon == text)
		return false;
	size_t len = (size_t)(colon - text);

	memcpy(host, text, len);
	host[len] = '\0';
	if (!is_port(colon + 1))
		return false;
	if (host[0] != '[')
		return inet_pton(AF_INET, host, bytes) == 1;
	if (host[len - 1] != ']')
		return false;
	host[len - 1] = '\0';
	return inet_pton(AF_INET6, host + 1, bytes) == 1;
}

static int check_address(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node)
{
	char quoted[IG_QUOTE];

	if (is_address(node->text))
		return 0;
	return ig_problem(
		walk, path, node,
		"'%s' is no address with a port: write 192.0.2.5:514 or [2001:db8::1]:514; names are not looked up",
		ig_spec_quote(quoted, node->text));
}

static int check_logs(struct ig_walk *walk, void *object,
		      const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_logs *logs = object;

	(void)walk;
	(void)node;
	(void)path;
	logs->memory_bytes = ig_spec_bytes(logs->memory);
	logs->disk.bytes =
		logs->disk.size ? ig_spec_bytes(logs->disk.size) : SIZE_DEFAULT;
	return 0;
}

static const struct ig_field disk_fields[] = {
	{ .key = "path",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_logs_disk, path),
	  .check = check_path },
	{ .key = "size",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_logs_disk, size),
	  .check = check_size },
	{ .key = "files",
	  .kind = IG_K_OPT_INT,
	  .at = offsetof(struct ig_logs_disk, files),
	  .min = 1,
	  .max = FILES_MAX },
	IG_FIELDS_END
};
static const struct ig_object disk_object = {
	.size = sizeof(struct ig_logs_disk),
	.fields = disk_fields,
	.brief = "path",
};

static const struct ig_field syslog_fields[] = {
	{ .key = "address",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_logs_syslog, address),
	  .check = check_address },
	IG_FIELDS_END
};
static const struct ig_object syslog_object = {
	.size = sizeof(struct ig_logs_syslog),
	.fields = syslog_fields,
	.brief = "address",
};

static const char *const console_words[] = { "all", "errors", "none", NULL };

static const struct ig_field logs_fields[] = {
	{ .key = "memory",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_logs, memory),
	  .check = check_memory },
	{ .key = "console",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_logs, console),
	  .words = console_words },
	IG_OBJ("disk", struct ig_logs, disk, &disk_object, disk.set),
	IG_OBJ("syslog", struct ig_logs, syslog, &syslog_object, syslog.set),
	IG_FIELDS_END
};
const struct ig_object ig_schema_logs = {
	.size = sizeof(struct ig_logs),
	.pos_at = offsetof(struct ig_logs, pos) + 1,
	.fields = logs_fields,
	.check = check_logs,
};

void ig_merge_logs(struct ig_logs *logs, const struct ig_logs *more)
{
	if (!more->set)
		return;
	logs->set = true;
	logs->pos = more->pos;
	if (more->memory) {
		logs->memory = more->memory;
		logs->memory_bytes = more->memory_bytes;
	}
	if (more->console)
		logs->console = more->console;
	if (more->disk.set)
		logs->disk = more->disk;
	if (more->syslog.set)
		logs->syslog = more->syslog;
}
