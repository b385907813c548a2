/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/run.h>

#include <stdio.h>
#include <string.h>

#define OPEN "TCP[ESTABLISHED]"

/* "  TCP[ESTABLISHED]  12  127.0.0.1 40123  10.0.2.15  80  0  0": state,
 * descriptor, address and port of the host's side. */
bool ig_usernet_open(const char *text, uint16_t port)
{
	for (const char *at = text; (at = strstr(at, OPEN));) {
		unsigned seen = 0;

		at += strlen(OPEN);
		if (sscanf(at, "%*d %*s %u", &seen) == 1 && seen == port)
			return true;
	}
	return false;
}
