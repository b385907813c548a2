/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <string.h>

#include <ingot/err.h>

#define RECORD_MAX 254u /* a length byte, and even: ECMA-119, 9.1 */

enum {
	FLAG_DIR = 0x02,
	FLAG_MORE = 0x80, /* 9.1.6: not the last extent of its file */
};

/* A directory being written, or only measured. */
struct walk_out {
	unsigned char *out; /* NULL: measure */
	uint64_t at;	    /* of the next record */
	uint64_t ce;	    /* of the next continuation, behind the records */
	uint32_t ce_lba;    /* of the block where continuations begin */
	unsigned char *ce_out;
	enum iso_view view;
};

size_t iso_record(unsigned char *out, const struct iso_place *at, uint8_t flags,
		  int64_t time)
{
	size_t len = 33u + at->id_len + !(at->id_len % 2);

	if (!out)
		return len;
	memset(out, 0, len);
	out[0] = (unsigned char)len;
	iso_both32(out + 2, at->lba);
	iso_both32(out + 10, at->size);
	iso_time7(out + 18, time);
	out[25] = flags;
	iso_both16(out + 28, 1);
	out[32] = at->id_len;
	memcpy(out + 33, at->id, at->id_len);
	return len;
}

/* Linux wants each continuation within one block. */
static void put_chain(struct walk_out *w, const struct iso_susp *susp,
		      size_t done, unsigned char *ce)
{
	while (done < susp->len) {
		size_t left = susp->len - done, n, room;

		if (left > ISO_BLOCK - w->ce % ISO_BLOCK)
			w->ce = iso_blocks(w->ce) * ISO_BLOCK;
		n = iso_susp_fit(susp, done, ISO_BLOCK);
		room = n < left ? n + ISO_CE : n;
		if (w->out) {
			uint32_t lba =
				w->ce_lba + (uint32_t)(w->ce / ISO_BLOCK);

			iso_susp_ce(ce, lba, (size_t)(w->ce % ISO_BLOCK), room);
			memcpy(w->ce_out + w->ce, susp->v + done, n);
			ce = w->ce_out + w->ce + n;
		}
		w->ce += room;
		done += n;
	}
}

static void put_record(struct walk_out *w, const struct iso_place *at,
		       uint8_t flags, int64_t time, const struct iso_susp *susp)
{
	unsigned char record[256] = { 0 };
	size_t len = iso_record(record, at, flags, time);
	size_t n = iso_susp_fit(susp, 0, RECORD_MAX - len);
	bool more = n < susp->len;
	size_t ce = len + n, total = ce + (more ? ISO_CE : 0);

	memcpy(record + len, susp->v, n);
	total += total % 2;
	/* 6.8.1.1: no record in two blocks. */
	if (total > ISO_BLOCK - w->at % ISO_BLOCK)
		w->at = iso_blocks(w->at) * ISO_BLOCK;
	if (more)
		put_chain(w, susp, n, record + ce);
	record[0] = (unsigned char)total;
	if (w->out)
		memcpy(w->out + w->at, record, total);
	w->at += total;
}

static void put_extents(struct walk_out *w, const struct iso_node *node,
			const struct iso_susp *susp)
{
	struct iso_place at = node->at[w->view];
	uint64_t left = node->file ? node->file->size : 0;

	at.lba = node->file ? node->file->lba : 0;
	do {
		bool more = left > ISO_EXTENT_MAX;

		at.size = more ? ISO_EXTENT_MAX : (uint32_t)left;
		put_record(w, &at, more ? FLAG_MORE : 0, node->time, susp);
		at.lba += ISO_EXTENT_MAX / ISO_BLOCK;
		left -= at.size;
	} while (left);
}

static void put_dots(struct walk_out *w, const struct iso_node *dir,
		     struct iso_susp *susp, struct ig_err *err)
{
	static const unsigned char ids[2] = { 0, 1 };
	const struct iso_node *up[2] = { dir, dir->parent };

	for (size_t i = 0; i < 2; i++) {
		struct iso_place at = up[i]->at[w->view];

		at.id = &ids[i];
		at.id_len = 1;
		susp->len = 0;
		/* Without names these cannot fail. */
		if (w->view == ISO_PLAIN && i == 0 && dir->parent == dir)
			iso_rock_root(susp, dir, err);
		else if (w->view == ISO_PLAIN)
			iso_rock(susp, up[i], false, err);
		put_record(w, &at, FLAG_DIR, up[i]->time, susp);
	}
}

static int put_all(struct walk_out *w, const struct iso_node *dir,
		   struct ig_err *err)
{
	const struct iso_place *at = &dir->at[w->view];
	struct iso_susp susp;

	put_dots(w, dir, &susp, err);
	for (size_t i = 0; i < at->kids_n; i++) {
		const struct iso_node *kid = at->kids[i];

		susp.len = 0;
		if (w->view == ISO_PLAIN && iso_rock(&susp, kid, true, err) < 0)
			return -1;
		if (kid->type == IG_DIR)
			put_record(w, &kid->at[w->view], FLAG_DIR, kid->time,
				   &susp);
		else
			put_extents(w, kid, &susp);
	}
	return 0;
}

int iso_dir_measure(struct iso_node *dir, enum iso_view view,
		    struct ig_err *err)
{
	struct walk_out w = { .view = view };
	struct iso_place *at = &dir->at[view];
	uint64_t blocks;

	if (put_all(&w, dir, err) < 0)
		return -1;
	blocks = iso_blocks(w.at);
	if (blocks + iso_blocks(w.ce) > ISO_EXTENT_MAX / ISO_BLOCK)
		return ig_fail(
			err, IG_ELIMIT,
			"the folder '%s' has more names than an ISO image holds",
			dir->name);
	at->size = (uint32_t)blocks * ISO_BLOCK;
	at->blocks = (uint32_t)(blocks + iso_blocks(w.ce));
	return 0;
}

int iso_dir_put(unsigned char *out, const struct iso_node *dir,
		enum iso_view view, struct ig_err *err)
{
	const struct iso_place *at = &dir->at[view];
	struct walk_out w = {
		.view = view,
		.out = out,
		.ce_out = out + at->size,
		.ce_lba = at->lba + at->size / ISO_BLOCK,
	};

	return put_all(&w, dir, err);
}
