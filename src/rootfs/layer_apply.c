/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/str.h>

int layer_fail_archive(struct layer *l, struct ig_err *err)
{
	const char *text;

	if (l->tap.failed)
		return -1; /* the source has filled @err */
	text = archive_error_string(l->ar);
	return ig_fail(err, IG_EFORMAT, "damaged tar: %s",
		       text ? text : "unreadable header");
}

/* Everything that the layer has, and what leads to it, is safe from its
 * whiteouts. */
static void touch(const struct layer *l, struct ig_node *node)
{
	while (node && tnode_of(node)->layer != l->number) {
		tnode_of(node)->layer = l->number;
		node = node->parent;
	}
}

static bool wants_data(const struct layer *l)
{
	const char *const *only = l->opts->only;

	if (!only)
		return true;
	for (; *only; only++) {
		if (ig_streq(*only, l->path))
			return true;
	}
	return false;
}

static int link_target(struct layer *l, struct ig_inode **out, const char *name,
		       struct ig_err *err)
{
	char path[PATH_MAX_LEN + 1];
	char parent[PATH_MAX_LEN + 1];
	struct ig_node *dir;
	struct ig_node *node = NULL;
	const char *base;

	if (layer_clean(path, name, err) < 0)
		return -1;
	base = layer_split(path, parent);
	if (tree_walk(&dir, l->tree, ig_tree_root(l->tree), parent, err) < 0)
		return -1;
	if (dir)
		node = ig_node_child(l->tree, dir, base, strlen(base));
	if (!node)
		return ig_fail(err, IG_EFORMAT,
			       "a hard link to '%.200s', which is not there",
			       path);
	if (node->inode->type == IG_DIR)
		return ig_fail(err, IG_EFORMAT,
			       "a hard link to the directory '%.200s'", path);
	*out = node->inode;
	return 0;
}

static int entry_inode(struct layer *l, struct ig_inode **out,
		       struct archive_entry *entry, struct ig_err *err)
{
	const char *link = archive_entry_hardlink(entry);

	if (link) {
		if (archive_entry_size(entry) != 0)
			return ig_fail(err, IG_EFORMAT,
				       "data behind a hard link");
		if (link_target(l, out, link, err) < 0)
			return -1;
		if (l->opts->only && wants_data(l) && (*out)->fd < 0 &&
		    (*out)->size > 0)
			return ig_fail(
				err, IG_EFORMAT,
				"a hard link, which is not supported here");
		return 0;
	}
	if (layer_inode(l, out, entry, err) < 0)
		return -1;
	if ((*out)->type != IG_FILE || !wants_data(l))
		return 0;
	return layer_data(l, *out, err);
}

static int apply_root(struct layer *l, struct archive_entry *entry,
		      struct ig_err *err)
{
	struct ig_inode *inode;

	if (archive_entry_hardlink(entry))
		return ig_fail(err, IG_EFORMAT, "the root is a hard link");
	if (layer_inode(l, &inode, entry, err) < 0)
		return -1;
	if (inode->type != IG_DIR)
		return ig_fail(err, IG_EFORMAT, "the root is not a directory");
	node_set(l->tree, ig_tree_root(l->tree), inode);
	return 0;
}

static int put(struct layer *l, struct ig_node *dir, const char *base,
	       struct ig_inode *inode, struct ig_err *err)
{
	size_t len = strlen(base);
	struct ig_node *old = ig_node_child(l->tree, dir, base, len);
	struct ig_node *node;

	if (old && tnode_of(old)->entry == l->number &&
	    (old->inode->type != IG_DIR || inode->type != IG_DIR))
		layer_note(l, NOTE_TWICE, l->path);
	node = ig_tree_put(l->tree, dir, base, len, inode, err);
	if (!node)
		return -1;
	tnode_of(node)->entry = l->number;
	if (inode->type == IG_DIR && stash_show(l, node, err) < 0)
		return -1;
	touch(l, node);
	return 0;
}

static int apply_entry(struct layer *l, struct archive_entry *entry,
		       struct ig_err *err)
{
	char parent[PATH_MAX_LEN + 1];
	struct ig_inode *inode;
	struct ig_node *dir;
	const char *base;
	int skip = 0;

	if (layer_clean(l->path, archive_entry_pathname(entry), err) < 0)
		return -1;
	if (!l->path[0])
		return apply_root(l, entry, err);
	base = layer_split(l->path, parent);
	if (l->whiteouts)
		skip = layer_below_whiteout(l, parent, err);
	if (skip != 0)
		return skip < 0 ? -1 : 0;
	if (l->whiteouts && ig_starts(base, WHITEOUT_PREFIX))
		return layer_whiteout(l, base, err);
	if (entry_inode(l, &inode, entry, err) < 0)
		return -1;
	dir = ig_tree_resolve(l->tree, parent, NULL, err);
	return dir ? put(l, dir, base, inode, err) : -1;
}

/* 1: an entry, its headers checked; 0: the end. */
static int next_entry(struct layer *l, struct archive_entry **entry,
		      struct ig_err *err)
{
	uint64_t at = (uint64_t)archive_filter_bytes(l->ar, 0);
	int rc;

	l->tap.header = at;
	l->tap.in_header = true;
	rc = archive_read_next_header(l->ar, entry);
	l->tap.in_header = false;
	if (l->tap.failed)
		return -1;
	if (rc == ARCHIVE_EOF)
		return header_check_end(&l->tap, at, err);
	if (!layer_archive_ok(rc))
		return layer_fail_archive(l, err);
	if (++l->entries > LAYER_ENTRIES)
		return ig_fail(err, IG_ELIMIT, "more than %u entries",
			       LAYER_ENTRIES);
	/* ARCHIVE_WARN: a name that is not UTF-8, or what this refuses. */
	return header_check(&l->tap, at, err) < 0 ? -1 : 1;
}

static int skip_rest(struct layer *l, struct ig_err *err)
{
	int rc = archive_read_data_skip(l->ar);

	if (l->tap.failed || !layer_archive_ok(rc))
		return layer_fail_archive(l, err);
	return 0;
}

static int apply_entries(struct layer *l, struct ig_err *err)
{
	struct archive_entry *entry;
	bool junk;
	int rc;

	while ((rc = next_entry(l, &entry, err)) > 0) {
		l->path[0] = '\0';
		if (apply_entry(l, entry, err) < 0 || skip_rest(l, err) < 0)
			return l->path[0] ? ig_wrap(err, "'%.300s'", l->path)
					  : -1;
	}
	if (rc < 0 && l->path[0])
		return ig_wrap(err, "after '%.300s'", l->path);
	if (rc < 0)
		return -1;
	/* The digest is over all bytes, so all must be read. */
	if (tap_drain(&l->tap, (uint64_t)archive_filter_bytes(l->ar, 0), &junk,
		      err) < 0)
		return -1;
	if (junk)
		layer_note(l, NOTE_TAIL, "the tar");
	return 0;
}

/* What moved between the tree and the stash has left wrong counts. */
static void count_links(struct ig_tree *tree)
{
	struct ig_node *root = ig_tree_root(tree);

	for (struct ig_node *n = root; n; n = ig_node_next(n))
		n->inode->nlink = 0;
	for (struct ig_node *n = root; n; n = ig_node_next(n))
		n->inode->nlink++;
}

static int open_archive(struct layer *l, struct ig_err *err)
{
	l->ar = archive_read_new();
	if (!l->ar)
		return ig_fail_mem(err);
	/* "empty": a layer of no bytes changes nothing */
	if (archive_read_support_format_tar(l->ar) < ARCHIVE_WARN ||
	    archive_read_support_format_empty(l->ar) < ARCHIVE_WARN ||
	    archive_read_open(l->ar, &l->tap, NULL, tap_read, NULL) <
		    ARCHIVE_WARN)
		return layer_fail_archive(l, err);
	return 0;
}

static int layer_run(struct layer *l, struct ig_source *tar, bool hash,
		     struct ig_err *err)
{
	int rc = -1;

	l->number = ++l->tree->layer;
	if (hash)
		l->hash = ig_hash_new(err);
	if ((!hash || l->hash) && tap_init(&l->tap, tar, err) == 0 &&
	    open_archive(l, err) == 0)
		rc = apply_entries(l, err);
	if (l->tree->stash)
		count_links(l->tree);
	if (rc == 0)
		layer_tell(l);
	if (l->ar)
		archive_read_free(l->ar);
	ig_hash_free(l->hash);
	tap_done(&l->tap);
	return rc;
}

int ig_layer_apply(struct ig_tree *tree, struct ig_spool *spool,
		   struct ig_source *tar, const char *who,
		   const struct ig_layers_opts *opts, struct ig_err *err)
{
	struct layer l = { .tree = tree,
			   .spool = spool,
			   .who = who,
			   .opts = opts,
			   .whiteouts = true };

	return layer_run(&l, tar, opts->hash, err);
}

int ig_tar_tree(struct ig_tree *tree, struct ig_spool *spool,
		struct ig_source *tar, const char *who, bool hash,
		struct ig_err *err)
{
	const struct ig_layers_opts opts = { IG_LAYERS_OCI, hash, NULL };
	struct layer l = {
		.tree = tree, .spool = spool, .who = who, .opts = &opts
	};

	return layer_run(&l, tar, hash, err);
}
