/* SPDX-License-Identifier: Apache-2.0 */
#include "emit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/own.h>

#include "schema.h"

/* Members are read by offset; memcpy() keeps the aliasing rules. */
static void load(void *out, const void *base, size_t at, size_t size)
{
	memcpy(out, (const char *)base + at, size);
}

static size_t count_of(const struct ig_field *f, const void *base)
{
	size_t n;

	load(&n, base, f->n_at, sizeof(n));
	return n;
}

static bool bool_at(const void *base, size_t at)
{
	bool value;

	load(&value, base, at, sizeof(value));
	return value;
}

static const char *str_at(const void *base, size_t at)
{
	const char *value;

	load(&value, base, at, sizeof(value));
	return value;
}

static bool any_present(const struct ig_object *object, const void *base);

static bool is_present(const struct ig_field *f, const void *base)
{
	if (f->set_at)
		return bool_at(base, f->set_at - 1);
	switch (f->kind) {
	case IG_K_STR:
		return str_at(base, f->at) != NULL;
	case IG_K_BOOL:
		return bool_at(base, f->at);
	case IG_K_OPT_BOOL:
		return bool_at(base, f->at + offsetof(struct ig_opt_bool, set));
	case IG_K_OPT_INT:
		return bool_at(base, f->at + offsetof(struct ig_opt_int, set));
	case IG_K_INT:
		return true;
	case IG_K_ID:
		return bool_at(base, f->at + offsetof(struct ig_id, set));
	case IG_K_IDS:
		return bool_at(base, f->at + offsetof(struct ig_ids, set));
	case IG_K_STRS:
		return bool_at(base, f->at + offsetof(struct ig_strs, set));
	case IG_K_MAP:
		return bool_at(base, f->at + offsetof(struct ig_map, set));
	case IG_K_IMAGES:
	case IG_K_LIST:
		return count_of(f, base) > 0;
	case IG_K_OBJ:
		return any_present(f->sub, (const char *)base + f->at);
	case IG_K_IGNORE:
	case IG_K_REFUSE:
		break;
	}
	return false;
}

static bool any_present(const struct ig_object *object, const void *base)
{
	for (const struct ig_field *f = object->fields; f->key; f++) {
		if (is_present(f, base))
			return true;
	}
	return false;
}

static int put_int(struct ig_emit *e, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	return e->writer->bare(e->writer, text);
}

static int put_bool(struct ig_emit *e, bool value)
{
	return e->writer->bare(e->writer, value ? "true" : "false");
}

static int put_str(struct ig_emit *e, const struct ig_field *f,
		   const char *text)
{
	ig_autofree char *full = NULL;

	if (!text)
		return e->writer->str(e->writer, "");
	if (f->flags & IG_F_DECIMAL)
		return e->writer->bare(e->writer, text);
	if ((f->flags & IG_F_EXPAND) && e->expand) {
		full = e->expand(text, e->err);
		if (!full)
			return -1;
		text = full;
	}
	return e->writer->str(e->writer, text);
}

static int put_id(struct ig_emit *e, const struct ig_id *id)
{
	if (id->name)
		return e->writer->str(e->writer, id->name);
	return put_int(e, id->number);
}

static int put_ids(struct ig_emit *e, const struct ig_ids *ids)
{
	if (e->writer->open(e->writer, false) < 0)
		return -1;
	for (size_t i = 0; i < ids->n; i++) {
		if (put_id(e, &ids->v[i]) < 0)
			return -1;
	}
	return e->writer->close(e->writer, false);
}

static int put_strs(struct ig_emit *e, const struct ig_strs *strs)
{
	if (e->writer->open(e->writer, false) < 0)
		return -1;
	for (size_t i = 0; i < strs->n; i++) {
		if (e->writer->str(e->writer, strs->v[i]) < 0)
			return -1;
	}
	return e->writer->close(e->writer, false);
}

static int by_key(const void *a, const void *b)
{
	const struct ig_kv *x = a;
	const struct ig_kv *y = b;

	return strcmp(x->key, y->key);
}

static int put_map(struct ig_emit *e, const struct ig_map *map)
{
	ig_autofree struct ig_kv *v = calloc(map->n + 1, sizeof(*v));

	if (!v)
		return ig_fail_mem(e->err);
	if (map->n > 0)
		memcpy(v, map->v, map->n * sizeof(*v));
	if (e->form != IG_FORM_SPEC)
		qsort(v, map->n, sizeof(*v), by_key);
	if (e->writer->open(e->writer, true) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++) {
		if (e->writer->key(e->writer, v[i].key) < 0 ||
		    e->writer->str(e->writer, v[i].value) < 0)
			return -1;
	}
	return e->writer->close(e->writer, true);
}

static int put_images(struct ig_emit *e, const struct ig_field *f,
		      const struct ig_init_image *v, size_t n)
{
	if (e->writer->open(e->writer, false) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (put_str(e, f, v[i].image) < 0)
			return -1;
	}
	return e->writer->close(e->writer, false);
}

static int put_list(struct ig_emit *e, const struct ig_field *f,
		    const void *base)
{
	const char *v = str_at(base, f->at);
	size_t n = count_of(f, base);

	if (e->writer->open(e->writer, false) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (ig_emit_object(e, f->sub, v + i * f->sub->size) < 0)
			return -1;
	}
	return e->writer->close(e->writer, false);
}

static int put_empty(struct ig_emit *e)
{
	/* Go's nil slices: null in JSON, [] in YAML */
	if (e->form == IG_FORM_META_JSON)
		return e->writer->bare(e->writer, "null");
	if (e->writer->open(e->writer, false) < 0)
		return -1;
	return e->writer->close(e->writer, false);
}

static int put_number(struct ig_emit *e, const struct ig_field *f,
		      const void *base)
{
	int64_t value;
	struct ig_opt_int opt;

	if (f->kind == IG_K_INT) {
		load(&value, base, f->at, sizeof(value));
		return put_int(e, value);
	}
	load(&opt, base, f->at, sizeof(opt));
	return put_int(e, opt.v);
}

static int put_value(struct ig_emit *e, const struct ig_field *f,
		     const void *base)
{
	const void *at = (const char *)base + f->at;

	switch (f->kind) {
	case IG_K_STR:
		return put_str(e, f, str_at(base, f->at));
	case IG_K_BOOL:
		return put_bool(e, bool_at(base, f->at));
	case IG_K_OPT_BOOL:
		return put_bool(e,
				bool_at(at, offsetof(struct ig_opt_bool, v)));
	case IG_K_INT:
	case IG_K_OPT_INT:
		return put_number(e, f, base);
	case IG_K_ID:
		return put_id(e, at);
	case IG_K_IDS:
		return put_ids(e, at);
	case IG_K_STRS:
		return put_strs(e, at);
	case IG_K_MAP:
		return put_map(e, at);
	case IG_K_IMAGES:
		return put_images(e, f, (const void *)str_at(base, f->at),
				  count_of(f, base));
	case IG_K_LIST:
		return put_list(e, f, base);
	case IG_K_OBJ:
		return ig_emit_object(e, f->sub, at);
	case IG_K_IGNORE:
	case IG_K_REFUSE:
		break;
	}
	return put_empty(e);
}

static bool is_list(enum ig_kind kind)
{
	return kind == IG_K_STRS || kind == IG_K_LIST || kind == IG_K_IMAGES ||
	       kind == IG_K_IGNORE;
}

int ig_emit_object(struct ig_emit *e, const struct ig_object *object,
		   const void *base)
{
	unsigned always = e->form == IG_FORM_META_YAML	 ? IG_F_YAML
			  : e->form == IG_FORM_META_JSON ? IG_F_JSON
							 : 0;

	if (e->writer->open(e->writer, true) < 0)
		return -1;
	for (const struct ig_field *f = object->fields; f->key; f++) {
		bool present = is_present(f, base);
		int rc;

		if (!present && !(f->flags & always))
			continue;
		if (e->form != IG_FORM_SPEC && (f->flags & IG_F_OUTSIDE))
			continue;
		if (e->writer->key(e->writer, f->key) < 0)
			return -1;
		rc = !present && is_list(f->kind) ? put_empty(e)
						  : put_value(e, f, base);
		if (rc < 0)
			return -1;
	}
	return e->writer->close(e->writer, true);
}
