/* SPDX-License-Identifier: Apache-2.0 */
#include "network/dhcp_option.h"

#include <string.h>

#define LABEL_MAX  63  /* RFC 1035, 2.3.4 */
#define DOMAIN_MAX 253 /* as text */
#define DOMAINS	   6   /* resolv.conf(5) */

/* Moves @at to the option that is there, past pads. False: there is none. */
static bool next(const struct bytes *f, size_t *at)
{
	while (*at < f->n && f->p[*at] == OPT_PAD)
		++*at;
	return *at < f->n && f->p[*at] != OPT_END;
}

static bool is_whole(const struct bytes *f)
{
	size_t at = 0;

	while (next(f, &at)) {
		if (f->n - at < 2 || f->n - at - 2 < f->p[at + 1])
			return false;
		at += 2 + (size_t)f->p[at + 1];
	}
	return true;
}

int options_init(struct options *o, const struct options_at *at)
{
	uint8_t more = 0;

	o->field[0] = at->options;
	o->n = 1;
	if (!is_whole(&at->options))
		return -1;
	option_fixed(o, OPT_OVERLOAD, &more, 1);
	if (more & 1)
		o->field[o->n++] = at->file;
	if (more & 2)
		o->field[o->n++] = at->sname;
	for (size_t i = 1; i < o->n; i++) {
		if (!is_whole(&o->field[i]))
			return -1;
	}
	return 0;
}

size_t option_get(const struct options *o, uint8_t code, uint8_t *out,
		  size_t cap)
{
	size_t len = 0;

	for (size_t i = 0; i < o->n; i++) {
		const struct bytes *f = &o->field[i];
		size_t at = 0;

		while (next(f, &at)) {
			size_t n = f->p[at + 1];

			if (f->p[at] == code) {
				if (n > cap - len)
					return 0;
				memcpy(out + len, f->p + at + 2, n);
				len += n;
			}
			at += 2 + n;
		}
	}
	return len;
}

bool option_fixed(const struct options *o, uint8_t code, uint8_t *out,
		  size_t len)
{
	uint8_t text[OPTION_MAX];

	if (option_get(o, code, text, sizeof(text)) != len)
		return false;
	memcpy(out, text, len);
	return true;
}

/* What resolv.conf and a host name can hold without meaning something else. */
static bool is_name_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* A label to @out; false: it is none. */
static bool put_label(char *out, const uint8_t *p, size_t n)
{
	if (n == 0 || n > LABEL_MAX || p[0] == '-')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_name_byte(p[i]))
			return false;
		out[i] = (char)p[i];
	}
	out[n] = '\0';
	return true;
}

void option_hostname(const struct options *o, char *out, size_t cap)
{
	uint8_t text[OPTION_MAX];
	size_t len = option_get(o, OPT_HOSTNAME, text, sizeof(text));
	const uint8_t *dot = len ? memchr(text, '.', len) : NULL;

	out[0] = '\0';
	if (dot)
		len = (size_t)(dot - text);
	if (len >= cap || !put_label(out, text, len))
		out[0] = '\0';
}

/* Puts @name behind the others. */
static void add_domain(char *out, size_t cap, const char *name)
{
	size_t used = strlen(out);
	size_t len = strlen(name);

	if (len == 0 || used + len + 2 > cap)
		return;
	if (used > 0)
		out[used++] = ' ';
	memcpy(out + used, name, len + 1);
}

/* Option 15: text, often with a NUL at its end. */
static void take_domain(const struct options *o, char *out, size_t cap)
{
	uint8_t text[OPTION_MAX];
	size_t len = option_get(o, OPT_DOMAIN, text, sizeof(text));
	char name[DOMAIN_MAX + 1] = "";
	size_t used = 0;

	while (len > 0 && (text[len - 1] == '\0' || text[len - 1] == '.'))
		len--;
	if (len > DOMAIN_MAX)
		return;
	for (size_t at = 0; at < len;) {
		const uint8_t *dot = memchr(text + at, '.', len - at);
		size_t n = dot ? (size_t)(dot - text) - at : len - at;

		if (used > 0)
			name[used++] = '.';
		if (!put_label(name + used, text + at, n))
			return;
		used += n;
		at += n + 1;
	}
	add_domain(out, cap, name);
}

/*
 * One name of option 119 at @at, in DNS's form, which may go on at an earlier
 * place (RFC 3397, 2). Only backwards, so that it ends. Returns where the next
 * one begins; 0: it is broken. @name stays empty when it is none for us.
 */
static size_t take_compressed(const uint8_t *p, size_t len, size_t at,
			      char name[DOMAIN_MAX + 1])
{
	size_t used = 0, end = 0, floor = at;
	bool good = true;

	for (;;) {
		if (at >= len)
			return 0;
		uint8_t n = p[at++];

		if (n == 0)
			break;
		if ((n & 0xc0) == 0xc0) {
			if (at >= len)
				return 0;
			size_t to = (size_t)(n & 0x3f) << 8 | p[at++];

			if (!end)
				end = at;
			if (to >= floor)
				return 0;
			at = floor = to;
			continue;
		}
		if (n > LABEL_MAX || n > len - at)
			return 0;
		good = good && used + n + (used > 0) <= DOMAIN_MAX;
		if (good && used > 0)
			name[used++] = '.';
		good = good && put_label(name + used, p + at, n);
		used += n;
		at += n;
	}
	if (!good)
		name[0] = '\0';
	return end ? end : at;
}

void option_domains(const struct options *o, char *out, size_t cap)
{
	uint8_t text[OPTION_MAX];
	size_t len = option_get(o, OPT_SEARCH, text, sizeof(text));
	size_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < DOMAINS && at < len; i++) {
		char name[DOMAIN_MAX + 1] = "";

		at = take_compressed(text, len, at, name);
		if (at == 0) {
			out[0] = '\0';
			break;
		}
		add_domain(out, cap, name);
	}
	if (!out[0])
		take_domain(o, out, cap);
}
