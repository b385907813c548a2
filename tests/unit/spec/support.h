/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TEST_SPEC_SUPPORT_H
#define IG_TEST_SPEC_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/str.h>

/* What a text gives: the code and a part of the message, or success. */
struct spec_case {
	const char *text;
	enum ig_code code;
	const char *part;
};

static inline int add(struct ig_spec *spec, const char *file, const char *text,
		      struct ig_err *err)
{
	ig_err_clear(err);
	return ig_spec_add(spec, file, NULL, text, strlen(text), NULL, NULL,
			   err);
}

static inline struct ig_spec *spec_of(const char *text)
{
	struct ig_err err = { 0 };
	struct ig_spec *spec = ig_spec_new(&err);

	assert_non_null(spec);
	if (add(spec, "a.yml", text, &err) < 0)
		fail_msg("%s", err.msg);
	return spec;
}

static inline void check_err(const struct spec_case *c, int rc,
			     const struct ig_err *err)
{
	if (c->code == IG_OK) {
		if (rc < 0)
			fail_msg("'%.80s': %s", c->text, err->msg);
		return;
	}
	if (rc == 0)
		fail_msg("'%.80s' was taken", c->text);
	if (err->code != c->code || !strstr(err->msg, c->part))
		fail_msg("'%.80s': got %d '%s', not '%s'", c->text, err->code,
			 err->msg, c->part);
}

static inline void check_cases(const struct spec_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ig_err err = { 0 };
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = ig_spec_new(&err);

		check_err(&cases[i], add(spec, "a.yml", cases[i].text, &err),
			  &err);
	}
}

#endif
