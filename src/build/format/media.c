/* SPDX-License-Identifier: Apache-2.0 */
#include "media.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/spec.h>
#include <ingot/str.h>

#define ENTRY_MAX (64u << 10)

struct firmware {
	const char *arch;
	const char *efi_name;
	bool bios;
};

static const struct firmware firmwares[] = {
	{ "amd64", "EFI/BOOT/BOOTX64.EFI", true },
	{ "arm64", "EFI/BOOT/BOOTAA64.EFI", false },
};

static const struct firmware *find_firmware(const struct ig_compose *c)
{
	for (size_t i = 0; i < IG_COUNT(firmwares); i++)
		if (ig_streq(firmwares[i].arch, c->plan->opts.arch))
			return &firmwares[i];
	return NULL;
}

const char *ig_media_efi_name(const struct ig_compose *c, struct ig_err *err)
{
	const struct firmware *f = find_firmware(c);

	if (f)
		return f->efi_name;
	ig_fail(err, IG_ESPEC,
		"there is no boot loader for %s: disks and CDs can be made for amd64 and arm64",
		c->plan->opts.arch);
	return NULL;
}

bool ig_media_has_bios(const struct ig_compose *c)
{
	const struct firmware *f = find_firmware(c);

	return f && f->bios;
}

/* GRUB's shell takes any character behind a backslash as it is. */
static int put_escaped(struct ig_buf *out, const char *text, struct ig_err *err)
{
	for (; *text; text++) {
		unsigned char ch = (unsigned char)*text;
		bool plain =
			(ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
			(ch >= '0' && ch <= '9') || strchr(" _-=.,/:@%+", ch);

		if ((!plain && ig_buf_putc(out, '\\', err) < 0) ||
		    ig_buf_putc(out, *text, err) < 0)
			return -1;
	}
	return 0;
}

char *ig_grub_config(const struct ig_boot *boot, const char *before,
		     const char *prefix, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(ENTRY_MAX);

	if (ig_buf_printf(&out, err, "%slinux %s/kernel ", before, prefix) <
		    0 ||
	    put_escaped(&out, boot->cmdline, err) < 0)
		return NULL;
	if (boot->initrd &&
	    ig_buf_printf(&out, err, "\ninitrd %s/initrd.img", prefix) < 0)
		return NULL;
	if (ig_buf_puts(&out, "\nboot\n", err) < 0)
		return NULL;
	return ig_buf_give(&out, err);
}

const char *ig_media_cmdline(struct ig_compose *c, const struct ig_boot *boot,
			     const char *word, const char *unless,
			     struct ig_err *err)
{
	struct ig_arena *arena = c->plan->spec->arena;
	const char *old = boot->cmdline;
	ig_autofree char *text = NULL;

	if (unless && ig_word(old, unless))
		return old;
	text = ig_format(err, "%s%s%s", old, *old ? " " : "", word);
	return text ? ig_arena_str(arena, text, err) : NULL;
}

/* UAPI: Boot Loader Specification, type #1: one line each. */
static char *loader_entry(const struct ig_compose *c,
			  const struct ig_boot *boot, struct ig_err *err)
{
	ig_autofree char *options = ig_strdup(boot->cmdline, err);

	if (!options)
		return NULL;
	for (char *p = options; (p = strpbrk(p, "\r\n")) != NULL;)
		*p = ' ';
	return ig_format(
		err,
		"title ingot appliance\nversion %.12s\nlinux /kernel\n%soptions %s\n",
		c->id, boot->initrd ? "initrd /initrd.img\n" : "", options);
}

struct volume {
	struct ig_fat_file files[8];
	size_t n;
};

static void add_file(struct volume *v, const char *path,
		     const struct ig_rope *data)
{
	v->files[v->n].path = path;
	v->files[v->n++].data = data;
}

static int add_text(struct volume *v, struct ig_compose *c, const char *path,
		    const char *text, struct ig_err *err)
{
	struct ig_rope *rope = text ? ig_compose_new(c, err) : NULL;

	if (!rope)
		return -1;
	add_file(v, path, rope);
	return ig_rope_mem(rope, text, strlen(text), err);
}

static int add_efi(struct volume *v, struct ig_compose *c,
		   const struct ig_boot *boot, struct ig_err *err)
{
	ig_autofree char *entry = loader_entry(c, boot, err);
	const char *name = ig_media_efi_name(c, err);
	struct ig_rope *rope = name ? ig_compose_new(c, err) : NULL;
	struct ig_rope *plain = rope ? ig_compose_new(c, err) : NULL;

	if (!plain || !entry)
		return -1;
	add_file(v, name, rope);
	if (ig_compose_loader(plain, c, "efi/systemd-boot.efi", err) < 0 ||
	    ig_media_sign(rope, plain, NULL, c, err) < 0 ||
	    add_text(v, c, "loader/loader.conf", "timeout 0\n", err) < 0)
		return -1;
	return add_text(v, c, "loader/entries/ingot.conf", entry, err);
}

int ig_media_volume(struct ig_rope *out, struct ig_compose *c,
		    const struct ig_media_volume *what, struct ig_err *err)
{
	struct volume v = { .n = 0 };
	struct ig_fat_opts opts = { .label = "INGOT",
				    .seed = c->id,
				    .hidden = what->hidden,
				    .time = ig_compose_time(c) };

	add_file(&v, "kernel", what->boot->kernel);
	if (what->boot->initrd)
		add_file(&v, "initrd.img", what->boot->initrd);
	if (what->bios) {
		ig_autofree char *cfg = ig_grub_config(what->boot, "", "", err);

		if (!cfg || add_text(&v, c, "ingot/grub.cfg", cfg, err) < 0)
			return -1;
	}
	if (what->efi && add_efi(&v, c, what->boot, err) < 0)
		return -1;
	return ig_fat_write(out, v.files, v.n, &opts, err);
}

static void put_le(unsigned char *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

/* GRUB, grub-core/boot/i386/pc/{boot,diskboot}.S: the boot sector knows where
 * the core begins, the core's first sector where the rest of it is. */
int ig_grub_boot(unsigned char sector[440], struct ig_rope *core,
		 struct ig_compose *c, uint64_t lba, struct ig_err *err)
{
	struct ig_rope *boot = ig_compose_new(c, err);
	struct ig_rope *raw = ig_compose_new(c, err);
	unsigned char first[512];
	uint64_t sectors;

	if (!boot || !raw ||
	    ig_compose_loader(boot, c, "bios/boot.img", err) < 0 ||
	    ig_compose_loader(raw, c, "bios/core.img", err) < 0 ||
	    ig_rope_align(raw, 512, err) < 0 ||
	    ig_rope_read(boot, sector, 440, 0, err) < 0 ||
	    ig_rope_read(raw, first, sizeof(first), 0, err) < 0)
		return ig_wrap(err, "GRUB");
	sectors = ig_rope_size(raw) / 512;
	put_le(sector + 0x5c, lba, 8);
	sector[0x64] = 0xff; /* the drive that the firmware booted from */
	sector[0x66] = sector[0x67] = 0x90; /* no jump over that */
	put_le(first + 0x1f4, lba + 1, 8);
	put_le(first + 0x1fc, sectors - 1, 2);
	put_le(first + 0x1fe, 0x820, 2);
	if (ig_rope_mem(core, first, sizeof(first), err) < 0)
		return -1;
	return ig_rope_slice(core, raw, 512, ig_rope_size(raw) - 512, err);
}
