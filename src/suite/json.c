/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include <ingot/oci.h>

#include "suite_internal.h"

static int put_text(struct ig_buf *out, const char *key, const char *text,
		    struct ig_err *err)
{
	if (ig_buf_printf(out, err, "\"%s\": ", key) < 0 ||
	    (text ? ig_json_string(out, text, err)
		  : ig_buf_puts(out, "null", err)) < 0)
		return -1;
	return ig_buf_puts(out, ", ", err);
}

static int put_verdict(struct ig_buf *out, bool passed, int64_t ms,
		       struct ig_err *err)
{
	return ig_buf_printf(
		out, err, "\"passed\": %s, \"seconds\": %" PRId64 ".%03" PRId64,
		passed ? "true" : "false", ms / 1000, ms % 1000);
}

static int put_result(struct ig_buf *out, const struct ig_result *result,
		      struct ig_err *err)
{
	const struct ig_test *test = result->test;

	if (ig_buf_puts(out, "    {", err) < 0 ||
	    put_text(out, "name", test->name, err) < 0 ||
	    put_text(out, "kind", ig_test_kinds[test->kind], err) < 0 ||
	    ig_buf_printf(out, err, "\"afterReboot\": %s, ",
			  test->after_reboot ? "true" : "false") < 0 ||
	    put_text(out, "reason", result->passed ? NULL : result->reason,
		     err) < 0 ||
	    put_verdict(out, result->passed, result->ms, err) < 0)
		return -1;
	return ig_buf_puts(out, "}", err);
}

int ig_suite_json(struct ig_buf *out, const struct ig_suite *suite,
		  const struct ig_suite_about *about, struct ig_err *err)
{
	if (ig_buf_puts(out, "{\n  ", err) < 0 ||
	    put_text(out, "name", about->name, err) < 0 ||
	    put_text(out, "arch", about->arch, err) < 0 ||
	    put_text(out, "format", about->format, err) < 0 ||
	    put_text(out, "log", about->log, err) < 0 ||
	    put_verdict(out, ig_suite_failed(suite) == 0, suite->ms, err) < 0 ||
	    ig_buf_puts(out, ",\n  \"tests\": [\n", err) < 0)
		return -1;
	for (size_t i = 0; i < suite->n; i++)
		if (put_result(out, &suite->v[i], err) < 0 ||
		    ig_buf_puts(out, i + 1 < suite->n ? ",\n" : "\n", err) < 0)
			return -1;
	return ig_buf_puts(out, "  ]\n}\n", err);
}
