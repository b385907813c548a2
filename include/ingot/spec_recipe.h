/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_RECIPE_H
#define IG_SPEC_RECIPE_H

#include <stddef.h>

#include <ingot/spec_base.h>

struct ig_arena;
struct ig_buf;
struct ig_err;
struct ig_file;

/**
 * A package recipe (pkg build): LinuxKit's build.yml keys and ours.
 */
struct ig_recipe_step {
	enum ig_step_kind {
		IG_STEP_DEBIAN,
		IG_STEP_FILES,
		IG_STEP_BASE,
		IG_STEP_COMPILE,
		IG_STEP_KERNEL,
		IG_STEP_LINUX,
		IG_STEP_GRUB,
		IG_STEP_RENAME,
		IG_STEP_KEEP
	} kind;
	struct ig_pos pos;
	struct ig_strs arches; /* only for these; none: for all */
	/* debian, kernel, linux, compile */
	struct ig_strs packages;
	struct ig_strs exclude;	    /* globs below the root, "**" too */
	const char *suite;	    /* NULL: the default suite */
	struct ig_strs components;  /* of the archive; none: main */
	const char *mirror;	    /* NULL: the default mirror */
	struct ig_opt_bool depends; /* debian: also what they depend on */
	/* files */
	size_t files_n;
	struct ig_file *files;
	/* base */
	const char *base;
	/* compile */
	const char *folder; /* NULL: the recipe's own */
	const char *from;   /* Debian's source package, or NULL */
	struct ig_strs sources, flags;
	const char *output; /* grub too */
	/* grub */
	const char *format;
	struct ig_strs modules;
	const char *config; /* NULL: none is built in */
	const char *prefix;
	/* linux */
	struct ig_strs fragments; /* of a kernel's configuration */
	const char *resolved;	  /* the whole of it, recorded; NULL */
	/* rename: old and new paths */
	struct ig_map renames;
	/* keep: globs */
	struct ig_strs keep;
};
struct ig_recipe {
	struct ig_arena *arena;
	const char *org; /* NULL: "ingot" */
	const char *image;
	struct ig_pos image_pos;
	const char *tag; /* NULL: the content hash */
	struct ig_strs arches;
	const char *label; /* config: as JSON text, or NULL */
	struct ig_map labels;
	struct ig_strs entrypoint, cmd, env;
	const char *workdir, *user;
	size_t steps_n;
	struct ig_recipe_step *steps;
};

/** ig_recipe_parse() - bytes to recipe, strict as ig_spec_add(). LinuxKit's
 * keys that need a Dockerfile build (dockerfile, buildArgs, depends,
 * extra-sources, gitrepo, network, disable-cache) are accepted; a recipe with
 * no `content` is refused with a message that says so. */
int ig_recipe_parse(struct ig_recipe **out, const char *file, const void *text,
		    size_t len, struct ig_buf *problems, struct ig_err *err);
void ig_recipe_free(struct ig_recipe *recipe); /* accepts NULL */
void ig_recipe_freep(struct ig_recipe **recipe);

#endif
