/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/format.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#define MTREE_MAX (1u << 30)

/* vis(3)'s octal form, in place. */
static int unescape(char *text, struct ig_err *err)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		if (*p != '\\') {
			*to++ = *p;
			continue;
		}
		if (p[1] < '0' || p[1] > '3' || p[2] < '0' || p[2] > '7' ||
		    p[3] < '0' || p[3] > '7')
			return ig_fail(err, IG_EFORMAT, "mtree: bad escape");
		*to = (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + p[3] - '0');
		if (!*to++)
			return ig_fail(err, IG_EFORMAT,
				       "mtree: bad escape of a NUL byte");
		p += 3;
	}
	*to = '\0';
	return 0;
}

static int number(uint64_t *out, const char *text, uint64_t max, int base,
		  struct ig_err *err)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, base);
	if (*text < '0' || *text > '9' || errno || *end || *out > max)
		return ig_fail(err, IG_EFORMAT, "mtree: bad number '%s'", text);
	return 0;
}

/* "-5.0": seconds, and nanoseconds that are always 0. */
static int read_time(int64_t *out, const char *text, struct ig_err *err)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	if (errno || end == text || !ig_streq(end, ".0"))
		return ig_fail(err, IG_EFORMAT, "mtree: bad time '%s'", text);
	return 0;
}

static int read_number(struct ig_mtree_line *line, const char *word,
		       const char *value, struct ig_err *err)
{
	uint64_t n;

	if (ig_streq(word, "size"))
		return number(&line->size, value, UINT64_MAX, 10, err);
	if (ig_streq(word, "mode")) {
		if (number(&n, value, 07777, 8, err) < 0)
			return -1;
		line->mode = (uint32_t)n;
		return 0;
	}
	if (!ig_streq(word, "uid") && !ig_streq(word, "gid"))
		return 0; /* device, nlink */
	if (number(&n, value, UINT32_MAX, 10, err) < 0)
		return -1;
	*(*word == 'u' ? &line->uid : &line->gid) = (uint32_t)n;
	return 0;
}

static int read_field(struct ig_mtree_line *line, char *word,
		      struct ig_err *err)
{
	char *value = strchr(word, '=');

	if (!value)
		return 0;
	*value++ = '\0';
	if (ig_streq(word, "type")) {
		line->type = ig_streq(value, "link")   ? 'l'
			     : ig_streq(value, "fifo") ? 'p'
						       : *value;
		return 0;
	}
	if (ig_streq(word, "time"))
		return read_time(&line->time, value, err);
	if (ig_streq(word, "link")) {
		line->link = value;
		return unescape(value, err);
	}
	if (ig_streq(word, "sha256digest")) {
		if (strlen(value) != 64)
			return ig_fail(err, IG_EFORMAT, "mtree: bad digest");
		memcpy(line->sha256, value, 65);
		return 0;
	}
	return read_number(line, word, value, err);
}

static int read_line(struct ig_mtree_line *line, char *text, struct ig_err *err)
{
	char *save = NULL;
	char *word = strtok_r(text, " ", &save);

	memset(line, 0, sizeof(*line));
	if (!word || !ig_starts(word, "./"))
		return ig_fail(err, IG_EFORMAT, "mtree: bad line");
	line->path = word + 2;
	if (unescape(line->path, err) < 0)
		return -1;
	while ((word = strtok_r(NULL, " ", &save)))
		if (read_field(line, word, err) < 0)
			return -1;
	return 0;
}

int ig_mtree_read(struct ig_source *src,
		  int (*each)(void *ctx, const struct ig_mtree_line *line),
		  void *ctx, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf all = IG_BUF_INIT(MTREE_MAX);
	struct ig_mtree_line line;
	int result;

	if (ig_slurp(&all, src, err) < 0)
		return -1;
	for (char *at = all.data, *end; at && *at; at = end) {
		end = strchr(at, '\n');
		if (!end)
			return ig_fail(err, IG_EFORMAT, "mtree: cut line");
		*end++ = '\0';
		if (read_line(&line, at, err) < 0)
			return -1;
		result = each(ctx, &line);
		if (result)
			return result;
	}
	return 0;
}
