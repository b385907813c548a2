/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/ready.h"

static void reads_the_code_of_an_answer(void **state)
{
	static const struct {
		const char *text;
		int want;
	} all[] = {
		{ "HTTP/1.1 200 OK\r\n", 200 },
		{ "HTTP/1.0 404 Not Found\r\nServer: x", 404 },
		{ "HTTP/1.1 204 \r\n", 204 },
		{ "HTTP/1.0 503\r\n", 503 },
		{ "HTTP/1.0 503\n", 503 },
		{ "", -1 },
		{ "HTTP/1.1 200", -1 },
		{ "HTTP/1.1 20 OK\r\n", -1 },
		{ "HTTP/1.1 2000 OK\r\n", -1 },
		{ "HTTP/1.1  200 OK\r\n", -1 },
		{ "HTTP/2 200 OK\r\n", -1 },
		{ "HTTP/1.x 200 OK\r\n", -1 },
		{ "http/1.1 200 OK\r\n", -1 },
		{ "HTTP/1.1 +20 OK\r\n", -1 },
		{ "220 mail.example.org ESMTP\r\n", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t len = strlen(all[i].text);
		/* exactly so long: a sanitizer sees what reads on */
		char *text = malloc(len + 1);

		assert_non_null(text);
		memcpy(text, all[i].text, len);
		assert_int_equal(ready_status(text, len), all[i].want);
		free(text);
	}
}

static void a_nul_is_no_end(void **state)
{
	static const char text[] = "HTTP/1.1\0200 OK";

	(void)state;
	assert_int_equal(ready_status(text, sizeof(text)), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_code_of_an_answer),
		cmocka_unit_test(a_nul_is_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
