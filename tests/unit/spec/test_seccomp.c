/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <ingot/spec_seccomp.h>

#define ONE(keys) "services:\n- {name: a, image: i, " keys "}\n"

static void reads_the_key(void **state)
{
	static const char *const values[] = { "default", "none", "./a.json",
					      "a.json", "/etc/a" };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(values); i++) {
		char text[200];

		snprintf(text, sizeof(text), ONE("seccomp: %s"), values[i]);
		IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(text);
		const struct ig_entry *e = &spec->services.v[0];

		assert_string_equal(e->seccomp, values[i]);
		assert_int_equal(ig_seccomp_is_file(e->seccomp), i > 1);
		assert_int_equal(e->seccomp_pos.line, 2);
	}
}

static void a_typo_is_no_file(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };

	(void)state;
	spec = ig_spec_new(&err);
	assert_int_equal(add(spec, "a.yml", ONE("seccomp: defualt"), &err), -1);
	assert_string_equal(
		err.msg,
		"a.yml:2:32: services[0].seccomp: expected 'default', 'none' or the path of a profile like ./web.json, got 'defualt'");
}

static void a_label_has_no_file(void **state)
{
	static const char good[] = "{\"seccomp\": \"none\"}";
	static const char bad[] = "{\"seccomp\": \"./a.json\"}";
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };
	struct ig_entry label;

	(void)state;
	spec = ig_spec_new(&err);
	assert_int_equal(
		ig_label_parse(&label, spec, "r", good, strlen(good), &err), 0);
	assert_string_equal(label.seccomp, "none");
	assert_int_equal(
		ig_label_parse(&label, spec, "r", bad, strlen(bad), &err), -1);
	assert_non_null(strstr(err.msg, "expected 'default' or 'none'"));
}

/* In the form of Docker's files, with tabs. */
static const char docker[] =
	"{\n"
	"\t\"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
	"\t\"defaultErrno\": \"ENOSYS\",\n"
	"\t\"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\",\n"
	"\t\t\"subArchitectures\": [\"SCMP_ARCH_X86\"]}],\n"
	"\t\"syscalls\": [\n"
	"\t\t{\"names\": [\"read\", \"write\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": null},\n"
	"\t\t{\"name\": \"clone\", \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 1,\n"
	"\t\t\t\"args\": [{\"index\": 0, \"value\": 2114060288, \"op\": \"SCMP_CMP_MASKED_EQ\"}],\n"
	"\t\t\t\"comment\": \"\", \"includes\": {\"minKernel\": \"4.8\"},\n"
	"\t\t\t\"excludes\": {\"caps\": [\"CAP_SYS_ADMIN\"], \"arches\": [\"s390x\"]}}\n"
	"\t]\n"
	"}\n";

static int parse(struct ig_seccomp *out, struct ig_spec *spec, const char *text,
		 struct ig_err *err)
{
	return ig_seccomp_parse(out, spec, "p.json", text, strlen(text), NULL,
				err);
}

static void reads_a_profile(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };
	struct ig_seccomp p;

	(void)state;
	spec = ig_spec_new(&err);
	assert_int_equal(parse(&p, spec, docker, &err), 0);
	assert_string_equal(p.action, "SCMP_ACT_ERRNO");
	assert_int_equal(p.errno_ret.v, 38);
	assert_int_equal(p.archmap_n, 1);
	assert_string_equal(p.archmap[0].sub.v[0], "SCMP_ARCH_X86");
	assert_int_equal(p.rules_n, 2);
	assert_int_equal(p.rules[0].names.n, 2);
	assert_int_equal(p.rules[0].pos.line, 7);
	assert_string_equal(p.rules[1].names.v[0], "clone");
	assert_int_equal(p.rules[1].args[0].value, 2114060288);
	assert_int_equal(p.rules[1].args[0].value_two, 0);
	assert_string_equal(p.rules[1].excludes.caps.v[0], "CAP_SYS_ADMIN");
}

#define RULE(keys)                                                                    \
	"{defaultAction: SCMP_ACT_ERRNO, syscalls: [\n{action: SCMP_ACT_ALLOW, " keys \
	"}]}"

static void refuses_what_is_no_profile(void **state)
{
	static const struct spec_case cases[] = {
		{ "", IG_ESPEC, "p.json" },
		{ "[]", IG_ESPEC, "p.json:1:1: expected a mapping" },
		{ "{}", IG_ESPEC, "the key 'defaultAction' is missing" },
		{ "{defaultAction: allow}", IG_ESPEC,
		  "p.json:1:17: defaultAction: expected 'SCMP_ACT_ALLOW' or 'SCMP_ACT_ERRNO' or 'SCMP_ACT_KILL' or 'SCMP_ACT_KILL_PROCESS' or 'SCMP_ACT_KILL_THREAD' or 'SCMP_ACT_LOG' or 'SCMP_ACT_TRACE' or …, got 'allow'" },
		{ "{defaultAction: SCMP_ACT_NOTIFY}", IG_ESPEC, "expected" },
		{ "{defaultAction: SCMP_ACT_LOG, listenerPath: /x}", IG_ESPEC,
		  "nobody in the guest would answer" },
		{ "{defaultAction: SCMP_ACT_LOG, default: x}", IG_ESPEC,
		  "default: unknown key" },
		{ "{defaultAction: SCMP_ACT_LOG, flags: [X]}", IG_ESPEC,
		  "p.json:1:38: flags: unknown flag 'X'" },
		{ "{defaultAction: SCMP_ACT_LOG, architectures: [a], archMap: [{architecture: b}]}",
		  IG_ESPEC, "not both" },
		{ "{defaultAction: SCMP_ACT_ERRNO, defaultErrno: EWHAT}",
		  IG_ESPEC, "give its number as defaultErrnoRet" },
		{ RULE("names: []"), IG_ESPEC,
		  "p.json:2:1: syscalls[0]: the rule names no system call" },
		{ RULE("name: a, names: [b]"), IG_ESPEC, "not both" },
		{ RULE("name: a, errno: EWHAT"), IG_ESPEC,
		  "syscalls[0].errno: unknown error 'EWHAT': give its number as errnoRet" },
		{ RULE("name: a, errnoRet: 5000"), IG_ESPEC,
		  "not in the range" },
		{ RULE("name: a, args: [{index: 6, op: SCMP_CMP_EQ}]"),
		  IG_ESPEC,
		  "syscalls[0].args[0].index: 6 is not in the range" },
		{ RULE("name: a, args: [{index: 0, op: EQ}]"), IG_ESPEC,
		  "syscalls[0].args[0].op: expected" },
		{ RULE("name: a, args: [{index: 0}]"), IG_ESPEC,
		  "the key 'op' is missing" },
		{ RULE("name: a, includes: {minKernel: new}"), IG_ESPEC,
		  "'new' is not a version" },
		{ RULE("name: a, includes: {minKernel: \"5.11\"}"), IG_ESPEC,
		  "kernels before 5.11 are not told apart" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
		struct ig_err err = { 0 };
		struct ig_seccomp p;

		spec = ig_spec_new(&err);
		check_err(&cases[i], parse(&p, spec, cases[i].text, &err),
			  &err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_key),
		cmocka_unit_test(a_typo_is_no_file),
		cmocka_unit_test(a_label_has_no_file),
		cmocka_unit_test(reads_a_profile),
		cmocka_unit_test(refuses_what_is_no_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
