/* SPDX-License-Identifier: Apache-2.0 */
#include "where.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define DEEPEST	  8 /* a disk in a tar in a layout, and so on */
#define TAR_BLOCK 512u
#define TAR_NAME  100u

/* ---- views ---- */

struct view view_slice(const struct view *under, uint64_t off, uint64_t size)
{
	struct view view = { .fd = -1, .under = under, .off = off };

	if (off < under->size)
		view.size = size < under->size - off ? size : under->size - off;
	return view;
}

static bool read_under(const struct view *view, void *out, size_t len,
		       uint64_t at)
{
	struct ig_err err = { 0 };

	if (view->under)
		return view_read(view->under, out, len, at);
	return ig_pread_all(view->fd, out, len, at, &err) == 0;
}

bool view_read(const struct view *view, void *out, size_t len, uint64_t at)
{
	char *p = out;

	if (at > view->size || len > view->size - at)
		return false;
	if (!view->map)
		return read_under(view, out, len, view->off + at);
	while (len > 0) {
		uint64_t base = view->map[at / view->unit];
		uint64_t left = view->unit - at % view->unit;
		size_t n = len < left ? len : (size_t)left;

		if (!base)
			memset(p, 0, n);
		else if (!read_under(view, p, n, base + at % view->unit))
			return false;
		p += n;
		at += n;
		len -= n;
	}
	return true;
}

/* ---- places ---- */

void place_say(struct place *place, const char *fmt, ...)
{
	size_t room = sizeof(place->text) - place->len;
	va_list args;
	int n;

	n = snprintf(place->text + place->len, room, ", in ");
	if (n < 0 || (size_t)n >= room)
		return;
	va_start(args, fmt);
	n = vsnprintf(place->text + place->len + 5, room - 5, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	place->len += 5 + (size_t)n;
	if (place->len >= sizeof(place->text))
		place->len = sizeof(place->text) - 1;
}

static bool where_initrd(struct place *place, const char *name, uint64_t at)
{
	struct ig_err err = { 0 };
	ig_autofree char *text = NULL;

	if (!ig_ends(name, "initrd.img") && !ig_streq(name, ".initrd"))
		return false;
	place->content = true;
	if (!place->initrd)
		return true;
	text = ig_initrd_at(place->plan, place->store, at, &err);
	if (text)
		place_say(place, "%s", text + strlen("in "));
	return true;
}

void where_in(struct place *place, const struct view *view, const char *name,
	      uint64_t at)
{
	/* An ISO that is a disk too has its files as an ISO. */
	static bool (*const kinds[])(struct place * place,
				     const struct view *view, uint64_t at) = {
		where_iso, where_qcow2, where_vhd, where_uki,
		where_fat, where_disk,	where_tar,
	};

	if (place->depth == DEEPEST || where_initrd(place, name, at))
		return;
	place->depth++;
	for (size_t i = 0; i < IG_COUNT(kinds); i++)
		if (kinds[i](place, view, at))
			return;
}

/* ---- tar ---- */

static bool octal(uint64_t *out, const char *field, size_t len)
{
	*out = 0;
	for (size_t i = 0; i < len && field[i] >= '0' && field[i] <= '7'; i++)
		*out = *out * 8 + (uint64_t)(field[i] - '0');
	return field[0] >= '0' && field[0] <= '7';
}

static void where_entry(struct place *place, const struct view *view,
			const char *head, uint64_t off, uint64_t at)
{
	uint64_t data = off + TAR_BLOCK;
	struct view entry;
	char name[TAR_NAME + 1], first = 0;
	uint64_t size = 0;

	snprintf(name, sizeof(name), "%.*s", (int)TAR_NAME, head);
	octal(&size, head + 124, 12);
	place_say(place, "the %sentry '%s'", at < data ? "header of the " : "",
		  name);
	entry = view_slice(view, data, size);
	/* documents have digests, which follow from all else */
	place->content = at >= data && view_read(&entry, &first, 1, 0) &&
			 first != '{' && first != '[';
	if (at >= data && at - data < entry.size)
		where_in(place, &entry, name, at - data);
}

bool where_tar(struct place *place, const struct view *view, uint64_t at)
{
	char head[TAR_BLOCK];
	uint64_t off = 0, size;

	for (;;) {
		if (!view_read(view, head, sizeof(head), off) ||
		    memcmp(head + 257, "ustar", 5) != 0 ||
		    !octal(&size, head + 124, 12))
			break;
		size = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
		/* records for the next entry: name that one */
		if (at - off < TAR_BLOCK + size && head[156] != 'x') {
			where_entry(place, view, head, off, at);
			return true;
		}
		if (head[156] == 'x' && at - off < TAR_BLOCK + size)
			at = off + TAR_BLOCK + size;
		off += TAR_BLOCK + size;
	}
	if (off)
		place_say(place, "the end of the tar");
	return off > 0;
}

/* ---- UKI ---- */

#define SECTION	     40u
#define SECTIONS_MAX 96u

static bool where_section(struct place *place, const struct view *view,
			  const unsigned char *section, uint64_t at)
{
	uint64_t off = le32(section + 20), size = le32(section + 16);
	struct view data;
	char name[9];

	if (at < off || at - off >= size)
		return false;
	snprintf(name, sizeof(name), "%.8s", (const char *)section);
	place_say(place, "the section %s", name);
	/* .osrel has the image's hash, which follows from all else */
	place->content = !ig_streq(name, ".osrel");
	data = view_slice(view, off, size);
	where_in(place, &data, name, at - off);
	return true;
}

bool where_uki(struct place *place, const struct view *view, uint64_t at)
{
	unsigned char head[64], coff[24], section[SECTION];
	uint64_t table, end = 0;
	unsigned count;

	if (!view_read(view, head, sizeof(head), 0) ||
	    memcmp(head, "MZ", 2) != 0 ||
	    !view_read(view, coff, sizeof(coff), le32(head + 0x3c)) ||
	    memcmp(coff, "PE\0\0", 4) != 0)
		return false;
	table = (uint64_t)le32(head + 0x3c) + sizeof(coff) + le16(coff + 20);
	count = le16(coff + 6);
	for (unsigned i = 0; i < count && i < SECTIONS_MAX; i++) {
		if (!view_read(view, section, SECTION, table + i * SECTION))
			break;
		if (where_section(place, view, section, at))
			return true;
		if (le32(section + 20) + (uint64_t)le32(section + 16) > end)
			end = le32(section + 20) + (uint64_t)le32(section + 16);
	}
	place_say(place, at >= end ? "its signature" : "its headers");
	place->content = false;
	return true;
}
