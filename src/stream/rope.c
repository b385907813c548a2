/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/rope.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#define PIECES_MAX (4u << 20)
#define ZEROS	   (256u << 10)
#define CHUNK	   (256u << 10)

struct piece {
	uint64_t at; /* where it begins in the rope */
	uint64_t len;
	char *mem; /* owned; NULL: a file or zeros */
	int fd;	   /* -1: memory or zeros */
	bool own_fd;
	uint64_t off; /* in the file */
};

struct ig_rope {
	struct piece *v;
	size_t n, cap;
	uint64_t size;
};

struct ig_rope *ig_rope_new(struct ig_err *err)
{
	struct ig_rope *rope = calloc(1, sizeof(*rope));

	if (!rope)
		ig_fail_mem(err);
	return rope;
}

void ig_rope_free(struct ig_rope *rope)
{
	if (!rope)
		return;
	for (size_t i = 0; i < rope->n; i++) {
		free(rope->v[i].mem);
		if (rope->v[i].own_fd)
			ig_closep(&rope->v[i].fd);
	}
	free(rope->v);
	free(rope);
}

void ig_rope_freep(struct ig_rope **rope)
{
	ig_rope_free(*rope);
	*rope = NULL;
}

uint64_t ig_rope_size(const struct ig_rope *rope)
{
	return rope->size;
}

static struct piece *add_piece(struct ig_rope *rope, uint64_t len,
			       struct ig_err *err)
{
	uint64_t size;

	if (ig_add_overflow(rope->size, len, &size) || rope->n == PIECES_MAX) {
		ig_fail(err, IG_ELIMIT, "an image of too many pieces");
		return NULL;
	}
	if (rope->n == rope->cap) {
		size_t cap = rope->cap ? rope->cap * 2 : 16;
		void *v = realloc(rope->v, cap * sizeof(*rope->v));

		if (!v) {
			ig_fail_mem(err);
			return NULL;
		}
		rope->v = v;
		rope->cap = cap;
	}
	rope->v[rope->n] =
		(struct piece){ .at = rope->size, .len = len, .fd = -1 };
	rope->size = size;
	return &rope->v[rope->n++];
}

void *ig_rope_room(struct ig_rope *rope, size_t len, struct ig_err *err)
{
	ig_autofree char *mem = calloc(1, len ? len : 1);
	struct piece *piece;

	if (!mem) {
		ig_fail_mem(err);
		return NULL;
	}
	piece = add_piece(rope, len, err);
	if (!piece)
		return NULL;
	piece->mem = ig_take(&mem);
	return piece->mem;
}

int ig_rope_mem(struct ig_rope *rope, const void *data, size_t len,
		struct ig_err *err)
{
	void *room;

	if (!len)
		return 0;
	room = ig_rope_room(rope, len, err);
	if (!room)
		return -1;
	memcpy(room, data, len);
	return 0;
}

int ig_rope_file(struct ig_rope *rope, int fd, uint64_t off, uint64_t len,
		 struct ig_err *err)
{
	struct piece *piece;

	if (!len)
		return 0;
	piece = add_piece(rope, len, err);
	if (!piece)
		return -1;
	piece->fd = fd;
	piece->off = off;
	return 0;
}

int ig_rope_own(struct ig_rope *rope, int fd, struct ig_err *err)
{
	ig_autofd int owned = fd;
	uint64_t size;
	struct piece *piece;

	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	piece = add_piece(rope, size, err);
	if (!piece)
		return -1;
	piece->fd = ig_take_fd(&owned);
	piece->own_fd = true;
	return 0;
}

int ig_rope_zero(struct ig_rope *rope, uint64_t len, struct ig_err *err)
{
	if (!len)
		return 0;
	return add_piece(rope, len, err) ? 0 : -1;
}

int ig_rope_align(struct ig_rope *rope, uint64_t unit, struct ig_err *err)
{
	return ig_rope_zero(rope, (unit - rope->size % unit) % unit, err);
}

int ig_rope_pad_to(struct ig_rope *rope, uint64_t size, struct ig_err *err)
{
	if (rope->size > size)
		return ig_fail(
			err, IG_ELIMIT,
			"%llu bytes do not fit where there is room for %llu",
			(unsigned long long)rope->size,
			(unsigned long long)size);
	return ig_rope_zero(rope, size - rope->size, err);
}

static int add_part(struct ig_rope *rope, const struct piece *piece,
		    uint64_t skip, uint64_t len, struct ig_err *err)
{
	if (piece->mem)
		return ig_rope_mem(rope, piece->mem + skip, (size_t)len, err);
	if (piece->fd >= 0)
		return ig_rope_file(rope, piece->fd, piece->off + skip, len,
				    err);
	return ig_rope_zero(rope, len, err);
}

/* The piece that holds the byte @off, which is below the size. */
static size_t find_piece(const struct ig_rope *rope, uint64_t off)
{
	size_t low = 0, high = rope->n;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (rope->v[mid].at <= off)
			low = mid;
		else
			high = mid;
	}
	return low;
}

int ig_rope_slice(struct ig_rope *rope, const struct ig_rope *part,
		  uint64_t off, uint64_t len, struct ig_err *err)
{
	if (off > part->size || len > part->size - off)
		return ig_fail(err, IG_ELIMIT, "a slice past the end");
	if (!len)
		return 0;
	for (size_t i = find_piece(part, off); len; i++) {
		const struct piece *piece = &part->v[i];
		uint64_t skip = off - piece->at;
		uint64_t n = piece->len - skip < len ? piece->len - skip : len;

		if (add_part(rope, piece, skip, n, err) < 0)
			return -1;
		off += n;
		len -= n;
	}
	return 0;
}

int ig_rope_add(struct ig_rope *rope, const struct ig_rope *part,
		struct ig_err *err)
{
	return ig_rope_slice(rope, part, 0, part->size, err);
}

static int read_piece(const struct piece *piece, char *out, uint64_t skip,
		      size_t len, struct ig_err *err)
{
	if (piece->mem)
		memcpy(out, piece->mem + skip, len);
	else if (piece->fd >= 0)
		return ig_pread_all(piece->fd, out, len, piece->off + skip,
				    err);
	else
		memset(out, 0, len);
	return 0;
}

int ig_rope_read(const struct ig_rope *rope, void *out, size_t len,
		 uint64_t off, struct ig_err *err)
{
	char *to = out;

	if (off > rope->size || len > rope->size - off)
		return ig_fail(err, IG_ELIMIT, "a read past the end");
	if (!len)
		return 0;
	for (size_t i = find_piece(rope, off); len; i++) {
		const struct piece *piece = &rope->v[i];
		uint64_t skip = off - piece->at;
		uint64_t left = piece->len - skip;
		size_t n = left < len ? (size_t)left : len;

		if (read_piece(piece, to, skip, n, err) < 0)
			return -1;
		to += n;
		off += n;
		len -= n;
	}
	return 0;
}

static int write_zeros(int fd, uint64_t len, struct ig_err *err)
{
	ig_autofree char *zeros = calloc(1, ZEROS);

	if (!zeros)
		return ig_fail_mem(err);
	for (; len; len -= len < ZEROS ? len : ZEROS)
		if (ig_write_all(fd, zeros, len < ZEROS ? (size_t)len : ZEROS,
				 err) < 0)
			return -1;
	return 0;
}

int ig_rope_write(const struct ig_rope *rope, int fd, struct ig_err *err)
{
	struct stat st;
	bool holes = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		     st.st_size == 0 && lseek(fd, 0, SEEK_CUR) == 0;

	for (size_t i = 0; i < rope->n; i++) {
		const struct piece *p = &rope->v[i];
		int result;

		if (p->mem)
			result = ig_write_all(fd, p->mem, (size_t)p->len, err);
		else if (p->fd >= 0)
			result = ig_copy_range(fd, p->fd, p->off, p->len, err);
		else if (!holes)
			result = write_zeros(fd, p->len, err);
		else if (lseek(fd, (off_t)p->len, SEEK_CUR) < 0)
			return ig_fail_sys(err, errno, "leave a hole");
		else
			result = 0;
		if (result < 0)
			return -1;
	}
	if (holes && ftruncate(fd, (off_t)rope->size) < 0)
		return ig_fail_sys(err, errno, "set the size");
	return 0;
}

struct rope_source {
	struct ig_source base;
	const struct ig_rope *rope;
	uint64_t at;
};

static ssize_t source_read(struct ig_source *src, void *data, size_t len,
			   struct ig_err *err)
{
	struct rope_source *s = (struct rope_source *)src;
	uint64_t left = s->rope->size - s->at;
	size_t n = left < len ? (size_t)left : len;

	if (ig_rope_read(s->rope, data, n, s->at, err) < 0)
		return -1;
	s->at += n;
	return (ssize_t)n;
}

static void source_close(struct ig_source *src)
{
	free(src);
}

struct ig_source *ig_rope_source(const struct ig_rope *rope, struct ig_err *err)
{
	static const struct ig_source_ops ops = { source_read, source_close };
	struct rope_source *s = calloc(1, sizeof(*s));

	if (!s) {
		ig_fail_mem(err);
		return NULL;
	}
	s->base.ops = &ops;
	s->rope = rope;
	return &s->base;
}

static bool is_zero(const struct piece *piece)
{
	return !piece->mem && piece->fd < 0;
}

/* Of a file without a name nothing is known: it is read. */
static int identify_bytes(const struct piece *piece, struct ig_hash *hash,
			  struct ig_err *err)
{
	ig_autofree char *chunk = malloc(CHUNK);

	if (!chunk)
		return ig_fail_mem(err);
	for (uint64_t at = 0; at < piece->len; at += CHUNK) {
		uint64_t left = piece->len - at;
		size_t n = left < CHUNK ? (size_t)left : CHUNK;

		if (read_piece(piece, chunk, at, n, err) < 0)
			return -1;
		ig_hash_add(hash, chunk, n);
	}
	return 0;
}

static int identify_piece(const struct piece *piece, struct ig_hash *hash,
			  struct ig_err *err)
{
	struct stat st = { .st_nlink = 0 };
	char text[256];

	if (piece->fd >= 0 && fstat(piece->fd, &st) < 0)
		return ig_fail_sys(err, errno, "stat a piece of an image");
	if (st.st_nlink == 0) {
		snprintf(text, sizeof(text), "%s %llu",
			 is_zero(piece) ? "zeros" : "bytes",
			 (unsigned long long)piece->len);
		ig_hash_field(hash, text);
		return is_zero(piece) ? 0 : identify_bytes(piece, hash, err);
	}
	snprintf(text, sizeof(text),
		 "file %llu %llu %llu %lld.%09ld %lld.%09ld %llu %llu",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
		 (unsigned long long)st.st_size, (long long)st.st_mtim.tv_sec,
		 st.st_mtim.tv_nsec, (long long)st.st_ctim.tv_sec,
		 st.st_ctim.tv_nsec, (unsigned long long)piece->off,
		 (unsigned long long)piece->len);
	ig_hash_field(hash, text);
	return 0;
}

int ig_rope_identity(const struct ig_rope *rope, struct ig_hash *hash,
		     struct ig_err *err)
{
	for (size_t i = 0; i < rope->n; i++)
		if (identify_piece(&rope->v[i], hash, err) < 0)
			return -1;
	return 0;
}

bool ig_rope_data(const struct ig_rope *rope, uint64_t *off, uint64_t *len)
{
	size_t i;
	uint64_t end;

	if (*off >= rope->size)
		return false;
	for (i = find_piece(rope, *off); i < rope->n && is_zero(&rope->v[i]);
	     i++)
		;
	if (i == rope->n)
		return false;
	if (rope->v[i].at > *off)
		*off = rope->v[i].at;
	for (end = *off; i < rope->n && !is_zero(&rope->v[i]); i++)
		end = rope->v[i].at + rope->v[i].len;
	*len = end - *off;
	return true;
}
