/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#define HEAD                                                                   \
	"onboot:\n- {name: s, image: i}\n- {name: t, image: i}\n"              \
	"- {name: t, image: i}\nservices:\n- {name: web, image: i}\n"
#define ONE(keys) HEAD "tests:\n- {name: a, " keys "}\n"

static int add_and_finish(struct ig_spec *spec, const char *text,
			  struct ig_err *err)
{
	return add(spec, "a.yml", text, err) < 0 ? -1
						 : ig_spec_finish(spec, err);
}

static struct ig_spec *finished(const char *text)
{
	struct ig_err err = { 0 };
	struct ig_spec *spec = spec_of(text);

	if (ig_spec_finish(spec, &err) < 0)
		fail_msg("%s", err.msg);
	return spec;
}

#define ALL                                                                                                        \
	HEAD "tests:\n"                                                                                            \
	     "- {name: GET /, http: {port: 80, path: '/x?y', host: h, status: 404, body: '^a|b$'}, within: 20s}\n" \
	     "- {name: ssh, tcp: {port: 65535}, after-reboot: true}\n"                                             \
	     "- {name: banner, console: 'login:'}\n"                                                               \
	     "- {name: conf, exec: {service: web, command: [nginx, -t], code: 3, stdout: ok}}\n"                   \
	     "- {name: step, exit: {onboot: s, code: 0}}\n"                                                        \
	     "- {name: end, exit: {service: web}}\n"                                                               \
	     "- {name: file, file: {service: web, path: /etc/x, contents: y, mode: '0644'}}\n"                     \
	     "- {name: root, file: {path: /etc/x}}\n"                                                              \
	     "- {name: memory, memory: {below: 128M}}\n"

static void reads_every_kind(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = finished(ALL);
	const struct ig_test *t = spec->tests.v;

	(void)state;
	assert_int_equal(spec->tests.n, 9);
	assert_string_equal(t[0].name, "GET /");
	assert_int_equal(t[0].kind, IG_TEST_HTTP);
	assert_int_equal(t[0].http.port, 80);
	assert_int_equal(t[0].http.status.v, 404);
	assert_string_equal(t[0].http.host, "h");
	assert_int_equal(t[0].within_ms, 20000);
	assert_false(t[0].after_reboot);
	assert_int_equal(t[1].kind, IG_TEST_TCP);
	assert_int_equal(t[1].within_ms, 0);
	assert_true(t[1].after_reboot);
	assert_int_equal(t[2].kind, IG_TEST_CONSOLE);
	assert_int_equal(t[3].exec.code.v, 3);
	assert_string_equal(t[3].exec.command.v[1], "-t");
	assert_int_equal(t[4].kind, IG_TEST_EXIT);
	assert_int_equal(t[4].exit.step, 0);
	assert_string_equal(t[6].file.mode, "0644");
	assert_null(t[7].file.service);
	assert_int_equal(t[8].memory.bytes, 128u << 20);
	assert_ptr_equal(ig_tests_agent(&spec->tests), &t[3]);
	assert_true(ig_tests_reboot(&spec->tests));
}

static void what_the_host_sees_needs_no_agent(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = finished(
		HEAD
		"tests:\n- {name: a, tcp: {port: 1}}\n- {name: b, console: c}\n- {name: c, http: {port: 1}}\n");

	(void)state;
	assert_null(ig_tests_agent(&spec->tests));
	assert_false(ig_tests_reboot(&spec->tests));
}

static void comes_back_as_it_was(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = finished(ALL);
	IG_AUTO(ig_spec_freep) struct ig_spec *again = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(1u << 20);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(1u << 20);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_yaml(&one, spec, &err), 0);
	again = finished(one.data);
	assert_int_equal(again->tests.n, 9);
	assert_int_equal(ig_spec_yaml(&two, again, &err), 0);
	assert_string_equal(one.data, two.data);
}

static void is_in_no_metadata(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = finished(ALL);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_metadata(&out, spec, "json", NULL, &err), 0);
	assert_null(strstr(out.data, "tests"));
}

static void several_files_add_up(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(ONE("tcp: {port: 1}"));
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(
		add(spec, "b.yml", "tests: [{name: b, tcp: {port: 2}}]", &err),
		0);
	assert_int_equal(spec->tests.n, 2);
	assert_int_equal(
		add(spec, "c.yml", "tests: [{name: a, tcp: {port: 2}}]", &err),
		-1);
	assert_non_null(strstr(
		err.msg, "tests[0]: duplicate test name 'a', first used at"));
}

static void refuses_what_cannot_be_tested(void **state)
{
	static const struct spec_case cases[] = {
		{ ONE("within: 5s"), IG_ESPEC, "tests[0]: what is tested?" },
		{ ONE("tcp: {port: 1}, console: x"), IG_ESPEC,
		  "what is tested?" },
		{ ONE("htp: {port: 1}"), IG_ESPEC, "did you mean 'http'?" },
		{ ONE("tcp: {port: 0}"), IG_ESPEC,
		  "tests[0].tcp.port: 0 is not in the range 1 to 65535" },
		{ ONE("tcp: {}"), IG_ESPEC, "the key 'port' is missing" },
		{ ONE("http: {port: 1, status: 99}"), IG_ESPEC,
		  "http.status: 99 is not in the range" },
		{ ONE("http: {port: 1, path: x}"), IG_ESPEC,
		  "'x' is not a path of a URL" },
		{ ONE("http: {port: 1, path: '/a b'}"), IG_ESPEC,
		  "not a path of a URL" },
		{ ONE("http: {port: 1, path: \"/a\\nX\"}"), IG_ESPEC,
		  "cannot contain control characters" },
		{ ONE("http: {port: 1, host: 'a b'}"), IG_ESPEC, "is no host" },
		{ ONE("http: {port: 1, body: 'a('}"), IG_ESPEC,
		  "is not an extended regular expression" },
		{ ONE("console: '*['"), IG_ESPEC,
		  "tests[0].console: '*[' is not an extended" },
		{ ONE("console: ''"), IG_ESPEC, "what is tested?" },
		{ ONE("tcp: {port: 1}, within: soon"), IG_ESPEC,
		  "within: 'soon' is not a time: write 1500ms, 10s or 2m" },
		{ ONE("tcp: {port: 1}, within: 999ms"), IG_ESPEC,
		  "not between 1s and 60m" },
		{ ONE("tcp: {port: 1}, within: 61m"), IG_ESPEC,
		  "not between 1s and 60m" },
		{ ONE("exec: {service: web, command: []}"), IG_ESPEC,
		  "exec.command: names no program" },
		{ ONE("exec: {service: web, command: [a], code: 256}"),
		  IG_ESPEC, "exec.code: 256 is not in the range" },
		{ ONE("exec: {command: [a]}"), IG_ESPEC,
		  "the key 'service' is missing" },
		{ ONE("exit: {code: 0}"), IG_ESPEC,
		  "one of 'onboot' and 'service'" },
		{ ONE("exit: {onboot: s, service: web}"), IG_ESPEC,
		  "one of 'onboot' and 'service'" },
		{ ONE("file: {path: etc/x}"), IG_ESPEC,
		  "no path that begins with '/'" },
		{ ONE("file: {path: /x, mode: '999'}"), IG_ESPEC,
		  "not an octal mode" },
		{ ONE("memory: {below: 12}"), IG_ESPEC, "below" },
		{ ONE("memory: {below: many}"), IG_ESPEC, "memory.below" },
		{ ONE("memory: {below: 1M}, within: 5s"), IG_ESPEC,
		  "it has no 'within'" },
		{ ONE("tcp: {port: 1}}\n- {name: a, console: b"), IG_ESPEC,
		  "duplicate test name 'a'" },
		{ HEAD "tests:\n- {name: \"a\\tb\", tcp: {port: 1}}\n",
		  IG_ESPEC, "tests[0].name: it cannot contain control" },
		{ HEAD "tests: {a: b}\n", IG_ESPEC, "expected a list" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void refuses_names_that_there_are_not(void **state)
{
	static const struct spec_case cases[] = {
		{ ONE("exec: {service: wob, command: [a]}"), IG_ESPEC,
		  "a.yml:8:29: tests[0].exec.service: 'wob' is no service of this spec" },
		{ ONE("file: {service: s, path: /x}"), IG_ESPEC,
		  "tests[0].file.service: 's' is no service" },
		{ ONE("exit: {service: x}"), IG_ESPEC,
		  "tests[0].exit.service: 'x' is no service" },
		{ ONE("exit: {onboot: web}"), IG_ESPEC,
		  "tests[0].exit.onboot: 'web' is no onboot entry" },
		{ ONE("exit: {onboot: t}"), IG_ESPEC,
		  "'t' is the name of several onboot entries" },
		{ ONE("exit: {onboot: s}"), IG_OK, NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = ig_spec_new(&err);

		check_err(&cases[i], add_and_finish(spec, cases[i].text, &err),
			  &err);
	}
}

static void has_a_most_number(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(1u << 20);
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };

	(void)state;
	ig_buf_puts(&text, "tests:\n", &err);
	for (int i = 0; i <= IG_TESTS_MAX; i++)
		ig_buf_printf(&text, &err, "- {name: t%d, tcp: {port: 1}}\n",
			      i);
	spec = spec_of(text.data);
	assert_int_equal(ig_spec_finish(spec, &err), -1);
	assert_non_null(strstr(err.msg, "a.yml:202:3: tests: there are more"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(what_the_host_sees_needs_no_agent),
		cmocka_unit_test(comes_back_as_it_was),
		cmocka_unit_test(is_in_no_metadata),
		cmocka_unit_test(several_files_add_up),
		cmocka_unit_test(refuses_what_cannot_be_tested),
		cmocka_unit_test(refuses_names_that_there_are_not),
		cmocka_unit_test(has_a_most_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
