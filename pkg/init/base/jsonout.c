/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jsonout.h"

#include <stdio.h>
#include <string.h>

static void put(struct jsonout *out, const char *text, size_t len)
{
	if (out->failed || len > out->cap - out->at) {
		out->failed = true;
		return;
	}
	memcpy(out->buf + out->at, text, len);
	out->at += len;
}

void jsonout_begin(struct jsonout *out)
{
	out->failed = false;
	out->at = out->len;
	put(out, "{", 1);
}

/* How many bytes a character of UTF-8 has; 0: it is none (RFC 3629, 4). */
static size_t utf8(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	if (p[0] == 0xf0)
		low = 0x90;
	if (p[0] == 0xed)
		high = 0x9f;
	if (p[0] == 0xf4)
		high = 0x8f;
	if (n > left || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

static void put_string(struct jsonout *out, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	char code[8];

	put(out, "\"", 1);
	for (size_t i = 0; i < len;) {
		size_t n = utf8(p + i, len - i);

		if (n == 0) {
			put(out, "\xef\xbf\xbd", 3);
			n = 1;
		} else if (p[i] < 0x20 || p[i] == 0x7f) {
			snprintf(code, sizeof(code), "\\u%04x", p[i]);
			put(out, code, 6);
		} else {
			if (p[i] == '"' || p[i] == '\\')
				put(out, "\\", 1);
			put(out, text + i, n);
		}
		i += n;
	}
	put(out, "\"", 1);
}

static void put_key(struct jsonout *out, const char *key)
{
	if (out->at > out->len + 1)
		put(out, ",", 1);
	put_string(out, key, strlen(key));
	put(out, ":", 1);
}

void jsonout_text(struct jsonout *out, const char *key, const char *text,
		  size_t len)
{
	put_key(out, key);
	put_string(out, text, len);
}

void jsonout_word(struct jsonout *out, const char *key, const char *text)
{
	jsonout_text(out, key, text, strlen(text));
}

void jsonout_int(struct jsonout *out, const char *key, int64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)value);

	put_key(out, key);
	put(out, text, (size_t)n);
}

void jsonout_ms(struct jsonout *out, const char *key, int64_t us)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld.%03lld",
			 (long long)(us / 1000), (long long)(us % 1000));

	put_key(out, key);
	put(out, text, (size_t)n);
}

void jsonout_bool(struct jsonout *out, const char *key, bool value)
{
	put_key(out, key);
	put(out, value ? "true" : "false", value ? 4 : 5);
}

bool jsonout_end(struct jsonout *out)
{
	put(out, "}\n", 2);
	if (!out->failed)
		out->len = out->at;
	return !out->failed;
}
