/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/tree.h>

#include "build_internal.h"

struct make {
	const struct ig_plan *plan;
	struct ig_store *store;
	unsigned want;
	const struct ig_part **todo;
	size_t n;
};

static int make_image(const struct make *m, const struct ig_part *part,
		      struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	struct ig_layers_opts opts = { .rules = m->plan->opts.rules,
				       .hash = true };

	if (!tree || ig_spool_init(&spool, m->store, err) < 0)
		return -1;
	ig_tree_root(tree)->inode->mtime = IG_FIXED_TIME;
	if (ig_image_tree(tree, &spool, m->store, part->pin->image, &opts,
			  err) < 0 ||
	    ig_tree_dress(tree, part->init, err) < 0)
		return -1;
	return ig_part_write(m->plan, part, m->store, m->want, tree, err);
}

static int make_job(void *ctx, size_t i, struct ig_err *err)
{
	const struct make *m = ctx;
	const struct ig_part *part = m->todo[i];
	int result = 0;

	switch (part->kind) {
	case IG_PART_KERNEL:
		result = ig_make_kernel(m->plan, m->store, err);
		break;
	case IG_PART_ROOT:
		/* The root takes the kernel's modules: one chain. */
		if (m->plan->kernel && !ig_kernel_made(m->plan, m->store))
			result = ig_make_kernel(m->plan, m->store, err);
		if (result == 0)
			result = ig_make_root(m->plan, m->store, m->want, err);
		break;
	case IG_PART_IMAGE:
		result = make_image(m, part, err);
		break;
	case IG_PART_LOADER:
		result = ig_make_loader(m->plan, part, m->store, err);
		break;
	}
	if (result < 0)
		return -1; /* says itself which image, or which key */
	ig_info("made %s for %s", part->location, part->source);
	return 0;
}

static bool is_made(const struct make *m, const struct ig_part *part)
{
	if (part->kind == IG_PART_KERNEL)
		return ig_kernel_made(m->plan, m->store);
	if (part->kind == IG_PART_LOADER)
		return ig_loader_made(part, m->store);
	return ig_part_has(m->plan, part, m->store, m->want);
}

int ig_make(const struct ig_plan *plan, struct ig_store *store, unsigned want,
	    struct ig_made *made, struct ig_err *err)
{
	struct make m = { plan, store, want, NULL, 0 };
	const struct ig_part *const beside[] = { plan->loader, plan->firmware };
	ig_autofree const struct ig_part **todo = calloc(
		plan->parts_n + IG_COUNT(beside) + 1, sizeof(struct ig_part *));
	size_t parts = plan->parts_n;
	bool root = plan->root && !is_made(&m, plan->root);

	if (!todo)
		return ig_fail_mem(err);
	m.todo = todo;
	for (size_t i = 0; i < plan->parts_n; i++) {
		const struct ig_part *part = &plan->parts[i];

		if (is_made(&m, part))
			continue;
		made->made++;
		if (part->kind == IG_PART_KERNEL && root)
			continue; /* made by the root's job */
		todo[m.n++] = part;
	}
	for (size_t i = 0; i < IG_COUNT(beside); i++) {
		parts += beside[i] != NULL;
		if (!beside[i] || is_made(&m, beside[i]))
			continue;
		made->made++;
		todo[m.n++] = beside[i];
	}
	made->reused = parts - made->made;
	return ig_parallel(m.n, 0, make_job, &m, err);
}
