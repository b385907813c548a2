/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "parts.h"

#define ACTIVE 0x80
#define TABLE  446

static int put_table(unsigned char boot[IG_SECTOR],
		     const struct parts_disk *disk,
		     const struct ig_partition *parts, size_t n,
		     struct ig_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct parts_place *place = &disk->v[i];

		if (!parts[i].mbr_type)
			return ig_fail(err, IG_EFORMAT,
				       "partition %zu has no MBR type", i + 1);
		if (place->first + place->count - 1 > UINT32_MAX)
			return ig_fail(
				err, IG_ELIMIT,
				"partition %zu ends after 2 TiB: an MBR cannot say that, take a GPT",
				i + 1);
		parts_entry(boot, i, parts[i].mbr_type, place);
	}
	if (n)
		boot[TABLE] = ACTIVE;
	return 0;
}

int ig_mbr_write(struct ig_rope *out, const struct ig_partition *parts,
		 size_t n, const struct ig_disk_opts *opts, struct ig_err *err)
{
	IG_AUTO(parts_done) struct parts_disk disk = { parts, n, NULL, 0 };
	unsigned char boot[IG_SECTOR];
	uint64_t base = ig_rope_size(out);

	if (n > 4)
		return ig_fail(err, IG_ELIMIT,
			       "%zu partitions: an MBR has room for 4", n);
	if (parts_plan(&disk, opts, 1, 0, err) < 0 ||
	    parts_boot(boot, opts, ig_seed_u32(opts->seed, "mbr"), err) < 0 ||
	    put_table(boot, &disk, parts, n, err) < 0 ||
	    ig_rope_mem(out, boot, sizeof(boot), err) < 0 ||
	    parts_write(out, base, &disk, disk.sectors, err) < 0)
		return -1;
	parts_where(&disk, opts);
	return 0;
}
