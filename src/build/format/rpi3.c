/* SPDX-License-Identifier: Apache-2.0 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/spec.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "formats.h"

/*
 * rpi3: the files of a FAT partition that the Raspberry Pi 3's own firmware
 * boots from, as a tar. The boot ROM loads bootcode.bin, that start.elf, which
 * reads config.txt and starts the kernel (docs/boot.md).
 */
#define FOLDER	   "rpi3/"
#define KERNEL	   "kernel8.img"
#define INITRD	   "initrd.img"
#define CONFIG_MAX 4096u
#define FILES_MAX  4096
#define NAMES_MAX  ((size_t)1 << 20)

/* The card as far as it is put together. */
struct card {
	struct ig_compose *c;
	struct ig_rope *files; /* members of the tar */
	int64_t time;	       /* of the members */
	struct ig_arena *arena;
	const char *names[FILES_MAX]; /* of the members */
	size_t n;
};

/* FAT knows no case. */
static bool has(const struct card *card, const char *glob)
{
	for (size_t i = 0; i < card->n; i++)
		if (fnmatch(glob, card->names[i],
			    FNM_PATHNAME | FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static int claim(struct card *card, const char *name, struct ig_err *err)
{
	for (size_t i = 0; i < card->n; i++)
		if (strcasecmp(card->names[i], name) == 0)
			return ig_fail(err, IG_ESPEC,
				       "two files would be '%s' on the card",
				       name);
	if (card->n == FILES_MAX)
		return ig_fail(err, IG_ELIMIT, "more than %d files", FILES_MAX);
	card->names[card->n] = ig_arena_str(card->arena, name, err);
	if (!card->names[card->n])
		return -1;
	card->n++;
	return 0;
}

static int add(void *ctx, const char *name, const struct ig_rope *data,
	       struct ig_err *err)
{
	struct card *card = ctx;

	if (claim(card, name, err) < 0)
		return -1;
	return ig_tar_member(card->files, name, data, card->time, err);
}

/* The firmware takes the tree of its own board: all of boards with the
 * BCM2837, which the vendor's kernel calls BCM2710. */
static bool is_dtb(const char *name)
{
	return fnmatch("bcm2710-*.dtb", name, 0) == 0 ||
	       fnmatch("bcm2837-*.dtb", name, 0) == 0;
}

static int add_dtbs(struct card *card, struct ig_spool *spool,
		    struct ig_err *err)
{
	struct ig_compose *c = card->c;
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);

	if (!tree || ig_kernel_dtbs(tree, spool, c->plan, c->store, err) < 0 ||
	    ig_tree_sort(tree, err) < 0)
		return -1;
	for (const struct ig_node *node = ig_tree_root(tree); node;
	     node = ig_node_next(node)) {
		const struct ig_inode *in = node->inode;
		struct ig_rope *data;

		if (in->type != IG_FILE || !is_dtb(node->name))
			continue;
		data = ig_compose_new(c, err);
		if (!data ||
		    ig_rope_file(data, in->fd, in->off, in->size, err) < 0 ||
		    add(card, node->name, data, err) < 0)
			return -1;
	}
	return 0;
}

static int check_files(const struct card *card, struct ig_err *err)
{
	static const char *const wanted[] = { "bootcode.bin", "start.elf",
					      "fixup.dat" };
	const struct ig_plan *plan = card->c->plan;
	const struct ig_kernel *k = &plan->spec->kernel;

	for (size_t i = 0; i < IG_COUNT(wanted); i++)
		if (!has(card, wanted[i]))
			return ig_fail(err, IG_ENOENT,
				       "firmware image '%s' has no '/" FOLDER
				       "%s', needed for rpi3",
				       plan->firmware->pin->name, wanted[i]);
	if (has(card, "bcm2710-rpi-*.dtb") || has(card, "bcm2837-rpi-*.dtb"))
		return 0;
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: kernel.image: %s has no device tree of a Raspberry Pi 3: no 'bcm2837-rpi-3-….dtb' or 'bcm2710-rpi-3-….dtb' below boot/dtb of its kernel.tar",
		k->pos.file, k->pos.line, k->pos.col, plan->kernel->pin->name);
}

/* Without upstream_kernel the firmware looks for the vendor's names. */
static int add_config(struct card *card, struct ig_rope *out,
		      struct ig_err *err)
{
	bool vendor = has(card, "bcm2710-rpi-*.dtb");
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(CONFIG_MAX);

	if (ig_buf_printf(&text, err,
			  "arm_64bit=1\n"
			  "kernel=" KERNEL "\n"
			  "initramfs " INITRD " followkernel\n"
			  "%s"
			  "enable_uart=1\n",
			  vendor ? "" : "upstream_kernel=1\n") < 0)
		return -1;
	return ig_tar_member_text(out, "config.txt", text.data, card->time,
				  err);
}

static int add_cmdline(struct card *card, struct ig_rope *out,
		       struct ig_err *err)
{
	const char *cmdline = card->c->boot.cmdline;
	ig_autofree char *line = NULL;

	if (strpbrk(cmdline, "\r\n"))
		return ig_fail(
			err, IG_ESPEC,
			"kernel.cmdline has a line break, and the firmware reads one line only");
	line = ig_format(err, "%s\n", cmdline);
	if (!line)
		return -1;
	return ig_tar_member_text(out, "cmdline.txt", line, card->time, err);
}

static int check_kernel(const struct ig_rope *kernel, struct ig_err *err)
{
	unsigned char head[64];

	/* Linux: Documentation/arm64/booting.rst */
	if (ig_rope_size(kernel) < sizeof(head) ||
	    ig_rope_read(kernel, head, sizeof(head), 0, err) < 0 ||
	    memcmp(head + 0x38, "ARM\x64", 4) != 0)
		return ig_fail(err, IG_EFORMAT,
			       "kernel: it is no arm64 Image when unpacked");
	return 0;
}

static int fill(struct card *card, struct ig_rope *out,
		const struct ig_rope *kernel, struct ig_spool *spool,
		struct ig_err *err)
{
	static const char *const own[] = { "config.txt", "cmdline.txt", KERNEL,
					   INITRD };
	struct ig_compose *c = card->c;

	for (size_t i = 0; i < IG_COUNT(own); i++)
		if (claim(card, own[i], err) < 0)
			return -1;
	if (add_dtbs(card, spool, err) < 0 ||
	    ig_compose_firmware(c, FOLDER, add, card, err) < 0 ||
	    check_files(card, err) < 0)
		return -1;
	if (add_config(card, out, err) < 0 || add_cmdline(card, out, err) < 0 ||
	    ig_tar_member(out, KERNEL, kernel, card->time, err) < 0 ||
	    ig_tar_member(out, INITRD, c->boot.initrd, card->time, err) < 0 ||
	    ig_rope_add(out, card->files, err) < 0)
		return -1;
	/* End of archive: two zero blocks. */
	return ig_rope_zero(out, 1024, err);
}

static int write_rpi3(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	IG_AUTO(ig_arena_freep)
	struct ig_arena *arena = ig_arena_new(NAMES_MAX, err);
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(err);
	IG_AUTO(ig_rope_freep) struct ig_rope *files = ig_rope_new(err);
	IG_AUTO(ig_rope_freep) struct ig_rope *kernel = NULL;
	ig_autofree struct card *card = calloc(1, sizeof(*card));

	if (!card)
		return ig_fail_mem(err);
	*card = (struct card){ .c = c,
			       .files = files,
			       .time = ig_compose_time(c),
			       .arena = arena };
	if (!arena || !out || !files ||
	    ig_spool_init(&spool, c->store, err) < 0 ||
	    ig_compose_need_kernel(c, err) < 0 ||
	    ig_kernel_plain(&kernel, c, err) < 0 ||
	    check_kernel(kernel, err) < 0 ||
	    fill(card, out, kernel, &spool, err) < 0)
		return -1;
	return ig_compose_rope(c, ".tar", out, err);
}

const struct ig_build_format ig_format_rpi3 = {
	.name = "rpi3",
	.files = "NAME.tar",
	.purpose = "Raspberry Pi 3: the files of an SD card",
	.firmware = IG_BY_BOARD,
	.arches = "arm64",
	.want = IG_WANT_CPIO,
	.need = IG_NEED_KERNEL | IG_NEED_FIRMWARE,
	.stream = true,
	.write = write_rpi3,
};
