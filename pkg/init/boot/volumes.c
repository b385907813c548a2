/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/volumes.h"

#include "log/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define VOLUMES "/containers/volumes"

/* The builder allows less; ',' and ':' mean something in overlay's options. */
static bool is_plain(const char *name)
{
	static const char set[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return name[0] && name[0] != '.' && !name[strspn(name, set)];
}

int volume_plan(struct volume *out, const char *dir, const char *name,
		bool writable)
{
	const struct {
		char *path;
		const char *end;
	} places[] = {
		{ out->lower, "lower" },     { out->tmp, "tmp" },
		{ out->upper, "tmp/upper" }, { out->work, "tmp/work" },
		{ out->merged, "merged" },
	};

	memset(out, 0, sizeof(*out));
	if (!is_plain(name)) {
		errno = EINVAL;
		return -1;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int n = snprintf(places[i].path, SYS_PATH, "%s/%s/%s", dir,
				 name, places[i].end);

		if (n < 0 || n >= SYS_PATH) {
			errno = ENAMETOOLONG;
			return -1;
		}
	}
	if (writable)
		snprintf(out->data, sizeof(out->data),
			 "lowerdir=%s,upperdir=%s,workdir=%s", out->lower,
			 out->upper, out->work);
	return 0;
}

static int fail(const char *name, const char *what, const char *path)
{
	log_say("volume %s: %s '%s': %s", name, what, path, strerror(errno));
	return -1;
}

static int mount_writable(const char *name, const struct volume *v)
{
	struct stat st;

	if (mount("tmpfs", v->tmp, "tmpfs", 0, NULL) < 0)
		return fail(name, "mount", v->tmp);
	if (mkdir(v->upper, 0755) < 0)
		return fail(name, "mkdir", v->upper);
	if (mkdir(v->work, 0755) < 0)
		return fail(name, "mkdir", v->work);
	/* overlay takes the top folder's owner and mode from the upper one */
	if (stat(v->lower, &st) < 0 ||
	    chown(v->upper, st.st_uid, st.st_gid) < 0 ||
	    chmod(v->upper, st.st_mode & 07777) < 0)
		return fail(name, "copy owner and mode of", v->lower);
	if (mount("overlay", v->merged, "overlay", 0, v->data) < 0)
		return fail(name, "mount", v->merged);
	return 0;
}

static int mount_readonly(const char *name, const struct volume *v)
{
	const unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;

	if (mount(v->lower, v->merged, NULL, MS_BIND, NULL) < 0)
		return fail(name, "mount", v->merged);
	/* a bind takes no other flag the first time */
	if (mount(NULL, v->merged, NULL, flags, NULL) < 0) {
		fail(name, "make read-only", v->merged);
		umount2(v->merged, MNT_DETACH | UMOUNT_NOFOLLOW);
		return -1;
	}
	return 0;
}

/* Where nothing can be removed, something empty lies on top. */
static void take_away(const char *name, const struct volume *v)
{
	char dir[SYS_PATH];

	if (rmdir(v->merged) == 0 || errno == ENOENT)
		return;
	snprintf(dir, sizeof(dir), VOLUMES "/%s", name);
	if (mount("tmpfs", dir, "tmpfs", MS_RDONLY, "size=4k") < 0)
		fail(name, "hide", dir);
}

static void mount_volume(const char *name)
{
	struct volume v;
	char tmp[SYS_PATH];
	struct stat st;

	snprintf(tmp, sizeof(tmp), VOLUMES "/%s/tmp", name);
	bool writable = lstat(tmp, &st) == 0 && S_ISDIR(st.st_mode);

	if (volume_plan(&v, VOLUMES, name, writable) < 0) {
		fail(name, "use", VOLUMES);
		return;
	}
	if ((writable ? mount_writable(name, &v) : mount_readonly(name, &v)) ==
	    0)
		return;
	if (writable)
		umount2(v.tmp, MNT_DETACH | UMOUNT_NOFOLLOW);
	take_away(name, &v);
}

void volumes_mount(void)
{
	char **names;
	size_t n;

	if (sys_list(VOLUMES, &names, &n) < 0) {
		if (errno != ENOENT)
			log_say("read '%s': %s", VOLUMES, strerror(errno));
		return;
	}
	for (size_t i = 0; i < n; i++)
		mount_volume(names[i]);
	sys_names_free(names, n);
}
