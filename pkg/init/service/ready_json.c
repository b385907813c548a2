/* SPDX-License-Identifier: Apache-2.0 */
#include "service/plan_json.h"
#include "service/ready.h"

#include <stdlib.h>
#include <string.h>

#define PORT_MAX   65535
#define STATUS_MAX 599
#define TRY_MAX	   (60 * 1000)
#define WITHIN_MAX (60 * 60 * 1000)

static int read_port(struct json *j, void *out)
{
	int64_t *port = out;

	if (json_count(j, port) < 0)
		return -1;
	return *port >= 1 && *port <= PORT_MAX
		       ? 0
		       : json_fail(j, "a port that there is not");
}

static int read_status(struct json *j, void *out)
{
	int64_t *status = out;

	if (json_count(j, status) < 0)
		return -1;
	return *status >= 100 && *status <= STATUS_MAX
		       ? 0
		       : json_fail(j, "a status that there is not");
}

static int read_path(struct json *j, void *out)
{
	char **path = out;

	if (json_string(j, path) < 0)
		return -1;
	return (*path)[0] == '/' ? 0 : json_fail(j, "a path that is not whole");
}

static int read_exec(struct json *j, void *out)
{
	return json_strings(j, out);
}

static int read_try(struct json *j, void *out)
{
	return plan_read_ms(j, out, TRY_MAX);
}

static int read_within(struct json *j, void *out)
{
	return plan_read_ms(j, out, WITHIN_MAX);
}

/* What of a check is one of its four kinds. */
struct kinds {
	int64_t port;
	char *file;
	struct strings exec;
	struct ready http;
};

static int read_http(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "port", read_port, offsetof(struct ready, port) },
		{ "path", read_path, offsetof(struct ready, path) },
		{ "status", read_status, offsetof(struct ready, status) },
	};

	return json_object(j, FIELDS(fields), out);
}

static void free_kinds(struct kinds *k)
{
	free(k->file);
	strings_free(&k->exec);
	free(k->http.path);
}

/* Exactly one of them; @r takes what it needs. */
static int choose(struct json *j, struct ready *r, struct kinds *k)
{
	int n = (k->port > 0) + (k->file != NULL) + (k->exec.n > 0) +
		(k->http.port > 0);

	if (n != 1)
		return json_fail(j, "a check must be one of four");
	r->port = k->port;
	if (k->port > 0)
		r->kind = READY_PORT;
	if (k->file) {
		r->kind = READY_FILE;
		r->path = k->file;
		k->file = NULL;
	}
	if (k->exec.n > 0) {
		r->kind = READY_EXEC;
		r->exec = k->exec;
		memset(&k->exec, 0, sizeof(k->exec));
	}
	if (k->http.port > 0) {
		r->kind = READY_HTTP;
		r->port = k->http.port;
		r->path = k->http.path;
		r->status = k->http.status;
		k->http.path = NULL;
	}
	return 0;
}

struct whole {
	struct ready ready;
	struct kinds kinds;
};

int ready_read(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "port", read_port, offsetof(struct whole, kinds.port) },
		{ "file", read_path, offsetof(struct whole, kinds.file) },
		{ "exec", read_exec, offsetof(struct whole, kinds.exec) },
		{ "http", read_http, offsetof(struct whole, kinds.http) },
		{ "intervalMs", read_try,
		  offsetof(struct whole, ready.interval) },
		{ "timeoutMs", read_try,
		  offsetof(struct whole, ready.timeout) },
		{ "withinMs", read_within,
		  offsetof(struct whole, ready.within) },
	};
	struct whole w = {
		.ready = { .interval = READY_INTERVAL_US,
			   .timeout = READY_TRY_US,
			   .within = READY_WITHIN_US },
	};
	struct ready *r = out;
	int rc = json_object(j, FIELDS(fields), &w);

	if (rc == 0)
		rc = choose(j, &w.ready, &w.kinds);
	free_kinds(&w.kinds);
	if (rc == 0)
		*r = w.ready;
	return rc;
}

void ready_free(struct ready *r)
{
	free(r->path);
	strings_free(&r->exec);
	memset(r, 0, sizeof(*r));
}
