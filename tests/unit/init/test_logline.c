/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/logline.h"

#include <errno.h>
#include <unistd.h>

static int parse(struct logline *out, const char *text)
{
	return logline_parse(out, text, strlen(text));
}

static void reads_lines_and_what_is_lost(void **state)
{
	struct logline l;

	(void)state;
	assert_int_equal(
		parse(&l,
		      "{\"seq\":812,\"ms\":99999999999,\"name\":\"web\",\"level\":6,\"text\":\"\"}"),
		0);
	assert_int_equal(l.ms, INT64_C(99999999999));
	assert_int_equal(l.level, 6);
	assert_string_equal(l.name, "web");
	assert_string_equal(l.text, "");
	assert_int_equal(l.lost, 0);
	logline_free(&l);
	assert_int_equal(parse(&l, "{\"lost\":40}"), 0);
	assert_null(l.name);
	assert_int_equal(l.lost, 40);
	logline_free(&l);
}

static void refuses_what_is_no_line(void **state)
{
	static const char *const cases[] = {
		"",
		"{\"name\":\"web\"}",
		"{\"text\":\"web\"}",
		"{\"ms\":-1}",
		"{\"ms\":1} x",
		"{\"name\":\"a\",\"text\":\"b\",\"ms\":\"c\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct logline l;

		assert_int_equal(parse(&l, cases[i]), -1);
		assert_null(l.name);
		assert_null(l.text);
	}
}

static void lines_come_out_of_a_stream_whole(void **state)
{
	static const char text[] = "one\n\nthree, in pieces\nno end";
	static struct logreader r;
	char *line;
	size_t len;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, 12), 12);
	assert_int_equal(logreader_next(&r, fds[0], &line, &len), 1);
	assert_int_equal(len, 3);
	assert_memory_equal(line, "one", 3);
	assert_int_equal(logreader_next(&r, fds[0], &line, &len), 1);
	assert_int_equal(len, 0);
	assert_int_equal(write(fds[1], text + 12, sizeof(text) - 13),
			 sizeof(text) - 13);
	close(fds[1]);
	assert_int_equal(logreader_next(&r, fds[0], &line, &len), 1);
	assert_int_equal(len, 16);
	assert_memory_equal(line, "three, in pieces", 16);
	assert_int_equal(logreader_next(&r, fds[0], &line, &len), 0);
	close(fds[0]);
}

static void a_line_without_end_is_refused(void **state)
{
	static struct logreader r;
	static char text[LOGLINE_MAX];
	char *line;
	size_t len;
	int fds[2];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, sizeof(text)), sizeof(text));
	assert_int_equal(logreader_next(&r, fds[0], &line, &len), -1);
	assert_int_equal(errno, EMSGSIZE);
	close(fds[0]);
	close(fds[1]);
}

static void a_line_has_the_time_it_came_at(void **state)
{
	const int64_t wall = INT64_C(1795776425123);
	char text[LOGLINE_TIME];

	(void)state;
	/* it came 2 s ago */
	assert_int_equal(logline_wall(3000, 5000, wall), wall - 2000);
	assert_int_equal(logline_wall(3000, 5000, 5000), -1);
	assert_int_equal(logline_wall(3000, 5000, LOGLINE_CLOCK - 1), -1);
	logline_time(text, wall);
	assert_string_equal(text, "2026-11-27T10:47:05.123Z");
	logline_time(text, LOGLINE_CLOCK);
	assert_string_equal(text, "2024-01-01T00:00:00.000Z");
	logline_time(text, -1);
	assert_string_equal(text, "-");
	logline_time(text, INT64_MAX);
	assert_string_equal(text, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lines_and_what_is_lost),
		cmocka_unit_test(refuses_what_is_no_line),
		cmocka_unit_test(lines_come_out_of_a_stream_whole),
		cmocka_unit_test(a_line_without_end_is_refused),
		cmocka_unit_test(a_line_has_the_time_it_came_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
