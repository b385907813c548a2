/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/logconf.h"

static int parse(struct logconf *c, const char *text, char msg[200])
{
	msg[0] = '\0';
	return logconf_parse(c, text, strlen(text), msg, 200);
}

static void reads_where_lines_go(void **state)
{
	struct logconf c;
	char msg[200];

	(void)state;
	if (parse(&c,
		  "{\"memory\": 65536, \"console\": \"errors\","
		  " \"disk\": {\"path\": \"/var/lib/data/logs\","
		  " \"size\": 10485760, \"files\": 5},"
		  " \"syslog\": {\"address\": \"192.0.2.5:514\"}, \"later\": 1}",
		  msg) < 0)
		fail_msg("%s", msg);
	assert_int_equal(c.memory, 65536);
	assert_int_equal(c.console, CONSOLE_ERRORS);
	assert_string_equal(c.disk, "/var/lib/data/logs");
	assert_int_equal(c.disk_size, 10485760);
	assert_int_equal(c.disk_files, 5);
	assert_string_equal(c.syslog, "192.0.2.5:514");
	logconf_free(&c);
}

static void nothing_is_what_is_without_the_file(void **state)
{
	struct logconf c;
	char msg[200];

	(void)state;
	assert_int_equal(parse(&c, "{}", msg), 0);
	assert_int_equal(c.memory, 0);
	assert_int_equal(c.console, CONSOLE_ALL);
	assert_null(c.disk);
	assert_null(c.syslog);
}

static void says_what_is_wrong(void **state)
{
	static const char disk[] = "path, size and files are expected";
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{ "", "an object is expected" },
		{ "{} {}", "line 1" },
		{ "{\"memory\": 100}", "too small or too large" },
		{ "{\"memory\": 999999999}", "too small or too large" },
		{ "{\"console\": \"some\"}", "a word that is not known" },
		{ "{\"disk\": {}}", disk },
		{ "{\"disk\": {\"path\": \"/a\", \"size\": 65536}}", disk },
		{ "{\"disk\": {\"path\": \"a\", \"size\": 65536, \"files\": 1}}",
		  "not absolute" },
		{ "{\"disk\": {\"path\": \"/a\", \"size\": 1, \"files\": 1}}",
		  "too small" },
		{ "{\"disk\": {\"path\": \"/a\", \"size\": 65536, \"files\": 0}}",
		  "too small" },
		{ "{\"syslog\": {}}", "an address is expected" },
		{ "{\n\"syslog\": 1}", "line 2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct logconf c;
		char msg[200];

		assert_int_equal(parse(&c, cases[i].text, msg), -1);
		if (!strstr(msg, cases[i].why))
			fail_msg("%s: '%s'", cases[i].text, msg);
		assert_null(c.disk);
		assert_null(c.syslog);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_where_lines_go),
		cmocka_unit_test(nothing_is_what_is_without_the_file),
		cmocka_unit_test(says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
