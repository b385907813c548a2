/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_PKG_KCONFIG_H
#define IG_PKG_KCONFIG_H

#include <stddef.h>

struct ig_arena;
struct ig_buf;
struct ig_err;

/*
 * A kernel's configuration, or a fragment of one (kernel:
 * Documentation/kbuild/kconfig.rst): lines CONFIG_NAME=VALUE and
 * "# CONFIG_NAME is not set", which is the value n; other comments.
 */
struct pkg_option {
	const char *name;  /* without CONFIG_ */
	const char *value; /* "y", "\"text\"", "n" */
	const char *file;  /* borrowed */
	unsigned line;
};
struct pkg_kconfig {
	struct ig_arena *arena;
	size_t n, room;
	struct pkg_option *v; /* sorted by name after pkg_kconfig_end() */
};

/** pkg_kconfig_add() - the options of @text, which came from @file; both must
 * outlive nothing but @file @config. IG_EFORMAT names file and line. */
int pkg_kconfig_add(struct pkg_kconfig *config, const char *file,
		    const char *text, size_t len, struct ig_err *err);
/** pkg_kconfig_end() - sort them. IG_ESPEC when an option is named twice. */
int pkg_kconfig_end(struct pkg_kconfig *config, struct ig_err *err);
void pkg_kconfig_done(struct pkg_kconfig *config); /* accepts the empty one */

/** pkg_kconfig_get() - the value of @name; "n" when it is not there. */
const char *pkg_kconfig_get(const struct pkg_kconfig *config, const char *name);
/** pkg_kconfig_asked() - IG_ESPEC unless @got has all that @asked says: an
 * option whose dependencies are missing is dropped without a word. */
int pkg_kconfig_asked(const struct pkg_kconfig *asked,
		      const struct pkg_kconfig *got, struct ig_err *err);
/** pkg_kconfig_differ() - how many options @a and @b have different values
 * of; *@first is the first one's name, or NULL. Versions of compilers and the
 * like do not count. */
size_t pkg_kconfig_differ(const char **first, const struct pkg_kconfig *a,
			  const struct pkg_kconfig *b);
/** pkg_kconfig_record() - @text as it is kept beside a recipe: the line with
 * the version, and the options that are not n and do not depend on the
 * version of a compiler, in their order. */
int pkg_kconfig_record(struct ig_buf *out, const char *text,
		       struct ig_err *err);
/** pkg_kconfig_title() - the line with the version, in @text; *@len is its
 * length, 0 when there is none. */
const char *pkg_kconfig_title(const char *text, size_t *len);

#endif
