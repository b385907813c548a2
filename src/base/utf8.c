/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/str.h>

#include <string.h>

/* Length of the sequence at @p, 0 when there is no valid one (RFC 3629 §4). */
static size_t utf8_len(const unsigned char *p, size_t len)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t need;

	if (p[0] < 0x80)
		return p[0] != 0;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	need = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (need > len)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0; /* overlong */
	else if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90; /* overlong */
	else if (p[0] == 0xf4)
		high = 0x8f; /* past U+10FFFF */
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return need;
}

bool ig_utf8_ok(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;

	while (len > 0) {
		size_t step = utf8_len(p, len);

		if (step == 0)
			return false;
		p += step;
		len -= step;
	}
	return true;
}

size_t ig_utf8_char(const char *text)
{
	return utf8_len((const unsigned char *)text, strnlen(text, 4));
}

size_t ig_utf8_shown(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t len = ig_utf8_char(text);
	bool shown = true;

	if (len == 1)
		shown = *c >= 0x20 && *c != 0x7f;
	else if (len == 2) /* U+0080 to U+009F */
		shown = *c != 0xc2 || c[1] >= 0xa0;
	else if (len == 3 && memcmp(c, "\xef\xbf", 2) == 0)
		shown = c[2] < 0xbe; /* U+FFFE, U+FFFF */
	else if (len == 3 && memcmp(c, "\xe2\x80", 2) == 0)
		shown = c[2] < 0x8b || (c[2] > 0x8f && c[2] < 0xa8);
	else if (len == 3 && memcmp(c, "\xe2\x81", 2) == 0)
		shown = c[2] < 0xa0; /* U+2060 to U+206F */
	return shown ? len : 0;
}
