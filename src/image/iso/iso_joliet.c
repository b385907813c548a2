/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <string.h>

/* Microsoft: Joliet Specification. Names are UCS-2, at most 64 characters. */
#define CHARS_MAX 64u
#define EXT_MAX	  32u
#define BAD	  0x5f

/* One character of UTF-8; what is none, or not in UCS-2, becomes '_'. */
static uint32_t next_char(const unsigned char **p)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = *p;
	uint32_t c = *at++;
	size_t more = 0;

	if (c >= 0xc2 && c <= 0xf4)
		more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	*p = at;
	if (!more)
		return c < 0x80 ? c : BAD;
	c &= 0x3fu >> more;
	for (size_t i = 0; i < more; i++, at++) {
		if ((*at & 0xc0) != 0x80)
			return BAD;
		c = c << 6 | (*at & 0x3fu);
	}
	if (c < least[more])
		return BAD;
	*p = at;
	return c > 0xffff || (c >= 0xd800 && c <= 0xdfff) ? BAD : c;
}

static size_t to_ucs2(unsigned char *out, size_t max, const char *text,
		      const char *end)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = 0;

	while (p < (const unsigned char *)end && n < max) {
		uint32_t c = next_char(&p);

		if (c < 0x20 || (c < 0x80 && strchr("*/:;?\\", (int)c)))
			c = BAD;
		iso_be16(out + 2 * n++, c);
	}
	return n * 2;
}

void iso_joliet_text(struct iso_text *out, const struct iso_node *node)
{
	const char *end = node->name + strlen(node->name);
	const char *dot =
		node->type == IG_DIR ? NULL : strrchr(node->name, '.');
	unsigned char ext[EXT_MAX * 2];

	if (dot == node->name || !dot)
		dot = end;
	out->unit = 2;
	out->max = (size_t)CHARS_MAX * 2;
	out->ext = to_ucs2(ext, EXT_MAX, dot, end);
	out->stem = to_ucs2(out->v, CHARS_MAX - out->ext / 2, node->name, dot);
	memcpy(out->v + out->stem, ext, out->ext);
}
