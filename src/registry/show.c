/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client.h"

const char *show(char out[SHOW_MAX], const char *text)
{
	size_t i = 0;

	for (; text[i] && i < SHOW_MAX - 1; i++) {
		unsigned char c = (unsigned char)text[i];

		out[i] = text[i];
		if (c < ' ' || c >= 0x7f)
			out[i] = '?';
	}
	out[i] = '\0';
	return out;
}
