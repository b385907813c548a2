/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "modules/modalias.h"

static void patterns_match_like_depmods(void **state)
{
	static const struct {
		const char *pattern;
		const char *text;
		bool match;
	} cases[] = {
		{ "virtio:d00000001v*", "virtio:d00000001v00001AF4", true },
		{ "virtio:d00000001v*", "virtio:d00000002v00001AF4", false },
		{ "pci:v00001AF4d*sv*sd*bc*sc*i*",
		  "pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00",
		  true },
		{ "pci:v00001AF4d*sv*sd*bc03sc*i*",
		  "pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00",
		  false },
		{ "acpi*:PNP0C0C:*", "acpi:PNP0C0C:", true },
		{ "acpi*:LNXPWRBN:*", "acpi:LNXPWRBN:", true },
		{ "usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*",
		  "usb:v1d6bp0002d0601dc09dsc00dp01ic08isc06ip50in00", true },
		{ "usb:v12d1p*d010[0-9]dc*", "usb:v12d1p1001d0105dc00", true },
		{ "usb:v12d1p*d010[0-9]dc*", "usb:v12d1p1001d010Adc00", false },
		{ "x[0-9A-F]y", "xBy", true },
		{ "x[!0-9]y", "x5y", false },
		{ "x[!0-9]y", "xay", true },
		{ "x[]]y", "x]y", true },
		{ "x?z", "xyz", true },
		{ "x?z", "xz", false },
		{ "fs-overlay", "fs-overlay", true },
		{ "fs-overlay", "fs_overlay", true },
		{ "fs-overlay", "fs-overlayfs", false },
		{ "*", "", true },
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "a*b*c", "aXbXbXc", true },
		{ "a*b*c", "aXbXbXcX", false },
		/* malformed patterns match nothing */
		{ "x[", "x[", false },
		{ "x[a", "xa", false },
		{ "x[a-", "xa", false },
		{ "[", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool got =
			modalias_match(cases[i].pattern,
				       strlen(cases[i].pattern), cases[i].text);

		if (got != cases[i].match)
			fail_msg("'%s' against '%s'", cases[i].pattern,
				 cases[i].text);
	}
}

static void many_stars_end_soon(void **state)
{
	char pattern[200];
	char text[4001];

	(void)state;
	for (size_t i = 0; i < sizeof(pattern); i += 2)
		memcpy(pattern + i, "*a", 2);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[sizeof(text) - 2] = 'b';
	assert_false(modalias_match(pattern, sizeof(pattern), text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_like_depmods),
		cmocka_unit_test(many_stars_end_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
