/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <errno.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>

static int spool_write(const struct ig_spool *spool, const char *data,
		       size_t len, uint64_t off, struct ig_err *err)
{
	while (len > 0) {
		ssize_t done = pwrite(spool->fd, data, len, (off_t)off);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return ig_fail_sys(err, errno,
					   "write to the temporary file");
		data += done;
		len -= (size_t)done;
		off += (uint64_t)done;
	}
	return 0;
}

/* The spool is a new file: what is not written there reads as zeros. */
static int hole(struct layer *l, uint64_t len, struct ig_err *err)
{
	static const char zeros[4096];

	if (len > LAYER_HOLES - l->holes)
		return ig_fail(err, IG_ELIMIT,
			       "sparse files with more than %llu GiB of holes",
			       (unsigned long long)(LAYER_HOLES >> 30));
	l->holes += len;
	while (l->hash && len > 0) {
		size_t part = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);

		ig_hash_add(l->hash, zeros, part);
		len -= part;
	}
	return 0;
}

/* One piece of data of a file that is written up to *@pos. */
struct piece {
	const void *data;
	size_t len;
	uint64_t at;
};

static int put_piece(struct layer *l, const struct ig_inode *inode,
		     uint64_t *pos, const struct piece *p, struct ig_err *err)
{
	if (p->at < *pos || p->at > inode->size || p->len > inode->size - p->at)
		return ig_fail(err, IG_EFORMAT,
			       "damaged tar: data outside of the file");
	if (p->at > *pos && hole(l, p->at - *pos, err) < 0)
		return -1;
	if (spool_write(l->spool, p->data, p->len, inode->off + p->at, err) < 0)
		return -1;
	if (l->hash)
		ig_hash_add(l->hash, p->data, p->len);
	*pos = p->at + p->len;
	return 0;
}

static int pieces(struct layer *l, const struct ig_inode *inode, uint64_t *pos,
		  struct ig_err *err)
{
	for (;;) {
		struct piece p = { NULL, 0, 0 };
		int64_t at = 0;
		int rc = archive_read_data_block(l->ar, &p.data, &p.len, &at);

		if (rc == ARCHIVE_EOF)
			return 0;
		if (l->tap.failed || !layer_archive_ok(rc))
			return layer_fail_archive(l, err);
		if (p.len == 0)
			continue; /* where a hole ends */
		p.at = at < 0 ? UINT64_MAX : (uint64_t)at;
		if (put_piece(l, inode, pos, &p, err) < 0)
			return -1;
	}
}

int layer_data(struct layer *l, struct ig_inode *inode, struct ig_err *err)
{
	uint64_t pos = 0;
	uint64_t end;

	if (ig_add_overflow(l->spool->end, inode->size, &end) ||
	    end > INT64_MAX)
		return ig_fail(err, IG_ELIMIT, "a file of %llu bytes",
			       (unsigned long long)inode->size);
	inode->off = l->spool->end;
	if (pieces(l, inode, &pos, err) < 0)
		return -1;
	if (pos < inode->size) {
		if (hole(l, inode->size - pos, err) < 0)
			return -1;
		if (ftruncate(l->spool->fd, (off_t)end) < 0)
			return ig_fail_sys(err, errno,
					   "extend the temporary file");
	}
	inode->fd = l->spool->fd;
	l->spool->end = end;
	if (l->hash) {
		ig_hash_end(l->hash, inode->sha256);
		inode->has_hash = true;
	}
	return 0;
}
