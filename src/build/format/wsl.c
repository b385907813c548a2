/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "formats.h"

/* The tree as a compressed tar for `wsl --install --from-file`. WSL brings its
 * own kernel. */
#define END	 1024u /* two zero blocks */

#define WSL_CONF "[boot]\nsystemd=false\n\n[user]\ndefault=root\n"

/* What the spec or an init image says already stays. */
static int add_conf(struct ig_tree *tree, const struct ig_tree *there,
		    const char *name, const char *text, struct ig_err *err)
{
	struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	struct ig_node *etc = ig_tree_find(there, "etc");
	struct ig_inode *inode;

	if (etc && ig_node_child(there, etc, name, strlen(name)))
		return 0;
	if (etc && etc->inode->type == IG_DIR)
		model = *etc->inode;
	etc = ig_tree_resolve(tree, "etc", &model, err);
	inode = etc ? ig_tree_inode(tree, IG_FILE, err) : NULL;
	if (!inode)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	inode->size = strlen(text);
	inode->mem = ig_arena_str(ig_tree_arena(tree), text, err);
	if (!inode->mem)
		return -1;
	return ig_tree_put(tree, etc, name, strlen(name), inode, err) ? 0 : -1;
}

/* The name that the distribution gets when nobody gives it one. */
static char *distribution_conf(const char *name, struct ig_err *err)
{
	char *text = ig_format(
		err, "[oobe]\ndefaultName=%s\n\n[shortcut]\nenabled=false\n",
		name);
	char *p = text ? strchr(text, '=') : NULL;

	while (p && *++p != '\n')
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			*p = '-';
	return text;
}

static int add_confs(struct ig_generated *gen, struct ig_compose *c,
		     struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *own = ig_tree_new(err);
	ig_autofree char *text = distribution_conf(c->opts->name, err);

	if (!own || !text ||
	    add_conf(own, gen->tree, "wsl.conf", WSL_CONF, err) < 0 ||
	    add_conf(own, gen->tree, "wsl-distribution.conf", text, err) < 0)
		return -1;
	for (struct ig_node *at = ig_tree_root(own); at; at = ig_node_next(at))
		at->inode->mark = IG_GENERATED_MARK;
	if (ig_tree_graft(gen->tree, ig_tree_root(gen->tree), own, err) < 0)
		return -1;
	ig_tree_root(gen->tree)->inode->mark = 0;
	return ig_tree_sort(gen->tree, err);
}

static int make_tar(struct ig_rope *tar, struct ig_compose *c,
		    struct ig_err *err)
{
	IG_AUTO(ig_generated_done)
	struct ig_generated gen = { .spool = { -1, 0 } };

	if (ig_generate(&gen, c->plan, c->store, false, err) < 0 ||
	    add_confs(&gen, c, err) < 0 ||
	    ig_compose_tree_tar(tar, c, &gen, err) < 0)
		return -1;
	return ig_rope_zero(tar, END, err);
}

static int write_wsl(struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *tar = ig_compose_new(c, err);

	if (!tar || make_tar(tar, c, err) < 0)
		return -1;
	return ig_compose_gzip(c, ".wsl", tar, err);
}

const struct ig_build_format ig_format_wsl = {
	.name = "wsl",
	.files = "NAME.wsl",
	.purpose = "for 'wsl --install --from-file' on Windows",
	.want = IG_WANT_TAR,
	.stream = true,
	.write = write_wsl,
};
