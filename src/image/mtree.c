/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "walk.h"

#define LINE_MAX_BYTES (64u << 10)

static const char *const type_names[] = {
	[IG_DIR] = "dir",   [IG_FILE] = "file",	  [IG_SYMLINK] = "link",
	[IG_CHAR] = "char", [IG_BLOCK] = "block", [IG_FIFO] = "fifo",
};

/* mtree(5): names are encoded as vis(3) does, in its octal form. */
static int put_name(struct ig_buf *line, const char *name, struct ig_err *err)
{
	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;
		int plain = c > ' ' && c < 0x7f && !strchr("\\#=*?[", c);

		if (plain ? ig_buf_putc(line, (char)c, err) < 0
			  : ig_buf_printf(line, err, "\\%03o", c) < 0)
			return -1;
	}
	return 0;
}

static int put_entry(struct ig_buf *line, const struct ig_walk *walk,
		     const struct ig_entry_ref *ref, struct ig_err *err)
{
	const struct ig_inode *inode = ig_walk_inode(ref);
	char path[IG_PATH_ROOM], hex[65];

	if (ig_walk_path(path, walk, ref, err) < 0 ||
	    ig_buf_puts(line, "./", err) < 0 || put_name(line, path, err) < 0)
		return -1;
	if (ig_buf_printf(line, err,
			  " type=%s mode=%04" PRIo32 " uid=%" PRIu32
			  " gid=%" PRIu32 " time=%" PRId64 ".0",
			  type_names[inode->type], inode->mode, inode->uid,
			  inode->gid, ig_walk_time(walk, inode)) < 0)
		return -1;
	if (inode->type == IG_FILE &&
	    ig_buf_printf(line, err, " size=%" PRIu64 " nlink=%" PRIu32,
			  inode->size, inode->nlink) < 0)
		return -1;
	if (inode->has_hash) {
		ig_hex(hex, inode->sha256, 32);
		if (ig_buf_printf(line, err, " sha256digest=%s", hex) < 0)
			return -1;
	}
	/* Not "linux": libarchive takes that as 8 bits for each. */
	if ((inode->type == IG_CHAR || inode->type == IG_BLOCK) &&
	    ig_buf_printf(line, err, " device=native,%" PRIu32 ",%" PRIu32,
			  inode->major, inode->minor) < 0)
		return -1;
	if (inode->type == IG_SYMLINK &&
	    (ig_buf_puts(line, " link=", err) < 0 ||
	     put_name(line, inode->link, err) < 0))
		return -1;
	return ig_buf_putc(line, '\n', err);
}

int ig_mtree_write(struct ig_sink *out, const struct ig_tree *tree,
		   const struct ig_encode_opts *opts, struct ig_err *err)
{
	IG_AUTO(ig_walk_done) struct ig_walk walk;
	IG_AUTO(ig_buf_done) struct ig_buf line = IG_BUF_INIT(LINE_MAX_BYTES);

	if (ig_walk_init(&walk, tree, opts, err) < 0)
		return -1;
	for (size_t i = 0; i < walk.n; i++) {
		ig_buf_clear(&line);
		if (put_entry(&line, &walk, &walk.v[i], err) < 0 ||
		    ig_sink_write(out, line.data, line.len, err) < 0)
			return -1;
	}
	return 0;
}
