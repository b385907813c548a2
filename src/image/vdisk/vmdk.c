/* SPDX-License-Identifier: Apache-2.0 */
#include "vmdk.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/deflate.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/stream.h>

#include "put.h"
#include "vdisk.h"

/*
 * VMware: Virtual Disk Format 5.0, "stream-optimized compressed sparse
 * extents": header, descriptor, deflated grains, each grain table behind its
 * grains, the directory behind all, the header again as footer. Every piece
 * is announced by a marker. Chunks of grains are deflated in batches on many
 * threads and written in their order.
 */
#define SIZE_LIMIT	(2040 * IG_GIB)
#define PER_TABLE	IG_VMDK_PER_GT
#define DESCRIPTOR_AT	1u
#define DESCRIPTOR_ROOM 20u  /* sectors */
#define DATA_AT		128u /* sectors */
#define BATCH_MAX	128u
#define CHUNK_ROOM	(2u << 20)

enum marker {
	END_OF_STREAM,
	GRAIN_TABLE,
	GRAIN_DIRECTORY,
	FOOTER,
};

struct vmdk {
	struct ig_sink *out;
	const struct ig_rope *disk;
	uint64_t capacity; /* sectors */
	uint64_t at;	   /* sectors written */
	unsigned char *directory;
	uint64_t directory_len;
	unsigned char table[PER_TABLE * 4];
	uint64_t slot; /* the table's place in the directory */
	struct ig_vmdk_chunk *chunks;
	size_t batch; /* how many there are */
};

static int put(struct vmdk *v, const void *data, size_t len, struct ig_err *err)
{
	v->at += len / IG_SECTOR;
	if (v->at > UINT32_MAX)
		return ig_fail(
			err, IG_ELIMIT,
			"the VMDK grows past 2 TiB, where its tables end");
	return ig_sink_write(v->out, data, len, err);
}

static int put_marker(struct vmdk *v, enum marker type, uint64_t sectors,
		      struct ig_err *err)
{
	unsigned char marker[IG_SECTOR] = { 0 };

	put64(marker, sectors);
	put32(marker + 12, (uint32_t)type);
	return put(v, marker, sizeof(marker), err);
}

static int put_header(struct vmdk *v, uint64_t directory_at, struct ig_err *err)
{
	unsigned char h[IG_SECTOR] = { 0 };

	memcpy(h, "KDMV", 4);
	put32(h + 4, 3);
	put32(h + 8, 0x30001); /* newline test, compressed, markers */
	put64(h + 12, v->capacity);
	put64(h + 20, IG_VMDK_SECTORS);
	put64(h + 28, DESCRIPTOR_AT);
	put64(h + 36, DESCRIPTOR_ROOM);
	put32(h + 44, PER_TABLE);
	put64(h + 56, directory_at);
	put64(h + 64, DATA_AT);
	memcpy(h + 73, "\n \r\n", 4);
	put16(h + 77, 1); /* deflate */
	return put(v, h, sizeof(h), err);
}

static int put_descriptor(struct vmdk *v, const struct ig_vdisk_opts *opts,
			  struct ig_err *err)
{
	const size_t room = (DATA_AT - DESCRIPTOR_AT) * IG_SECTOR;
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(room);
	uint32_t cid = ig_seed_u32(opts->seed, "vmdk");
	uint64_t cylinders = v->capacity / (255 * 63);

	if (cid >= UINT32_MAX - 1)
		cid = 1; /* those two stand for "none" */
	if (ig_buf_printf(&text, err,
			  "# Disk DescriptorFile\n"
			  "version=1\n"
			  "CID=%08x\n"
			  "parentCID=ffffffff\n"
			  "createType=\"streamOptimized\"\n"
			  "\n"
			  "# Extent description\n"
			  "RW %llu SPARSE \"disk.vmdk\"\n"
			  "\n"
			  "# The Disk Data Base\n"
			  "#DDB\n"
			  "\n"
			  "ddb.virtualHWVersion = \"6\"\n"
			  "ddb.geometry.cylinders = \"%llu\"\n"
			  "ddb.geometry.heads = \"255\"\n"
			  "ddb.geometry.sectors = \"63\"\n"
			  "ddb.adapterType = \"lsilogic\"\n",
			  (unsigned)cid, (unsigned long long)v->capacity,
			  (unsigned long long)(cylinders ? cylinders : 1)) <
		    0 ||
	    ig_buf_zero(&text, room - text.len, err) < 0)
		return -1;
	return put(v, text.data, text.len, err);
}

/* The table is done: write it, unless all its grains are zeros. */
static int end_table(struct vmdk *v, struct ig_err *err)
{
	static const unsigned char none[sizeof(v->table)];

	if (memcmp(v->table, none, sizeof(none)) == 0)
		return 0;
	if (put_marker(v, GRAIN_TABLE, sizeof(v->table) / IG_SECTOR, err) < 0)
		return -1;
	put32(v->directory + v->slot * 4, (uint32_t)v->at);
	if (put(v, v->table, sizeof(v->table), err) < 0)
		return -1;
	memset(v->table, 0, sizeof(v->table));
	return 0;
}

static int put_chunk(struct vmdk *v, const struct ig_vmdk_chunk *chunk,
		     struct ig_err *err)
{
	uint64_t slot = chunk->first / PER_TABLE;

	if (slot != v->slot && end_table(v, err) < 0)
		return -1;
	v->slot = slot;
	for (unsigned i = 0; i < chunk->n; i++)
		if (chunk->at[i] >= 0)
			put32(v->table + (chunk->first + i) % PER_TABLE * 4,
			      (uint32_t)(v->at + (uint64_t)chunk->at[i]));
	return put(v, chunk->out.data, chunk->out.len, err);
}

static int make_chunk(void *ctx, size_t i, struct ig_err *err)
{
	struct vmdk *v = ctx;

	return ig_vmdk_chunk_make(&v->chunks[i], v->disk, err);
}

static int put_batch(struct vmdk *v, size_t n, struct ig_err *err)
{
	if (ig_cancelled())
		return ig_fail_cancel(err);
	if (ig_parallel(n, 0, make_chunk, v, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (put_chunk(v, &v->chunks[i], err) < 0)
			return -1;
	return 0;
}

/* Chunks end at multiples of their size: none is in two tables. */
static int put_grains(struct vmdk *v, struct ig_err *err)
{
	uint64_t n;
	size_t used = 0;

	for (uint64_t at = 0; ig_vdisk_run(v->disk, IG_VMDK_GRAIN, &at, &n);
	     at += n)
		for (uint64_t run = at; run < at + n;
		     run += v->chunks[used++].n) {
			uint64_t most = IG_VMDK_CHUNK - run % IG_VMDK_CHUNK;
			uint64_t left = at + n - run;

			if (used == v->batch) {
				if (put_batch(v, used, err) < 0)
					return -1;
				used = 0;
			}
			v->chunks[used].first = run;
			v->chunks[used].n =
				(unsigned)(left < most ? left : most);
		}
	if (put_batch(v, used, err) < 0)
		return -1;
	return end_table(v, err);
}

static int put_all(struct vmdk *v, const struct ig_vdisk_opts *opts,
		   struct ig_err *err)
{
	uint64_t directory_at;

	if (put_header(v, UINT64_MAX, err) < 0 || /* see the footer */
	    put_descriptor(v, opts, err) < 0 || put_grains(v, err) < 0 ||
	    put_marker(v, GRAIN_DIRECTORY, v->directory_len / IG_SECTOR, err) <
		    0)
		return -1;
	directory_at = v->at;
	if (put(v, v->directory, (size_t)v->directory_len, err) < 0 ||
	    put_marker(v, FOOTER, 1, err) < 0 ||
	    put_header(v, directory_at, err) < 0)
		return -1;
	return put_marker(v, END_OF_STREAM, 0, err);
}

static void vmdk_done(struct vmdk *v)
{
	for (size_t i = 0; v->chunks && i < v->batch; i++) {
		ig_buf_done(&v->chunks[i].out);
		ig_deflate_free(v->chunks[i].deflate);
	}
	free(v->chunks);
	free(v->directory);
}

int ig_vmdk_write(struct ig_sink *out, const struct ig_rope *disk,
		  const struct ig_vdisk_opts *opts, struct ig_err *err)
{
	IG_AUTO(vmdk_done) struct vmdk v = { .out = out, .disk = disk };
	uint64_t size, tables;

	if (ig_vdisk_size(&size, disk, opts, IG_SECTOR, SIZE_LIMIT, err) < 0)
		return -1;
	v.capacity = size / IG_SECTOR;
	tables = (size - 1) / IG_VMDK_GRAIN / PER_TABLE + 1;
	v.directory_len = (tables * 4 + IG_SECTOR - 1) / IG_SECTOR * IG_SECTOR;
	v.directory = calloc(1, (size_t)v.directory_len);
	v.batch = (size_t)ig_threads() * 8;
	if (v.batch > BATCH_MAX)
		v.batch = BATCH_MAX;
	v.chunks = calloc(v.batch, sizeof(*v.chunks));
	if (!v.directory || !v.chunks)
		return ig_fail_mem(err);
	for (size_t i = 0; i < v.batch; i++)
		ig_buf_init(&v.chunks[i].out, CHUNK_ROOM);
	return put_all(&v, opts, err);
}
