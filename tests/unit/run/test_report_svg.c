/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "report_test.h"

static void draw(struct ig_buf *out, const struct ig_report *r,
		 const char *title)
{
	struct ig_err err = { 0 };

	assert_int_equal(ig_report_svg(out, r, title, &err), 0);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void draws_phases_steps_and_services(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;
	IG_AUTO(ig_buf_done) struct ig_buf svg = IG_BUF_INIT(65536);

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 400000);
	feed(&r, whole, 900000);
	draw(&svg, &r, "web");
	/* 450 ms on 720 pixels: 300 ms are 480, 10 ms are 16 */
	assert_non_null(strstr(svg.data, "<text class=\"h\" x=\"12\" y=\"24\">"
					 "web</text>"));
	assert_non_null(strstr(svg.data,
			       "<rect class=\"b\" y=\"60\" x=\"220.0\""
			       " width=\"480.0\" height=\"12\"/>"));
	assert_non_null(strstr(svg.data,
			       "<rect class=\"p\" y=\"80\" x=\"700.0\""
			       " width=\"128.0\" height=\"12\"/>"));
	assert_non_null(strstr(svg.data, "<rect class=\"x\" y=\"100\" "
					 "x=\"876.0\" width=\"16.0\""));
	assert_non_null(strstr(svg.data, "<circle class=\"r\" cy=\"126\" "
					 "r=\"4\" cx=\"932.0\">"));
	assert_non_null(strstr(svg.data, "boot complete: 450 ms"));
	assert_int_equal(count(svg.data, "<line class=\"g\""), 5);
	assert_int_equal(count(svg.data, "ready, run 2</text>"), 1);
}

static void escapes_what_a_guest_says(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;
	IG_AUTO(ig_buf_done) struct ig_buf svg = IG_BUF_INIT(65536);

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 0);
	feed(&r,
	     "{'ms':9,'event':'phase','from':1,'name':"
	     "'</text><script>&\\'\\u0001\\u001b\\ufffe'}\n",
	     0);
	draw(&svg, &r, "<&>'\"");
	assert_null(strstr(svg.data, "<script"));
	assert_null(strpbrk(svg.data, "\001\033"));
	assert_null(strstr(svg.data, "\xef\xbf\xbe"));
	assert_non_null(strstr(svg.data,
			       ">&#60;/text&#62;&#60;script&#62;&#38;&#34;"
			       "??"
			       "?</text>"));
	assert_non_null(strstr(svg.data, ">&#60;&#38;&#62;&#39;&#34;</text>"));
}

static void any_time_gives_numbers_in_order(void **state)
{
	static const char *const boots[] = {
		"",
		"{'ms':0,'event':'booted'}\n",
		"{'ms':99999999999,'event':'booted'}\n",
		"{'ms':99999999999,'event':'phase','name':'x','from':0}\n",
		"{'ms':5,'event':'booted'}\n"
		"{'ms':99999999999,'event':'started','kind':'service','name':'a'}\n"
		"{'ms':1,'event':'up','kind':'service','name':'a'}\n"
		"{'ms':0,'event':'ended','kind':'service','name':'a'}\n"
		"{'ms':9,'event':'ready','kind':'service','name':'a'}\n",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(boots); i++) {
		IG_AUTO(ig_report_done) struct ig_report r;
		IG_AUTO(ig_buf_done) struct ig_buf svg = IG_BUF_INIT(65536);

		ig_report_init(&r);
		feed(&r, start, 100000);
		feed(&r, boots[i], INT64_C(99999999999999));
		draw(&svg, &r, "x");
		assert_null(strstr(svg.data, "=\"-"));
		assert_null(strstr(svg.data, ".-"));
		assert_true(count(svg.data, "<line class=\"g\"") <= 9);
	}
}

static void the_same_report_gives_the_same_bytes(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf a = IG_BUF_INIT(65536);
	IG_AUTO(ig_buf_done) struct ig_buf b = IG_BUF_INIT(65536);
	IG_AUTO(ig_report_done) struct ig_report r;

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 400000);
	feed(&r, whole, 900000);
	draw(&a, &r, "web");
	draw(&b, &r, "web");
	assert_string_equal(a.data, b.data);
}

static void a_chart_has_an_end(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;
	IG_AUTO(ig_buf_done) struct ig_buf svg = IG_BUF_INIT(1u << 20);
	char line[128];

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 0);
	for (int i = 0; i < 2000; i++) {
		snprintf(line, sizeof(line),
			 "{'ms':1,'event':'started','kind':'service',"
			 "'name':'%d'}\n",
			 i);
		feed(&r, line, 0);
	}
	draw(&svg, &r, "many");
	assert_int_equal(count(svg.data, "class=\"s\""), 512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_phases_steps_and_services),
		cmocka_unit_test(escapes_what_a_guest_says),
		cmocka_unit_test(any_time_gives_numbers_in_order),
		cmocka_unit_test(the_same_report_gives_the_same_bytes),
		cmocka_unit_test(a_chart_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
