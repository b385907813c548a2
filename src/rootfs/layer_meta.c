/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>

#define MAJOR_MAX 0xfff
#define MINOR_MAX 0xfffff

static int type_of(enum ig_type *out, struct archive_entry *entry,
		   struct ig_err *err)
{
	unsigned type = archive_entry_filetype(entry);

	if (type == AE_IFREG)
		*out = IG_FILE;
	else if (type == AE_IFDIR)
		*out = IG_DIR;
	else if (type == AE_IFLNK)
		*out = IG_SYMLINK;
	else if (type == AE_IFCHR)
		*out = IG_CHAR;
	else if (type == AE_IFBLK)
		*out = IG_BLOCK;
	else if (type == AE_IFIFO)
		*out = IG_FIFO;
	else if (type == AE_IFSOCK)
		return ig_fail(err, IG_EFORMAT,
			       "a socket, which no layer may have");
	else
		return ig_fail(err, IG_EFORMAT, "a file of unknown type");
	return 0;
}

static int owner(struct layer *l, uint32_t *out, int64_t id, struct ig_err *err)
{
	if (id < 0 || id > UINT32_MAX)
		return ig_fail(err, IG_EFORMAT,
			       "the owner %lld is not a number from 0 to %u",
			       (long long)id, UINT32_MAX);
	/* (uid_t)-1 means "leave it" to chown(2): it would be root's */
	if (id == UINT32_MAX)
		layer_note(l, NOTE_OWNER, l->path);
	*out = (uint32_t)id;
	return 0;
}

static int device(struct ig_inode *inode, struct archive_entry *entry,
		  struct ig_err *err)
{
	uint64_t major = archive_entry_rdevmajor(entry);
	uint64_t minor = archive_entry_rdevminor(entry);

	if (major > MAJOR_MAX || minor > MINOR_MAX)
		return ig_fail(
			err, IG_EFORMAT, "Linux has no device number %llu:%llu",
			(unsigned long long)major, (unsigned long long)minor);
	inode->major = (uint32_t)major;
	inode->minor = (uint32_t)minor;
	return 0;
}

static int link_target(struct layer *l, struct ig_inode *inode,
		       struct archive_entry *entry, struct ig_err *err)
{
	const char *target = archive_entry_symlink(entry);
	size_t len = target ? strlen(target) : 0;

	if (len == 0)
		return ig_fail(err, IG_EFORMAT,
			       "a symbolic link without a target");
	if (len > PATH_MAX_LEN)
		return ig_fail(
			err, IG_ELIMIT,
			"the target of a symbolic link is longer than %d bytes",
			PATH_MAX_LEN);
	inode->link = ig_arena_strn(ig_tree_arena(l->tree), target, len, err);
	return inode->link ? 0 : -1;
}

/* libarchive lists them last first; the last of a name counts. */
static void add_xattr(struct ig_inode *inode, const struct ig_xattr *x)
{
	size_t at = 0;
	size_t end = inode->xattrs_n;

	while (at < end) {
		size_t mid = at + (end - at) / 2;
		int order = strcmp(inode->xattrs[mid].name, x->name);

		if (order == 0)
			return;
		if (order < 0)
			at = mid + 1;
		else
			end = mid;
	}
	memmove(&inode->xattrs[at + 1], &inode->xattrs[at],
		(inode->xattrs_n - at) * sizeof(*x));
	inode->xattrs[at] = *x;
	inode->xattrs_n++;
}

static int copy_xattr(struct layer *l, struct ig_xattr *out, const char *name,
		      const void *value, struct ig_err *err)
{
	struct ig_arena *arena = ig_tree_arena(l->tree);

	out->name = ig_arena_str(arena, name, err);
	out->value = ig_arena_strn(arena, value, out->len, err);
	return out->name && out->value ? 0 : -1;
}

static int xattrs(struct layer *l, struct ig_inode *inode,
		  struct archive_entry *entry, struct ig_err *err)
{
	size_t n = (size_t)archive_entry_xattr_reset(entry);
	size_t total = 0;
	const char *name;
	const void *value;
	struct ig_xattr x;

	if (n == 0)
		return 0;
	inode->xattrs = ig_arena_array(ig_tree_arena(l->tree), n,
				       sizeof(*inode->xattrs), err);
	if (!inode->xattrs)
		return -1;
	while (n-- > 0 && archive_entry_xattr_next(entry, &name, &value,
						   &x.len) == ARCHIVE_OK) {
		if (!name || !name[0])
			return ig_fail(err, IG_EFORMAT,
				       "an extended attribute without a name");
		if (x.len > LAYER_XATTRS ||
		    (total += x.len + strlen(name)) > LAYER_XATTRS)
			return ig_fail(
				err, IG_ELIMIT,
				"more than %u bytes of extended attributes",
				LAYER_XATTRS);
		if (copy_xattr(l, &x, name, value, err) < 0)
			return -1;
		add_xattr(inode, &x);
	}
	return 0;
}

static int size_of(struct ig_inode *inode, struct archive_entry *entry,
		   struct ig_err *err)
{
	int64_t size = archive_entry_size(entry);

	if (size < 0)
		return ig_fail(err, IG_EFORMAT, "a negative size");
	if (inode->type == IG_FILE)
		inode->size = (uint64_t)size;
	else if (size > 0)
		return ig_fail(err, IG_EFORMAT,
			       "data behind something that is not a file");
	return 0;
}

int layer_inode(struct layer *l, struct ig_inode **out,
		struct archive_entry *entry, struct ig_err *err)
{
	struct ig_inode *inode;
	enum ig_type type = IG_FILE;

	if (type_of(&type, entry, err) < 0)
		return -1;
	inode = ig_tree_inode(l->tree, type, err);
	if (!inode)
		return -1;
	inode->mode = (uint32_t)archive_entry_perm(entry) & 07777;
	inode->mtime = archive_entry_mtime(entry);
	if (owner(l, &inode->uid, archive_entry_uid(entry), err) < 0 ||
	    owner(l, &inode->gid, archive_entry_gid(entry), err) < 0 ||
	    size_of(inode, entry, err) < 0 || xattrs(l, inode, entry, err) < 0)
		return -1;
	if (type == IG_SYMLINK && link_target(l, inode, entry, err) < 0)
		return -1;
	if ((type == IG_CHAR || type == IG_BLOCK) &&
	    device(inode, entry, err) < 0)
		return -1;
	if (archive_entry_acl_types(entry) != 0)
		layer_note(l, NOTE_ACL, l->path);
	*out = inode;
	return 0;
}
