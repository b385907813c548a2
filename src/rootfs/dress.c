/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/rootfs.h>

#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/tree.h>

static const char hosts[] = "127.0.0.1       localhost\n"
			    "::1     localhost ip6-localhost ip6-loopback\n"
			    "fe00::0 ip6-localnet\n"
			    "ff00::0 ip6-mcastprefix\n"
			    "ff02::1 ip6-allnodes\n"
			    "ff02::2 ip6-allrouters\n";
static const char no_resolv[] = "\n# no resolv.conf configured\n";

/* An entry of LinuxKit's own, which it always makes anew. */
struct item {
	const char *dir;
	const char *name;
	enum ig_type type;
	uint32_t mode;
	const char *text; /* of a file, or target of a link */
};

static const struct item dirs[] = {
	{ "", "dev", IG_DIR, 0755, NULL },
	{ "dev", "pts", IG_DIR, 0755, NULL },
	{ "dev", "shm", IG_DIR, 0755, NULL },
	{ "", "etc", IG_DIR, 0755, NULL },
	{ "", "proc", IG_DIR, 0755, NULL },
	{ "", "sys", IG_DIR, 0755, NULL },
};
static const struct item hosts_file = { "etc", "hosts", IG_FILE, 0644, hosts };
static const struct item mtab_link = { "etc", "mtab", IG_SYMLINK, 0755,
				       "/proc/mounts" };
static const struct item resolv_file = { "etc", "resolv.conf", IG_FILE, 0644,
					 no_resolv };
static const struct item resolv_link = { "etc", "resolv.conf", IG_SYMLINK, 0644,
					 "/run/resolvconf/resolv.conf" };

static int set_text(struct ig_inode *inode, const char *text,
		    struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = NULL;

	if (inode->type == IG_SYMLINK)
		inode->link = text;
	if (inode->type != IG_FILE)
		return 0;
	hash = ig_hash_new(err);
	if (!hash)
		return -1;
	inode->mem = text;
	inode->size = strlen(text);
	ig_hash_add(hash, text, strlen(text));
	ig_hash_end(hash, inode->sha256);
	inode->has_hash = true;
	return 0;
}

/* Puts @item; its folder may be a link to another inside the tree. */
static int make(struct ig_tree *tree, const struct item *item,
		struct ig_err *err)
{
	struct ig_node *dir = ig_tree_resolve(tree, item->dir, NULL, err);
	struct ig_inode *inode;

	if (!dir)
		return -1;
	inode = ig_tree_inode(tree, item->type, err);
	if (!inode)
		return -1;
	inode->mode = item->mode;
	inode->mtime = IG_FIXED_TIME;
	if (set_text(inode, item->text, err) < 0)
		return -1;
	if (!ig_tree_put(tree, dir, item->name, strlen(item->name), inode, err))
		return -1;
	return 0;
}

/* A link to a directory of the image stays one: usr-merged roots. */
static int make_dir(struct ig_tree *tree, const struct item *item,
		    struct ig_err *err)
{
	struct ig_node *dir = ig_tree_resolve(tree, item->dir, NULL, err);
	struct ig_node *node;

	if (!dir)
		return -1;
	node = ig_node_child(tree, dir, item->name, strlen(item->name));
	if (node && node->inode->type == IG_SYMLINK && !item->dir[0])
		return ig_tree_resolve(tree, item->name, NULL, err) ? 0 : -1;
	return make(tree, item, err);
}

static void drop(struct ig_tree *tree, const char *path)
{
	struct ig_node *node = ig_tree_find(tree, path);

	if (node)
		ig_tree_remove(tree, node);
}

static int mtab(struct ig_tree *tree, struct ig_err *err)
{
	struct ig_node *dir = ig_tree_resolve(tree, "etc", NULL, err);
	struct ig_node *node;

	if (!dir)
		return -1;
	node = ig_node_child(tree, dir, "mtab", strlen("mtab"));
	if (!node)
		return make(tree, &mtab_link, err);
	node->inode->mtime = IG_FIXED_TIME;
	return 0;
}

int ig_tree_dress(struct ig_tree *tree, bool init, struct ig_err *err)
{
	static const char *const dropped[] = { ".dockerenv", "Dockerfile",
					       "dev/console", "etc/hostname" };

	for (size_t i = 0; i < IG_COUNT(dropped); i++)
		drop(tree, dropped[i]);
	for (size_t i = 0; i < IG_COUNT(dirs); i++) {
		if (make_dir(tree, &dirs[i], err) < 0)
			return -1;
	}
	if (make(tree, &hosts_file, err) < 0 || mtab(tree, err) < 0)
		return -1;
	return make(tree, init ? &resolv_link : &resolv_file, err);
}
