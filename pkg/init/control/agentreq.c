/* SPDX-License-Identifier: Apache-2.0 */
#include "control/agentreq.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS(a) (a), sizeof(a) / sizeof((a)[0])

static int read_count(struct json *j, void *out)
{
	return json_count(j, out);
}

static int read_text(struct json *j, void *out)
{
	return json_string(j, out);
}

static int read_texts(struct json *j, void *out)
{
	return json_strings(j, out);
}

static int begin(struct agentreq *r, enum agent_verb verb)
{
	r->verb = verb;
	return (int)r->verbs++;
}

static int read_exec(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "service", read_text, offsetof(struct agentreq, service) },
		{ "command", read_texts, offsetof(struct agentreq, command) },
	};

	if (begin(out, AGENT_EXEC) > 0)
		return json_fail(j, "more than one request");
	return json_object(j, FIELDS(fields), out);
}

static int read_file(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "service", read_text, offsetof(struct agentreq, service) },
		{ "path", read_text, offsetof(struct agentreq, path) },
	};

	if (begin(out, AGENT_FILE) > 0)
		return json_fail(j, "more than one request");
	return json_object(j, FIELDS(fields), out);
}

static int read_exit(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "kind", read_text, offsetof(struct agentreq, kind) },
		{ "name", read_text, offsetof(struct agentreq, name) },
	};

	if (begin(out, AGENT_EXIT) > 0)
		return json_fail(j, "more than one request");
	return json_object(j, FIELDS(fields), out);
}

static int read_memory(struct json *j, void *out)
{
	if (begin(out, AGENT_MEMORY) > 0)
		return json_fail(j, "more than one request");
	return json_object(j, NULL, 0, out);
}

static int read_power(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "how", read_text, offsetof(struct agentreq, how) },
	};

	if (begin(out, AGENT_POWER) > 0)
		return json_fail(j, "more than one request");
	return json_object(j, FIELDS(fields), out);
}

/* A name becomes a path component and a word of a command line. */
static bool is_name(const char *name)
{
	return name && name[0] && name[0] != '-' && !strchr(name, '/') &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       strlen(name) <= AGENTREQ_NAME;
}

static bool is_word(const char *text, const char *a, const char *b)
{
	return text && (strcmp(text, a) == 0 || strcmp(text, b) == 0);
}

static const char *fault(const struct agentreq *r)
{
	switch (r->verb) {
	case AGENT_EXEC:
		if (!is_name(r->service))
			return "no service";
		if (r->command.n == 0 || r->command.n > AGENTREQ_WORDS ||
		    !r->command.v[0][0])
			return "no command, or too many words";
		return NULL;
	case AGENT_FILE:
		if (r->service && !is_name(r->service))
			return "no service";
		if (!r->path || r->path[0] != '/' ||
		    strlen(r->path) > AGENTREQ_PATH)
			return "no absolute path";
		return NULL;
	case AGENT_EXIT:
		if (!is_word(r->kind, "onboot", "services") ||
		    !is_name(r->name))
			return "no step and no service";
		return NULL;
	case AGENT_POWER:
		return is_word(r->how, "reboot", "poweroff")
			       ? NULL
			       : "neither reboot nor poweroff";
	case AGENT_MEMORY:
		return NULL;
	case AGENT_NONE:
	default:
		return "a request that is not known";
	}
}

static int read_request(struct json *j, struct agentreq *out)
{
	static const struct json_field fields[] = {
		{ "id", read_count, offsetof(struct agentreq, id) },
		{ "exec", read_exec, 0 },
		{ "file", read_file, 0 },
		{ "exit", read_exit, 0 },
		{ "memory", read_memory, 0 },
		{ "power", read_power, 0 },
	};
	const char *why;

	if (json_object(j, FIELDS(fields), out) < 0 || json_end(j) < 0)
		return -1;
	why = fault(out);
	return why ? json_fail(j, why) : 0;
}

int agentreq_parse(struct agentreq *out, const char *text, size_t len,
		   char *msg, size_t cap)
{
	struct json j = { .start = text, .p = text, .end = text + len };
	int64_t id;

	memset(out, 0, sizeof(*out));
	if (len > AGENTREQ_MAX) {
		snprintf(msg, cap, "longer than %d bytes", AGENTREQ_MAX);
		return -1;
	}
	if (read_request(&j, out) == 0)
		return 0;
	snprintf(msg, cap, "%s", j.msg);
	id = out->id;
	agentreq_free(out);
	out->id = id;
	return -1;
}

void agentreq_free(struct agentreq *r)
{
	free(r->service);
	free(r->path);
	free(r->kind);
	free(r->name);
	free(r->how);
	strings_free(&r->command);
	memset(r, 0, sizeof(*r));
}
