/* SPDX-License-Identifier: Apache-2.0 */
#include "container_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include <ingot/io.h>
#include <ingot/spec_seccomp.h>

#include "../../../src/rootfs/seccomp.h"

static char amd64[] = "amd64";
static char arm64[] = "arm64";
static char riscv64[] = "riscv64";

static void ours(struct fixture *f)
{
	fixture_init(f);
	f->bundle.safe = true;
	f->config.arch = amd64;
}

/* linux.seccomp of config.json, as it stands there. */
static void section(struct ig_buf *out, const struct fixture *f)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };
	const char *from, *to;

	if (ig_bundle_config(&buf, &f->spec, &f->bundle, &err) < 0)
		fail_msg("%s", err.msg);
	from = strstr(buf.data, "        \"seccomp\"");
	assert_non_null(from);
	to = strstr(from, "\n        }");
	assert_non_null(to);
	assert_int_equal(ig_buf_add(out, from, (size_t)(to - from) + 10, &err),
			 0);
	assert_int_equal(ig_buf_putc(out, '\n', &err), 0);
}

/* What differs from the file is meant, or it is a mistake: write it anew with
 * IG_RECORD=1. */
static void is_as_recorded(const struct fixture *f, const char *name)
{
	IG_AUTO(ig_buf_done) struct ig_buf is = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_buf_done) struct ig_buf was = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };
	char path[500];

	section(&is, f);
	snprintf(path, sizeof(path), "%s/%s", IG_TEST_DATA, name);
	if (getenv("IG_RECORD")) {
		FILE *out = fopen(path, "w");

		assert_non_null(out);
		assert_int_equal(fwrite(is.data, 1, is.len, out), is.len);
		fclose(out);
	}
	if (ig_read_file(&was, AT_FDCWD, path, &err) < 0)
		fail_msg("%s", err.msg);
	if (is.len != was.len || memcmp(is.data, was.data, is.len) != 0)
		fail_msg("not as in %s: %s", path, is.data);
}

static void the_default_is_as_recorded(void **state)
{
	struct fixture f;

	(void)state;
	ours(&f);
	is_as_recorded(&f, "seccomp-plain.json");
	f.entry.capabilities = TEXTS("all");
	is_as_recorded(&f, "seccomp-all.json");
}

static void only_our_guest_has_a_default(void **state)
{
	struct fixture f;

	(void)state;
	ours(&f);
	f.bundle.safe = false;
	assert_config_lacks(&f, "seccomp");
	f.entry.seccomp = "default";
	assert_config(&f, "\"defaultErrnoRet\":38");
	f.entry.seccomp = "none";
	assert_config_lacks(&f, "seccomp");
	f.bundle.safe = true;
	assert_config_lacks(&f, "seccomp");
}

static void the_entry_wins_over_the_label(void **state)
{
	struct fixture f;

	(void)state;
	ours(&f);
	f.bundle.label = &f.label;
	f.label.seccomp = "none";
	assert_config_lacks(&f, "seccomp");
	f.entry.seccomp = "default";
	assert_config(&f, "\"seccomp\":{");
}

static void knows_the_architecture(void **state)
{
	struct fixture f;

	(void)state;
	ours(&f);
	assert_config(&f, "\"architectures\":[\"SCMP_ARCH_X86_64\"]");
	f.config.arch = arm64;
	assert_config(&f, "\"architectures\":[\"SCMP_ARCH_AARCH64\"]");
	f.config.arch = riscv64;
	assert_config_lacks(&f, "seccomp");
	f.entry.seccomp = "default";
	assert_refused(&f, "x.yml:3:5: onboot[0].seccomp: ",
		       "no default profile for riscv64");
}

/* The names of a rule that begins with @begin, in squeezed JSON. */
static bool rule_has(const struct fixture *f, const char *begin,
		     const char *name)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	const char *rule, *at;
	char quoted[80];

	section(&buf, f);
	squeeze(&buf);
	snprintf(quoted, sizeof(quoted), "\"%s\"", name);
	rule = strstr(buf.data, begin);
	at = rule ? strstr(rule, quoted) : NULL;
	return at && at < strchr(rule, ']');
}

#define ALLOWED "{\"action\":\"SCMP_ACT_ALLOW\",\"names\":["
#define REFUSED "{\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1,\"names\":["

static void capabilities_allow_more(void **state)
{
	static const struct {
		const char *cap, *name;
	} cases[] = {
		{ "CAP_SYS_ADMIN", "mount" },
		{ "CAP_SYS_ADMIN", "bpf" },
		{ "CAP_BPF", "bpf" },
		{ "CAP_PERFMON", "perf_event_open" },
		{ "CAP_SYS_MODULE", "finit_module" },
		{ "CAP_SYS_BOOT", "kexec_load" },
		{ "CAP_SYS_TIME", "settimeofday" },
		{ "CAP_SYS_CHROOT", "chroot" },
		{ "CAP_SYSLOG", "syslog" },
		{ "CAP_DAC_READ_SEARCH", "open_by_handle_at" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct fixture f;

		ours(&f);
		assert_false(rule_has(&f, ALLOWED, cases[i].name));
		assert_true(rule_has(&f, REFUSED, cases[i].name));
		f.entry.capabilities = TEXTS(cases[i].cap);
		assert_true(rule_has(&f, ALLOWED, cases[i].name));
		assert_false(rule_has(&f, REFUSED, cases[i].name));
	}
}

static void every_call_stands_in_one_group(void **state)
{
	const char *seen[600];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ig_seccomp_groups_n; i++) {
		const char *const *name = ig_seccomp_groups[i].names;

		for (; *name && n < IG_COUNT(seen); name++)
			seen[n++] = *name;
	}
	for (size_t i = 0; i < ig_seccomp_tested_n; i++)
		seen[n++] = ig_seccomp_tested[i].name;
	assert_in_range(n, 300, IG_COUNT(seen) - 1);
	for (size_t i = 0; i < n; i++) {
		if (!ig_seccomp_knows(seen[i]))
			fail_msg("'%s' is no system call", seen[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(seen[i], seen[k]);
	}
}

/* What the tests of a first argument say of @value: the first that holds. */
static int decide(const struct ig_seccomp_tested *tested, uint64_t value)
{
	int found = -1;

	for (size_t i = 0; i < tested->n; i++) {
		const struct ig_seccomp_test *test = &tested->tests[i];
		uint64_t mask = (uint64_t)test->mask;

		if ((value & mask) != (uint64_t)test->value)
			continue;
		/* libseccomp has no order among them: they must agree */
		if (found >= 0 && found != test->error)
			fail_msg("two answers for %llx",
				 (unsigned long long)value);
		found = test->error;
	}
	return found;
}

static const struct ig_seccomp_tested *tested_of(const char *name)
{
	for (size_t i = 0; i < ig_seccomp_tested_n; i++) {
		if (strcmp(ig_seccomp_tested[i].name, name) == 0)
			return &ig_seccomp_tested[i];
	}
	fail_msg("no '%s'", name);
	return NULL;
}

/* The kernel looks at the lower 32 bits only. */
static void families_are_told_apart_whatever_the_upper_half_is(void **state)
{
	static const uint64_t upper[] = { 0, 1ull << 32, 0xffffffffull << 32 };
	const struct ig_seccomp_tested *socket = tested_of("socket");

	(void)state;
	for (size_t i = 0; i < IG_COUNT(upper); i++) {
		for (uint64_t family = 0; family < 46; family++) {
			bool refused = family == 38 || family == 40;

			assert_int_equal(decide(socket, upper[i] | family),
					 refused ? 97 : 0);
		}
	}
}

static void a_clone_makes_no_namespaces(void **state)
{
	const struct ig_seccomp_tested *clone = tested_of("clone");

	(void)state;
	assert_int_equal(decide(clone, 17), 0);
	assert_int_equal(decide(clone, 0x3d0f00), 0); /* a thread */
	for (unsigned bit = 0; bit < 32; bit++) {
		bool ns = bit == 17 || (bit >= 25 && bit <= 30);

		assert_int_equal(decide(clone, 17 | 1ull << bit), ns ? 1 : 0);
	}
	assert_int_equal(decide(clone, 0x7e020011), 1);
}

/* ---- files ---- */

static void set_profile(struct fixture *f, struct ig_seccomp *p,
			struct ig_spec *spec, const char *text)
{
	struct ig_err err = { 0 };

	if (ig_seccomp_parse(p, spec, "p.json", text, strlen(text), NULL,
			     &err) < 0)
		fail_msg("%s", err.msg);
	f->entry.seccomp = "./p.json";
	f->entry.profile = p;
}

static void a_file_takes_the_place_of_the_default(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };
	struct ig_seccomp p;
	struct fixture f;

	(void)state;
	spec = ig_spec_new(&err);
	ours(&f);
	set_profile(
		&f, &p, spec,
		"{defaultAction: SCMP_ACT_ERRNO, flags: [SECCOMP_FILTER_FLAG_LOG],"
		" archMap: [{architecture: SCMP_ARCH_AARCH64},"
		"  {architecture: SCMP_ARCH_X86_64, subArchitectures: [SCMP_ARCH_X86]}],"
		" syscalls: [{name: read, action: SCMP_ACT_ALLOW},"
		" {names: [mount], action: SCMP_ACT_ALLOW, includes: {caps: [CAP_SYS_ADMIN]}},"
		" {names: [write], action: SCMP_ACT_ALLOW, excludes: {caps: [CAP_SYS_ADMIN]}},"
		" {names: [stat], action: SCMP_ACT_ALLOW, includes: {arches: [arm64]}},"
		" {name: dup, action: SCMP_ACT_TRAP, args: [{index: 1, value: 7, op: SCMP_CMP_GE}]}]}");
	assert_config(
		&f,
		"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\","
		"\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
		"\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],\"syscalls\":["
		"{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\"read\"]},"
		"{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\"write\"]},"
		"{\"action\":\"SCMP_ACT_TRAP\",\"names\":[\"dup\"],"
		"\"args\":[{\"index\":1,\"value\":7,\"op\":\"SCMP_CMP_GE\"}]}]}");
	f.entry.capabilities = TEXTS("CAP_SYS_ADMIN");
	f.config.arch = arm64;
	assert_config(&f, "\"architectures\":[\"SCMP_ARCH_AARCH64\"]");
	assert_config(&f, "[\"mount\"]");
	assert_config(&f, "[\"stat\"]");
	assert_config_lacks(&f, "[\"write\"]");
}

static void calls_that_are_not_known_are_left_out_where_that_is_safe(void **s)
{
	static const char tail[] =
		" syscalls: [\n{names: [read, no_call], action: SCMP_ACT_ERRNO}]}";
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };
	char text[200];
	struct ig_seccomp p;
	struct fixture f;

	(void)s;
	spec = ig_spec_new(&err);
	ours(&f);
	snprintf(text, sizeof(text), "{defaultAction: SCMP_ACT_KILL,%s", tail);
	set_profile(&f, &p, spec, text);
	assert_config(&f, "\"names\":[\"read\"]");
	snprintf(text, sizeof(text), "{defaultAction: SCMP_ACT_ALLOW,%s", tail);
	set_profile(&f, &p, spec, text);
	assert_refused(&f, "p.json:2:1: syscalls[0].names[1]: ",
		       "no system call 'no_call' that the guest could refuse");
}

/* ---- paths ---- */

static void our_guest_hides_and_holds(void **state)
{
	struct fixture f;

	(void)state;
	ours(&f);
	assert_config(&f, "\"maskedPaths\":[\"/proc/acpi\",");
	assert_config(&f,
		      "\"readonlyPaths\":[\"/proc/bus\",\"/proc/fs\","
		      "\"/proc/irq\",\"/proc/sys\",\"/proc/sysrq-trigger\"]");
	assert_config(&f, "\"source\":\"sysfs\",\"options\":[\"nosuid\","
			  "\"noexec\",\"nodev\",\"ro\"]");
	f.bundle.safe = false;
	assert_config_lacks(&f, "maskedPaths");
	assert_config_lacks(&f, "readonlyPaths");
	assert_config_lacks(&f, "\"nodev\",\"ro\"]");
}

static void who_administers_is_not_held(void **state)
{
	struct fixture f;

	(void)state;
	ours(&f);
	f.entry.capabilities = TEXTS("CAP_NET_ADMIN");
	assert_config(&f, "\"/proc/irq\",\"/proc/sys/abi\",");
	assert_config_lacks(&f, "\"/proc/sys\"");
	f.entry.capabilities = TEXTS("CAP_SYS_ADMIN");
	assert_config_lacks(&f, "maskedPaths");
	assert_config_lacks(&f, "readonlyPaths");
	assert_config_lacks(&f, "\"nodev\",\"ro\"]");
}

static void entry_and_label_say_their_own(void **state)
{
	struct fixture f;

	(void)state;
	ours(&f);
	f.bundle.label = &f.label;
	f.label.readonly_paths = TEXTS("/proc/x");
	f.entry.masked_paths = NO_TEXTS;
	assert_config_lacks(&f, "maskedPaths");
	assert_config(&f, "\"readonlyPaths\":[\"/proc/x\"]");
	assert_config_lacks(&f, "\"nodev\",\"ro\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_is_as_recorded),
		cmocka_unit_test(only_our_guest_has_a_default),
		cmocka_unit_test(the_entry_wins_over_the_label),
		cmocka_unit_test(knows_the_architecture),
		cmocka_unit_test(capabilities_allow_more),
		cmocka_unit_test(every_call_stands_in_one_group),
		cmocka_unit_test(
			families_are_told_apart_whatever_the_upper_half_is),
		cmocka_unit_test(a_clone_makes_no_namespaces),
		cmocka_unit_test(a_file_takes_the_place_of_the_default),
		cmocka_unit_test(
			calls_that_are_not_known_are_left_out_where_that_is_safe),
		cmocka_unit_test(our_guest_hides_and_holds),
		cmocka_unit_test(who_administers_is_not_held),
		cmocka_unit_test(entry_and_label_say_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
