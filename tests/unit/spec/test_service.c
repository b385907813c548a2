/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#define ONE(keys) "services:\n- {name: a, image: i, " keys "}\n"

static int add_and_finish(struct ig_spec *spec, const char *text,
			  struct ig_err *err)
{
	return add(spec, "a.yml", text, err) < 0 ? -1
						 : ig_spec_finish(spec, err);
}

static void check_finished(const struct spec_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ig_err err = { 0 };
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = ig_spec_new(&err);

		check_err(&cases[i], add_and_finish(spec, cases[i].text, &err),
			  &err);
	}
}

static void reads_what_a_service_wants(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(ONE(
		"restart: {policy: on-failure, delay: 500ms, limit: 5}, stop: {signal: INT, grace: 2m}, after: [b], requires: [c, d], on-failure: reboot"));
	const struct ig_entry *e = &spec->services.v[0];

	(void)state;
	assert_true(e->restart.set && e->stop.set);
	assert_string_equal(e->restart.policy, "on-failure");
	assert_int_equal(e->restart.delay_ms, 500);
	assert_int_equal(e->restart.limit.v, 5);
	assert_int_equal(ig_stop_signal(e->stop.signal), 2);
	assert_int_equal(e->stop.grace_ms, 120000);
	assert_string_equal(e->after.v[0], "b");
	assert_int_equal(e->requires.n, 2);
	assert_string_equal(e->on_failure, "reboot");
}

static void a_word_alone_is_the_policy(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(ONE("restart: always"));
	const struct ig_entry *e = &spec->services.v[0];

	(void)state;
	assert_true(e->restart.set);
	assert_string_equal(e->restart.policy, "always");
	assert_int_equal(e->restart.delay_ms, 0);
	assert_false(e->restart.limit.set);
}

static void without_the_keys_nothing_is_set(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(ONE("pid: host"));
	const struct ig_entry *e = &spec->services.v[0];

	(void)state;
	assert_false(e->restart.set || e->stop.set);
	assert_false(e->after.set || e->requires.set);
	assert_null(e->on_failure);
}

static void refuses_what_means_nothing(void **state)
{
	static const struct spec_case cases[] = {
		{ ONE("restart: sometimes"), IG_ESPEC,
		  "a.yml:2:32: services[0].restart: expected 'always' or 'on-failure' or 'never', got 'sometimes'" },
		{ ONE("restart: true"), IG_ESPEC,
		  "services[0].restart: expected a mapping, got a boolean" },
		{ ONE("restart: \"\""), IG_ESPEC, "must not be empty" },
		{ ONE("restart: {delay: 1s}"), IG_ESPEC,
		  "the key 'policy' is missing" },
		{ ONE("restart: {policy: always, delay: 1}"), IG_ESPEC,
		  "expected a string, got a number" },
		{ ONE("restart: {policy: always, delay: 1h}"), IG_ESPEC,
		  "a.yml:2:56: services[0].restart.delay: '1h' is not a time: write 500ms, 10s or 2m" },
		{ ONE("restart: {policy: always, delay: s}"), IG_ESPEC,
		  "'s' is not a time" },
		{ ONE("restart: {policy: always, delay: 9999999999s}"),
		  IG_ESPEC, "is not a time" },
		{ ONE("restart: {policy: always, delay: 99ms}"), IG_ESPEC,
		  "99ms is not between 100ms and 30s" },
		{ ONE("restart: {policy: always, delay: 31s}"), IG_ESPEC,
		  "31s is not between 100ms and 30s" },
		{ ONE("restart: {policy: always, delay: 100ms}"), IG_OK, NULL },
		{ ONE("restart: {policy: always, delay: 30s}"), IG_OK, NULL },
		{ ONE("restart: {policy: always, limit: -1}"), IG_ESPEC,
		  "-1 is not in the range 0 to 1000000" },
		{ ONE("restart: {policy: always, limt: 1}"), IG_ESPEC,
		  "did you mean 'limit'" },
		{ ONE("stop: TERM"), IG_ESPEC, "expected a mapping" },
		{ ONE("stop: {signal: SIGTERM}"), IG_ESPEC,
		  "'SIGTERM' is not a signal to end by" },
		{ ONE("stop: {grace: 6m}"), IG_ESPEC,
		  "6m is not between 100ms and 300s" },
		{ ONE("stop: {signal: RTMIN+3, grace: 5m}"), IG_OK, NULL },
		{ ONE("on-failure: panic"), IG_ESPEC,
		  "expected 'reboot' or 'poweroff' or 'ignore'" },
		{ ONE("after: b"), IG_ESPEC, "expected a list of strings" },
		{ "onboot:\n- {name: a, image: i, restart: always}\n", IG_ESPEC,
		  "onboot[0].restart: only services have it" },
		{ "onshutdown:\n- {name: a, image: i, after: []}\n", IG_ESPEC,
		  "onshutdown[0].after: only services have it" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void refuses_an_order_that_cannot_be(void **state)
{
	static const struct spec_case cases[] = {
		{ "services:\n- {name: a, image: i, after: [nn]}\n", IG_ESPEC,
		  "a.yml:2:30: services[0].after[0]: 'nn' is no service of this spec" },
		{ "onboot:\n- {name: o, image: i}\nservices:\n- {name: a, image: i, requires: [o]}\n",
		  IG_ESPEC, "services[0].requires[0]: 'o' is no service" },
		{ "services:\n- {name: a, image: i, after: [a]}\n", IG_ESPEC,
		  "'a' cannot wait for itself" },
		{ "services:\n- {name: a, image: i, after: [c]}\n"
		  "- {name: b, image: i, requires: [a]}\n"
		  "- {name: c, image: i, after: [d, b]}\n"
		  "- {name: d, image: i}\n",
		  IG_ESPEC,
		  "a.yml:3:33: services[1].requires[0]: 'a' waits for this service: neither would start" },
		/* many ways to one, but no way back */
		{ "services:\n- {name: a, image: i, after: [b, c, b], requires: [b]}\n"
		  "- {name: b, image: i, after: [d]}\n"
		  "- {name: c, image: i, requires: [d]}\n"
		  "- {name: d, image: i, after: []}\n",
		  IG_OK, NULL },
	};

	(void)state;
	check_finished(cases, IG_COUNT(cases));
}

static void the_order_may_span_files(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(ONE("after: [b]"));
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_finish(spec, &err), -1);
	assert_int_equal(
		add(spec, "b.yml", "services: [{name: b, image: i}]\n", &err),
		0);
	assert_int_equal(ig_spec_finish(spec, &err), 0);
}

static void a_long_chain_is_no_problem(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(&err);

	(void)state;
	ig_buf_puts(&text, "services:\n", &err);
	for (int i = 0; i < 5000; i++)
		ig_buf_printf(&text, &err,
			      "- {name: s%d, image: i, after: [s%d]}\n", i,
			      i + 1);
	ig_buf_puts(&text, "- {name: s5000, image: i}\n", &err);
	if (add_and_finish(spec, text.data, &err) < 0)
		fail_msg("%s", err.msg);
}

static void a_dump_reads_back(void **state)
{
	static const char dumped[] = "services:\n"
				     "- name: a\n"
				     "  image: i\n"
				     "  restart:\n"
				     "    policy: always\n"
				     "    delay: 2s\n"
				     "    limit: 0\n"
				     "  stop:\n"
				     "    signal: INT\n"
				     "  on-failure: poweroff\n"
				     "  after:\n"
				     "  - b\n";
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(ONE(
		"after: [b], on-failure: poweroff, stop: {signal: INT}, restart: {limit: 0, delay: 2s, policy: always}"));
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_yaml(&out, spec, &err), 0);
	assert_string_equal(out.data, dumped);
	ig_spec_free(spec_of(out.data));
}

static void a_label_has_all_but_the_order(void **state)
{
	static const struct spec_case cases[] = {
		{ "{\"restart\": \"always\"}", IG_OK, NULL },
		{ "{\"restart\": {\"policy\": \"on-failure\", \"limit\": 2}, \"stop\": {\"grace\": \"1s\"}, \"on-failure\": \"reboot\"}",
		  IG_OK, NULL },
		{ "{\"restart\": \"x\"}", IG_ESPEC, "of r:1:13: restart: " },
		{ "{\"after\": [\"a\"]}", IG_ESPEC,
		  "after cannot be set in an image's label" },
		{ "{\"requires\": [\"a\"]}", IG_ESPEC,
		  "requires cannot be set in an image's label" },
	};
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of("init: []\n");

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		struct ig_entry e;
		int rc = ig_label_parse(&e, spec, "r", cases[i].text,
					strlen(cases[i].text), &err);

		check_err(&cases[i], rc, &err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_service_wants),
		cmocka_unit_test(a_word_alone_is_the_policy),
		cmocka_unit_test(without_the_keys_nothing_is_set),
		cmocka_unit_test(refuses_what_means_nothing),
		cmocka_unit_test(refuses_an_order_that_cannot_be),
		cmocka_unit_test(the_order_may_span_files),
		cmocka_unit_test(a_long_chain_is_no_problem),
		cmocka_unit_test(a_dump_reads_back),
		cmocka_unit_test(a_label_has_all_but_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
