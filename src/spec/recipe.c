/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/spec.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "emit.h"
#include "schema.h"

#define RECIPE_MEMORY ((size_t)128 << 20)
#define STEP	      struct ig_recipe_step
#define RECIPE	      struct ig_recipe

#define ARCHIVE_FIELDS                                                         \
	IG_STR("suite", STEP, suite, 0),                                       \
		IG_VALUE("components", IG_K_STRS, STEP, components),           \
		IG_STR("mirror", STEP, mirror, 0)

#define DEBIAN_FIELDS                                                          \
	{ .key = "packages",                                                   \
	  .kind = IG_K_STRS,                                                   \
	  .flags = IG_F_REQUIRED,                                              \
	  .at = offsetof(STEP, packages) },                                    \
		IG_VALUE("exclude", IG_K_STRS, STEP, exclude), ARCHIVE_FIELDS

/* The members of a step's value lie in the step itself. */
static const struct ig_field debian_fields[] = {
	DEBIAN_FIELDS, IG_VALUE("depends", IG_K_OPT_BOOL, STEP, depends),
	IG_FIELDS_END
};
static const struct ig_object debian_object = { .fields = debian_fields };

static const struct ig_field kernel_fields[] = { DEBIAN_FIELDS, IG_FIELDS_END };
static const struct ig_object kernel_object = { .fields = kernel_fields };

static const struct ig_field linux_fields[] = {
	DEBIAN_FIELDS,
	{ .key = "fragments",
	  .kind = IG_K_STRS,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(STEP, fragments) },
	IG_STR("resolved", STEP, resolved, 0),
	IG_FIELDS_END
};
static const struct ig_object linux_object = { .fields = linux_fields };

static const char *const grub_formats[] = { "i386-pc", "i386-pc-eltorito",
					    "x86_64-efi", "arm64-efi", NULL };

static const struct ig_field grub_fields[] = {
	{ .key = "format",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(STEP, format),
	  .words = grub_formats },
	{ .key = "modules",
	  .kind = IG_K_STRS,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(STEP, modules) },
	IG_STR("config", STEP, config, 0),
	{ .key = "prefix",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(STEP, prefix),
	  .check = ig_check_file_path },
	{ .key = "output",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(STEP, output),
	  .check = ig_check_file_path },
	IG_FIELDS_END
};
static const struct ig_object grub_object = { .fields = grub_fields };

static const struct ig_field compile_fields[] = {
	IG_STR("folder", STEP, folder, 0),
	IG_STR("from", STEP, from, 0),
	IG_VALUE("packages", IG_K_STRS, STEP, packages),
	ARCHIVE_FIELDS,
	{ .key = "sources",
	  .kind = IG_K_STRS,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(STEP, sources) },
	IG_VALUE("flags", IG_K_STRS, STEP, flags),
	{ .key = "output",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(STEP, output),
	  .check = ig_check_file_path },
	IG_FIELDS_END
};
static const struct ig_object compile_object = { .fields = compile_fields };

static int check_step_files(struct ig_walk *walk, const STEP *step,
			    const struct ig_path *path)
{
	struct ig_path up = { path, "files", 0 };

	for (size_t i = 0; i < step->files_n; i++) {
		const struct ig_file *file = &step->files[i];
		struct ig_path item = { &up, NULL, i };
		const char *why =
			file->metadata ? "metadata is of specs only"
			: file->uid.name || file->gid.name
				? "uid and gid are numbers in a recipe"
				: NULL;

		if (why &&
		    ig_problem_pos(walk, &item, &file->pos, "%s", why) < 0)
			return -1;
	}
	return 0;
}

/* The key of @node that says what the step does; there should be @n = 1. */
static const char *kind_key(const struct ig_ynode *node, size_t *n)
{
	const char *found = NULL;

	*n = 0;

	for (size_t i = 0; i < node->n; i++) {
		const char *key = node->v[2 * i]->text;

		if (strcmp(key, "arches") == 0)
			continue;
		found = key;
		++*n;
	}
	return found;
}

static const char *bad_compile(const STEP *step)
{
	if (!step->sources.n)
		return "sources: none is named";
	if (step->from || step->packages.n)
		return NULL;
	return step->suite || step->components.n || step->mirror
		       ? "suite, components and mirror are of 'from' and 'packages'"
		       : NULL;
}

/* Why @step does nothing, or NULL. */
static const char *empty_step(const STEP *step)
{
	switch (step->kind) {
	case IG_STEP_DEBIAN:
	case IG_STEP_KERNEL:
		return step->packages.n ? NULL : "packages: none is named";
	case IG_STEP_LINUX:
		if (!step->packages.n)
			return "packages: none is named";
		return step->fragments.n ? NULL : "fragments: none is named";
	case IG_STEP_COMPILE:
		return bad_compile(step);
	case IG_STEP_BASE:
		return step->base ? NULL : "base: none is named";
	case IG_STEP_GRUB:
		return step->modules.n ? NULL : "modules: none is named";
	case IG_STEP_RENAME:
		return step->renames.n ? NULL : "rename: nothing is named";
	case IG_STEP_KEEP:
		return step->keep.n ? NULL : "keep: nothing would be left";
	case IG_STEP_FILES:
	default:
		return NULL;
	}
}

static int check_step(struct ig_walk *walk, void *object,
		      const struct ig_ynode *node, const struct ig_path *path)
{
	static const struct {
		const char *key;
		enum ig_step_kind kind;
	} kinds[] = {
		{ "debian", IG_STEP_DEBIAN }, { "files", IG_STEP_FILES },
		{ "base", IG_STEP_BASE },     { "compile", IG_STEP_COMPILE },
		{ "kernel", IG_STEP_KERNEL }, { "linux", IG_STEP_LINUX },
		{ "grub", IG_STEP_GRUB },     { "rename", IG_STEP_RENAME },
		{ "keep", IG_STEP_KEEP }
	};
	STEP *step = object;
	size_t n;
	const char *key = kind_key(node, &n);
	const char *empty;

	if (n != 1)
		return ig_problem(walk, path, node,
				  "a step has exactly one key, this has %zu%s",
				  n, n < node->n ? " besides 'arches'" : "");
	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		if (strcmp(key, kinds[i].key) == 0)
			step->kind = kinds[i].kind;
	}
	empty = empty_step(step);
	if (empty)
		return ig_problem(walk, path, node, "%s", empty);
	return check_step_files(walk, step, path);
}

static const struct ig_field step_fields[] = {
	{ .key = "debian", .kind = IG_K_OBJ, .sub = &debian_object },
	IG_ARRAY("files", STEP, files, files_n, &ig_schema_file, 0),
	{ .key = "base",
	  .kind = IG_K_STR,
	  .flags = IG_F_EXPAND,
	  .at = offsetof(STEP, base) },
	{ .key = "compile", .kind = IG_K_OBJ, .sub = &compile_object },
	{ .key = "kernel", .kind = IG_K_OBJ, .sub = &kernel_object },
	{ .key = "linux", .kind = IG_K_OBJ, .sub = &linux_object },
	{ .key = "grub", .kind = IG_K_OBJ, .sub = &grub_object },
	IG_VALUE("rename", IG_K_MAP, STEP, renames),
	IG_VALUE("keep", IG_K_STRS, STEP, keep),
	IG_VALUE("arches", IG_K_STRS, STEP, arches),
	IG_FIELDS_END
};
static const struct ig_object step_object = {
	.size = sizeof(STEP),
	.pos_at = offsetof(STEP, pos) + 1,
	.fields = step_fields,
	.check = check_step,
};

#define IGNORED(k)                                                             \
	{                                                                      \
		.key = (k), .kind = IG_K_IGNORE                                \
	}

static const struct ig_field recipe_fields[] = {
	IG_STR("org", struct ig_recipe_doc, recipe.org, 0),
	{ .key = "image",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_recipe_doc, recipe.image),
	  .pos_at = offsetof(struct ig_recipe_doc, recipe.image_pos) + 1,
	  .check = ig_check_name },
	IG_STR("tag", struct ig_recipe_doc, recipe.tag, 0),
	IG_VALUE("arches", IG_K_STRS, struct ig_recipe_doc, recipe.arches),
	IG_OBJ("config", struct ig_recipe_doc, config, &ig_schema_label,
	       config_set),
	IG_VALUE("labels", IG_K_MAP, struct ig_recipe_doc, recipe.labels),
	IG_VALUE("entrypoint", IG_K_STRS, struct ig_recipe_doc,
		 recipe.entrypoint),
	IG_VALUE("cmd", IG_K_STRS, struct ig_recipe_doc, recipe.cmd),
	IG_VALUE("env", IG_K_STRS, struct ig_recipe_doc, recipe.env),
	IG_STR("workdir", struct ig_recipe_doc, recipe.workdir, 0),
	IG_STR("user", struct ig_recipe_doc, recipe.user, 0),
	IG_ARRAY("content", struct ig_recipe_doc, recipe.steps, recipe.steps_n,
		 &step_object, 0),
	/* of builds with a Dockerfile */
	IGNORED("dockerfile"),
	IGNORED("buildArgs"),
	IGNORED("depends"),
	IGNORED("extra-sources"),
	IGNORED("gitrepo"),
	IGNORED("network"),
	IGNORED("disable-cache"),
	IG_FIELDS_END
};

static int check_recipe(struct ig_walk *walk, void *object,
			const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_recipe_doc *doc = object;

	if (doc->recipe.steps_n > 0)
		return 0;
	return ig_problem(
		walk, path, node,
		"the recipe has no 'content': a Dockerfile is not built here, list what goes in");
}

const struct ig_object ig_schema_recipe = {
	.size = sizeof(struct ig_recipe_doc),
	.fields = recipe_fields,
	.check = check_recipe,
};

void ig_recipe_free(struct ig_recipe *recipe)
{
	if (!recipe)
		return;
	ig_arena_free(recipe->arena);
	ig_freep(&recipe);
}

void ig_recipe_freep(struct ig_recipe **recipe)
{
	ig_recipe_free(*recipe);
	*recipe = NULL;
}

static int label_text(struct ig_recipe *recipe, const struct ig_entry *config,
		      struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(RECIPE_MEMORY);
	struct ig_emit emit = { .form = IG_FORM_META_JSON, .err = err };

	if (ig_emit_json(&json, &emit, 0, &ig_schema_label, config) < 0)
		return -1;
	recipe->label = ig_arena_strn(recipe->arena, json.data, json.len, err);
	return recipe->label ? 0 : -1;
}

static int read_recipe(struct ig_recipe *recipe, struct ig_walk *walk,
		       const struct ig_yaml_source *source)
{
	struct ig_arena *arena = recipe->arena;
	struct ig_recipe_doc doc = { 0 };
	const struct ig_ynode *root = ig_yaml_load(source, arena, walk->err);

	if (!root)
		return -1;
	if (ig_schema_fill(walk, &ig_schema_recipe, &doc, root, NULL) < 0 ||
	    ig_walk_end(walk) < 0)
		return -1;
	*recipe = doc.recipe;
	recipe->arena = arena;
	return doc.config_set ? label_text(recipe, &doc.config, walk->err) : 0;
}

int ig_recipe_parse(struct ig_recipe **out, const char *file, const void *text,
		    size_t len, struct ig_buf *problems, struct ig_err *err)
{
	IG_AUTO(ig_recipe_freep)
	struct ig_recipe *recipe = calloc(1, sizeof(*recipe));
	struct ig_walk walk = { .problems = problems, .err = err };
	struct ig_yaml_source source = { .text = text,
					 .len = len,
					 .packages = true };

	*out = NULL;
	if (!recipe)
		return ig_fail_mem(err);
	recipe->arena = ig_arena_new(RECIPE_MEMORY, err);
	if (!recipe->arena)
		return -1;
	walk.arena = recipe->arena;
	walk.file = source.file = ig_arena_str(recipe->arena, file, err);
	if (!walk.file)
		return -1;
	if (read_recipe(recipe, &walk, &source) < 0)
		return ig_walk_failed(&walk);
	*out = ig_take(&recipe);
	return 0;
}
