/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/glob.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define SOURCES_MAX    4096u
#define SOURCES_MEMORY ((size_t)4 << 20)

int pkg_compile_source(const char *source, struct ig_err *err)
{
	const char *p = source;

	if (*p == '-' || *p == '/' || *p == '\0')
		return ig_fail(err, IG_ESPEC,
			       "'%s' is not a path in the package's folder",
			       source);
	while (*p) {
		size_t len = strcspn(p, "/");

		if (len == 2 && memcmp(p, "..", 2) == 0)
			return ig_fail(
				err, IG_ESPEC,
				"'%s' is outside of the package's folder",
				source);
		p += len;
		p += strspn(p, "/");
	}
	return 0;
}

int pkg_compile_folder(int *out, int dirfd, const struct ig_recipe_step *step,
		       struct ig_err *err)
{
	const char *folder = step->folder ? step->folder : ".";

	*out = -1;
	if (*folder == '/' || *folder == '\0')
		return ig_fail(err, IG_ESPEC,
			       "compile.folder: '%s' is not a relative path",
			       folder);
	*out = openat(dirfd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*out >= 0)
		return 0;
	if (errno == ENOENT || errno == ENOTDIR)
		return ig_fail(err, IG_ENOENT,
			       "compile.folder: there is no folder '%s'",
			       folder);
	return ig_fail_sys(err, errno, "compile.folder: open '%s'", folder);
}

static int add(struct pkg_sources *list, const char *name, struct ig_err *err)
{
	const char *copy = ig_arena_str(list->arena, name, err);

	if (!copy)
		return -1;
	if (list->n == SOURCES_MAX)
		return ig_fail(err, IG_ELIMIT, "more than %u sources",
			       SOURCES_MAX);
	list->v[list->n++] = copy;
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* "network/" before a name, "" before one of the folder itself. */
static int add_entry(struct pkg_sources *list, const char *dir,
		     const char *name, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s%s", dir, name);

	return path ? add(list, path, err) : -1;
}

static int add_matching(struct pkg_sources *list, int folder,
			const char *source, struct ig_err *err)
{
	const char *slash = strrchr(source, '/');
	const char *glob = slash ? slash + 1 : source;
	ig_autofree char *dir = ig_strcopy(source, (size_t)(glob - source));
	struct dirent **entries = NULL;
	size_t before = list->n;
	int result = 0;
	int n;

	if (!dir)
		return ig_fail_mem(err);
	n = scandirat(folder, slash ? dir : ".", &entries, NULL, by_name);
	if (n < 0)
		return ig_fail_sys(err, errno, "read the folder of '%s'",
				   source);
	for (int i = 0; i < n; i++) {
		if (result == 0 && entries[i]->d_name[0] != '.' &&
		    ig_glob(glob, entries[i]->d_name))
			result = add_entry(list, dir, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	if (result == 0 && list->n == before)
		return ig_fail(err, IG_ENOENT, "no source is named by '%s'",
			       source);
	return result;
}

int pkg_sources_init(struct pkg_sources *list, int folder,
		     const struct ig_recipe_step *step, struct ig_err *err)
{
	list->n = 0;
	list->v = calloc(SOURCES_MAX, sizeof(*list->v));
	list->arena = ig_arena_new(SOURCES_MEMORY, err);
	if (!list->arena)
		return -1;
	if (!list->v)
		return ig_fail_mem(err);
	for (size_t i = 0; i < step->sources.n; i++) {
		const char *source = step->sources.v[i];
		bool is_glob = strchr(source, '*') != NULL;

		if (pkg_compile_source(source, err) < 0 ||
		    (is_glob ? add_matching(list, folder, source, err)
			     : add(list, source, err)) < 0)
			return ig_wrap(err, "compile.sources[%zu]", i);
	}
	return 0;
}

void pkg_sources_done(struct pkg_sources *list)
{
	free(list->v);
	list->v = NULL;
	list->n = 0;
	ig_arena_free(list->arena);
	list->arena = NULL;
}
