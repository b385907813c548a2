/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

#define DIGITS	  7u  /* more names than a tree can have */
#define NAME_MAX_ 31u /* ECMA-119, 7.5.1 (30 and the dot) and 7.6.3 */
#define EXT_MAX	  16u

struct iso_slot {
	const unsigned char *key; /* NULL: free */
	size_t len;
	bool stem; /* not a name, but a stem and its extension */
	uint32_t count;
};

int iso_set_init(struct iso_set *set, size_t names, struct ig_err *err)
{
	size_t size = 16;

	/* At worst a name and a stem each; half stay free. */
	while (size < names * 4)
		size *= 2;
	set->v = calloc(size, sizeof(*set->v));
	set->mask = size - 1;
	return set->v ? 0 : ig_fail_mem(err);
}

void iso_set_done(struct iso_set *set)
{
	free(set->v);
	set->v = NULL;
}

static struct iso_slot *slot_of(const struct iso_set *set,
				const unsigned char *key, size_t len, bool stem)
{
	uint64_t hash = 0xcbf29ce484222325u + stem;
	size_t i;

	for (size_t k = 0; k < len; k++)
		hash = (hash ^ key[k]) * 0x100000001b3u;
	i = (size_t)(hash ^ hash >> 29) & set->mask;
	while (set->v[i].key &&
	       (set->v[i].stem != stem || set->v[i].len != len ||
		memcmp(set->v[i].key, key, len) != 0))
		i = (i + 1) & set->mask;
	return &set->v[i];
}

static void put_number(struct iso_text *out, const struct iso_text *from,
		       uint32_t number)
{
	char digits[16];
	int n = snprintf(digits, sizeof(digits), "%u", number);

	*out = *from;
	for (int i = 0; i < n; i++) {
		/* A character of two bytes has a zero in front. */
		out->v[out->stem] = 0;
		out->v[out->stem + out->unit - 1] = (unsigned char)digits[i];
		out->stem += out->unit;
	}
	memcpy(out->v + out->stem, from->v + from->stem, from->ext);
}

/*
 * A counter for each stem: the same number is never tried twice, so that
 * names made to clash cost no more than others.
 */
static int number_it(const struct iso_set *set, struct iso_text *text,
		     struct iso_image *image, struct ig_err *err)
{
	size_t room = text->max - text->ext - DIGITS * text->unit;
	struct iso_text base = *text;
	struct iso_slot *counter;
	unsigned char *key;

	if (base.stem > room) {
		memmove(base.v + room, base.v + base.stem, base.ext);
		base.stem = room;
	}
	counter = slot_of(set, base.v, base.stem + base.ext, true);
	if (!counter->key) {
		counter->len = base.stem + base.ext;
		counter->stem = true;
		key = ig_arena_alloc(image->arena, counter->len + 1, err);
		if (!key)
			return -1;
		memcpy(key, base.v, counter->len);
		counter->key = key;
	}
	do
		put_number(text, &base, counter->count++);
	while (slot_of(set, text->v, text->stem + text->ext, false)->key);
	return 0;
}

int iso_claim(struct iso_set *set, struct iso_place *place,
	      struct iso_text *text, const char *tail, struct iso_image *image,
	      struct ig_err *err)
{
	size_t len, key_len;
	unsigned char *id;
	struct iso_slot *slot;

	if (slot_of(set, text->v, text->stem + text->ext, false)->key &&
	    number_it(set, text, image, err) < 0)
		return -1;
	key_len = text->stem + text->ext;
	len = key_len + strlen(tail) * text->unit;
	id = ig_arena_alloc(image->arena, len, err);
	if (!id)
		return -1;
	memcpy(id, text->v, key_len);
	for (size_t i = key_len + text->unit - 1; i < len; i += text->unit)
		id[i] = (unsigned char)*tail++;
	slot = slot_of(set, text->v, key_len, false);
	slot->key = id;
	slot->len = key_len;
	place->id = id;
	place->id_len = (uint8_t)len;
	place->key_len = (uint8_t)key_len;
	return 0;
}

static unsigned char d_character(char c)
{
	if (c >= 'a' && c <= 'z')
		return (unsigned char)(c - 'a' + 'A');
	if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return (unsigned char)c;
	return '_';
}

void iso_plain_text(struct iso_text *out, const struct iso_node *node)
{
	const char *dot =
		node->type == IG_DIR ? NULL : strrchr(node->name, '.');
	size_t len = strlen(node->name), stem, ext = 0;

	if (dot == node->name)
		dot = NULL;
	stem = dot ? (size_t)(dot - node->name) : len;
	if (dot && dot[1])
		ext = len - stem < EXT_MAX ? len - stem : EXT_MAX;
	out->unit = 1;
	out->max = NAME_MAX_;
	/* Without an extension there is a dot all the same. */
	if (node->type != IG_DIR && !ext)
		out->max--;
	out->stem = stem < out->max - ext ? stem : out->max - ext;
	out->ext = ext;
	for (size_t i = 0; i < out->stem; i++)
		out->v[i] = d_character(node->name[i]);
	for (size_t i = 0; i < ext; i++)
		out->v[out->stem + i] = i ? d_character(dot[i]) : '.';
}

static const char *tail_of(const struct iso_node *node, enum iso_view view,
			   const struct iso_text *text)
{
	if (node->type == IG_DIR)
		return "";
	return view == ISO_PLAIN && !text->ext ? ".;1" : ";1";
}

static bool in_view(const struct iso_node *node, enum iso_view view)
{
	return view == ISO_PLAIN || node->type == IG_DIR ||
	       node->type == IG_FILE;
}

static int by_name(const void *a, const void *b)
{
	const struct iso_node *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* ECMA-119, 9.3: as if filled up with what sorts first. */
static int by_key(const struct iso_place *x, const struct iso_place *y)
{
	size_t len = x->key_len < y->key_len ? x->key_len : y->key_len;
	int order = memcmp(x->id, y->id, len);

	return order ? order : (int)x->key_len - (int)y->key_len;
}

static int by_plain(const void *a, const void *b)
{
	const struct iso_node *const *x = a, *const *y = b;

	return by_key(&(*x)->at[ISO_PLAIN], &(*y)->at[ISO_PLAIN]);
}

static int by_joliet(const void *a, const void *b)
{
	const struct iso_node *const *x = a, *const *y = b;

	return by_key(&(*x)->at[ISO_JOLIET], &(*y)->at[ISO_JOLIET]);
}

static int name_kids(struct iso_image *image, struct iso_node *dir,
		     enum iso_view view, struct ig_err *err)
{
	IG_AUTO(iso_set_done) struct iso_set set = { NULL, 0 };
	struct iso_place *at = &dir->at[view];

	at->kids = ig_arena_array(image->arena, dir->kids_n + 1,
				  sizeof(struct iso_node *), err);
	if (!at->kids || iso_set_init(&set, dir->kids_n, err) < 0)
		return -1;
	for (struct iso_node *kid = dir->first; kid; kid = kid->next)
		if (in_view(kid, view))
			at->kids[at->kids_n++] = kid;
	/* Whatever order they came in, the same one keeps its name. */
	qsort(at->kids, at->kids_n, sizeof(*at->kids), by_name);
	for (size_t i = 0; i < at->kids_n; i++) {
		struct iso_node *kid = at->kids[i];
		struct iso_text text;

		if (view == ISO_PLAIN)
			iso_plain_text(&text, kid);
		else
			iso_joliet_text(&text, kid);
		if (iso_claim(&set, &kid->at[view], &text,
			      tail_of(kid, view, &text), image, err) < 0)
			return -1;
	}
	qsort(at->kids, at->kids_n, sizeof(*at->kids),
	      view == ISO_PLAIN ? by_plain : by_joliet);
	return 0;
}

static int name_view(struct iso_image *image, enum iso_view view,
		     struct ig_err *err)
{
	static const unsigned char root_id[1] = { 0 };
	struct iso_dirs *dirs = &image->dirs[view];

	dirs->v = ig_arena_array(image->arena, image->nodes_n,
				 sizeof(struct iso_node *), err);
	if (!dirs->v)
		return -1;
	image->root->at[view].id = root_id;
	image->root->at[view].id_len = 1;
	dirs->v[dirs->n++] = image->root;
	for (size_t i = 0; i < dirs->n; i++) {
		struct iso_place *at = &dirs->v[i]->at[view];

		at->number = (uint32_t)i + 1;
		if (name_kids(image, dirs->v[i], view, err) < 0)
			return -1;
		for (size_t k = 0; k < at->kids_n; k++)
			if (at->kids[k]->type == IG_DIR)
				dirs->v[dirs->n++] = at->kids[k];
	}
	return 0;
}

int iso_name_all(struct iso_image *image, struct ig_err *err)
{
	for (enum iso_view view = ISO_PLAIN; view < ISO_VIEWS; view++)
		if (name_view(image, view, err) < 0)
			return -1;
	return 0;
}
