/* SPDX-License-Identifier: Apache-2.0 */
#include "erofs.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/tree.h>

#include "put.h"

/*
 * A directory is blocks, each the entries and then their names; all names,
 * "." and ".." too, in byte order, so that readers can bisect.
 */
#define ENTRY 12u

struct name {
	const char *text;
	size_t len;
	const struct ig_inode *inode;
};

static int by_bytes(const void *a, const void *b)
{
	const struct name *x = a;
	const struct name *y = b;

	return strcmp(x->text, y->text);
}

static struct name *list(size_t *out, const struct ig_node *dir,
			 struct ig_err *err)
{
	const struct ig_node *up = dir->parent ? dir->parent : dir;
	size_t n = 2;
	struct name *v;

	for (const struct ig_node *c = dir->child; c; c = c->next)
		n++;
	v = calloc(n, sizeof(*v));
	if (!v) {
		ig_fail_mem(err);
		return NULL;
	}
	v[0] = (struct name){ ".", 1, dir->inode };
	v[1] = (struct name){ "..", 2, up->inode };
	n = 2;
	for (const struct ig_node *c = dir->child; c; c = c->next)
		v[n++] = (struct name){ c->name, strlen(c->name), c->inode };
	qsort(v, n, sizeof(*v), by_bytes);
	*out = n;
	return v;
}

/* How many of @v fill the next block, and how far. */
static size_t fit(size_t *used, const struct name *v, size_t n)
{
	size_t i;

	*used = 0;
	for (i = 0; i < n && *used + ENTRY + v[i].len <= IG_EROFS_BLOCK; i++)
		*used += ENTRY + v[i].len;
	return i;
}

int ig_erofs_dir_size(uint64_t *out, const struct ig_node *dir,
		      struct ig_err *err)
{
	size_t n, used, at, some;
	ig_autofree struct name *v = list(&n, dir, err);

	if (!v)
		return -1;
	*out = 0;
	for (at = 0; at < n; at += some) {
		some = fit(&used, v + at, n - at);
		*out += at + some < n ? IG_EROFS_BLOCK : used;
	}
	return 0;
}

static void fill_block(const struct ig_erofs *fs, unsigned char *at,
		       const struct name *v, size_t n)
{
	static const unsigned char types[] = {
		[IG_DIR] = 2,  [IG_FILE] = 1,  [IG_SYMLINK] = 7,
		[IG_CHAR] = 3, [IG_BLOCK] = 4, [IG_FIFO] = 5,
	};
	size_t text = n * ENTRY;

	for (size_t i = 0; i < n; i++) {
		unsigned char *entry = at + i * ENTRY;
		const struct ig_inode *inode = v[i].inode;

		put64(entry, fs->v[inode->mark - 1].at / IG_EROFS_SLOT);
		put16(entry + 8, (uint32_t)text);
		entry[10] = types[inode->type];
		memcpy(at + text, v[i].text, v[i].len);
		text += v[i].len;
	}
}

int ig_erofs_dir_fill(const struct ig_erofs *fs, const struct ig_node *dir,
		      unsigned char *at, struct ig_err *err)
{
	size_t n, used, i, some;
	ig_autofree struct name *v = list(&n, dir, err);

	if (!v)
		return -1;
	for (i = 0; i < n; i += some, at += IG_EROFS_BLOCK) {
		some = fit(&used, v + i, n - i);
		fill_block(fs, at, v + i, some);
	}
	return 0;
}
