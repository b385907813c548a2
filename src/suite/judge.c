/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/str.h>

#include "suite_internal.h"

#define LINE_MAX_BYTES 4096
#define SHOWN	       80 /* of what is not as it should be */
#define FLAGS	       (REG_EXTENDED | REG_NOSUB | REG_NEWLINE)

bool judge_match(const char *regex, const char *text)
{
	regex_t compiled;
	bool found;

	if (regcomp(&compiled, regex, FLAGS) != 0)
		return false; /* the spec's check took it: memory is gone */
	found = regexec(&compiled, text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}

static bool line_matches(const regex_t *regex, const char *text, size_t len)
{
	char line[LINE_MAX_BYTES];

	if (len && text[len - 1] == '\r')
		len--;
	if (len >= sizeof(line))
		len = sizeof(line) - 1;
	for (size_t i = 0; i < len; i++)
		line[i] = (char)(text[i] ? text[i] : '?');
	line[len] = '\0';
	return regexec(regex, line, 0, NULL, 0) == 0;
}

bool judge_lines(const char *regex, const char *text, size_t len, size_t *seen)
{
	regex_t compiled;
	bool found = false;
	size_t at = *seen;

	if (regcomp(&compiled, regex, FLAGS) != 0)
		return false;
	while (at < len && !found) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - text) - at : len - at;

		found = line_matches(&compiled, text + at, n);
		if (!end)
			break; /* a prompt has no end of line */
		at += n + 1;
		*seen = at;
	}
	regfree(&compiled);
	return found;
}

static int64_t or_else(const struct ig_opt_int *value, int64_t otherwise)
{
	return value->set ? value->v : otherwise;
}

/* @what: "the body" */
static enum verdict judge_text(char why[IG_SUITE_REASON], const char *what,
			       const char *regex, const char *text)
{
	if (!regex || judge_match(regex, text ? text : ""))
		return VERDICT_PASS;
	reason_set(why, "%s has no '%.*s': '%.*s'", what, SHOWN, regex, SHOWN,
		   text ? text : "");
	return VERDICT_AGAIN;
}

enum verdict judge_http(char why[IG_SUITE_REASON],
			const struct ig_test_http *want, long status,
			const char *body)
{
	int64_t wanted = or_else(&want->status, 200);

	if (status != wanted) {
		reason_set(why, "status %ld, not %" PRId64, status, wanted);
		return VERDICT_AGAIN;
	}
	return judge_text(why, "the body", want->body, body);
}

/* Of @what, in the form "exited with code 1" it is @got. */
static bool ended_so(char why[IG_SUITE_REASON], int64_t wanted,
		     const struct answer *got, const char *said)
{
	if (got->signal > 0)
		reason_set(why,
			   "ended by signal %" PRId64
			   ", not with code %" PRId64,
			   got->signal, wanted);
	else if (got->code < 0)
		reason_set(why, "its code is not known");
	else if (got->code != wanted)
		reason_set(why, "code %" PRId64 ", not %" PRId64 "%s%.*s",
			   got->code, wanted, said && *said ? ": " : "", SHOWN,
			   said ? said : "");
	else
		return true;
	return false;
}

enum verdict judge_exec(char why[IG_SUITE_REASON],
			const struct ig_test_exec *want,
			const struct answer *got)
{
	if (got->error) {
		reason_set(why, "%s", got->error);
		return VERDICT_AGAIN;
	}
	if (!ended_so(why, or_else(&want->code, 0), got, got->said))
		return VERDICT_AGAIN;
	return judge_text(why, "its output", want->output, got->output);
}

/* A step runs once. */
enum verdict judge_exit(char why[IG_SUITE_REASON],
			const struct ig_test_exit *want,
			const struct answer *got)
{
	const enum verdict wrong = want->onboot ? VERDICT_NEVER : VERDICT_AGAIN;

	if (got->error) {
		reason_set(why, "%s", got->error);
		return VERDICT_AGAIN;
	}
	if (!got->ended) {
		reason_set(why, "it has not ended");
		return VERDICT_AGAIN;
	}
	if (!got->started) {
		reason_set(why, "it could not be started");
		return wrong;
	}
	return ended_so(why, or_else(&want->code, 0), got, NULL) ? VERDICT_PASS
								 : wrong;
}

enum verdict judge_file(char why[IG_SUITE_REASON],
			const struct ig_test_file *want,
			const struct answer *got)
{
	if (got->error) {
		reason_set(why, "'%s': %s", want->path, got->error);
		return VERDICT_AGAIN;
	}
	if (want->mode && got->mode != strtol(want->mode, NULL, 8)) {
		reason_set(why, "mode %04" PRIo64 ", not %s",
			   (uint64_t)(got->mode & 07777), want->mode);
		return VERDICT_AGAIN;
	}
	if (want->contents && !ig_streq(got->type, "file")) {
		reason_set(why, "it is no file but a %s",
			   got->type ? got->type : "thing not known");
		return VERDICT_AGAIN;
	}
	return judge_text(why, "the file", want->contents, got->contents);
}

enum verdict judge_memory(char why[IG_SUITE_REASON],
			  const struct ig_test_memory *want,
			  const struct answer *got)
{
	int64_t used = got->total_kib - got->available_kib;

	if (got->error) {
		reason_set(why, "%s", got->error);
		return VERDICT_AGAIN;
	}
	if (got->total_kib < 0 || got->available_kib < 0 || used < 0) {
		reason_set(why, "its memory is not known");
		return VERDICT_AGAIN;
	}
	if ((uint64_t)used < want->bytes / 1024)
		return VERDICT_PASS;
	reason_set(why,
		   "%" PRId64 ".%" PRId64 "M in use of %" PRId64
		   "M, not below %s",
		   used / 1024, used % 1024 * 10 / 1024, got->total_kib / 1024,
		   want->below);
	return VERDICT_AGAIN;
}
