/* SPDX-License-Identifier: Apache-2.0 */
#include "modules/moddb.h"

#include "modules/modalias.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
#define ALIAS_MAX 256
#define MODS_MAX  32768

struct loading {
	struct moddb *db;
	moddb_load_fn *load;
	void *ctx;
	int depth;
};

static int load_name(struct loading *l, struct text name);

static bool next_line(struct text *rest, struct text *line)
{
	if (rest->len == 0)
		return false;
	const char *nl = memchr(rest->p, '\n', rest->len);
	size_t len = nl ? (size_t)(nl - rest->p) : rest->len;

	line->p = rest->p;
	line->len = len;
	len += nl ? 1 : 0;
	rest->p += len;
	rest->len -= len;
	return true;
}

static bool next_word(struct text *rest, struct text *word)
{
	size_t i = 0;

	while (i < rest->len && (rest->p[i] == ' ' || rest->p[i] == '\t'))
		i++;
	size_t start = i;

	while (i < rest->len && rest->p[i] != ' ' && rest->p[i] != '\t')
		i++;
	word->p = rest->p + start;
	word->len = i - start;
	rest->p += i;
	rest->len -= i;
	return word->len > 0;
}

static bool is_word(struct text w, const char *s)
{
	return w.len == strlen(s) && memcmp(w.p, s, w.len) == 0;
}

static bool same_name(struct text a, struct text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.p[i] == '-' ? '_' : a.p[i];
		char y = b.p[i] == '-' ? '_' : b.p[i];

		if (x != y)
			return false;
	}
	return true;
}

/* "kernel/fs/x.ko.zst" is module "x". */
static struct text name_of(struct text path)
{
	struct text name = path;

	for (size_t i = 0; i < path.len; i++) {
		if (path.p[i] == '/') {
			name.p = path.p + i + 1;
			name.len = path.len - i - 1;
		}
	}
	for (size_t i = 0; i + 2 < name.len; i++) {
		if (memcmp(name.p + i, ".ko", 3) == 0) {
			name.len = i;
			break;
		}
	}
	return name;
}

static size_t count_lines(struct text t)
{
	struct text line;
	size_t n = 0;

	while (next_line(&t, &line))
		n++;
	return n;
}

int moddb_index(struct moddb *db)
{
	size_t max = count_lines(db->dep);
	struct text rest = db->dep;
	struct text line;

	if (max > MODS_MAX)
		max = MODS_MAX;
	db->n = 0;
	db->mods = calloc(max > 0 ? max : 1, sizeof(*db->mods));
	if (!db->mods)
		return -1;
	while (db->n < max && next_line(&rest, &line)) {
		const char *colon = memchr(line.p, ':', line.len);

		if (!colon || colon == line.p)
			continue;
		struct mod *m = &db->mods[db->n++];

		m->path.p = line.p;
		m->path.len = (size_t)(colon - line.p);
		m->name = name_of(m->path);
		m->deps.p = colon + 1;
		m->deps.len = line.len - m->path.len - 1;
	}
	return 0;
}

void moddb_done(struct moddb *db)
{
	free(db->mods);
	db->mods = NULL;
	db->n = 0;
}

static bool is_builtin(const struct moddb *db, struct text name)
{
	struct text rest = db->builtin;
	struct text line;

	while (next_line(&rest, &line)) {
		if (same_name(name_of(line), name))
			return true;
	}
	return false;
}

size_t moddb_find(const struct moddb *db, struct text name)
{
	for (size_t i = 0; i < db->n; i++) {
		if (same_name(db->mods[i].name, name))
			return i;
	}
	return is_builtin(db, name) ? MODDB_BUILTIN : MODDB_NONE;
}

bool moddb_below(const struct moddb *db, struct text name, const char *folder)
{
	size_t len = strlen(folder);
	size_t i = moddb_find(db, name);

	return i < db->n && db->mods[i].path.len > len &&
	       memcmp(db->mods[i].path.p, folder, len) == 0;
}

/* Most patterns differ from most aliases before the first colon. */
static bool same_start(struct text pattern, const char *alias)
{
	for (size_t i = 0; i < pattern.len && pattern.p[i] != '*'; i++) {
		if (pattern.p[i] == ':')
			return alias[i] == ':';
		if (pattern.p[i] == '?' || pattern.p[i] == '[' ||
		    pattern.p[i] == '-' || pattern.p[i] == '_')
			return true;
		if (pattern.p[i] != alias[i])
			return false;
	}
	return true;
}

void moddb_match(const struct moddb *db, const char *const *aliases, size_t n,
		 moddb_hit_fn *hit, void *ctx)
{
	struct text rest = db->alias;
	struct text line, word, pattern, name;

	while (next_line(&rest, &line)) {
		if (!next_word(&line, &word) || !is_word(word, "alias") ||
		    !next_word(&line, &pattern) || !next_word(&line, &name))
			continue;
		for (size_t i = 0; i < n; i++) {
			if (same_start(pattern, aliases[i]) &&
			    modalias_match(pattern.p, pattern.len, aliases[i]))
				hit(ctx, name, i);
		}
	}
}

/* The soft dependencies of one kind ("pre:" or "post:"). */
static void load_soft(struct loading *l, struct text name, const char *kind)
{
	struct text rest = l->db->softdep;
	struct text line, word;

	while (next_line(&rest, &line)) {
		bool active = false;

		if (!next_word(&line, &word) || !is_word(word, "softdep") ||
		    !next_word(&line, &word) || !same_name(word, name))
			continue;
		while (next_word(&line, &word)) {
			if (word.p[word.len - 1] == ':')
				active = is_word(word, kind);
			else if (active)
				load_name(l, word);
		}
	}
}

static int load_mod(struct loading *l, struct mod *m);

static int load_hard(struct loading *l, struct text deps)
{
	size_t end = deps.len;

	/* depmod lists what is needed first last */
	while (end > 0) {
		size_t start = end;

		while (start > 0 && deps.p[start - 1] != ' ')
			start--;
		struct text path = { deps.p + start, end - start };

		end = start > 0 ? start - 1 : 0;
		if (path.len == 0)
			continue;
		size_t i = moddb_find(l->db, name_of(path));

		if (i == MODDB_BUILTIN)
			continue;
		if (i == MODDB_NONE || load_mod(l, &l->db->mods[i]) < 0)
			return -1;
	}
	return 0;
}

static int load_mod(struct loading *l, struct mod *m)
{
	if (m->state == MOD_FAILED)
		return -1;
	/* busy: a ring of soft dependencies; the outer call will load it */
	if (m->state != MOD_NEW || l->depth >= DEPTH_MAX)
		return 0;
	m->state = MOD_BUSY;
	l->depth++;
	load_soft(l, m->name, "pre:");
	int rc = load_hard(l, m->deps);

	if (rc == 0)
		rc = l->load(l->ctx, m);
	m->state = rc == 0 ? MOD_DONE : MOD_FAILED;
	if (rc == 0)
		load_soft(l, m->name, "post:");
	l->depth--;
	return rc;
}

struct alias_load {
	struct loading *l;
	int rc;
};

static void alias_hit(void *ctx, struct text name, size_t alias)
{
	struct alias_load *a = ctx;
	size_t i = moddb_find(a->l->db, name);

	(void)alias;
	if (i == MODDB_NONE)
		return;
	int rc = i == MODDB_BUILTIN ? 0 : load_mod(a->l, &a->l->db->mods[i]);

	/* one module that drives the device is enough */
	if (a->rc != 0)
		a->rc = rc;
}

static int load_name(struct loading *l, struct text name)
{
	size_t i = moddb_find(l->db, name);
	char alias[ALIAS_MAX];

	if (i == MODDB_BUILTIN)
		return 0;
	if (i != MODDB_NONE)
		return load_mod(l, &l->db->mods[i]);
	if (name.len >= sizeof(alias))
		return 1;
	memcpy(alias, name.p, name.len);
	alias[name.len] = '\0';

	const char *const list[] = { alias };
	struct alias_load a = { l, 1 };

	moddb_match(l->db, list, 1, alias_hit, &a);
	return a.rc;
}

int moddb_load(struct moddb *db, struct text name, moddb_load_fn *load,
	       void *ctx)
{
	struct loading l = { .db = db, .load = load, .ctx = ctx };

	return load_name(&l, name);
}
