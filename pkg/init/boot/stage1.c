/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/stage1.h"

#include "base/sys.h"
#include "boot/root.h"
#include "boot/switchroot.h"
#include "disk/dm.h"
#include "disk/rootargs.h"
#include "disk/rootfind.h"
#include "disk/verity.h"
#include "log/log.h"
#include "modules/modules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <time.h>

#define MARKER	  "/.ingot-stage1"
#define SYSROOT	  "/sysroot"
#define BEGAN	  "INGOT_STAGE1_BEGAN" /* microseconds, for the next init */
#define SECOND	  ((int64_t)1000000)
#define SAY_AFTER (2 * SECOND)
#define PAUSE_MIN 10 /* ms */
#define PAUSE_MAX 250

/* The devices that the root is made of; a name is empty without dm-verity. */
struct found {
	struct blockdev data;
	struct blockdev hash;
};

bool stage1_is(void)
{
	return root_in_memory() && sys_exists(MARKER);
}

int64_t stage1_began(int64_t otherwise)
{
	const char *text = getenv(BEGAN);
	int64_t t = text ? strtoll(text, NULL, 10) : 0;

	unsetenv(BEGAN);
	return t > 0 && t < otherwise ? t : otherwise;
}

static void say_image(void)
{
	char id[128];

	sys_read(MARKER, id, sizeof(id));
	id[strcspn(id, "\n")] = '\0';
	log_say("stage 1 of image %s", id);
}

static bool look_for(struct blockdev *out, const struct blockdevs *list,
		     const struct root_want *want)
{
	const struct blockdev *d;

	if (want->by == ROOT_NOTHING || out->name[0])
		return true;
	d = root_find(list, want);
	if (d)
		*out = *d;
	return d != NULL;
}

static bool look(struct found *out, const struct rootargs *args)
{
	struct blockdevs list;

	if (blockdevs_read(&list) < 0)
		return false;
	bool data = look_for(&out->data, &list, &args->data);
	bool hash = look_for(&out->hash, &list, &args->hash);

	blockdevs_done(&list);
	return data && hash;
}

static void name_devices(char *out, size_t cap)
{
	struct blockdevs list;
	size_t used = 0;

	snprintf(out, cap, "none");
	if (blockdevs_read(&list) < 0)
		return;
	for (size_t i = 0; i < list.n && used < cap; i++) {
		int n = snprintf(out + used, cap - used, "%s%s",
				 i > 0 ? ", " : "", list.v[i].name);

		used += n > 0 ? (size_t)n : 0;
	}
	blockdevs_done(&list);
}

static void die_without(const struct found *f, const struct rootargs *args)
{
	const struct root_want *want =
		f->data.name[0] ? &args->hash : &args->data;
	char names[400];

	name_devices(names, sizeof(names));
	log_die(RB_AUTOBOOT,
		"fatal: %s %s%s is not there after %u s; block devices: %s",
		f->data.name[0]	      ? "the hash tree"
		: args->hash.value[0] ? "the data of the root hash"
				      : "root",
		root_by_prefix(want->by), want->value, args->seconds, names);
}

static void pause_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Buses are searched behind our back: what is not there may be soon. */
static void wait_for(struct found *out, const struct rootargs *args)
{
	int64_t start = now_us();
	long pause = PAUSE_MIN;
	bool said = false;

	memset(out, 0, sizeof(*out));
	while (!look(out, args)) {
		int64_t waited = now_us() - start;

		if (!args->wait && waited >= args->seconds * SECOND)
			die_without(out, args);
		if (!said && waited >= SAY_AFTER)
			log_say("waiting for root %s%s",
				root_by_prefix(args->data.by),
				args->data.value);
		said = waited >= SAY_AFTER;
		pause_ms(pause);
		pause = pause * 2 > PAUSE_MAX ? PAUSE_MAX : pause * 2;
		modules_plug();
	}
}

static void set_up_verity(char name[BLOCKDEV_NAME], const struct found *f,
			  const struct rootargs *args)
{
	uint8_t superblock[VERITY_SUPERBLOCK];
	char table[VERITY_TABLE];
	struct verity v;

	if (blockdev_read(f->hash.name, superblock, sizeof(superblock), 0) < 0)
		log_die(RB_AUTOBOOT, "fatal: read '/dev/%s': %s", f->hash.name,
			strerror(errno));
	const char *why =
		verity_read(&v, superblock, f->data.size, f->hash.size);

	if (!why && verity_table(table, &v, f->data.dev, f->hash.dev,
				 args->roothash, args->verity) < 0)
		why = "the table for dm-verity is too long";
	if (why)
		log_die(RB_AUTOBOOT, "fatal: '/dev/%s': %s", f->hash.name, why);
	/* faster code for the hash, where the processor has some */
	modules_want("crypto-sha256");
	modules_want("dm_verity");
	why = dm_create(name, BLOCKDEV_NAME, "root", "verity", table,
			verity_sectors(&v));
	if (why)
		log_die(RB_AUTOBOOT, "fatal: dm-verity of '/dev/%s': %s: %s",
			f->data.name, why, strerror(errno));
}

static void mount_root(const char *name, const struct rootargs *args)
{
	char path[BLOCKDEV_NAME + 8];
	char alias[64];
	struct fsprobe fs = { .type = args->fstype };

	if (!args->fstype[0] && blockdev_probe(&fs, name) < 0)
		log_die(RB_AUTOBOOT, "fatal: read '/dev/%s': %s", name,
			strerror(errno));
	if (!fs.type)
		log_die(RB_AUTOBOOT,
			"fatal: '/dev/%s' has no file system that is known here; name it with rootfstype=",
			name);
	/* nothing has this name when it is built in */
	snprintf(alias, sizeof(alias), "fs-%s", fs.type);
	modules_want(alias);
	snprintf(path, sizeof(path), "/dev/%s", name);
	sys_mkdirs(SYSROOT, 0755);
	if (mount(path, SYSROOT, fs.type, args->rw ? 0 : MS_RDONLY, NULL) < 0)
		log_die(RB_AUTOBOOT, "fatal: mount '%s' (%s): %s", path,
			fs.type, strerror(errno));
	log_say("root %s (%s%s)", path, fs.type, args->rw ? ", writable" : "");
}

static void leave_time(int64_t began)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)began);
	setenv(BEGAN, text, 1);
}

void stage1_run(char **argv)
{
	int64_t began = now_us();
	char cmdline[4096];
	char name[BLOCKDEV_NAME];
	struct rootargs args;
	struct found f;

	root_mounts_early();
	modules_helper();
	log_open();
	say_image();
	sys_read("/proc/cmdline", cmdline, sizeof(cmdline));
	const char *why = rootargs_parse(&args, cmdline);

	if (why)
		log_die(RB_AUTOBOOT, "fatal: %s", why);
	modules_begin();
	modules_plug();
	/* consoles such as hvc0 come with their module */
	log_open();
	wait_for(&f, &args);
	snprintf(name, sizeof(name), "%s", f.data.name);
	if (args.roothash[0]) {
		log_say("dm-verity: data /dev/%s, hashes /dev/%s, root hash %s",
			f.data.name, f.hash.name, args.roothash);
		set_up_verity(name, &f, &args);
	}
	mount_root(name, &args);
	modules_end();
	leave_time(began);
	switch_root(SYSROOT, args.init, argv);
}
