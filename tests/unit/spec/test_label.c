/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static int parse(struct ig_entry *out, struct ig_spec *spec, const char *text,
		 struct ig_err *err)
{
	return ig_label_parse(out, spec, "img:v1", text, strlen(text), err);
}

static void reads_a_label(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of("init: []\n");
	struct ig_err err = { 0 };
	struct ig_entry e;

	(void)state;
	assert_int_equal(
		parse(&e, spec,
		      "{\"binds\": [\"/dev:\\/dev\"], \"capabilities\": [\"all\"], \"pid\": \"@pkg:x\"}",
		      &err),
		0);
	assert_null(e.name);
	assert_string_equal(e.binds.v[0], "/dev:/dev");
	assert_string_equal(e.pid, "@pkg:x");
	assert_string_equal(e.pos.file,
			    "label org.mobyproject.config of img:v1");
	assert_int_equal(parse(&e, spec, "", &err), 0);
	assert_false(e.binds.set);
	assert_int_equal(parse(&e, spec, "{}", &err), 0);
}

static void refuses_wrong_labels(void **state)
{
#define AT "label org.mobyproject.config of img:v1:"
	static const struct spec_case cases[] = {
		{ "{\"nosuchkey\": 1}", IG_ESPEC,
		  AT "1:2: nosuchkey: unknown key" },
		{ "{\"name\": \"a\"}", IG_ESPEC,
		  AT "1:10: name: name cannot be set" },
		{ "{\"image\": \"a\"}", IG_ESPEC, "image cannot be set" },
		{ "[]", IG_ESPEC, AT "1:1: expected a mapping, got a list" },
		{ "{\"net\": null}", IG_ESPEC, "net: expected a string" },
		{ "{\"net\": 1}", IG_ESPEC, "net: expected a string" },
		{ "{", IG_ESPEC, AT },
	};
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of("init: []\n");

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		struct ig_entry e;

		check_err(&cases[i], parse(&e, spec, cases[i].text, &err),
			  &err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_label),
		cmocka_unit_test(refuses_wrong_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
