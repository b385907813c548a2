/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "client.h"

/* The value of "Name: value" when the name fits; @out is else untouched. */
static bool take(char *out, size_t max, const char *name, const char *line,
		 size_t len)
{
	size_t skip = strlen(name);

	if (len <= skip || line[skip] != ':' ||
	    strncasecmp(line, name, skip) != 0)
		return false;
	line += skip + 1;
	len -= skip + 1;
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", line[len - 1]))
		len--;
	if (len >= max)
		len = max - 1;
	memcpy(out, line, len);
	out[len] = '\0';
	return true;
}

static bool take_field(char out[FIELD_MAX], const char *name, const char *line,
		       size_t len)
{
	return take(out, FIELD_MAX, name, line, len);
}

/* distribution-spec, "Warnings": Warning: 299 - "text". Each shown once. */
static void show_warning(struct ig_registry *registry, const char *text)
{
	char shown[SHOW_MAX];
	bool fresh;

	if (!ig_starts(text, "299 - "))
		return;
	show(shown, text + 6);
	pthread_mutex_lock(&registry->lock);
	fresh = strncmp(registry->warned, shown, WARN_MAX - 1) != 0;
	memcpy(registry->warned, shown, WARN_MAX);
	pthread_mutex_unlock(&registry->lock);
	if (fresh)
		ig_warn("the registry says %s", shown);
}

void answer_header(struct answer *answer, struct ig_registry *registry,
		   const char *line, size_t len)
{
	char warning[FIELD_MAX];

	if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
		/* a new answer: forget those of 1xx and of redirects */
		answer->type[0] = '\0';
		answer->digest[0] = '\0';
		answer->retry_after[0] = '\0';
		answer->date[0] = '\0';
		answer->location[0] = '\0';
		return;
	}
	take_field(answer->type, "Content-Type", line, len);
	take_field(answer->digest, "Docker-Content-Digest", line, len);
	take_field(answer->retry_after, "Retry-After", line, len);
	take_field(answer->date, "Date", line, len);
	take(answer->location, PLACE_MAX, "Location", line, len);
	if (take_field(warning, "Warning", line, len))
		show_warning(registry, warning);
}

int answer_fail(const struct answer *answer, const struct fetch *fetch,
		const struct ig_buf *body, struct ig_err *err)
{
	ig_autofree char *detail = NULL;
	enum ig_code code = answer->status == 404 ? IG_ENOENT : IG_ENET;
	struct ig_err ignored;

	if (body->len > 0)
		detail = ig_error_doc_text(body->data, body->len, &ignored);
	if (answer->status == 401)
		return ig_fail(
			err, code,
			"registry '%s' wants a login (status 401%s%s), which is not supported yet; %s",
			fetch->host, detail ? ", " : "", detail ? detail : "",
			fetch->instead
				? fetch->instead
				: "import the image from a file instead");
	return ig_fail(err, code, "registry '%s' answered with status %ld%s%s",
		       fetch->host, answer->status, detail ? ": " : "",
		       detail ? detail : "");
}
