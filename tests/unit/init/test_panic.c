/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/panic.h"

static void the_command_line_goes_before(void **state)
{
	static const struct {
		const char *text;
		bool timeout, oops;
	} all[] = {
		{ "", true, true },
		{ "quiet console=ttyS0", true, true },
		{ "panic=5 quiet", false, true },
		{ "quiet panic=0", false, true },
		{ "oops=panic panic=-1", false, false },
		{ "panic_on_warn=1 xpanic=3", true, true },
		/* init's own words */
		{ "quiet -- panic=3", true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct panic_wish wish = panic_wish(all[i].text);

		assert_int_equal(wish.timeout, all[i].timeout);
		assert_int_equal(wish.oops, all[i].oops);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_line_goes_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
