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
		{ "onboot:\n- {name: a, image: i, ready: {port: 1}}\n",
		  IG_ESPEC, "onboot[0].ready: only services have it" },
		{ "onshutdown:\n- {name: a, image: i, after: []}\n", IG_ESPEC,
		  "onshutdown[0].after: onshutdown entries run one by one" },
		{ ONE("timeout: 1s"), IG_ESPEC,
		  "services[0].timeout: only onboot and onshutdown" },
		{ ONE("on-failure: stop"), IG_ESPEC,
		  "expected 'reboot' or 'poweroff' or 'ignore', got 'stop'" },
		{ "onboot:\n- {name: a, image: i, timeout: 61m}\n", IG_ESPEC,
		  "61m is not between 100ms and 3600s" },
		{ "onboot:\n- {name: a, image: i, on-failure: halt}\n",
		  IG_ESPEC, "onboot[0].on-failure: expected 'stop' or" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void reads_how_a_service_is_seen_to_be_ready(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(ONE(
		"ready: {http: {port: 80, path: /x, status: 204}, interval: 100ms, timeout: 2s, within: 1m}"));
	const struct ig_ready *r = &spec->services.v[0].ready;

	(void)state;
	assert_true(r->set && r->http.set);
	assert_int_equal(r->http.port.v, 80);
	assert_string_equal(r->http.path, "/x");
	assert_int_equal(r->http.status.v, 204);
	assert_int_equal(r->interval_ms, 100);
	assert_int_equal(r->timeout_ms, 2000);
	assert_int_equal(r->within_ms, 60000);
}

static void refuses_checks_that_see_nothing(void **state)
{
	static const struct spec_case cases[] = {
		{ ONE("ready: {}"), IG_ESPEC,
		  "a.yml:2:30: services[0].ready: how is it seen? Give exactly one of port, file, exec, http" },
		{ ONE("ready: {exec: []}"), IG_ESPEC, "how is it seen?" },
		{ ONE("ready: {port: 1, file: /x}"), IG_ESPEC,
		  "how is it seen?" },
		{ ONE("ready: {port: 0}"), IG_ESPEC,
		  "0 is not in the range 1 to 65535" },
		{ ONE("ready: {port: 65536}"), IG_ESPEC,
		  "65536 is not in the range 1 to 65535" },
		{ ONE("ready: {file: \"/run/\\e\"}"), IG_ESPEC,
		  "ready.file: it cannot contain control characters" },
		{ ONE("ready: {file: run/x}"), IG_ESPEC,
		  "services[0].ready.file: the path does not begin with '/'" },
		{ ONE("ready: {http: {path: /}}"), IG_ESPEC,
		  "services[0].ready.http: the key 'port' is missing" },
		{ ONE("ready: {http: {port: 80, path: \"/a b\"}}"), IG_ESPEC,
		  "a path has only plain ASCII characters" },
		{ ONE("ready: {http: {port: 80, path: x}}"), IG_ESPEC,
		  "the path does not begin with '/'" },
		{ ONE("ready: {http: {port: 80, status: 600}}"), IG_ESPEC,
		  "600 is not in the range 100 to 599" },
		{ ONE("ready: {port: 1, timeout: 61s}"), IG_ESPEC,
		  "61s is not between 100ms and 60s" },
		{ ONE("ready: {port: 1, within: 61m}"), IG_ESPEC,
		  "61m is not between 100ms and 3600s" },
		{ ONE("ready: {port: 65535, interval: 100ms, within: 60m}"),
		  IG_OK, NULL },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void reads_limits(void **state)
{
	static const struct {
		const char *cpus;
		uint64_t want;
	} all[] = { { "2", 200 }, { "1.5", 150 }, { "0.25", 25 } };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(all); i++) {
		char text[200];

		snprintf(
			text, sizeof(text),
			"onboot:\n- {name: a, image: i, limits: {memory: 256M, pids: 100, cpus: %s}}\n",
			all[i].cpus);
		IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(text);
		const struct ig_limits *l = &spec->onboot.v[0].limits;

		assert_true(l->set);
		assert_int_equal(l->memory_bytes, 256u << 20);
		assert_int_equal(l->pids.v, 100);
		assert_string_equal(l->cpus, all[i].cpus);
		assert_int_equal(l->cpus_hundredths, all[i].want);
	}
}

static void refuses_limits_that_are_none(void **state)
{
	static const struct spec_case cases[] = {
		{ ONE("limits: {memory: much}"), IG_ESPEC,
		  "services[0].limits.memory: " },
		{ ONE("limits: {memory: 1000K}"), IG_ESPEC,
		  "'1000K' is less than 1M" },
		{ ONE("limits: {pids: 0}"), IG_ESPEC,
		  "0 is not in the range 1 to 4194304" },
		{ ONE("limits: {cpus: 0}"), IG_ESPEC,
		  "'0' is no number of processors" },
		{ ONE("limits: {cpus: 1.255}"), IG_ESPEC,
		  "'1.255' is no number of processors" },
		{ ONE("limits: {cpus: 1e3}"), IG_ESPEC,
		  "is no number of processors" },
		{ ONE("limits: {cpus: 1025}"), IG_ESPEC,
		  "is no number of processors" },
		{ ONE("limits: {cpus: many}"), IG_ESPEC,
		  "expected a number, got a string 'many'" },
		{ ONE("limits: {cpus: 1024}"), IG_OK, NULL },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void a_watchdog_has_whole_seconds(void **state)
{
	static const struct spec_case cases[] = {
		{ "watchdog: {}\n", IG_ESPEC, "the key 'timeout' is missing" },
		{ "watchdog: {timeout: 500ms}\n", IG_ESPEC,
		  "a.yml:1:21: watchdog.timeout: 500ms is not between 1s and 60m, in whole seconds" },
		{ "watchdog: {timeout: 1500ms}\n", IG_ESPEC,
		  "in whole seconds" },
		{ "watchdog: {timeout: long}\n", IG_ESPEC,
		  "'long' is not a time: write 500ms, 10s or 2m" },
		{ "watchdog: {timeout: 60m}\n", IG_OK, NULL },
	};
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of("watchdog: {timeout: 30s}\n");
	struct ig_err err = { 0 };

	(void)state;
	check_cases(cases, IG_COUNT(cases));
	assert_int_equal(spec->watchdog.timeout_ms, 30000);
	/* a later file goes before; one without leaves it */
	assert_int_equal(add(spec, "b.yml", "watchdog: {timeout: 1m}\n", &err),
			 0);
	assert_int_equal(add(spec, "c.yml", "onboot: []\n", &err), 0);
	assert_int_equal(spec->watchdog.timeout_ms, 60000);
}

static void a_step_waits_for_steps_before_it(void **state)
{
	static const struct spec_case cases[] = {
		{ "onboot:\n- {name: a, image: i, after: [b]}\n- {name: b, image: i}\n",
		  IG_ESPEC,
		  "a.yml:2:30: onboot[0].after[0]: 'b' is no onboot entry before this one" },
		{ "onboot:\n- {name: a, image: i, after: [a]}\n", IG_ESPEC,
		  "'a' is no onboot entry before this one" },
		{ "onboot:\n- {name: a, image: i, after: []}\n", IG_OK, NULL },
	};
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"onboot:\n- {name: a, image: i}\n- {name: b, image: i}\n"
		"- {name: a, image: i}\n- {name: c, image: i, after: [b, a], timeout: 10s, on-failure: stop}\n");
	struct ig_err err = { 0 };

	(void)state;
	check_finished(cases, IG_COUNT(cases));
	assert_int_equal(ig_spec_finish(spec, &err), 0);
	const struct ig_entry *e = &spec->onboot.v[3];

	assert_int_equal(e->timeout_ms, 10000);
	assert_string_equal(e->on_failure, "stop");
	assert_int_equal(e->after_folders.n, 3);
	assert_string_equal(e->after_folders.v[0], "001-b");
	assert_string_equal(e->after_folders.v[1], "000-a");
	assert_string_equal(e->after_folders.v[2], "002-a");
	assert_false(spec->onboot.v[0].after_folders.set);
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
		cmocka_unit_test(reads_how_a_service_is_seen_to_be_ready),
		cmocka_unit_test(refuses_checks_that_see_nothing),
		cmocka_unit_test(reads_limits),
		cmocka_unit_test(refuses_limits_that_are_none),
		cmocka_unit_test(a_watchdog_has_whole_seconds),
		cmocka_unit_test(a_step_waits_for_steps_before_it),
		cmocka_unit_test(refuses_an_order_that_cannot_be),
		cmocka_unit_test(the_order_may_span_files),
		cmocka_unit_test(a_long_chain_is_no_problem),
		cmocka_unit_test(a_dump_reads_back),
		cmocka_unit_test(a_label_has_all_but_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
