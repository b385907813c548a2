/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

#include "run_internal.h"

/* "ttyS0" or "ttyS0,115200n8" */
static bool is_name(const char *value, const char *name)
{
	size_t len = strlen(name);

	return strncmp(value, name, len) == 0 &&
	       strchr(" \t\n,", value[len]) != NULL;
}

/* Whoever names a port by its address, or wants no console, knows better. */
static bool is_settled(const char *value, const char *serial)
{
	static const char *const none[] = { "", "null", "ttynull" };

	for (size_t i = 0; i < IG_COUNT(none); i++)
		if (is_name(value, none[i]))
			return true;
	return is_name(value, serial) || ig_starts(value, "uart") ||
	       ig_starts(value, "pl011");
}

bool ig_serial_wanting(const char *cmdline, const char *serial)
{
	static const char key[] = "console=";
	const char *end = ig_word(cmdline, "-- ");
	const char *word = cmdline;

	while ((word = ig_word(word, key)) && (!end || word < end)) {
		word += strlen(key);
		if (is_settled(word, serial))
			return false;
	}
	return true;
}
