/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ingot/own.h>

#include "run_internal.h"

#define EVENT(reason)                                                          \
	"{\"QMP\": {\"version\": {}}}\r\n{\"return\": {}}\r\n"                 \
	"{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, "              \
	"\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, "                \
	"\"reason\": \"" reason "\"}}\r\n"

static void tells_a_reset_from_a_power_off(void **state)
{
	static const struct {
		const char *text;
		bool reset;
	} cases[] = {
		{ EVENT("guest-reset"), true },
		{ EVENT("guest-shutdown"), false },
		{ EVENT("host-signal"), false },
		{ "{\"event\": \"RESET\", \"x\": \"guest-reset\"}\n", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		size_t len = strlen(cases[i].text);

		for (size_t step = 1; step < 100; step += 7) {
			struct ig_qmp qmp = { .len = 0 };

			for (size_t at = 0; at < len; at += step)
				ig_qmp_feed(&qmp, cases[i].text + at,
					    len - at < step ? len - at : step);
			assert_int_equal(qmp.reset, cases[i].reset);
		}
	}
}

static void a_line_of_any_length_does_no_harm(void **state)
{
	struct ig_qmp qmp = { .len = 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		ig_qmp_feed(&qmp, "xxxx", 4);
	ig_qmp_feed(&qmp, "\n", 1);
	ig_qmp_feed(&qmp, EVENT("guest-reset"), strlen(EVENT("guest-reset")));
	assert_true(qmp.reset);
}

static void presses_the_keyboards_power_key_where_there_is_one(void **state)
{
	static const char *const want[] = {
		"{\"execute\":\"system_powerdown\"}\n",
		"{\"execute\":\"system_powerdown\"}\n"
		"{\"execute\":\"send-key\",\"arguments\":{\"keys\":"
		"[{\"type\":\"qcode\",\"data\":\"power\"}]}}\n",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(want); i++) {
		char got[512] = "";
		int fds[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		ig_qmp_power(fds[0], i != 0);
		close(fds[0]);
		assert_int_equal(recv(fds[1], got, sizeof(got), MSG_WAITALL),
				 strlen(want[i]));
		close(fds[1]);
		assert_string_equal(got, want[i]);
	}
}

#define ROW(state, port)                                                       \
	"  TCP[" state "]   3       127.0.0.1 " port                           \
	"       10.0.2.15    80     0     0\r\n"

static void knows_what_the_guest_has_accepted(void **state)
{
	static const struct {
		const char *text;
		bool open;
	} cases[] = {
		{ ROW("ESTABLISHED", "43991"), true },
		{ ROW("HOST_FORWARD", "43991"), false },
		{ ROW("SYN_SENT", "43991") ROW("HOST_FORWARD", "43991"),
		  false },
		{ ROW("ESTABLISHED", "4399") ROW("ESTABLISHED", "43991"),
		  true },
		{ ROW("ESTABLISHED", "439911"), false },
		{ "TCP[ESTABLISHED]", false },
		{ "TCP[ESTABLISHED] x", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		assert_int_equal(ig_usernet_open(cases[i].text, 43991),
				 cases[i].open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_a_reset_from_a_power_off),
		cmocka_unit_test(knows_what_the_guest_has_accepted),
		cmocka_unit_test(a_line_of_any_length_does_no_harm),
		cmocka_unit_test(
			presses_the_keyboards_power_key_where_there_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
