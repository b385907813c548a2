/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

static void grows_and_ends_in_nul(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1000);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_buf_puts(&buf, "one", &err), 0);
	assert_int_equal(ig_buf_putc(&buf, ' ', &err), 0);
	assert_int_equal(ig_buf_printf(&buf, &err, "%d-%s", 2, "two"), 0);
	assert_int_equal(ig_buf_add(&buf, "\0x", 2, &err), 0);
	assert_int_equal(buf.len, 11);
	assert_memory_equal(buf.data, "one 2-two\0x", 12);
	assert_int_equal(ig_buf_zero(&buf, 900, &err), 0);
	assert_int_equal(buf.len, 911);
	for (size_t i = 11; i <= 911; i++)
		assert_int_equal(buf.data[i], 0);
	ig_buf_clear(&buf);
	assert_int_equal(buf.len, 0);
	assert_string_equal(buf.data, "");
}

static void takes_the_maximum_and_not_one_more(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(5);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_buf_add(&buf, "12345", 5, &err), 0);
	assert_int_equal(ig_buf_add(&buf, "", 0, &err), 0);
	assert_int_equal(ig_buf_putc(&buf, '6', &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	assert_string_equal(err.msg, "more than 5 bytes");
	assert_string_equal(buf.data, "12345");
	assert_int_equal(ig_buf_printf(&buf, &err, "%d", 6), -1);
	assert_int_equal(ig_buf_zero(&buf, 1, &err), -1);
	assert_int_equal(buf.len, 5);
}

static void refuses_lengths_that_overflow(void **state)
{
	static const size_t maxes[] = { 10, SIZE_MAX - 1, SIZE_MAX };
	struct ig_err err;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(maxes); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(maxes[i]);

		ig_err_clear(&err);
		assert_int_equal(ig_buf_putc(&buf, 'x', &err), 0);
		assert_int_equal(ig_buf_reserve(&buf, SIZE_MAX, &err), -1);
		assert_int_equal(err.code, IG_ELIMIT);
		assert_int_equal(ig_buf_reserve(&buf, SIZE_MAX - 1, &err), -1);
		assert_string_equal(buf.data, "x");
	}
}

static void gives_its_text_away(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(10);
	struct ig_err err = { 0 };
	ig_autofree char *text = NULL;
	ig_autofree char *none = NULL;

	(void)state;
	assert_int_equal(ig_buf_puts(&buf, "text", &err), 0);
	text = ig_buf_give(&buf, &err);
	assert_string_equal(text, "text");
	assert_null(buf.data);
	assert_int_equal(buf.max, 10);
	none = ig_buf_give(&buf, &err);
	assert_string_equal(none, "");
}

static void done_accepts_the_empty_value(void **state)
{
	struct ig_buf buf;

	(void)state;
	ig_buf_init(&buf, 3);
	ig_buf_clear(&buf);
	ig_buf_done(&buf);
	ig_buf_done(&buf);
	assert_int_equal(buf.max, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_ends_in_nul),
		cmocka_unit_test(takes_the_maximum_and_not_one_more),
		cmocka_unit_test(refuses_lengths_that_overflow),
		cmocka_unit_test(gives_its_text_away),
		cmocka_unit_test(done_accepts_the_empty_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
