/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>

#include <string.h>

#include <ingot/err.h>
#include <ingot/rope.h>

#include "vdisk.h"

/*
 * QEMU's docs/interop/qcow2.txt, version 3. Clusters in the file: header,
 * refcount table, refcount blocks, L1 table, L2 tables, data; the data in the
 * order of the disk, so that every map is filled by counting.
 */
#define CLUSTER	     65536ull
#define CLUSTER_BITS 16
#define PER_L2	     (CLUSTER / 8) /* data clusters mapped by an L2 table */
#define PER_BLOCK    (CLUSTER / 2) /* clusters counted by a refcount block */
#define COPIED	     (1ull << 63)  /* its refcount is exactly one */
#define HEADER_LEN   104
#define SIZE_LIMIT   (64ull << 40)

struct plan {
	uint64_t size;
	uint64_t l1_entries;
	/* how many clusters of each kind */
	uint64_t reftable, refblocks, l1, l2, data;
};

static uint64_t div_up(uint64_t a, uint64_t b)
{
	return (a + b - 1) / b;
}

static uint64_t meta_clusters(const struct plan *p)
{
	return 1 + p->reftable + p->refblocks + p->l1 + p->l2;
}

/* Refcount blocks count themselves too: grow until they suffice. */
static void plan_refcounts(struct plan *p)
{
	uint64_t blocks = 0;

	do {
		p->refblocks = blocks;
		p->reftable = div_up(blocks * 8, CLUSTER);
		blocks = div_up(meta_clusters(p) + p->data, PER_BLOCK);
	} while (blocks > p->refblocks);
}

static void plan_make(struct plan *p, const struct ig_rope *disk)
{
	uint64_t last = UINT64_MAX; /* L2 table of the run before */
	uint64_t n;

	p->l1_entries = div_up(p->size, CLUSTER * PER_L2);
	p->l1 = div_up(p->l1_entries * 8, CLUSTER);
	for (uint64_t at = 0; ig_vdisk_run(disk, CLUSTER, &at, &n); at += n) {
		uint64_t from = at / PER_L2;
		uint64_t to = (at + n - 1) / PER_L2;

		p->l2 += to - from + (from != last);
		p->data += n;
		last = to;
	}
	plan_refcounts(p);
}

static void put_header(unsigned char *at, const struct plan *p)
{
	memcpy(at, "QFI\xfb", 4);
	ig_be32(at + 4, 3);
	ig_be32(at + 20, CLUSTER_BITS);
	ig_be64(at + 24, p->size);
	ig_be32(at + 36, (uint32_t)p->l1_entries);
	ig_be64(at + 40, (1 + p->reftable + p->refblocks) * CLUSTER);
	ig_be64(at + 48, CLUSTER); /* refcount table */
	ig_be32(at + 56, (uint32_t)p->reftable);
	ig_be32(at + 96, 4); /* refcounts of 2^4 bits */
	ig_be32(at + 100, HEADER_LEN);
}

static void put_refcounts(unsigned char *meta, const struct plan *p)
{
	unsigned char *table = meta + CLUSTER;
	unsigned char *blocks = table + p->reftable * CLUSTER;
	uint64_t first = 1 + p->reftable;

	for (uint64_t i = 0; i < p->refblocks; i++)
		ig_be64(table + i * 8, (first + i) * CLUSTER);
	for (uint64_t i = 0; i < meta_clusters(p) + p->data; i++)
		ig_be16(blocks + i * 2, 1);
}

static void put_maps(unsigned char *meta, const struct plan *p,
		     const struct ig_rope *disk)
{
	uint64_t l1_at = 1 + p->reftable + p->refblocks;
	uint64_t l2_at = l1_at + p->l1; /* next free one */
	uint64_t data_at = meta_clusters(p);
	uint64_t last = UINT64_MAX;
	uint64_t n;

	for (uint64_t at = 0; ig_vdisk_run(disk, CLUSTER, &at, &n); at += n)
		for (uint64_t i = at; i < at + n; i++) {
			uint64_t slot = i / PER_L2;
			unsigned char *l2;

			if (slot != last)
				ig_be64(meta + l1_at * CLUSTER + slot * 8,
					l2_at++ * CLUSTER | COPIED);
			last = slot;
			l2 = meta + (l2_at - 1) * CLUSTER;
			ig_be64(l2 + i % PER_L2 * 8,
				data_at++ * CLUSTER | COPIED);
		}
}

int ig_qcow2_write(struct ig_rope *out, const struct ig_rope *disk,
		   const struct ig_vdisk_opts *opts, struct ig_err *err)
{
	struct plan plan = { 0 };
	unsigned char *meta;
	uint64_t n;

	if (ig_vdisk_size(&plan.size, disk, opts, IG_SECTOR, SIZE_LIMIT, err) <
	    0)
		return -1;
	plan_make(&plan, disk);
	meta = ig_rope_room(out, (size_t)(meta_clusters(&plan) * CLUSTER), err);
	if (!meta)
		return -1;
	put_header(meta, &plan);
	put_refcounts(meta, &plan);
	put_maps(meta, &plan, disk);
	for (uint64_t at = 0; ig_vdisk_run(disk, CLUSTER, &at, &n); at += n)
		if (ig_vdisk_copy(out, disk, at * CLUSTER, n * CLUSTER, err) <
		    0)
			return -1;
	return 0;
}
