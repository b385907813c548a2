/* SPDX-License-Identifier: Apache-2.0 */
#include "kmod_priv.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#define TEXT_MAX  ((size_t)64 << 20)
#define PATH_ROOM 4200

/* ---- what goes ---- */

static bool is_module(const char *name)
{
	const char *at = strstr(name, ".ko");

	for (; at; at = strstr(at + 1, ".ko")) {
		if (at[3] == '\0' || at[3] == '.')
			return true;
	}
	return false;
}

/* Whether @node (a file below the folder) is one that stays. */
static int stays(bool *out, const struct kmod_db *db,
		 const struct ig_node *node, struct ig_err *err)
{
	char *name = kmod_name(db->arena, node->name, strlen(node->name), err);
	const struct kmod *mod = name ? kmod_find(db, name) : NULL;

	if (!name)
		return -1;
	*out = mod && mod->keep;
	return 0;
}

/* The next node of a walk that comes back to parents last, below @top. */
static struct ig_node *deepest(struct ig_node *node)
{
	while (node->child)
		node = node->child;
	return node;
}

static int prune(struct kmod_db *db, struct ig_node *top, struct ig_err *err)
{
	struct ig_node *node = deepest(top);

	while (node != top) {
		struct ig_node *next =
			node->next ? deepest(node->next) : node->parent;
		bool keep = true;

		if (node->inode->type == IG_DIR)
			keep = node->child != NULL;
		else if (is_module(node->name) &&
			 stays(&keep, db, node, err) < 0)
			return -1;
		if (!keep)
			ig_tree_remove(db->tree, node);
		node = next;
	}
	if (!top->child)
		ig_tree_remove(db->tree, top);
	return 0;
}

static int prune_all(struct kmod_db *db, struct ig_err *err)
{
	struct ig_node *node = db->dir->child;

	while (node) {
		struct ig_node *next = node->next;

		if (node->inode->type == IG_DIR && prune(db, node, err) < 0)
			return -1;
		node = next;
	}
	return 0;
}

/* ---- what is written anew ---- */

/* The word of a line that names the module: the path before ':', the first
 * one, or the last one. */
enum where {
	AT_COLON,
	AT_FIRST,
	AT_SECOND,
	AT_LAST,
};

static const struct {
	const char *file;
	enum where where;
} texts[] = {
	{ "modules.dep", AT_COLON },	  { "modules.order", AT_FIRST },
	{ "modules.alias", AT_LAST },	  { "modules.symbols", AT_LAST },
	{ "modules.softdep", AT_SECOND }, { "modules.weakdep", AT_SECOND },
	{ "modules.devname", AT_FIRST },
};

/* modprobe(8) prefers these to the texts; without them it reads the texts. */
static const char *const stale[] = { "modules.dep.bin", "modules.alias.bin",
				     "modules.symbols.bin",
				     "modules.softdep.bin",
				     "modules.weakdep.bin" };

static void word_of(const char **word, size_t *len, const char *line,
		    size_t line_len, enum where where)
{
	const char *end = line + line_len;
	const char *p = line;

	if (where == AT_LAST) {
		const char *space = memrchr(line, ' ', line_len);

		p = space ? space + 1 : line;
		*word = p;
		*len = (size_t)(end - p);
		return;
	}
	if (where == AT_SECOND) {
		const char *space = memchr(line, ' ', line_len);

		p = space ? space + 1 : end;
	}
	*word = p;
	while (p < end && *p != ' ' && *p != '\t' &&
	       !(where == AT_COLON && *p == ':'))
		p++;
	*len = (size_t)(p - *word);
}

static int line_stays(bool *out, const struct kmod_db *db, const char *line,
		      size_t len, enum where where, struct ig_err *err)
{
	const char *word;
	size_t word_len;
	char *name;
	const struct kmod *mod;

	*out = true;
	if (len == 0 || line[0] == '#')
		return 0;
	word_of(&word, &word_len, line, len, where);
	name = kmod_name(db->arena, word, word_len, err);
	if (!name)
		return -1;
	mod = kmod_find(db, name);
	*out = mod && mod->keep;
	return 0;
}

static int filter(struct ig_buf *out, const struct kmod_db *db,
		  const char *text, enum where where, struct ig_err *err)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		bool keep;

		if (line_stays(&keep, db, text, len, where, err) < 0)
			return -1;
		if (keep && (ig_buf_add(out, text, len, err) < 0 ||
			     ig_buf_putc(out, '\n', err) < 0))
			return -1;
		text += len;
		text += *text == '\n';
	}
	return 0;
}

/* A new inode: the old one may have other names. */
static int put_text(struct kmod_db *db, const char *name,
		    const struct ig_buf *text, struct ig_err *err)
{
	const struct ig_node *old =
		ig_node_child(db->tree, db->dir, name, strlen(name));
	struct ig_inode *inode = ig_tree_inode(db->tree, IG_FILE, err);

	if (!inode)
		return -1;
	inode->mode = old->inode->mode;
	inode->uid = old->inode->uid;
	inode->gid = old->inode->gid;
	inode->mtime = old->inode->mtime;
	inode->size = text->len;
	inode->mem =
		ig_arena_strn(ig_tree_arena(db->tree),
			      text->data ? text->data : "", text->len, err);
	if (!inode->mem)
		return -1;
	return ig_tree_put(db->tree, db->dir, name, strlen(name), inode, err)
		       ? 0
		       : -1;
}

static int rewrite(struct kmod_db *db, const char *file, enum where where,
		   struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(TEXT_MAX);
	char *text;

	if (kmod_text(&text, db, file, err) < 0)
		return -1;
	if (!text)
		return 0;
	if (filter(&out, db, text, where, err) < 0)
		return -1;
	return put_text(db, file, &out, err);
}

int kmod_write(struct kmod_db *db, struct ig_err *err)
{
	if (prune_all(db, err) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		if (rewrite(db, texts[i].file, texts[i].where, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < IG_COUNT(stale); i++) {
		struct ig_node *node = ig_node_child(
			db->tree, db->dir, stale[i], strlen(stale[i]));

		if (node)
			ig_tree_remove(db->tree, node);
	}
	return 0;
}
