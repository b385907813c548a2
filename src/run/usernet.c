/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/run.h>

#include <stdlib.h>
#include <string.h>

#define OPEN "TCP[ESTABLISHED]"

static const char *skip_word(const char *text)
{
	text += strspn(text, " ");
	return text + strcspn(text, " ");
}

/* "  TCP[ESTABLISHED]  12  127.0.0.1 40123  10.0.2.15  80  0  0": state,
 * descriptor, address and port of the host's side. */
bool ig_usernet_open(const char *text, uint16_t port)
{
	for (const char *at = text; (at = strstr(at, OPEN));) {
		at = skip_word(skip_word(at + strlen(OPEN)));
		if (strtoul(at, NULL, 10) == port)
			return true;
	}
	return false;
}
