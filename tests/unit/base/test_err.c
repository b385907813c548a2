/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include <ingot/err.h>

static void fills_code_errno_and_message(void **state)
{
	struct ig_err err;

	(void)state;
	assert_int_equal(ig_fail(&err, IG_ESPEC, "line %d", 7), -1);
	assert_int_equal(err.code, IG_ESPEC);
	assert_int_equal(err.sys, 0);
	assert_string_equal(err.msg, "line 7");
	assert_int_equal(ig_fail_sys(&err, ENOENT, "open '%s'", "x"), -1);
	assert_int_equal(err.code, IG_ESYS);
	assert_int_equal(err.sys, ENOENT);
	assert_string_equal(err.msg, "open 'x': No such file or directory");
	assert_int_equal(ig_fail_mem(&err), -1);
	assert_int_equal(err.sys, ENOMEM);
	assert_string_equal(err.msg, "Cannot allocate memory");
	ig_err_clear(&err);
	assert_int_equal(err.code, IG_OK);
	assert_string_equal(err.msg, "");
}

static void puts_context_in_front(void **state)
{
	struct ig_err err;

	(void)state;
	ig_fail(&err, IG_EDIGEST, "is not what it says");
	assert_int_equal(ig_wrap(&err, "blob '%s'", "abc"), -1);
	assert_int_equal(ig_wrap(&err, "pull"), -1);
	assert_int_equal(err.code, IG_EDIGEST);
	assert_string_equal(err.msg, "pull: blob 'abc': is not what it says");
}

static void cuts_the_context_not_the_cause(void **state)
{
	char longer[1000];
	struct ig_err err;

	(void)state;
	memset(longer, 'c', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	ig_fail(&err, IG_EFORMAT, "the cause");
	ig_wrap(&err, "%s", longer);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	assert_string_equal(strstr(err.msg, ": "), ": the cause");
	ig_fail_sys(&err, EIO, "%s", longer);
	assert_string_equal(strstr(err.msg, ": "), ": Input/output error");
}

static void leaves_a_cause_that_fills_the_message(void **state)
{
	char longer[1000];
	struct ig_err err;
	char before[sizeof(err.msg)];

	(void)state;
	memset(longer, 'c', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	ig_fail(&err, IG_EFORMAT, "%s", longer);
	memcpy(before, err.msg, sizeof(before));
	ig_wrap(&err, "context");
	assert_memory_equal(err.msg, before, strlen(before) + 1);
}

static void never_cuts_inside_a_character(void **state)
{
	char longer[1000] = "x";
	struct ig_err err;

	(void)state;
	for (size_t i = 1; i + 2 < sizeof(longer); i += 2)
		memcpy(longer + i, "ä", 3);
	ig_fail(&err, IG_EFORMAT, "%s", longer);
	assert_int_equal(strlen(err.msg) % 2, 1);
	ig_fail(&err, IG_EFORMAT, "no");
	ig_wrap(&err, "%s", longer);
	assert_int_equal((strstr(err.msg, ": no") - err.msg) % 2, 1);
}

static void takes_its_own_message_as_an_argument(void **state)
{
	struct ig_err err;

	(void)state;
	ig_fail(&err, IG_ENET, "inner");
	ig_fail(&err, IG_ENET, "outer %s outer", err.msg);
	assert_string_equal(err.msg, "outer inner outer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_code_errno_and_message),
		cmocka_unit_test(puts_context_in_front),
		cmocka_unit_test(cuts_the_context_not_the_cause),
		cmocka_unit_test(leaves_a_cause_that_fills_the_message),
		cmocka_unit_test(never_cuts_inside_a_character),
		cmocka_unit_test(takes_its_own_message_as_an_argument),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
