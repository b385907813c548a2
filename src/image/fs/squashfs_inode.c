/* SPDX-License-Identifier: Apache-2.0 */
#include "squashfs.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "fs.h"

#define NO_XATTRS 0xffffffffu

static void free_inode(sqfs_inode_generic_t **inode)
{
	sqfs_free(*inode);
	*inode = NULL;
}

static sqfs_inode_generic_t *inode_room(size_t extra)
{
	return calloc(1, sizeof(sqfs_inode_generic_t) + extra);
}

/* squashfs knows these three and no other. */
static bool keeps_xattr(const char *name)
{
	return ig_starts(name, "user.") || ig_starts(name, "trusted.") ||
	       ig_starts(name, "security.");
}

static int add_xattrs(struct ig_sqfs *fs, const struct ig_inode *inode,
		      uint32_t *index)
{
	int ret = sqfs_xattr_writer_begin(fs->xattrs, 0);

	for (size_t i = 0; i < inode->xattrs_n && !ret; i++) {
		const struct ig_xattr *x = &inode->xattrs[i];

		if (keeps_xattr(x->name))
			ret = sqfs_xattr_writer_add(fs->xattrs, x->name,
						    x->value, x->len);
		else
			fs->xattrs_lost++;
	}
	return ret ? ret : sqfs_xattr_writer_end(fs->xattrs, index);
}

static int file_inode(sqfs_inode_generic_t **out, struct ig_sqfs *fs,
		      const struct ig_inode *inode)
{
	*out = ig_take(&fs->files[inode->mark]);
	if (inode->nlink < 2)
		return 0;
	if (sqfs_inode_make_extended(*out))
		return SQFS_ERROR_INTERNAL;
	(*out)->data.file_ext.nlink = inode->nlink;
	return 0;
}

static int link_inode(sqfs_inode_generic_t **out, const struct ig_inode *inode)
{
	size_t len = strlen(inode->link);
	sqfs_inode_generic_t *made = inode_room(len);

	if (!made)
		return SQFS_ERROR_ALLOC;
	made->base.type = SQFS_INODE_SLINK;
	made->data.slink.nlink = inode->nlink;
	made->data.slink.target_size = (sqfs_u32)len;
	made->payload_bytes_available = (sqfs_u32)len;
	made->payload_bytes_used = (sqfs_u32)len;
	memcpy(made->extra, inode->link, len);
	*out = made;
	return 0;
}

static int special_inode(sqfs_inode_generic_t **out,
			 const struct ig_inode *inode)
{
	sqfs_inode_generic_t *made = inode_room(0);

	if (!made)
		return SQFS_ERROR_ALLOC;
	if (inode->type == IG_FIFO) {
		made->base.type = SQFS_INODE_FIFO;
		made->data.ipc.nlink = inode->nlink;
	} else {
		made->base.type = inode->type == IG_CHAR ? SQFS_INODE_CDEV
							 : SQFS_INODE_BDEV;
		made->data.dev.nlink = inode->nlink;
		made->data.dev.devno = ig_fs_dev(inode);
	}
	*out = made;
	return 0;
}

static int dir_entries(struct ig_sqfs *fs, const struct ig_node *node,
		       uint32_t *links)
{
	int ret = sqfs_dir_writer_begin(fs->dir, 0);

	*links = 2;
	for (const struct ig_node *n = node->child; n && !ret; n = n->next) {
		*links += n->inode->type == IG_DIR;
		ret = sqfs_dir_writer_add_entry(
			fs->dir, n->name, n->inode->mark,
			fs->refs[n->inode->mark], ig_fs_mode(n->inode));
	}
	return ret ? ret : sqfs_dir_writer_end(fs->dir);
}

static int dir_inode(sqfs_inode_generic_t **out, struct ig_sqfs *fs,
		     const struct ig_node *node, uint32_t xattrs)
{
	uint32_t up = node->parent ? node->parent->inode->mark : fs->count + 1;
	uint32_t links;
	int ret = dir_entries(fs, node, &links);

	if (ret)
		return ret;
	*out = sqfs_dir_writer_create_inode(fs->dir, 0, xattrs, up);
	if (!*out)
		return SQFS_ERROR_ALLOC;
	if ((*out)->base.type == SQFS_INODE_DIR)
		(*out)->data.dir.nlink = links;
	else
		(*out)->data.dir_ext.nlink = links;
	return 0;
}

static int make_inode(sqfs_inode_generic_t **out, struct ig_sqfs *fs,
		      const struct ig_node *node, uint32_t xattrs)
{
	switch (node->inode->type) {
	case IG_DIR:
		return dir_inode(out, fs, node, xattrs);
	case IG_FILE:
		return file_inode(out, fs, node->inode);
	case IG_SYMLINK:
		return link_inode(out, node->inode);
	case IG_CHAR:
	case IG_BLOCK:
	case IG_FIFO:
		return special_inode(out, node->inode);
	}
	return SQFS_ERROR_INTERNAL;
}

static int fill_base(struct ig_sqfs *fs, sqfs_inode_t *base,
		     const struct ig_inode *inode)
{
	int64_t time = ig_fs_time(inode, fs->opts->max_time);
	int ret =
		sqfs_id_table_id_to_index(fs->ids, inode->uid, &base->uid_idx);

	base->mode = ig_fs_mode(inode);
	base->mod_time = time < UINT32_MAX ? (uint32_t)time : UINT32_MAX;
	base->inode_number = inode->mark;
	return ret ? ret
		   : sqfs_id_table_id_to_index(fs->ids, inode->gid,
					       &base->gid_idx);
}

static int put_node(struct ig_sqfs *fs, const struct ig_node *node)
{
	IG_AUTO(free_inode) sqfs_inode_generic_t *made = NULL;
	const struct ig_inode *inode = node->inode;
	uint32_t xattrs = NO_XATTRS;
	uint64_t block;
	uint32_t off;
	int ret;

	if (fs->refs[inode->mark] != UINT64_MAX)
		return 0; /* another name of it came before */
	ret = add_xattrs(fs, inode, &xattrs);
	if (!ret)
		ret = make_inode(&made, fs, node, xattrs);
	if (!ret && xattrs != NO_XATTRS)
		ret = sqfs_inode_set_xattr_index(made, xattrs);
	if (!ret)
		ret = fill_base(fs, &made->base, inode);
	if (ret)
		return ret;
	sqfs_meta_writer_get_position(fs->inodes, &block, &off);
	fs->refs[inode->mark] = block << 16 | off;
	return sqfs_meta_writer_write_inode(fs->inodes, made);
}

static const struct ig_node *deepest(const struct ig_node *node)
{
	while (node->child)
		node = node->child;
	return node;
}

int ig_sqfs_inodes(struct ig_sqfs *fs, struct ig_err *err)
{
	const struct ig_node *root = ig_tree_root(fs->tree);
	const struct ig_node *node = deepest(root);
	int ret = 0;

	/* Children before their parents, which point at them. */
	for (; node && !ret;
	     node = !node->next ? node->parent : deepest(node->next))
		ret = put_node(fs, node);
	if (ret)
		return ig_sqfs_fail(fs, ret, err);
	fs->super.root_inode_ref = fs->refs[root->inode->mark];
	return 0;
}
