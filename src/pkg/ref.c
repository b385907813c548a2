/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>

/*
 * The content hash. It must not depend on the architecture: the images of all
 * architectures share one name. Change HASH_VERSION when the same recipe
 * gives other bytes than before.
 */
#define HASH_VERSION "ingot-pkg-3"
#define DEPTH_MAX    8
#define READ_SIZE    65536

static int hash_content(struct ig_hash *hash, int fd, struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *inner = ig_hash_new(err);
	ig_autofree char *data = malloc(READ_SIZE);
	char hex[IG_SHA256_HEX];
	ssize_t n;

	if (!inner)
		return -1;
	if (!data)
		return ig_fail_mem(err);
	while ((n = ig_read_some(fd, data, READ_SIZE, err)) > 0)
		ig_hash_add(inner, data, (size_t)n);
	if (n < 0)
		return -1;
	ig_hash_end_hex(inner, hex);
	ig_hash_field(hash, hex);
	return 0;
}

/* A missing file is a value of its own when @optional. */
static int hash_file(struct ig_hash *hash, int dirfd, const char *name,
		     bool optional, struct ig_err *err)
{
	ig_autofd int fd =
		openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	ig_hash_field(hash, name);
	if (fd < 0 && optional) {
		ig_hash_field(hash, NULL);
		return 0;
	}
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ig_fail(err, IG_ENOENT, "source '%s' does not exist",
			       name);
	if (fd < 0 || fstat(fd, &st) < 0)
		return ig_fail_sys(err, errno, "open source '%s'", name);
	if (!S_ISREG(st.st_mode))
		return ig_fail(err, IG_ESPEC,
			       "source '%s' is not a regular file", name);
	if (hash_content(hash, fd, err) < 0)
		return ig_wrap(err, "source '%s'", name);
	return 0;
}

static int hash_files(struct ig_hash *hash, int dirfd,
		      const struct ig_recipe_step *step, struct ig_err *err)
{
	for (size_t i = 0; i < step->files_n; i++) {
		const struct ig_file *file = &step->files[i];
		const char *home = getenv("HOME");
		ig_autofree char *path = NULL;

		if (!file->source || !file->source[0])
			continue;
		if (ig_starts(file->source, "~/") && home)
			path = ig_format(err, "%s/%s", home, file->source + 2);
		else
			path = ig_strdup(file->source, err);
		if (!path)
			return -1;
		ig_hash_field(hash, "file");
		if (hash_file(hash, dirfd, path, file->optional, err) < 0)
			return ig_wrap(err, "files[%zu].source", i);
	}
	return 0;
}

static int is_code(const struct dirent *entry)
{
	const char *name = entry->d_name;

	if (name[0] == '.')
		return 0;
	return entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN ||
	       ig_ends(name, ".c") || ig_ends(name, ".h");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int hash_folder(struct ig_hash *hash, int dirfd, int depth,
		       struct ig_err *err);

static int hash_entry(struct ig_hash *hash, int dirfd, const char *name,
		      int depth, struct ig_err *err)
{
	ig_autofd int sub = -1;
	struct stat st;

	if (fstatat(dirfd, name, &st, 0) < 0)
		return ig_fail_sys(err, errno, "look at '%s'", name);
	if (!S_ISDIR(st.st_mode)) {
		if (ig_ends(name, ".c") || ig_ends(name, ".h"))
			return hash_file(hash, dirfd, name, false, err);
		return 0;
	}
	if (depth >= DEPTH_MAX)
		return 0;
	sub = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (sub < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", name);
	ig_hash_field(hash, name);
	return hash_folder(hash, sub, depth + 1, err);
}

/* Headers are inputs too, and which are read only the compiler knows. */
static int hash_folder(struct ig_hash *hash, int dirfd, int depth,
		       struct ig_err *err)
{
	struct dirent **entries = NULL;
	int n = scandirat(dirfd, ".", &entries, is_code, by_name);
	int result = 0;

	if (n < 0)
		return ig_fail_sys(err, errno, "read the package's folder");
	ig_hash_field(hash, "{");
	for (int i = 0; i < n; i++) {
		if (result == 0)
			result = hash_entry(hash, dirfd, entries[i]->d_name,
					    depth, err);
		free(entries[i]);
	}
	free(entries);
	ig_hash_field(hash, "}");
	return result;
}

static int hash_compile(struct ig_hash *hash, int dirfd, struct pkg *pkg,
			const struct ig_recipe_step *step, struct ig_err *err)
{
	ig_autofree char *version = pkg_compiler_version(pkg->opts->arch, err);
	IG_AUTO(pkg_sources_done) struct pkg_sources sources = { 0 };
	ig_autofd int folder = -1;

	if (!version || pkg_compile_folder(&folder, dirfd, step, err) < 0)
		return -1;
	ig_hash_field(hash, version);
	if (step->from) /* only headers are here */
		return hash_folder(hash, folder, 0, err);
	if (pkg_sources_init(&sources, folder, step, err) < 0)
		return -1;
	for (size_t i = 0; i < sources.n; i++) {
		if (hash_file(hash, folder, sources.v[i], false, err) < 0)
			return ig_wrap(err, "compile.sources");
	}
	return hash_folder(hash, folder, 0, err);
}

static int hash_base(struct ig_hash *hash, struct pkg *pkg,
		     const struct ig_recipe_step *step, struct ig_err *err)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };
	ig_autofree char *name = ig_ref_expand(step->base, err);

	if (!name)
		return ig_wrap(err, "base");
	if (ig_store_find(&desc, pkg->store, name, err) < 0) {
		if (err->code != IG_ENOENT)
			return ig_wrap(err, "base");
		return ig_fail(
			err, IG_ENOENT,
			"base: image '%s' is not in the store: pull or import it first",
			name);
	}
	ig_hash_field(hash, desc.digest.text);
	return 0;
}

static int hash_linux(struct ig_hash *hash, int dirfd, struct pkg *pkg,
		      const struct ig_recipe_step *step, struct ig_err *err)
{
	ig_autofree char *version = pkg_compiler_version(pkg->opts->arch, err);

	if (!version)
		return -1;
	ig_hash_field(hash, version);
	for (size_t i = 0; i < step->fragments.n; i++)
		if (hash_file(hash, dirfd, step->fragments.v[i], false, err) <
		    0)
			return ig_wrap(err, "linux.fragments[%zu]", i);
	return 0; /* what is recorded follows from these */
}

static int hash_step(struct ig_hash *hash, int dirfd, struct pkg *pkg,
		     const struct ig_recipe_step *step, struct ig_err *err)
{
	switch (step->kind) {
	case IG_STEP_FILES:
		return hash_files(hash, dirfd, step, err);
	case IG_STEP_COMPILE:
		return hash_compile(hash, dirfd, pkg, step, err);
	case IG_STEP_BASE:
		return hash_base(hash, pkg, step, err);
	case IG_STEP_LINUX:
		return hash_linux(hash, dirfd, pkg, step, err);
	case IG_STEP_DEBIAN:
	case IG_STEP_KERNEL:
	case IG_STEP_GRUB:
	case IG_STEP_RENAME:
	case IG_STEP_KEEP:
	default:
		return 0; /* all of it stands in the recipe */
	}
}

int pkg_hash(struct pkg *pkg, struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	ig_autofd int dirfd = -1;

	if (!hash)
		return -1;
	dirfd = open(pkg->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", pkg->dir);
	ig_hash_field(hash, HASH_VERSION);
	ig_hash_field(hash, pkg->text.data ? pkg->text.data : "");
	for (size_t i = 0; i < pkg->recipe->steps_n; i++) {
		const struct ig_recipe_step *step = &pkg->recipe->steps[i];

		if (hash_step(hash, dirfd, pkg, step, err) < 0)
			return ig_wrap(err, "%s/%s:%d:%d", pkg->dir, PKG_RECIPE,
				       step->pos.line, step->pos.col);
	}
	ig_hash_end_hex(hash, pkg->hash);
	return 0;
}
