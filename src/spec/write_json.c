/* SPDX-License-Identifier: Apache-2.0 */
#include "emit.h"

#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>

/* JSON as Go's encoder writes it: <, > and & escaped, an indent or one line. */

struct json_writer {
	struct ig_writer writer; /* first: what the callbacks get */
	struct ig_buf *out;
	struct ig_err *err;
	unsigned indent;
	unsigned depth;
	bool first;	/* nothing in the container yet */
	bool after_key; /* the value follows on the same line */
};

static struct json_writer *self_of(struct ig_writer *writer)
{
	return (struct json_writer *)(void *)writer;
}

static int new_line(struct json_writer *self)
{
	if (self->indent == 0)
		return 0;
	if (ig_buf_putc(self->out, '\n', self->err) < 0)
		return -1;
	for (unsigned i = 0; i < self->indent * self->depth; i++) {
		if (ig_buf_putc(self->out, ' ', self->err) < 0)
			return -1;
	}
	return 0;
}

/* The comma, line and indent before a key or an item. */
static int before(struct json_writer *self)
{
	bool first = self->first;

	self->first = false;
	if (self->after_key) {
		self->after_key = false;
		return 0;
	}
	if (self->depth == 0)
		return 0;
	if (!first && ig_buf_putc(self->out, ',', self->err) < 0)
		return -1;
	return new_line(self);
}

static int put_char(struct json_writer *self, const char *p)
{
	unsigned char c = (unsigned char)*p;

	switch (c) {
	case '"':
	case '\\':
		return ig_buf_printf(self->out, self->err, "\\%c", c);
	case '\n':
		return ig_buf_puts(self->out, "\\n", self->err);
	case '\r':
		return ig_buf_puts(self->out, "\\r", self->err);
	case '\t':
		return ig_buf_puts(self->out, "\\t", self->err);
	case '<':
	case '>':
	case '&':
		break;
	default:
		if (c >= 0x20)
			return ig_buf_putc(self->out, *p, self->err);
		break;
	}
	return ig_buf_printf(self->out, self->err, "\\u%04x", c);
}

static int quoted(struct json_writer *self, const char *text)
{
	if (ig_buf_putc(self->out, '"', self->err) < 0)
		return -1;
	for (const char *p = text; *p; p++) {
		int rc;

		/* U+2028, U+2029: line ends in JavaScript */
		if (strncmp(p, "\xe2\x80\xa8", 3) == 0 ||
		    strncmp(p, "\xe2\x80\xa9", 3) == 0) {
			rc = ig_buf_puts(self->out,
					 p[2] == '\xa8' ? "\\u2028" : "\\u2029",
					 self->err);
			p += 2;
		} else {
			rc = put_char(self, p);
		}
		if (rc < 0)
			return -1;
	}
	return ig_buf_putc(self->out, '"', self->err);
}

static int json_open(struct ig_writer *writer, bool map)
{
	struct json_writer *self = self_of(writer);

	if (before(self) < 0)
		return -1;
	self->first = true;
	self->depth++;
	return ig_buf_putc(self->out, map ? '{' : '[', self->err);
}

static int json_close(struct ig_writer *writer, bool map)
{
	struct json_writer *self = self_of(writer);

	self->depth--;
	if (!self->first && new_line(self) < 0)
		return -1;
	self->first = false;
	return ig_buf_putc(self->out, map ? '}' : ']', self->err);
}

static int json_key(struct ig_writer *writer, const char *text)
{
	struct json_writer *self = self_of(writer);

	if (before(self) < 0 || quoted(self, text) < 0)
		return -1;
	self->after_key = true;
	return ig_buf_puts(self->out, self->indent ? ": " : ":", self->err);
}

static int json_str(struct ig_writer *writer, const char *text)
{
	struct json_writer *self = self_of(writer);

	return before(self) < 0 ? -1 : quoted(self, text);
}

static int json_bare(struct ig_writer *writer, const char *text)
{
	struct json_writer *self = self_of(writer);

	if (before(self) < 0)
		return -1;
	return ig_buf_puts(self->out, text, self->err);
}

int ig_emit_json(struct ig_buf *out, const struct ig_emit *emit,
		 unsigned indent, const struct ig_object *object,
		 const void *base)
{
	struct json_writer self = {
		.writer = { .open = json_open,
			    .close = json_close,
			    .key = json_key,
			    .str = json_str,
			    .bare = json_bare },
		.out = out,
		.err = emit->err,
		.indent = indent,
	};
	struct ig_emit here = *emit;

	here.writer = &self.writer;
	return ig_emit_object(&here, object, base);
}
