/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/rope.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>

#define BLOCK 4096u
#define CHUNK (256u << 10)

/* A run of blocks that all have data, or none has. */
struct run {
	struct ig_rope *rope;
	int fd;
	uint64_t from;
	bool data;
};

static bool is_zero(const char *block, size_t len)
{
	return !block[0] && memcmp(block, block + 1, len - 1) == 0;
}

static int end_run(const struct run *run, uint64_t at, struct ig_err *err)
{
	if (run->data)
		return ig_rope_file(run->rope, run->fd, run->from,
				    at - run->from, err);
	return ig_rope_zero(run->rope, at - run->from, err);
}

/* At @at begins data, or zeros. */
static int turn(struct run *run, bool data, uint64_t at, struct ig_err *err)
{
	if (data == run->data)
		return 0;
	if (end_run(run, at, err) < 0)
		return -1;
	run->from = at;
	run->data = data;
	return 0;
}

static int add_chunk(struct run *run, char *chunk, uint64_t at, size_t len,
		     struct ig_err *err)
{
	if (ig_pread_all(run->fd, chunk, len, at, err) < 0)
		return -1;
	for (size_t i = 0; i < len; i += BLOCK) {
		size_t n = len - i < BLOCK ? len - i : BLOCK;

		if (turn(run, !is_zero(chunk + i, n), at + i, err) < 0)
			return -1;
	}
	return 0;
}

/* Where the next data is; file systems that do not know say "here". */
static uint64_t next_data(int fd, uint64_t at, uint64_t size)
{
	off_t data = lseek(fd, (off_t)at, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? size : at;
	return (uint64_t)data / BLOCK * BLOCK;
}

int ig_rope_sparse(struct ig_rope *rope, int fd, struct ig_err *err)
{
	ig_autofree char *chunk = malloc(CHUNK);
	struct run run = { rope, fd, 0, false };
	uint64_t size;

	if (!chunk)
		return ig_fail_mem(err);
	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	for (uint64_t at = 0; at < size;) {
		uint64_t next = next_data(fd, at, size);
		size_t n = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		if (next > at) {
			if (turn(&run, false, at, err) < 0)
				return -1;
			at = next;
			continue;
		}
		if (add_chunk(&run, chunk, at, n, err) < 0)
			return -1;
		at += n;
	}
	return end_run(&run, size, err);
}
