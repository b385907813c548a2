/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#include "pax.h"
#include "walk.h"

#define RECORDS_MAX  (20u << 20)
#define ID_MAX	     07777777u
#define SIZE_MAX_TAR 077777777777ull

static const char type_flags[] = {
	[IG_DIR] = '5',	 [IG_FILE] = '0',  [IG_SYMLINK] = '2',
	[IG_CHAR] = '3', [IG_BLOCK] = '4', [IG_FIFO] = '6',
};

static bool fits(const char *text)
{
	size_t n = 0;

	for (; text[n]; n++)
		if ((unsigned char)text[n] >= 0x80)
			return false;
	return n <= 100;
}

static int add_text(struct ig_buf *records, const char *key, const char *value,
		    struct ig_err *err)
{
	return value ? ig_pax_add(records, key, value, strlen(value), err) : 0;
}

static int add_number(struct ig_buf *records, const char *key, int64_t value,
		      struct ig_err *err)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, value);
	return add_text(records, key, text, err);
}

static int add_xattrs(struct ig_buf *records, const struct ig_inode *inode,
		      struct ig_err *err)
{
	char key[300];

	for (size_t i = 0; i < inode->xattrs_n; i++) {
		const struct ig_xattr *x = &inode->xattrs[i];

		snprintf(key, sizeof(key), "SCHILY.xattr.%s", x->name);
		if (ig_pax_add(records, key, x->value, x->len, err) < 0)
			return -1;
	}
	return 0;
}

/* In byte order of the keys, as Go's archive/tar has them. */
static int add_records(struct ig_buf *records, const struct ig_walk *walk,
		       const struct ig_ustar *head,
		       const struct ig_inode *inode, bool link,
		       struct ig_err *err)
{
	const struct ig_encode_opts *opts = walk->opts;

	if (add_text(records, "LINUXKIT.location", opts->location, err) < 0 ||
	    add_text(records, "LINUXKIT.source", opts->source, err) < 0 ||
	    (!link && add_xattrs(records, inode, err) < 0))
		return -1;
	if (head->gid > ID_MAX &&
	    add_number(records, "gid", (int64_t)head->gid, err) < 0)
		return -1;
	if (head->link && !fits(head->link) &&
	    add_text(records, "linkpath", head->link, err) < 0)
		return -1;
	if ((head->mtime < 0 || head->mtime > (int64_t)SIZE_MAX_TAR) &&
	    add_number(records, "mtime", head->mtime, err) < 0)
		return -1;
	if (!fits(head->name) && add_text(records, "path", head->name, err) < 0)
		return -1;
	if (head->size > SIZE_MAX_TAR &&
	    add_number(records, "size", (int64_t)head->size, err) < 0)
		return -1;
	if (head->uid > ID_MAX &&
	    add_number(records, "uid", (int64_t)head->uid, err) < 0)
		return -1;
	return 0;
}

static bool is_link(const struct ig_entry_ref *ref)
{
	return !ref->parent && ref->origin != ref->node;
}

/* LinuxKit writes the entries that layers have, and who unpacks a tar makes
 * missing folders. */
static bool is_implied(const struct ig_entry_ref *ref)
{
	return !ref->parent && ref->node->parent &&
	       ref->node->inode->type == IG_DIR && ig_node_implied(ref->node);
}

static int write_entry(struct ig_sink *out, const struct ig_walk *walk,
		       const struct ig_entry_ref *ref, struct ig_buf *records,
		       struct ig_err *err)
{
	const struct ig_inode *inode = ig_walk_inode(ref);
	char path[IG_PATH_ROOM], origin[IG_PATH_ROOM];
	bool link = is_link(ref);
	struct ig_ustar head = { .name = path,
				 .mode = inode->mode,
				 .uid = inode->uid,
				 .gid = inode->gid,
				 .mtime = ig_walk_time(walk, inode),
				 .major = inode->major,
				 .minor = inode->minor,
				 .link = inode->link,
				 .type = type_flags[inode->type] };

	if (ig_walk_path(path, walk, ref, err) < 0)
		return -1;
	if (link) {
		if (ig_node_path(origin, sizeof(origin), walk->opts->prefix,
				 ref->origin, err) < 0)
			return -1;
		head.type = '1';
		head.link = origin;
	} else if (inode->type == IG_FILE) {
		head.size = inode->size;
	}
	ig_buf_clear(records);
	if (add_records(records, walk, &head, inode, link, err) < 0)
		return -1;
	if (records->len && ig_pax_write(out, records, path, err) < 0)
		return -1;
	if (ig_ustar_write(out, &head, err) < 0)
		return -1;
	if (!head.size)
		return 0;
	if (ig_inode_write(out, inode, err) < 0)
		return -1;
	return ig_sink_zero(
		out, (IG_TAR_BLOCK - head.size % IG_TAR_BLOCK) % IG_TAR_BLOCK,
		err);
}

int ig_tar_write(struct ig_sink *out, const struct ig_tree *tree,
		 const struct ig_encode_opts *opts, struct ig_err *err)
{
	IG_AUTO(ig_walk_done) struct ig_walk walk;
	IG_AUTO(ig_buf_done) struct ig_buf records = IG_BUF_INIT(RECORDS_MAX);

	if (ig_walk_init(&walk, tree, opts, err) < 0)
		return -1;
	/* A hard link must come behind what it links to. */
	for (int links = 0; links < 2; links++)
		for (size_t i = 0; i < walk.n; i++)
			if (is_link(&walk.v[i]) == links &&
			    !is_implied(&walk.v[i]) &&
			    write_entry(out, &walk, &walk.v[i], &records, err) <
				    0)
				return -1;
	return 0;
}

int ig_tar_end(struct ig_sink *out, struct ig_err *err)
{
	return ig_sink_zero(out, 2 * IG_TAR_BLOCK, err);
}

int ig_tar_header(unsigned char out[512], const char *name, uint32_t mode,
		  int64_t mtime, uint64_t size, struct ig_err *err)
{
	struct ig_ustar head = { .name = name,
				 .mode = mode,
				 .mtime = mtime,
				 .size = size,
				 .type = '0' };

	if (!fits(name) || size > SIZE_MAX_TAR)
		return ig_fail(err, IG_ELIMIT, "'%s' does not fit a tar header",
			       name);
	ig_ustar_block((char *)out, &head);
	return 0;
}
