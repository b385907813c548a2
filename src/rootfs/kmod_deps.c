/* SPDX-License-Identifier: Apache-2.0 */
#include "kmod_priv.h"

#include <fnmatch.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/glob.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define WORD_MAX 256

void kmod_keep(struct kmod_db *db, struct kmod *mod)
{
	if (mod->keep)
		return;
	mod->keep = true;
	db->todo[db->todo_n++] = (size_t)(mod - db->v);
}

/* A name as modprobe(8) takes it: dashes are underscores. */
static bool normal(char out[WORD_MAX], const char *name, size_t len)
{
	if (len == 0 || len >= WORD_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		out[i] = (char)(name[i] == '-' ? '_' : name[i]);
	out[len] = '\0';
	return true;
}

static bool keep_alias(struct kmod_db *db, const char *name)
{
	size_t len = strlen(name);
	bool found = false;

	for (size_t i = 0; i < db->alias_n; i++) {
		const struct kmod_alias *alias = &db->alias[i];
		struct kmod *mod;

		if (alias->plain > len ||
		    memcmp(alias->pattern, name, alias->plain) != 0 ||
		    fnmatch(alias->pattern, name, 0) != 0)
			continue;
		mod = kmod_find(db, alias->name);
		if (mod)
			kmod_keep(db, mod);
		found = found || mod || kmod_builtin(db, alias->name);
	}
	return found;
}

static bool keep_word(struct kmod_db *db, const char *text, size_t len)
{
	char name[WORD_MAX];
	struct kmod *mod;

	if (!normal(name, text, len))
		return false;
	mod = kmod_find(db, name);
	if (mod) {
		kmod_keep(db, mod);
		return true;
	}
	if (kmod_builtin(db, name))
		return true;
	return keep_alias(db, name);
}

bool kmod_keep_name(struct kmod_db *db, const char *name)
{
	return keep_word(db, name, strlen(name));
}

static bool glob_matches(const struct kmod *mod, const char *glob)
{
	const char *path = mod->path;

	if (!strchr(glob, '/'))
		return ig_glob(glob, mod->name);
	if (ig_glob(glob, path))
		return true;
	return ig_starts(path, "kernel/") &&
	       ig_glob(glob, path + strlen("kernel/"));
}

size_t kmod_keep_glob(struct kmod_db *db, const char *glob)
{
	size_t n = 0;

	for (size_t i = 0; i < db->n; i++) {
		if (!glob_matches(&db->v[i], glob))
			continue;
		kmod_keep(db, &db->v[i]);
		n++;
	}
	return n;
}

/* ---- the closure ---- */

static int keep_path(struct kmod_db *db, const struct kmod *mod,
		     const char *path, size_t len, struct ig_err *err)
{
	char *name = kmod_name(db->arena, path, len, err);
	struct kmod *need = name ? kmod_find(db, name) : NULL;

	if (!name)
		return -1;
	if (!need)
		return ig_fail(
			err, IG_EFORMAT,
			"modules.dep: '%s' needs '%s', which is not there",
			mod->name, name);
	kmod_keep(db, need);
	return 0;
}

static int hard_deps(struct kmod_db *db, const struct kmod *mod,
		     struct ig_err *err)
{
	const char *p = mod->deps;

	while (*(p += strspn(p, " \t\r"))) {
		size_t len = strcspn(p, " \t\r");

		if (keep_path(db, mod, p, len, err) < 0)
			return -1;
		p += len;
	}
	return 0;
}

/* What is not there is not missed: that is what makes them soft. */
static void soft_deps(struct kmod_db *db, const struct kmod *mod)
{
	for (size_t i = 0; i < db->soft_n; i++) {
		const char *p = db->soft[i].needs;

		if (strcmp(db->soft[i].name, mod->name) != 0)
			continue;
		while (*(p += strspn(p, " \t\r"))) {
			size_t len = strcspn(p, " \t\r");

			if (p[len - 1] != ':') /* "pre:", "post:" */
				keep_word(db, p, len);
			p += len;
		}
	}
}

int kmod_close(struct kmod_db *db, struct ig_err *err)
{
	while (db->todo_n > 0) {
		const struct kmod *mod = &db->v[db->todo[--db->todo_n]];

		if (hard_deps(db, mod, err) < 0)
			return -1;
		soft_deps(db, mod);
	}
	return 0;
}
