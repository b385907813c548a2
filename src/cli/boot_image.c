/* SPDX-License-Identifier: Apache-2.0 */
#include "boot_image.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/run.h>
#include <ingot/str.h>

void boot_image_done(struct boot_image *image)
{
	free(image->kernel);
	free(image->initrd);
	free(image->cmdline_path);
	free(image->root);
	for (size_t i = 0; i < BOOT_IMAGE_DISKS; i++)
		free(image->disks[i]);
	ig_buf_done(&image->cmdline);
}

/* "PREFIX<suffix>" when there is such a file, else NULL; @err on failure. */
static int find_file(char **out, const char *prefix, const char *suffix,
		     struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s%s", prefix, suffix);

	if (!path)
		return -1;
	*out = access(path, R_OK) == 0 ? ig_take(&path) : NULL;
	return 0;
}

/* kernel+squashfs, kernel+erofs: stage 1 where the kernel needs one. */
static int find_root(struct boot_image *image, const char *prefix,
		     struct ig_err *err)
{
	static const char *const suffixes[] = { "-squashfs.img", "-erofs.img" };

	for (size_t i = 0; i < IG_COUNT(suffixes) && !image->root; i++)
		if (find_file(&image->root, prefix, suffixes[i], err) < 0)
			return -1;
	if (!image->root)
		return 0;
	return find_file(&image->initrd, prefix, "-stage1.img", err);
}

static int read_cmdline(struct boot_image *image, const char *prefix,
			struct ig_err *err)
{
	image->cmdline_path = ig_format(err, "%s-cmdline", prefix);
	if (!image->cmdline_path)
		return -1;
	if (ig_read_file(&image->cmdline, AT_FDCWD, image->cmdline_path, err) <
	    0) {
		if (err->code != IG_ENOENT)
			return -1;
		ig_err_clear(err);
	}
	if (!image->root ||
	    (image->cmdline.data && ig_word(image->cmdline.data, "root=")))
		return 0;
	return ig_buf_puts(&image->cmdline, " root=/dev/vda", err);
}

int boot_image_find(struct boot_image *image, const char *prefix,
		    struct ig_run *run, struct ig_err *err)
{
	if (find_file(&image->kernel, prefix, "-kernel", err) < 0 ||
	    find_file(&image->initrd, prefix, "-initrd.img", err) < 0 ||
	    (!image->initrd && find_root(image, prefix, err) < 0))
		return -1;
	if (!image->kernel || (!image->initrd && !image->root))
		return ig_fail(
			err, IG_ENOENT,
			"no image '%s': neither a spec nor %s-kernel and %s-initrd.img",
			prefix, prefix, prefix);
	if (read_cmdline(image, prefix, err) < 0)
		return -1;
	run->kernel = image->kernel;
	run->initrd = image->initrd;
	run->cmdline = image->cmdline.data;
	return 0;
}

void boot_image_first(struct ig_run *run, struct ig_run_disk *disks,
		      const struct ig_run_disk *disk)
{
	memmove(disks + 1, disks, run->disks_n * sizeof(*disks));
	disks[0] = *disk;
	run->disks_n++;
}

void boot_image_root(struct ig_run *run, struct ig_run_disk *disks,
		     const struct boot_image *image)
{
	const struct ig_run_disk root = { .path = image->root,
					  .readonly = true };

	if (image->root)
		boot_image_first(run, disks, &root);
}
