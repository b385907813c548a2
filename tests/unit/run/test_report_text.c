/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "report_priv.h"
#include "report_test.h"

static void expect(const struct ig_report *r, bool colour, const char *want)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(65536);
	struct ig_err err = { 0 };

	assert_int_equal(ig_report_text(&text, r, colour, &err), 0);
	assert_string_equal(text.data, want);
}

static void shows_a_whole_boot(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 400000);
	feed(&r, whole, 900000);
	expect(&r, false,
	       "boot report                       at ms    took ms\n"
	       "before the kernel                   0.0      300.0\n"
	       "kernel                            300.0       80.0\n"
	       "  onboot 000-a                    410.0       10.0  code 3\n"
	       "  service web                     425.1       19.8  ready, run 2\n"
	       "boot complete                     450.0             memory: 1 of 2 MiB free\n");
	expect(&r, true,
	       "\033[1mboot report                       at ms    took ms\033[0m\n"
	       "before the kernel                   0.0      300.0\n"
	       "kernel                            300.0       80.0\n"
	       "  onboot 000-a                    410.0       10.0  \033[31mcode 3\033[0m\n"
	       "  service web                     425.1       19.8  ready, run 2\n"
	       "boot complete                     450.0             memory: 1 of 2 MiB free\n");
}

static void shows_how_far_a_boot_came(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 0);
	feed(&r,
	     "{'ms':110,'event':'started','kind':'onboot','name':'a'}\n"
	     "{'ms':120,'event':'failed','kind':'service','name':'b'}\n"
	     "{'ms':120,'event':'given-up','kind':'service','name':'c'}\n",
	     0);
	expect(&r, false,
	       "boot report                       at ms    took ms\n"
	       "  onboot a                        110.0          -  starting\n"
	       "  service b                         0.0      120.0  could not start\n"
	       "  service c                         0.0          -  given up\n"
	       "the boot is not complete\n");
}

static void a_service_may_end_as_it_likes_when_the_machine_goes(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 0);
	feed(&r, whole, 0);
	feed(&r, ending, 0);
	assert_true(report_is_bad(&r, &r.units[0]));
	assert_false(report_is_bad(&r, &r.units[1]));
}

static void no_name_reaches_the_terminal_as_it_is(void **state)
{
	static const struct {
		const char *name, *want;
	} cases[] = {
		{ "plain-1", "plain-1" },
		{ "\033[2J\a\x7f", "?[2J??" },
		{ "\xc2\x9b"
		  "1m",
		  "?1m" },
		{ "\xe2\x80\xae"
		  "abc",
		  "?abc" },
		{ "\xe2\x81\xa6x", "?x" },
		{ "\xef\xbf\xbe\xef\xbb\xbf", "?\xef\xbb\xbf" },
		{ "a\xff\xfe"
		  "b",
		  "a??b" },
		{ "\xc3\xa4\xe4\xb8\x96\xf0\x9f\x98\x80",
		  "\xc3\xa4\xe4\xb8\x96\xf0\x9f\x98\x80" },
		{ "0123456789abc", "0123456789…" },
	};
	char out[44];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		assert_string_equal(report_visible(out, cases[i].name, 10),
				    cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_a_whole_boot),
		cmocka_unit_test(shows_how_far_a_boot_came),
		cmocka_unit_test(
			a_service_may_end_as_it_likes_when_the_machine_goes),
		cmocka_unit_test(no_name_reaches_the_terminal_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
