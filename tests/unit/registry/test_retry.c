/* SPDX-License-Identifier: Apache-2.0 */
#include "registry_test.h"

#include <curl/curl.h>

/* 2026-01-02 03:04:05 */
#define NOW	  1767323045
#define DATE_NOW  "Fri, 02 Jan 2026 03:04:05 GMT"
#define DATE_PLUS "Fri, 02 Jan 2026 03:04:12 GMT"

static void tries_again_what_may_pass(void **state)
{
	static const struct {
		long status;
		int curl;
		bool ours;
		unsigned tries;
	} cases[] = {
		{ 429, CURLE_OK, false, 5 },
		{ 408, CURLE_OK, false, 5 },
		{ 500, CURLE_OK, false, 5 },
		{ 503, CURLE_WRITE_ERROR, false, 5 },
		{ 599, CURLE_OK, false, 5 },
		{ 400, CURLE_OK, false, 1 },
		{ 401, CURLE_OK, false, 1 },
		{ 403, CURLE_OK, false, 1 },
		{ 404, CURLE_OK, false, 1 },
		{ 204, CURLE_OK, false, 1 },
		{ 307, CURLE_OK, false, 1 },
		{ 0, CURLE_COULDNT_CONNECT, false, 5 },
		{ 200, CURLE_PARTIAL_FILE, false, 5 },
		{ 200, CURLE_RECV_ERROR, false, 5 },
		{ 0, CURLE_OPERATION_TIMEDOUT, false, 3 },
		{ 0, CURLE_COULDNT_RESOLVE_HOST, false, 3 },
		{ 0, CURLE_PEER_FAILED_VERIFICATION, false, 1 },
		{ 0, CURLE_UNSUPPORTED_PROTOCOL, false, 1 },
		{ 503, CURLE_OK, true, 1 },
		{ 200, CURLE_WRITE_ERROR, true, 1 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct answer answer = { .status = cases[i].status,
					 .curl = cases[i].curl,
					 .ours = cases[i].ours };

		if (retry_tries(&answer) != cases[i].tries)
			fail_msg("status %ld, curl %d: %u tries",
				 cases[i].status, cases[i].curl,
				 retry_tries(&answer));
	}
}

static void understands_both_forms_of_retry_after(void **state)
{
	static const struct {
		const char *text, *date;
		int64_t ms;
	} cases[] = {
		{ "0", "", 0 },
		{ "2", "", 2000 },
		{ "60", "", 60000 },
		{ "61", "", 60000 },
		{ "3600", "", 60000 },
		{ "99999999999999999999", "", -1 },
		{ "-1", "", -1 },
		{ "", "", -1 },
		{ "soon", "", -1 },
		{ "2 s", "", -1 },
		{ "1.5", "", -1 },
		{ "Tomorrow", "", -1 },
		{ DATE_PLUS, "", 7000 },
		{ DATE_NOW, "", 0 },
		{ "Thu, 01 Jan 2026 00:00:00 GMT", "", 0 },
		{ "Thu, 01 Jan 2099 00:00:00 GMT", "", 60000 },
		/* our clock is wrong: the server's own counts */
		{ "Thu, 01 Jan 2099 00:00:09 GMT",
		  "Thu, 01 Jan 2099 00:00:05 GMT", 4000 },
		{ DATE_PLUS, "nonsense", 7000 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		int64_t ms = retry_after_ms(cases[i].text, cases[i].date, NOW);

		if (ms != cases[i].ms)
			fail_msg("'%s': %lld", cases[i].text, (long long)ms);
	}
}

static void waits_twice_as_long_each_time_or_as_told(void **state)
{
	struct answer answer = { .status = 503 };

	(void)state;
	assert_int_equal(retry_delay_ms(&answer, 1, NOW), 500);
	assert_int_equal(retry_delay_ms(&answer, 2, NOW), 1000);
	assert_int_equal(retry_delay_ms(&answer, 4, NOW), 4000);
	memcpy(answer.retry_after, "3", 2);
	assert_int_equal(retry_delay_ms(&answer, 1, NOW), 3000);
	assert_int_equal(retry_delay_ms(&answer, 4, NOW), 4000);
	memcpy(answer.retry_after, "junk", 5);
	assert_int_equal(retry_delay_ms(&answer, 1, NOW), 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tries_again_what_may_pass),
		cmocka_unit_test(understands_both_forms_of_retry_after),
		cmocka_unit_test(waits_twice_as_long_each_time_or_as_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
