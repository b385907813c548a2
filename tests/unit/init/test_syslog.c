/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/syslog.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static void expect_frame(const struct logline *line, const char *host,
			 int64_t wall, const char *want)
{
	char out[SYSLOG_MAX];
	size_t len = syslog_frame(out, line, host, wall);

	assert_int_equal(len, strlen(want));
	assert_memory_equal(out, want, len);
}

static void a_line_becomes_a_message_that_says_its_length(void **state)
{
	struct logline line = { .level = 6,
				.name = (char[]){ "web" },
				.text = (char[]){ "GET / 200" } };

	(void)state;
	/* daemon is 3: 3 * 8 + 6 */
	expect_frame(
		&line, "box", INT64_C(1795776425123),
		"54 <30>1 2026-11-27T10:47:05.123Z box web - - - GET / 200");
	expect_frame(&line, "", -1, "29 <30>1 - - web - - - GET / 200");
	line.level = 3;
	line.name = (char[]){ "kernel" };
	expect_frame(&line, "box", -1, "33 <3>1 - box kernel - - - GET / 200");
}

static void names_are_plain(void **state)
{
	char name[200];
	struct logline line = { .name = name, .text = (char[]){ "x" } };
	char out[SYSLOG_MAX];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[2] = ' ';
	name[3] = '\xc3';
	name[sizeof(name) - 1] = '\0';
	size_t len = syslog_frame(out, &line, "a b\n", -1);

	out[len] = '\0';
	assert_non_null(strstr(out, " a_b_ nn__nnnn"));
	/* RFC 5424, 6.2.5: of APP-NAME 48 */
	assert_non_null(strstr(out, "nnnn - - - x"));
	assert_int_equal(strrchr(out, '-') - strstr(out, "nn__"), 48 + 5);
}

static void a_text_that_is_too_long_is_cut(void **state)
{
	static char text[2 * SYSLOG_MAX];
	struct logline line = { .name = (char[]){ "web" }, .text = text };
	char out[SYSLOG_MAX];
	char *end;

	(void)state;
	memset(text, 't', sizeof(text) - 1);
	size_t len = syslog_frame(out, &line, "box", -1);
	unsigned long count = strtoul(out, &end, 10);

	assert_in_range(len, SYSLOG_MAX - 20, SYSLOG_MAX);
	assert_int_equal(count, len - (size_t)(end + 1 - out));
}

static void addresses_have_a_port(void **state)
{
	struct sockaddr_storage addr;
	const struct sockaddr_in *v4 = (const void *)&addr;
	const struct sockaddr_in6 *v6 = (const void *)&addr;
	char text[INET6_ADDRSTRLEN];

	(void)state;
	assert_int_equal(syslog_address(&addr, "192.0.2.5:514"), sizeof(*v4));
	assert_int_equal(ntohs(v4->sin_port), 514);
	assert_string_equal(
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text)),
		"192.0.2.5");
	assert_int_equal(syslog_address(&addr, "[2001:db8::1]:65535"),
			 sizeof(*v6));
	assert_int_equal(ntohs(v6->sin6_port), 65535);
	assert_string_equal(
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text)),
		"2001:db8::1");
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		":",
		":514",
		"192.0.2.5",
		"192.0.2.5:",
		"192.0.2.5:0",
		"192.0.2.5:65536",
		"192.0.2.5:5x",
		"192.0.2.5: 5",
		"log.example:514",
		"2001:db8::1:514",
		"[2001:db8::1:514",
		"[2001:db8::1]",
		"[]:514",
		"[:514",
	};
	struct sockaddr_storage addr;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (syslog_address(&addr, cases[i]) != 0)
			fail_msg("'%s' was taken", cases[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_becomes_a_message_that_says_its_length),
		cmocka_unit_test(names_are_plain),
		cmocka_unit_test(a_text_that_is_too_long_is_cut),
		cmocka_unit_test(addresses_have_a_port),
		cmocka_unit_test(what_is_no_address_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
