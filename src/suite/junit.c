/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

#include "suite_internal.h"

#define LOST "\xef\xbf\xbd" /* U+FFFD */

/* XML 1.0, Char: control characters cannot stand there in any form, U+FFFE
 * and U+FFFF neither. */
static size_t xml_char(const char *text)
{
	unsigned char c = (unsigned char)text[0];
	size_t len = ig_utf8_char(text);

	if (len == 1)
		return c >= 0x20 && c != 0x7f;
	if (len == 3 && (memcmp(text, "\xef\xbf\xbe", 3) == 0 ||
			 memcmp(text, "\xef\xbf\xbf", 3) == 0))
		return 0;
	return len;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

/* ' NAME="TEXT"' */
static int put_text(struct ig_buf *out, const char *name, const char *text,
		    struct ig_err *err)
{
	if (ig_buf_printf(out, err, " %s=\"", name) < 0)
		return -1;
	while (*text) {
		size_t n = xml_char(text);
		const char *other = n ? entity(*text) : LOST;

		if (other ? ig_buf_puts(out, other, err) < 0
			  : ig_buf_add(out, text, n, err) < 0)
			return -1;
		text += n ? n : 1;
	}
	return ig_buf_puts(out, "\"", err);
}

static int put_time(struct ig_buf *out, int64_t ms, struct ig_err *err)
{
	return ig_buf_printf(out, err, " time=\"%" PRId64 ".%03" PRId64 "\"",
			     ms / 1000, ms % 1000);
}

static int put_counts(struct ig_buf *out, const struct ig_suite *suite,
		      struct ig_err *err)
{
	if (ig_buf_printf(out, err,
			  " tests=\"%zu\" failures=\"%zu\" errors=\"0\"",
			  suite->n, ig_suite_failed(suite)) < 0)
		return -1;
	return put_time(out, suite->ms, err);
}

static int put_result(struct ig_buf *out, const struct ig_result *result,
		      const char *class, struct ig_err *err)
{
	const char *kind = ig_test_kinds[result->test->kind];

	if (ig_buf_puts(out, "    <testcase", err) < 0 ||
	    put_text(out, "name", result->test->name, err) < 0 ||
	    put_text(out, "classname", class, err) < 0 ||
	    put_time(out, result->ms, err) < 0)
		return -1;
	if (result->passed)
		return ig_buf_puts(out, "/>\n", err);
	if (ig_buf_puts(out, ">\n      <failure", err) < 0 ||
	    put_text(out, "type", kind, err) < 0 ||
	    put_text(out, "message", result->reason, err) < 0)
		return -1;
	return ig_buf_puts(out, "/>\n    </testcase>\n", err);
}

static int put_property(struct ig_buf *out, const char *name, const char *value,
			struct ig_err *err)
{
	if (!value)
		return 0;
	if (ig_buf_puts(out, "      <property", err) < 0 ||
	    put_text(out, "name", name, err) < 0 ||
	    put_text(out, "value", value, err) < 0)
		return -1;
	return ig_buf_puts(out, "/>\n", err);
}

static int put_properties(struct ig_buf *out,
			  const struct ig_suite_about *about,
			  struct ig_err *err)
{
	if (ig_buf_puts(out, "    <properties>\n", err) < 0 ||
	    put_property(out, "arch", about->arch, err) < 0 ||
	    put_property(out, "format", about->format, err) < 0 ||
	    put_property(out, "log", about->log, err) < 0)
		return -1;
	return ig_buf_puts(out, "    </properties>\n", err);
}

int ig_suite_junit(struct ig_buf *out, const struct ig_suite *suite,
		   const struct ig_suite_about *about, struct ig_err *err)
{
	if (ig_buf_puts(out,
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			"<testsuites",
			err) < 0 ||
	    put_counts(out, suite, err) < 0 ||
	    ig_buf_puts(out, ">\n  <testsuite", err) < 0 ||
	    put_text(out, "name", about->name, err) < 0 ||
	    put_counts(out, suite, err) < 0 ||
	    ig_buf_puts(out, " skipped=\"0\">\n", err) < 0 ||
	    put_properties(out, about, err) < 0)
		return -1;
	for (size_t i = 0; i < suite->n; i++)
		if (put_result(out, &suite->v[i], about->name, err) < 0)
			return -1;
	return ig_buf_puts(out, "  </testsuite>\n</testsuites>\n", err);
}
