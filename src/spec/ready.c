/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <string.h>

#include <ingot/str.h>

/* The guest's limits, pkg/init/service/ready_json.c. */
#define TRY_MS	  (60 * 1000)
#define WITHIN_MS (60 * 60 * 1000)

static int check_try(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node)
{
	return ig_check_time(walk, path, node, TRY_MS);
}

static int check_within(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node)
{
	return ig_check_time(walk, path, node, WITHIN_MS);
}

/* It becomes a word of a request's first line: RFC 9112, 3. */
static int check_page(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	if (node->text[0] && node->text[0] != '/')
		return ig_problem(walk, path, node,
				  "the path does not begin with '/'");
	for (const char *p = node->text; *p; p++) {
		if (*p <= ' ' || *p > '~')
			return ig_problem(
				walk, path, node,
				"a path has only plain ASCII characters; write others and blanks as %%20");
	}
	return 0;
}

static int check_whole_path(struct ig_walk *walk, const struct ig_path *path,
			    const struct ig_ynode *node)
{
	if (node->text[0] == '/' || !node->text[0])
		return ig_check_plain(walk, path, node);
	return ig_problem(walk, path, node, "the path does not begin with '/'");
}

static int check_ready(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_ready *r = object;
	int n = r->port.set + (r->file != NULL) + (r->exec.n > 0) + r->http.set;

	if (n != 1)
		return ig_problem(
			walk, path, node,
			"how is it seen? Give exactly one of port, file, exec, http");
	if (r->interval)
		r->interval_ms = ig_spec_ms(r->interval);
	if (r->timeout)
		r->timeout_ms = ig_spec_ms(r->timeout);
	if (r->within)
		r->within_ms = ig_spec_ms(r->within);
	return 0;
}

static int check_http(struct ig_walk *walk, void *object,
		      const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_ready_http *http = object;

	if (http->port.set)
		return 0;
	return ig_problem(walk, path, node, "the key 'port' is missing");
}

#define PORT(T)                                                                \
	{                                                                      \
		.key = "port", .kind = IG_K_OPT_INT, .at = offsetof(T, port),  \
		.min = 1, .max = 65535                                         \
	}
#define TIME(k, M, fn)                                                         \
	{                                                                      \
		.key = (k), .kind = IG_K_STR,                                  \
		.at = offsetof(struct ig_ready, M), .check = (fn)              \
	}

static const struct ig_field http_fields[] = {
	PORT(struct ig_ready_http),
	{ .key = "path",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_ready_http, path),
	  .check = check_page },
	{ .key = "status",
	  .kind = IG_K_OPT_INT,
	  .at = offsetof(struct ig_ready_http, status),
	  .min = 100,
	  .max = 599 },
	IG_FIELDS_END
};
static const struct ig_object http_object = {
	.size = sizeof(struct ig_ready_http),
	.fields = http_fields,
	.check = check_http,
};

static const struct ig_field ready_fields[] = {
	PORT(struct ig_ready),
	{ .key = "file",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_ready, file),
	  .check = check_whole_path },
	IG_VALUE("exec", IG_K_STRS, struct ig_ready, exec),
	IG_OBJ("http", struct ig_ready, http, &http_object, http.set),
	TIME("interval", interval, check_try),
	TIME("timeout", timeout, check_try),
	TIME("within", within, check_within),
	IG_FIELDS_END
};
const struct ig_object ig_schema_ready = {
	.size = sizeof(struct ig_ready),
	.fields = ready_fields,
	.check = check_ready,
};
