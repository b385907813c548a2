/* SPDX-License-Identifier: Apache-2.0 */
#include "kmod_priv.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/tree.h>

#define TEXT_MAX  ((uint64_t)64 << 20)
#define ARENA_MAX ((size_t)512 << 20)

void kmod_done(struct kmod_db *db)
{
	ig_arena_free(db->arena);
	memset(db, 0, sizeof(*db));
}

int kmod_text(char **out, const struct kmod_db *db, const char *name,
	      struct ig_err *err)
{
	const struct ig_node *node =
		ig_node_child(db->tree, db->dir, name, strlen(name));
	const struct ig_inode *inode = node ? node->inode : NULL;
	char *text;

	*out = NULL;
	if (!inode || inode->type != IG_FILE)
		return 0;
	if (inode->size > TEXT_MAX)
		return ig_fail(err, IG_ELIMIT, "'%s' is larger than 64 MiB",
			       name);
	text = ig_arena_alloc(db->arena, (size_t)inode->size + 1, err);
	if (!text)
		return -1;
	if (inode->mem && inode->size > 0)
		memcpy(text, inode->mem, (size_t)inode->size);
	else if (inode->size > 0 &&
		 ig_pread_all(inode->fd, text, (size_t)inode->size, inode->off,
			      err) < 0)
		return ig_wrap(err, "'%s'", name);
	*out = text;
	return 0;
}

static void underscores(char *name)
{
	for (; *name; name++) {
		if (*name == '-')
			*name = '_';
	}
}

char *kmod_name(struct ig_arena *arena, const char *path, size_t len,
		struct ig_err *err)
{
	const char *base = memrchr(path, '/', len);
	size_t n;
	char *name;

	base = base ? base + 1 : path;
	len -= (size_t)(base - path);
	/* modules are x.ko, x.ko.gz, x.ko.xz, x.ko.zst */
	for (n = 0; n < len; n++) {
		if (len - n >= 3 && memcmp(base + n, ".ko", 3) == 0 &&
		    (n + 3 == len || base[n + 3] == '.'))
			break;
	}
	name = ig_arena_strn(arena, base, n, err);
	if (name)
		underscores(name);
	return name;
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	for (; text && (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

/* The next line that is neither empty nor a comment, cut off with NUL. */
static char *next_line(char **text)
{
	char *line;

	while (*text && **text) {
		line = strsep(text, "\n");
		line += strspn(line, " \t");
		if (*line && *line != '#')
			return line;
	}
	return NULL;
}

/* ---- modules.dep ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct kmod *)a)->name,
		      ((const struct kmod *)b)->name);
}

/* Old files have whole paths: "/lib/modules/6.1/kernel/…". */
static const char *below_version(const struct kmod_db *db, const char *path)
{
	const char *version = db->dir->name;
	const char *at;

	if (path[0] != '/')
		return path;
	at = strstr(path, version);
	return at && at[strlen(version)] == '/' ? at + strlen(version) + 1
						: path;
}

static int read_dep(struct kmod_db *db, struct ig_err *err)
{
	char *text;
	char *line;

	if (kmod_text(&text, db, "modules.dep", err) < 0)
		return -1;
	if (!text)
		return ig_fail(
			err, IG_ESPEC,
			"modules cannot be chosen: the kernel image has no modules.dep (depmod was not run)");
	db->v = ig_arena_array(db->arena, count_lines(text), sizeof(*db->v),
			       err);
	if (!db->v)
		return -1;
	while ((line = next_line(&text))) {
		struct kmod *mod = &db->v[db->n];
		char *colon = strchr(line, ':');

		if (!colon)
			continue;
		*colon = '\0';
		mod->path = below_version(db, line);
		mod->deps = colon + 1;
		mod->name =
			kmod_name(db->arena, mod->path, strlen(mod->path), err);
		if (!mod->name)
			return -1;
		db->n++;
	}
	qsort(db->v, db->n, sizeof(*db->v), by_name);
	db->todo = ig_arena_array(db->arena, db->n + 1, sizeof(*db->todo), err);
	return db->todo ? 0 : -1;
}

struct kmod *kmod_find(const struct kmod_db *db, const char *name)
{
	const struct kmod key = { .name = name };

	if (db->n == 0)
		return NULL;
	return bsearch(&key, db->v, db->n, sizeof(*db->v), by_name);
}

/* ---- modules.builtin ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int read_builtin(struct kmod_db *db, struct ig_err *err)
{
	char *text;
	char *line;

	if (kmod_text(&text, db, "modules.builtin", err) < 0)
		return -1;
	db->builtin = ig_arena_array(db->arena, count_lines(text),
				     sizeof(*db->builtin), err);
	if (!db->builtin)
		return -1;
	while ((line = next_line(&text))) {
		char *name =
			kmod_name(db->arena, line, strcspn(line, " \t\r"), err);

		if (!name)
			return -1;
		db->builtin[db->builtin_n++] = name;
	}
	qsort(db->builtin, db->builtin_n, sizeof(*db->builtin), by_text);
	return 0;
}

bool kmod_builtin(const struct kmod_db *db, const char *name)
{
	return db->builtin_n > 0 &&
	       bsearch(&name, db->builtin, db->builtin_n, sizeof(*db->builtin),
		       by_text) != NULL;
}

/* ---- modules.alias, modules.softdep ---- */

/* "WORD FIRST REST": FIRST and REST of the next such line. */
static bool next_entry(char **text, const char *word, char **first, char **rest)
{
	size_t len = strlen(word);
	char *line;

	while ((line = next_line(text))) {
		if (strncmp(line, word, len) != 0 || line[len] != ' ')
			continue;
		line += len + strspn(line + len, " ");
		*first = strsep(&line, " \t");
		if (!line)
			continue;
		*rest = line + strspn(line, " \t");
		return true;
	}
	return false;
}

static int read_alias(struct kmod_db *db, struct ig_err *err)
{
	char *text;
	char *pattern;
	char *name;

	if (kmod_text(&text, db, "modules.alias", err) < 0)
		return -1;
	db->alias = ig_arena_array(db->arena, count_lines(text),
				   sizeof(*db->alias), err);
	if (!db->alias)
		return -1;
	while (next_entry(&text, "alias", &pattern, &name)) {
		struct kmod_alias *alias = &db->alias[db->alias_n++];

		underscores(pattern);
		underscores(name);
		name[strcspn(name, " \t\r")] = '\0';
		alias->pattern = pattern;
		alias->plain = strcspn(pattern, "*?[\\");
		alias->name = name;
	}
	return 0;
}

static int read_soft(struct kmod_db *db, struct ig_err *err)
{
	char *text;
	char *name;
	char *needs;

	if (kmod_text(&text, db, "modules.softdep", err) < 0)
		return -1;
	db->soft = ig_arena_array(db->arena, count_lines(text),
				  sizeof(*db->soft), err);
	if (!db->soft)
		return -1;
	while (next_entry(&text, "softdep", &name, &needs)) {
		underscores(name);
		db->soft[db->soft_n++] = (struct kmod_soft){ name, needs };
	}
	return 0;
}

int kmod_load(struct kmod_db *db, struct ig_tree *tree, struct ig_node *dir,
	      struct ig_err *err)
{
	memset(db, 0, sizeof(*db));
	db->tree = tree;
	db->dir = dir;
	db->arena = ig_arena_new(ARENA_MAX, err);
	if (!db->arena || read_dep(db, err) < 0 || read_builtin(db, err) < 0 ||
	    read_alias(db, err) < 0 || read_soft(db, err) < 0)
		return -1;
	return 0;
}
