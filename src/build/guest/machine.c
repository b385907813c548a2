/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <stdio.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/format.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "check.h"
#include "compose.h"

/* What our PID 1 does for the machine itself. */

#define LIST_MAX ((size_t)1 << 30)

static bool wants(struct ig_pos *pos, char key[IG_GUEST_KEY],
		  const struct ig_plan *plan)
{
	const char *name = ig_machine_wants(pos, plan->spec);

	if (name)
		snprintf(key, IG_GUEST_KEY, "%s", name);
	return name != NULL;
}

/* ---- what mounts disks ---- */

bool ig_machine_mounts(const struct ig_spec *spec, const char *format)
{
	/* a disk may have to be formatted first, which is ext4 then */
	if (spec->machine.disks_n > 0 && ig_streq(format, "ext4"))
		return true;
	for (size_t i = 0; i < spec->disk.partitions_n; i++) {
		const struct ig_disk_part *p = &spec->disk.partitions[i];

		if (p->mount && ig_streq(p->format, format))
			return true;
	}
	return false;
}

static void modules(struct ig_guest_modules *out, const struct ig_spec *spec)
{
	if (ig_machine_mounts(spec, "ext4"))
		out->v[out->n++] = "ext4";
	if (ig_machine_mounts(spec, "vfat")) {
		out->v[out->n++] = "vfat";
		/* what the kernels' own defaults are for names */
		out->v[out->n++] = "nls_cp437";
		out->v[out->n++] = "nls_ascii";
	}
}

const struct ig_guest_section ig_guest_machine = {
	.since = IG_INIT_KEYS,
	.wants = wants,
	.file = "machine.json",
	.max = 256u << 10, /* the guest's limit */
	.json = ig_machine_json,
	.modules = modules,
};

/* ---- what formats disks ---- */

static const struct ig_data_disk *formatted(const struct ig_spec *spec)
{
	for (size_t i = 0; i < spec->machine.disks_n; i++) {
		if (ig_data_disk_formats(&spec->machine.disks[i]))
			return &spec->machine.disks[i];
	}
	return NULL;
}

/* It may be there all the same: the kernel and the initrd come from the net,
 * and the disk from another build. */
static void warn_without_disk(const struct ig_compose *c)
{
	const struct ig_disk_section *disk = &c->plan->spec->disk;
	bool any = false;

	for (const char *const *name = c->opts->formats; *name; name++)
		any = any || ig_build_format(*name)->disk;
	for (size_t i = 0; !any && i < disk->partitions_n; i++) {
		const struct ig_disk_part *part = &disk->partitions[i];
		const struct ig_pos *pos = &part->pos;

		if (part->mount)
			ig_warn("%s:%d:%d: disk.partitions[%zu]: the guest mounts '%s', and no format here is a disk that has it",
				pos->file, pos->line, pos->col, pos->index,
				part->label);
	}
}

int ig_machine_check_tools(struct ig_compose *c, struct ig_err *err)
{
	const struct ig_data_disk *disk = formatted(c->plan->spec);
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(LIST_MAX);
	char at[IG_CHECK_PATH];
	enum ig_found found;

	warn_without_disk(c);
	if (!disk || !c->plan->root)
		return 0;
	if (ig_check_list(&list, c->store, c->plan->root->key, err) < 0)
		return -1;
	found = ig_check_find(at, &list, "", "/sbin/mke2fs");
	if (found == IG_FOUND_FILE || found == IG_FOUND_UNSURE)
		return 0;
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: disks: '%s' may have to be formatted, and no image of init has the program /sbin/mke2fs: add the package disk to init, or say 'format: none'",
		disk->pos.file, disk->pos.line, disk->pos.col, disk->label);
}
