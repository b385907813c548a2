/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_KMOD_PRIV_H
#define IG_KMOD_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include <ingot/kmod.h>

struct ig_arena;
struct ig_node;

/* One lib/modules/VERSION, as the files of depmod(8) describe it. Text and
 * arrays live in an arena of their own. */
struct kmod {
	const char *name; /* "virtio_net": no dashes */
	const char *path; /* "kernel/drivers/net/virtio_net.ko" */
	const char *deps; /* paths with spaces between */
	bool keep;
};

struct kmod_alias {
	const char *pattern; /* without dashes */
	size_t plain;	     /* length before the first wildcard */
	const char *name;    /* of the module */
};

struct kmod_soft {
	const char *name;  /* of the module */
	const char *needs; /* "pre: a b post: c" */
};

struct kmod_db {
	struct ig_tree *tree;
	struct ig_node *dir; /* lib/modules/VERSION */
	struct ig_arena *arena;
	size_t n;
	struct kmod *v; /* by name */
	size_t builtin_n;
	const char **builtin; /* names, sorted */
	size_t alias_n;
	struct kmod_alias *alias;
	size_t soft_n;
	struct kmod_soft *soft;
	/* modules to look at: indexes into v, each once */
	size_t todo_n;
	size_t *todo;
};

/* ---- reading ---- */

int kmod_load(struct kmod_db *db, struct ig_tree *tree, struct ig_node *dir,
	      struct ig_err *err);
void kmod_done(struct kmod_db *db);
/** kmod_text() - the file @name of the folder, NUL-ended; NULL without error
 * in *@out when there is none. */
int kmod_text(char **out, const struct kmod_db *db, const char *name,
	      struct ig_err *err);
/** kmod_name() - "kernel/a/b-c.ko.xz" → "b_c". */
char *kmod_name(struct ig_arena *arena, const char *path, size_t len,
		struct ig_err *err);
struct kmod *kmod_find(const struct kmod_db *db, const char *name);
bool kmod_builtin(const struct kmod_db *db, const char *name);

/* ---- selecting ---- */

/** kmod_keep() - @mod is wanted; kmod_close() looks at what it needs. */
void kmod_keep(struct kmod_db *db, struct kmod *mod);
/** kmod_keep_name() - a module, a builtin one, or an alias of modules;
 * false when there is none. */
bool kmod_keep_name(struct kmod_db *db, const char *name);
/** kmod_keep_glob() - how many modules match @glob. */
size_t kmod_keep_glob(struct kmod_db *db, const char *glob);
int kmod_close(struct kmod_db *db, struct ig_err *err);

/* ---- classes ---- */

/** kmod_class() - names and globs of the class, NULL-ended; NULL. */
const char *const *kmod_class(const char *name);

/* ---- writing ---- */

/** kmod_write() - drop what is not kept, write modules.* for what is. */
int kmod_write(struct kmod_db *db, struct ig_err *err);

static inline bool kmod_is_glob(const char *want)
{
	for (; *want; want++) {
		if (*want == '*' || *want == '?' || *want == '[' ||
		    *want == '/')
			return true;
	}
	return false;
}

#endif
