/* SPDX-License-Identifier: Apache-2.0 */
#include "control/agentout.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct agentout *o, const char *text, size_t len)
{
	if (o->failed)
		return;
	if (len > o->cap - o->len) {
		size_t cap = (o->len + len) * 2;
		char *more = realloc(o->text, cap);

		if (!more) {
			o->failed = true;
			return;
		}
		o->text = more;
		o->cap = cap;
	}
	memcpy(o->text + o->len, text, len);
	o->len += len;
}

static void puts_out(struct agentout *o, const char *text)
{
	add(o, text, strlen(text));
}

void agentout_begin(struct agentout *o, int64_t id)
{
	char text[40];

	o->len = 0;
	o->failed = false;
	snprintf(text, sizeof(text), "{\"id\":%" PRId64, id);
	puts_out(o, text);
}

static void put_key(struct agentout *o, const char *key)
{
	puts_out(o, ",\"");
	puts_out(o, key);
	puts_out(o, "\":");
}

void agentout_number(struct agentout *o, const char *key, int64_t n)
{
	char text[24];

	put_key(o, key);
	snprintf(text, sizeof(text), "%" PRId64, n);
	puts_out(o, text);
}

void agentout_bool(struct agentout *o, const char *key, bool yes)
{
	put_key(o, key);
	puts_out(o, yes ? "true" : "false");
}

static void put_ascii(struct agentout *o, char c)
{
	char text[8];

	if (c == '"' || c == '\\')
		snprintf(text, sizeof(text), "\\%c", c);
	else if ((unsigned char)c < 0x20)
		snprintf(text, sizeof(text), "\\u%04x", (unsigned char)c);
	else
		snprintf(text, sizeof(text), "%c", c);
	puts_out(o, text);
}

void agentout_text(struct agentout *o, const char *key, const char *text,
		   size_t len)
{
	put_key(o, key);
	puts_out(o, "\"");
	for (size_t i = 0; i < len;) {
		size_t n = utf8_char(text + i, len - i);

		if (n == 1 && text[i])
			put_ascii(o, text[i]);
		else if (n > 1)
			add(o, text + i, n);
		else
			puts_out(o, UTF8_LOST);
		i += n > 0 ? n : 1;
	}
	puts_out(o, "\"");
}

void agentout_end(struct agentout *o)
{
	puts_out(o, "}\n");
}

void agentout_free(struct agentout *o)
{
	free(o->text);
	memset(o, 0, sizeof(*o));
}
