/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void reads_where_lines_go(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"logs:\n  memory: 512K\n  console: errors\n"
		"  disk: {path: /var/lib/data/logs, size: 20M, files: 3}\n"
		"  syslog: {address: \"[2001:db8::1]:514\"}\n"
		"services:\n- {name: a, image: i, log: quiet}\n"
		"onboot:\n- {name: b, image: i, log: none}\n");
	const struct ig_logs *logs = &spec->logs;

	(void)state;
	assert_true(logs->set);
	assert_int_equal(logs->memory_bytes, 512 * 1024);
	assert_string_equal(logs->console, "errors");
	assert_string_equal(logs->disk.path, "/var/lib/data/logs");
	assert_int_equal(logs->disk.bytes, 20 * 1024 * 1024);
	assert_int_equal(logs->disk.files.v, 3);
	assert_string_equal(logs->syslog.address, "[2001:db8::1]:514");
	assert_string_equal(spec->services.v[0].log, "quiet");
	assert_string_equal(spec->onboot.v[0].log, "none");
}

static void a_word_alone_is_the_path_or_the_address(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"logs: {disk: /data/logs, syslog: \"192.0.2.5:514\"}\n");

	(void)state;
	assert_true(spec->logs.disk.set && spec->logs.syslog.set);
	assert_string_equal(spec->logs.disk.path, "/data/logs");
	assert_int_equal(spec->logs.disk.bytes, 10 * 1024 * 1024);
	assert_false(spec->logs.disk.files.set);
	assert_string_equal(spec->logs.syslog.address, "192.0.2.5:514");
	assert_int_equal(spec->logs.memory_bytes, 0);
	assert_null(spec->logs.console);
}

static void a_later_spec_overrides_key_by_key(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"logs: {memory: 1M, console: none, disk: {path: /a, files: 2}}\n");

	(void)state;
	assert_int_equal(
		add(spec, "b.yml", "logs: {console: all, disk: /b}\n", &err),
		0);
	assert_int_equal(add(spec, "c.yml", "kernel: {image: k}\n", &err), 0);
	assert_int_equal(spec->logs.memory_bytes, 1024 * 1024);
	assert_string_equal(spec->logs.console, "all");
	assert_string_equal(spec->logs.disk.path, "/b");
	assert_false(spec->logs.disk.files.set);
	assert_string_equal(spec->logs.pos.file, "b.yml");
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct spec_case cases[] = {
		{ "logs: {memory: 1K}", IG_ESPEC,
		  "a.yml:1:16: logs.memory: 1K is not between 16K and 64M" },
		{ "logs: {memory: 1G}", IG_ESPEC, "is not between" },
		{ "logs: {memory: much}", IG_ESPEC, "logs.memory" },
		{ "logs: {console: some}", IG_ESPEC, "logs.console" },
		{ "logs: {disk: {size: 1M}}", IG_ESPEC, "logs.disk" },
		{ "logs: {disk: logs}", IG_ESPEC, "from / on" },
		{ "logs: {disk: /}", IG_ESPEC, "from / on" },
		{ "logs: {disk: /a/../b}", IG_ESPEC, "from / on" },
		{ "logs: {disk: \"/a\\nb\"}", IG_ESPEC,
		  "a.yml:1:14: logs.disk: it cannot contain control" },
		{ "logs: {disk: {path: /a, size: 1K}}", IG_ESPEC,
		  "logs.disk.size: 1K is not between 64K and 900M" },
		{ "logs: {disk: {path: /a, files: 0}}", IG_ESPEC,
		  "logs.disk.files" },
		{ "logs: {disk: {path: /a, files: 101}}", IG_ESPEC,
		  "logs.disk.files" },
		{ "logs: {syslog: log.example}", IG_ESPEC,
		  "is no address with a port" },
		{ "logs: {syslog: \"log.example:514\"}", IG_ESPEC,
		  "names are not looked up" },
		{ "logs: {syslog: \"192.0.2.5:0\"}", IG_ESPEC, "no address" },
		{ "logs: {syslog: \"192.0.2.5:65536\"}", IG_ESPEC,
		  "no address" },
		{ "logs: {syslog: \"2001:db8::1:514\"}", IG_ESPEC,
		  "no address" },
		{ "logs: {syslog: \"[]:514\"}", IG_ESPEC, "no address" },
		{ "logs: {syslog: {}}", IG_ESPEC, "logs.syslog" },
		{ "logs: {disc: /a}", IG_ESPEC, "logs" },
		{ "logs: []", IG_ESPEC, "logs" },
		{ "services: [{name: a, image: i, log: loud}]", IG_ESPEC,
		  "services[0].log" },
		{ "onboot: [{name: a, image: i, log: all}]", IG_ESPEC,
		  "onboot[0].log" },
	};

	(void)state;
	check_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

static void what_is_written_is_read_again(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 16);
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"logs: {memory: 64K, console: none, disk: {path: /a, size: 1M, files: 4}, syslog: \"192.0.2.5:514\"}\n"
		"services: [{name: a, image: i, log: none}]\n");
	IG_AUTO(ig_spec_freep) struct ig_spec *again = NULL;

	(void)state;
	assert_int_equal(ig_spec_yaml(&out, spec, &err), 0);
	again = spec_of(out.data);
	assert_int_equal(again->logs.memory_bytes, 64 * 1024);
	assert_string_equal(again->logs.console, "none");
	assert_int_equal(again->logs.disk.bytes, 1024 * 1024);
	assert_int_equal(again->logs.disk.files.v, 4);
	assert_string_equal(again->logs.syslog.address, "192.0.2.5:514");
	assert_string_equal(again->services.v[0].log, "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_where_lines_go),
		cmocka_unit_test(a_word_alone_is_the_path_or_the_address),
		cmocka_unit_test(a_later_spec_overrides_key_by_key),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(what_is_written_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
