/* SPDX-License-Identifier: Apache-2.0 */
#include <archive.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/stream.h>

#include "formats.h"

/*
 * Takes the kernel proper out of what distributions ship:
 * x86 bzImage (Documentation/arch/x86/boot.rst), EFI zboot
 * (drivers/firmware/efi/libstub/zboot-header.S), a gzip'd arm64 Image.
 */
#define SUFFIX_PLAIN "vmlinux"
#define PLAIN_MAX    (512ull << 20)
#define HEAD	     0x260u

struct payload {
	uint64_t off, len; /* in the kernel */
	bool plain;	   /* nothing to unpack */
	bool sized;	   /* the last 4 bytes are the unpacked size */
	bool elf;	   /* what has to come out */
};

struct packer {
	const char *name;
	unsigned char magic[6];
	size_t magic_len;
	int (*use)(struct archive *a);
};
static const struct packer packers[] = {
	{ "gzip", { 0x1f, 0x8b }, 2, archive_read_support_filter_gzip },
	{ "xz",
	  { 0xfd, '7', 'z', 'X', 'Z' },
	  6,
	  archive_read_support_filter_xz },
	{ "zstd",
	  { 0x28, 0xb5, 0x2f, 0xfd },
	  4,
	  archive_read_support_filter_zstd },
	/* "legacy" frames, as the kernel's build makes, and today's */
	{ "lz4",
	  { 0x02, 0x21, 0x4c, 0x18 },
	  4,
	  archive_read_support_filter_lz4 },
	{ "lz4",
	  { 0x04, 0x22, 0x4d, 0x18 },
	  4,
	  archive_read_support_filter_lz4 },
	{ "bzip2", { 'B', 'Z', 'h' }, 3, archive_read_support_filter_bzip2 },
	{ "lzma", { 0x5d, 0, 0 }, 3, archive_read_support_filter_lzma },
};

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static int check_range(const struct payload *p, uint64_t size,
		       struct ig_err *err)
{
	if (p->len > 8 && p->off <= size && p->len <= size - p->off)
		return 0;
	return ig_fail(
		err, IG_EFORMAT,
		"its header says that the payload is at %llu, %llu bytes; the file has %llu",
		(unsigned long long)p->off, (unsigned long long)p->len,
		(unsigned long long)size);
}

static int find_payload(struct payload *p, const struct ig_rope *kernel,
			struct ig_err *err)
{
	unsigned char h[HEAD] = { 0 };
	uint64_t size = ig_rope_size(kernel);

	if (ig_rope_read(kernel, h, size < HEAD ? (size_t)size : HEAD, 0, err) <
	    0)
		return -1;
	*p = (struct payload){ .len = size };
	if (!memcmp(h, "\177ELF", 4) || !memcmp(h + 0x38, "ARM\x64", 4)) {
		p->plain = true;
		return 0;
	}
	if (!memcmp(h, "MZ\0\0zimg", 8)) {
		p->off = le32(h + 8);
		p->len = le32(h + 12);
		return check_range(p, size, err);
	}
	/* Protocol 2.08 brought payload_offset and payload_length. */
	if (!memcmp(h + 0x202, "HdrS", 4) &&
	    (h[0x206] | h[0x207] << 8) >= 0x208) {
		p->off = ((h[0x1f1] ? h[0x1f1] : 4u) + 1) * 512ull +
			 le32(h + 0x248);
		p->len = le32(h + 0x24c);
		p->elf = p->sized = true;
		return check_range(p, size, err);
	}
	if (h[0] == 0x1f && h[1] == 0x8b)
		return 0;
	return ig_fail(
		err, IG_EFORMAT,
		"it is no bzImage, ELF file, arm64 Image or EFI zboot image");
}

struct unpack {
	const struct ig_rope *kernel;
	struct payload in;
	struct ig_source *src;
	struct ig_err err; /* of reading */
	char buf[64 << 10];
};

static la_ssize_t read_in(struct archive *a, void *ctx, const void **data)
{
	struct unpack *u = ctx;
	ssize_t n = ig_source_read(u->src, u->buf, sizeof(u->buf), &u->err);

	*data = u->buf;
	if (n < 0)
		archive_set_error(a, EIO, "%s", u->err.msg);
	return n;
}

static int blame(struct archive *a, const struct packer *packer,
		 struct ig_err *err)
{
	const char *text = archive_error_string(a);

	return ig_fail(err, IG_EFORMAT, "unpack its %s payload: %s",
		       packer->name, text ? text : "damaged");
}

static int copy_out(struct archive *a, const struct packer *packer,
		    const struct unpack *u, uint64_t want, struct ig_sink *out,
		    struct ig_err *err)
{
	uint64_t count = 0;
	char buf[64 << 10];
	la_ssize_t n;

	while ((n = archive_read_data(a, buf, sizeof(buf))) > 0) {
		if (!count && u->in.elf &&
		    (n < 4 || memcmp(buf, "\177ELF", 4) != 0))
			return ig_fail(err, IG_EFORMAT,
				       "its payload is no ELF file");
		count += (uint64_t)n;
		if (count > PLAIN_MAX)
			return ig_fail(err, IG_ELIMIT,
				       "its payload is over %llu MiB unpacked",
				       PLAIN_MAX >> 20);
		if (ig_sink_write(out, buf, (size_t)n, err) < 0)
			return -1;
	}
	if (n < 0)
		return blame(a, packer, err);
	if (!count || (u->in.sized && count != want))
		return ig_fail(
			err, IG_EFORMAT,
			"its payload unpacks to %llu bytes instead of %llu",
			(unsigned long long)count, (unsigned long long)want);
	return 0;
}

/* The one filter that the magic asks for: another could be a program that
 * libarchive would start. */
static const struct packer *find_packer(const struct unpack *u,
					struct ig_err *err)
{
	unsigned char magic[6];

	if (ig_rope_read(u->kernel, magic, sizeof(magic), u->in.off, err) < 0)
		return NULL;
	for (size_t i = 0; i < IG_COUNT(packers); i++)
		if (!memcmp(magic, packers[i].magic, packers[i].magic_len))
			return &packers[i];
	ig_fail(err, IG_EFORMAT,
		"its payload is packed in a way that is not known here (%02x %02x %02x %02x)",
		magic[0], magic[1], magic[2], magic[3]);
	return NULL;
}

static int open_archive(struct archive *a, const struct packer *packer,
			struct unpack *u, struct ig_err *err)
{
	struct archive_entry *entry;

	if (packer->use(a) != ARCHIVE_OK)
		return ig_fail(
			err, IG_EFORMAT,
			"it is packed with %s, which this libarchive does not read",
			packer->name);
	if (archive_read_support_format_raw(a) != ARCHIVE_OK ||
	    archive_read_open(a, u, NULL, read_in, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(a, &entry) != ARCHIVE_OK)
		return blame(a, packer, err);
	return 0;
}

static void archive_freep(struct archive **a)
{
	archive_read_free(*a);
}

static int fill_plain(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	struct unpack *u = ctx;
	const struct packer *packer = find_packer(u, err);
	IG_AUTO(archive_freep) struct archive *a = NULL;
	IG_AUTO(ig_rope_freep) struct ig_rope *in = ig_rope_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	uint64_t want = 0, len = u->in.len;

	if (!packer || !in)
		return -1;
	if (u->in.sized) {
		unsigned char tail[4];

		if (ig_rope_read(u->kernel, tail, 4, u->in.off + len - 4, err) <
		    0)
			return -1;
		want = le32(tail);
		/* gzip's own trailer is the size; others got it appended */
		if (packer != &packers[0])
			len -= 4;
	}
	if (ig_rope_slice(in, u->kernel, u->in.off, len, err) < 0)
		return -1;
	u->src = src = ig_rope_source(in, err);
	a = archive_read_new();
	if (!a)
		return ig_fail_mem(err);
	if (!src || open_archive(a, packer, u, err) < 0)
		return -1;
	return copy_out(a, packer, u, want, out, err);
}

static int open_plain(struct ig_rope *rope, struct ig_compose *c,
		      struct ig_err *err)
{
	int fd = -1;

	if (ig_part_open(&fd, c->store, c->plan->kernel->key, SUFFIX_PLAIN,
			 err) < 0)
		return -1;
	return ig_rope_own(rope, fd, err); /* takes fd */
}

int ig_kernel_plain(struct ig_rope **out, struct ig_compose *c,
		    struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(err);
	ig_autofree struct unpack *u = calloc(1, sizeof(*u));
	struct ig_err missing = { 0 };

	if (!rope || !u)
		return rope ? ig_fail_mem(err) : -1;
	u->kernel = c->boot.kernel;
	if (find_payload(&u->in, c->boot.kernel, err) < 0)
		return ig_wrap(err, "kernel");
	if (u->in.plain) {
		if (ig_rope_add(rope, c->boot.kernel, err) < 0)
			return -1;
	} else if (open_plain(rope, c, &missing) < 0) {
		if (ig_part_fill(c->store, c->plan->kernel->key, SUFFIX_PLAIN,
				 fill_plain, u, err) < 0)
			return ig_wrap(err, "kernel");
		if (open_plain(rope, c, err) < 0)
			return -1;
	}
	*out = ig_take(&rope);
	return 0;
}
