/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jsonout.h"

#include "base/utf8.h"

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

static void put_string(struct jsonout *out, const char *text, size_t len)
{
	char code[8];

	put(out, "\"", 1);
	for (size_t i = 0; i < len;) {
		size_t n = utf8_char(text + i, len - i);
		unsigned char c = (unsigned char)text[i];

		if (n == 0) {
			put(out, UTF8_LOST, sizeof(UTF8_LOST) - 1);
			n = 1;
		} else if (c < 0x20 || c == 0x7f) {
			snprintf(code, sizeof(code), "\\u%04x", c);
			put(out, code, 6);
		} else {
			if (c == '"' || c == '\\')
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
