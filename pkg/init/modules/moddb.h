/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_MODDB_H
#define INIT_MODDB_H

#include <stdbool.h>
#include <stddef.h>

/** A piece of borrowed text. */
struct text {
	const char *p;
	size_t len;
};

enum mod_state {
	MOD_NEW,
	MOD_BUSY,
	MOD_DONE,
	MOD_FAILED
};

/** One line of modules.dep; all text points into the file. */
struct mod {
	struct text path; /* below /lib/modules/RELEASE */
	struct text name; /* without folder and ".ko" */
	struct text deps; /* paths, the last one is needed first */
	enum mod_state state;
};

/** What depmod wrote, read once. Files that are missing are empty texts. */
struct moddb {
	struct text dep;
	struct text softdep;
	struct text alias;
	struct text builtin;
	struct mod *mods;
	size_t n;
};

/** What moddb_find() says besides an index. */
#define MODDB_NONE    ((size_t)-1)
#define MODDB_BUILTIN ((size_t)-2)

/** Loads one module; returns 0, or -1 when it is not in the kernel now. */
typedef int moddb_load_fn(void *ctx, const struct mod *m);

/** Is told that modules' alias number @alias means module @name. */
typedef void moddb_hit_fn(void *ctx, struct text name, size_t alias);

/**
 * moddb_index() - fill db->mods from db->dep.
 * The texts stay borrowed. Free with moddb_done(). Returns 0, or -1 when
 * memory is short. Lines that are no dependency lines are skipped.
 */
int moddb_index(struct moddb *db);

/** moddb_done() - free the index, not the texts. */
void moddb_done(struct moddb *db);

/**
 * moddb_find() - look a module up by name ('-' and '_' are the same).
 * Returns its index, MODDB_BUILTIN, or MODDB_NONE.
 */
size_t moddb_find(const struct moddb *db, struct text name);

/** moddb_below() - is it a module in @folder ("kernel/drivers/watchdog/")? */
bool moddb_below(const struct moddb *db, struct text name, const char *folder);

/**
 * moddb_match() - find the modules for device aliases, in one pass.
 * @aliases: @n borrowed strings. @hit may be told a pair more than once.
 */
void moddb_match(const struct moddb *db, const char *const *aliases, size_t n,
		 moddb_hit_fn *hit, void *ctx);

/**
 * moddb_load() - load a module after all it needs.
 * @name: a module's name, or an alias such as "crc32c" or "fs-overlay".
 * Order: soft "pre" dependencies, hard ones (last in the line first), the
 * module, soft "post" ones. A soft dependency that fails does not matter.
 * Every module is tried at most once in the life of @db.
 * Returns 0, -1 when the module or a hard dependency failed, 1 when nothing
 * has that name.
 */
int moddb_load(struct moddb *db, struct text name, moddb_load_fn *load,
	       void *ctx);

#endif
