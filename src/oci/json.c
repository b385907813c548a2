/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/oci.h>

#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/str.h>

/* Go's encoding/json: what follows the backslash, or 0. */
static char short_escape(char c)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *at = strchr(from, c);

	if (!at)
		return '\0';
	return to[at - from];
}

static int put_ascii(struct ig_buf *out, char c, struct ig_err *err)
{
	char other = short_escape(c);

	if (other)
		return ig_buf_printf(out, err, "\\%c", other);
	if (c < ' ' || c == '<' || c == '>' || c == '&')
		return ig_buf_printf(out, err, "\\u%04x", (unsigned)c);
	return ig_buf_putc(out, c, err);
}

/* One character; *@step becomes how many bytes it had. */
static int put_rune(struct ig_buf *out, const char *text, size_t *step,
		    struct ig_err *err)
{
	size_t len = ig_utf8_char(text);

	*step = len ? len : 1;
	if (len == 0)
		return ig_buf_puts(out, "\\ufffd", err);
	if (len == 1)
		return put_ascii(out, text[0], err);
	if (len == 3 && memcmp(text, "\xe2\x80\xa8", 3) == 0)
		return ig_buf_puts(out, "\\u2028", err);
	if (len == 3 && memcmp(text, "\xe2\x80\xa9", 3) == 0)
		return ig_buf_puts(out, "\\u2029", err);
	return ig_buf_add(out, text, len, err);
}

int ig_json_string(struct ig_buf *out, const char *text, struct ig_err *err)
{
	size_t step = 0;

	if (ig_buf_putc(out, '"', err) < 0)
		return -1;
	for (; *text; text += step) {
		if (put_rune(out, text, &step, err) < 0)
			return -1;
	}
	return ig_buf_putc(out, '"', err);
}
