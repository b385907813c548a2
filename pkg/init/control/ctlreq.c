/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlreq.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[CTL_VERBS] = {
	[CTL_STATUS] = "status", [CTL_START] = "start",
	[CTL_STOP] = "stop",	 [CTL_RESTART] = "restart",
	[CTL_REBOOT] = "reboot", [CTL_POWEROFF] = "poweroff",
	[CTL_LOGS] = "logs",
};

/* As it stands in the request. */
struct raw {
	char *verb;
	char *name;
	int64_t last;
	bool follow;
};

const char *ctlreq_word(enum ctl_verb verb)
{
	return words[verb];
}

static int read_text(struct json *j, void *out)
{
	return json_string(j, out);
}

static int read_last(struct json *j, void *out)
{
	return json_count(j, out);
}

static int read_follow(struct json *j, void *out)
{
	return json_bool(j, out);
}

static int refuse(char *why, size_t cap, const char *text)
{
	snprintf(why, cap, "%s", text);
	return -1;
}

static int check(struct ctlreq *out, const struct raw *raw, char *why,
		 size_t cap)
{
	int verb = 0;

	if (!raw->verb)
		return refuse(why, cap, "the request has no 'do'");
	while (verb < CTL_VERBS && strcmp(words[verb], raw->verb) != 0)
		verb++;
	if (verb == CTL_VERBS)
		return refuse(why, cap, "the request's 'do' is not known");
	out->verb = (enum ctl_verb)verb;
	out->last = raw->last;
	out->follow = raw->follow;
	if (raw->name) {
		if (!raw->name[0] || strlen(raw->name) >= sizeof(out->name))
			return refuse(why, cap, "'name' is empty or too long");
		strncpy(out->name, raw->name, sizeof(out->name) - 1);
	}
	if ((verb == CTL_START || verb == CTL_STOP || verb == CTL_RESTART) &&
	    !raw->name)
		return refuse(why, cap, "the request has no 'name'");
	return 0;
}

int ctlreq_parse(struct ctlreq *out, const char *text, size_t len, char *why,
		 size_t cap)
{
	static const struct json_field fields[] = {
		{ "do", read_text, offsetof(struct raw, verb) },
		{ "name", read_text, offsetof(struct raw, name) },
		{ "last", read_last, offsetof(struct raw, last) },
		{ "follow", read_follow, offsetof(struct raw, follow) },
	};
	struct json j = { .start = text, .p = text, .end = text + len };
	struct raw raw = { .last = -1 };
	int rc = -1;

	memset(out, 0, sizeof(*out));
	if (json_object(&j, fields, sizeof(fields) / sizeof(fields[0]), &raw) <
		    0 ||
	    json_end(&j) < 0)
		refuse(why, cap, j.msg);
	else
		rc = check(out, &raw, why, cap);
	free(raw.verb);
	free(raw.name);
	return rc;
}
