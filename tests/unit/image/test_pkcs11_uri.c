/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#include "signer.h"

static void same(const char *got, const char *want)
{
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
}

static void takes_pin_and_module_out(void **state)
{
	static const struct {
		const char *uri, *rest, *pin, *module;
	} cases[] = {
		{ "pkcs11:", "pkcs11:", NULL, NULL },
		{ "pkcs11:token=t;object=o", "pkcs11:token=t;object=o", NULL,
		  NULL },
		{ "pkcs11:token=t?", "pkcs11:token=t", NULL, NULL },
		{ "pkcs11:token=t?pin-value=1234", "pkcs11:token=t", "1234",
		  NULL },
		{ "pkcs11:token=t?pin-value=", "pkcs11:token=t", "", NULL },
		{ "pkcs11:token=t?pin-value=%31%3f%26%", "pkcs11:token=t",
		  "1?&%", NULL },
		{ "pkcs11:token=t?pin-source=file:/p&module-path=/m%20m.so&x=y",
		  "pkcs11:token=t?pin-source=file:/p&x=y", NULL, "/m m.so" },
		{ "pkcs11:?module-path=/m&&pin-value=1&", "pkcs11:", "1",
		  "/m" },
		{ "pkcs11:token=pin-value=7", "pkcs11:token=pin-value=7", NULL,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(pkcs11_uri_done) struct pkcs11_uri uri;
		struct ig_err err = { 0 };

		assert_int_equal(pkcs11_uri_parse(&uri, cases[i].uri, &err), 0);
		same(uri.rest, cases[i].rest);
		same(uri.pin, cases[i].pin);
		same(uri.module, cases[i].module);
	}
}

static void refuses_an_attribute_twice(void **state)
{
	struct pkcs11_uri uri;
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(pkcs11_uri_parse(&uri,
					  "pkcs11:?pin-value=77&pin-value=88",
					  &err),
			 -1);
	assert_int_equal(err.code, IG_EUSAGE);
	assert_non_null(strstr(err.msg, "twice in the pkcs11 URI"));
	assert_null(strstr(err.msg, "77"));
	assert_null(uri.pin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_pin_and_module_out),
		cmocka_unit_test(refuses_an_attribute_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
