/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/spec.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "media.h"

/*
 * The spec's disk section: the size of a disk, and partitions behind those
 * that boot. All of it lies at whole mebibytes.
 */
#define MIB	 (1ull << 20)
#define GPT_TAIL (33ull * IG_SECTOR) /* entries and header at the end */
#define MBR_MAX	 4u
#define GROW	 (1ull << 59) /* UAPI: grow-file-system */

struct section {
	struct ig_compose *c;
	const struct ig_disk_section *spec;
	char seed[65];
	uint64_t at;   /* where the spec's partitions begin */
	uint64_t size; /* of the disk; 0: as needed */
	uint64_t tail; /* what the table has at the end */
	size_t boot_n;
	struct ig_partition *parts; /* the boot partitions first */
	uint64_t *where;
};

static void section_done(struct section *s)
{
	free(s->parts);
	free(s->where);
}

static uint64_t to_mib(uint64_t bytes)
{
	return (bytes + MIB - 1) / MIB * MIB;
}

static uint64_t disk_size(const struct ig_compose *c)
{
	return c->opts->size ? c->opts->size : c->plan->spec->disk.bytes;
}

static void hash_number(struct ig_hash *hash, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	ig_hash_field(hash, text);
}

int ig_media_disk_seed(char seed[65], const struct ig_compose *c,
		       struct ig_err *err)
{
	const struct ig_disk_section *d = &c->plan->spec->disk;
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = NULL;

	memcpy(seed, c->id, sizeof(c->id));
	if (!disk_size(c) && !d->partitions_n)
		return 0;
	hash = ig_hash_new(err);
	if (!hash)
		return -1;
	ig_hash_field(hash, "ingot-disk");
	ig_hash_field(hash, c->id);
	hash_number(hash, disk_size(c));
	for (size_t i = 0; i < d->partitions_n; i++) {
		const struct ig_disk_part *p = &d->partitions[i];

		ig_hash_field(hash, p->label);
		ig_hash_field(hash, p->format);
		ig_hash_field(hash, p->type);
		hash_number(hash, p->bytes);
		hash_number(hash, p->grow);
	}
	ig_hash_end_hex(hash, seed);
	return 0;
}

/* ---- volumes ---- */

static int put_vfat(struct ig_rope *out, const struct section *s,
		    const struct ig_disk_part *part, const char *seed,
		    uint64_t size, struct ig_err *err)
{
	uint64_t before = s->at / IG_SECTOR;
	struct ig_fat_opts opts = { .seed = seed,
				    .size = size,
				    .time = ig_compose_time(s->c) };
	char label[12] = "";

	for (size_t i = 0; i < sizeof(label) - 1 && part->label[i]; i++)
		label[i] = (char)toupper((unsigned char)part->label[i]);
	opts.label = label;
	/* Only boot code would read it; it has 32 bits. */
	opts.hidden = before <= UINT32_MAX ? (uint32_t)before : 0;
	return ig_fat_write(out, NULL, 0, &opts, err);
}

static int put_ext4(struct ig_rope *out, const struct section *s,
		    const struct ig_disk_part *part, const char *seed,
		    uint64_t size, struct ig_err *err)
{
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	struct ig_ext4_opts opts = { .label = part->label,
				     .seed = seed,
				     .time = ig_compose_time(s->c) };
	struct ig_rope *file = ig_compose_new(s->c, err);
	int fd;

	if (!file || ig_spool_init(&spool, s->c->store, err) < 0 ||
	    ig_ext4_write(spool.fd, size, &opts, err) < 0)
		return -1;
	fd = ig_take_fd(&spool.fd);
	if (ig_rope_own(file, fd, err) < 0)
		return -1;
	return ig_rope_sparse(out, fd, err);
}

/* The content of @part, of @size bytes, as a rope of its own. */
static struct ig_rope *make_volume(const struct section *s,
				   const struct ig_disk_part *part,
				   uint64_t size, struct ig_err *err)
{
	struct ig_rope *out = ig_compose_new(s->c, err);
	ig_autofree char *use =
		ig_format(err, "volume %s %s", s->seed, part->label);
	char seed[IG_SHA256_HEX];
	int result;

	if (!out || !use || ig_hash_bytes(seed, use, strlen(use), err) < 0)
		return NULL;
	if (ig_streq(part->format, "ext4"))
		result = put_ext4(out, s, part, seed, size, err);
	else if (ig_streq(part->format, "vfat"))
		result = put_vfat(out, s, part, seed, size, err);
	else
		result = ig_rope_zero(out, size, err);
	return result < 0 ? NULL : out;
}

/* ---- partitions ---- */

static int wrong(const struct ig_pos *pos, const char *key, struct ig_err *err)
{
	err->code = IG_ESPEC;
	return ig_wrap(err, "%s:%d:%d: %s", pos->file, pos->line, pos->col,
		       key);
}

static uint8_t mbr_type(const struct ig_disk_part *part)
{
	if (ig_streq(part->type, "swap"))
		return 0x82;
	if (ig_streq(part->type, "esp"))
		return 0xef;
	if (ig_streq(part->type, "xbootldr"))
		return 0xea;
	return ig_streq(part->format, "vfat") ? 0x0c : 0x83;
}

static int add_part(struct section *s, size_t i, struct ig_err *err)
{
	const struct ig_disk_part *part = &s->spec->partitions[i];
	const char *arch = s->c->plan->opts.arch;
	struct ig_partition *out = &s->parts[s->boot_n + i];
	uint64_t size = part->bytes;

	if (part->grow && s->size)
		size = (s->size - s->tail - s->at) / MIB * MIB;
	out->type = ig_partition_guid(part->type, arch);
	if (!out->type)
		return ig_fail(err, IG_ESPEC, "%s has no partition type '%s'",
			       arch, part->type);
	out->mbr_type = mbr_type(part);
	out->name = part->label;
	out->attributes = part->grow ? GROW : 0;
	out->data = make_volume(s, part, size, err);
	s->at += size;
	return out->data ? 0 : -1;
}

static int add_parts(struct section *s, struct ig_err *err)
{
	for (size_t i = 0; i < s->spec->partitions_n; i++) {
		char key[48];

		if (add_part(s, i, err) == 0)
			continue;
		snprintf(key, sizeof(key), "disk.partitions[%zu]", i);
		return wrong(&s->spec->partitions[i].pos, key, err);
	}
	return 0;
}

static int check_size(const struct section *s, struct ig_err *err)
{
	const struct ig_output_opts *o = s->c->opts;
	uint64_t own = 0, need;

	for (size_t i = 0; i < s->spec->partitions_n; i++)
		own += s->spec->partitions[i].bytes;
	need = s->at + own + s->tail;
	if (!s->size || s->size >= need)
		return 0;
	ig_fail(err, IG_ESPEC,
		"%s is too small: what boots takes %lluM and the spec's partitions %lluM, so at least %lluM",
		o->size ? o->size_text : s->spec->size,
		(unsigned long long)(s->at / MIB),
		(unsigned long long)(own / MIB),
		(unsigned long long)(to_mib(need) / MIB));
	return o->size ? ig_wrap(err, "--size")
		       : wrong(&s->spec->pos, "disk.size", err);
}

static int check_mbr(const struct section *s, struct ig_err *err)
{
	size_t room = MBR_MAX - s->boot_n;

	if (s->spec->partitions_n <= room)
		return 0;
	ig_fail(err, IG_ESPEC,
		"a disk for BIOS alone has an MBR, with room for %zu besides what boots: leave some out, or build another format",
		room);
	return wrong(&s->spec->partitions[room].pos, "disk.partitions", err);
}

/* Guests look for both by name. */
static int check_names(const struct section *s, struct ig_err *err)
{
	for (size_t i = 0; i < s->spec->partitions_n; i++) {
		const struct ig_disk_part *part = &s->spec->partitions[i];

		for (size_t j = 0; j < s->boot_n; j++) {
			const char *name = s->parts[j].name;

			if (!name || strcasecmp(name, part->label) != 0)
				continue;
			ig_fail(err, IG_ESPEC,
				"this format has a partition '%s' of its own: take another label",
				name);
			return wrong(&part->pos, "disk.partitions", err);
		}
	}
	return 0;
}

static int begin(struct section *s, struct ig_compose *c,
		 const struct ig_partition *boot, struct ig_err *err)
{
	size_t n;

	s->c = c;
	s->spec = &c->plan->spec->disk;
	s->size = disk_size(c);
	s->at = MIB;
	n = s->boot_n + s->spec->partitions_n;
	s->parts = calloc(n + 1, sizeof(*s->parts));
	s->where = calloc(n + 1, sizeof(*s->where));
	if (!s->parts || !s->where)
		return ig_fail_mem(err);
	for (size_t i = 0; i < s->boot_n; i++) {
		uint64_t size = ig_rope_size(boot[i].data);

		s->parts[i] = boot[i];
		s->at = to_mib(s->at +
			       (size < boot[i].size ? boot[i].size : size));
	}
	if (check_names(s, err) < 0)
		return -1;
	return ig_media_disk_seed(s->seed, c, err);
}

typedef int write_table(struct ig_rope *out, const struct ig_partition *parts,
			size_t n, const struct ig_disk_opts *opts,
			struct ig_err *err);

static int finish(struct ig_rope *out, struct section *s, write_table *write,
		  const struct ig_disk_opts *disk, struct ig_err *err)
{
	struct ig_disk_opts opts = *disk;

	opts.seed = s->seed;
	opts.size = s->size;
	opts.where = s->where;
	if (check_size(s, err) < 0 || add_parts(s, err) < 0 ||
	    write(out, s->parts, s->boot_n + s->spec->partitions_n, &opts,
		  err) < 0)
		return -1;
	for (size_t i = 0; disk->where && i < s->boot_n; i++)
		disk->where[i] = s->where[i];
	return 0;
}

int ig_media_gpt(struct ig_rope *out, struct ig_compose *c,
		 const struct ig_partition *boot, size_t boot_n,
		 const struct ig_disk_opts *disk, struct ig_err *err)
{
	IG_AUTO(section_done)
	struct section s = { .boot_n = boot_n, .tail = GPT_TAIL };

	if (begin(&s, c, boot, err) < 0)
		return -1;
	return finish(out, &s, ig_gpt_write, disk, err);
}

int ig_media_mbr(struct ig_rope *out, struct ig_compose *c,
		 const struct ig_partition *boot, size_t boot_n,
		 const struct ig_disk_opts *disk, struct ig_err *err)
{
	IG_AUTO(section_done) struct section s = { .boot_n = boot_n };

	if (begin(&s, c, boot, err) < 0 || check_mbr(&s, err) < 0)
		return -1;
	return finish(out, &s, ig_mbr_write, disk, err);
}
