/* SPDX-License-Identifier: Apache-2.0 */
#include "pax.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

/* Octal digits that fill the field but its last byte; what does not fit is
 * written as zero, since a PAX record then says it. */
static void octal(char *field, size_t width, uint64_t value)
{
	char text[32];

	if (width < 9 && value >> (3 * (width - 1)))
		value = 0;
	if (width == 12 && value >> 33)
		value = 0;
	snprintf(text, sizeof(text), "%0*" PRIo64, (int)width - 1, value);
	memcpy(field, text, width);
}

static void ascii(char *field, size_t width, const char *text)
{
	size_t n = 0;

	for (; *text && n < width; text++)
		if ((unsigned char)*text < 0x80)
			field[n++] = *text;
}

void ig_ustar_block(char block[IG_TAR_BLOCK], const struct ig_ustar *head)
{
	unsigned sum = 0;

	memset(block, 0, IG_TAR_BLOCK);
	ascii(block, 100, head->name);
	octal(block + 100, 8, head->mode);
	octal(block + 108, 8, head->uid);
	octal(block + 116, 8, head->gid);
	octal(block + 124, 12, head->size);
	octal(block + 136, 12, head->mtime < 0 ? 0 : (uint64_t)head->mtime);
	memset(block + 148, ' ', 8);
	block[156] = head->type;
	if (head->link)
		ascii(block + 157, 100, head->link);
	memcpy(block + 257,
	       "ustar\0"
	       "00",
	       8);
	octal(block + 329, 8, head->major);
	octal(block + 337, 8, head->minor);
	for (size_t i = 0; i < IG_TAR_BLOCK; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
	block[155] = ' ';
}

int ig_ustar_write(struct ig_sink *out, const struct ig_ustar *head,
		   struct ig_err *err)
{
	char block[IG_TAR_BLOCK];

	ig_ustar_block(block, head);
	return ig_sink_write(out, block, sizeof(block), err);
}

int ig_pax_add(struct ig_buf *records, const char *key, const void *value,
	       size_t len, struct ig_err *err)
{
	/* The number counts its own digits. */
	size_t body = strlen(key) + len + 3, total = body;
	char digits[24];

	for (int round = 0; round < 3; round++)
		total = body +
			(size_t)snprintf(digits, sizeof(digits), "%zu", total);
	if (ig_buf_printf(records, err, "%zu %s=", total, key) < 0 ||
	    ig_buf_add(records, value, len, err) < 0)
		return -1;
	return ig_buf_putc(records, '\n', err);
}

int ig_pax_write(struct ig_sink *out, const struct ig_buf *records,
		 const char *name, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf path = IG_BUF_INIT(16384);
	struct ig_ustar head = { .type = 'x', .size = records->len };
	const char *base = strrchr(name, '/');
	size_t dir = base ? (size_t)(base - name) + 1 : 0;

	if (ig_buf_add(&path, name, dir, err) < 0 ||
	    ig_buf_printf(&path, err, "PaxHeaders.0/%s", name + dir) < 0)
		return -1;
	head.name = path.data;
	if (ig_ustar_write(out, &head, err) < 0 ||
	    ig_sink_write(out, records->data, records->len, err) < 0)
		return -1;
	return ig_sink_zero(out,
			    (IG_TAR_BLOCK - records->len % IG_TAR_BLOCK) %
				    IG_TAR_BLOCK,
			    err);
}
