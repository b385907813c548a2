/* SPDX-License-Identifier: Apache-2.0 */
#include "service/bundle_files.h"

#include "base/mountopt.h"
#include "base/sys.h"
#include "boot/loop.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define REMOUNT_FLAGS                                                          \
	(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME |           \
	 MS_NODIRATIME | MS_STRICTATIME)

/* Relative places are below the container's root. */
static int place(char *out, size_t cap, const char *dir, const char *path)
{
	int n = path[0] == '/' ? snprintf(out, cap, "%s", path)
			       : snprintf(out, cap, "%s/rootfs/%s", dir, path);

	if (n < 0 || (size_t)n >= cap)
		return complain("path '%s' is too long", path);
	return 0;
}

static int make_overlay_dirs(const struct runtime_mount *m)
{
	for (size_t i = 0; i < m->options.n; i++) {
		const char *path = mountopt_dir(m->options.v[i]);

		if (path && sys_mkdirs(path, 0755) < 0)
			return complain("mkdir '%s': %s", path,
					strerror(errno));
	}
	return 0;
}

static int make_target(const char *path, const struct runtime_mount *m,
		       const struct mountopt *o)
{
	struct stat st;

	if ((o->flags & MS_BIND) && m->source && stat(m->source, &st) == 0 &&
	    !S_ISDIR(st.st_mode)) {
		if (sys_mkparent(path, 0755) < 0 ||
		    (mknod(path, S_IFREG | 0644, 0) < 0 && errno != EEXIST))
			return complain("make '%s': %s", path, strerror(errno));
		return 0;
	}
	if (sys_mkdirs(path, 0755) < 0)
		return complain("mkdir '%s': %s", path, strerror(errno));
	return 0;
}

static int mount_at(const char *path, const char *source, const char *type,
		    const struct mountopt *o)
{
	if (mount(source, path, type, o->flags, o->data) < 0)
		return -1;
	/* a bind takes no other flag the first time */
	if ((o->flags & MS_BIND) && !(o->flags & MS_REMOUNT) &&
	    (o->flags & REMOUNT_FLAGS) &&
	    mount(NULL, path, NULL, MS_REMOUNT | o->flags, NULL) < 0)
		return -1;
	if (o->propagation)
		return mount(NULL, path, NULL, o->propagation, NULL);
	return 0;
}

static int do_mount(const char *dir, const struct runtime_mount *m)
{
	struct mountopt o;
	char path[SYS_PATH * 2];
	char dev[32];
	const char *source = m->source ? m->source : "";
	int loop = -1;

	if (!m->destination)
		return complain("runtime.json: a mount without destination");
	if (place(path, sizeof(path), dir, m->destination) < 0)
		return -1;
	if (mountopt_parse(&o, m->options.v, m->options.n) < 0)
		return complain("mount '%s': options too long", path);
	if (make_target(path, m, &o) < 0 || make_overlay_dirs(m) < 0)
		return -1;
	if (o.loop) {
		loop = loop_attach(source, dev, sizeof(dev));
		if (loop < 0)
			return complain("loop device for '%s': %s", source,
					strerror(errno));
		source = dev;
		o.flags |= MS_RDONLY;
	}
	int rc = mount_at(path, source, m->type ? m->type : "", &o);
	int saved = errno;

	if (loop >= 0)
		close(loop);
	return rc < 0 ? complain("mount '%s' on '%s' (%s): %s", source, path,
				 m->type ? m->type : "bind", strerror(saved))
		      : 0;
}

int bundle_files(const char *dir, const struct runtime *r)
{
	char path[SYS_PATH * 2];

	for (size_t i = 0; i < r->n_mounts; i++) {
		if (do_mount(dir, &r->mounts[i]) < 0)
			return -1;
	}
	for (size_t i = 0; i < r->mkdir.n; i++) {
		if (place(path, sizeof(path), dir, r->mkdir.v[i]) < 0)
			return -1;
		if (sys_mkdirs(path, 0755) < 0)
			return complain("mkdir '%s': %s", path,
					strerror(errno));
	}
	for (size_t i = 0; i < r->cgroups.n; i++) {
		snprintf(path, sizeof(path), "/sys/fs/cgroup/%s",
			 r->cgroups.v[i]);
		if (sys_mkdirs(path, 0755) < 0)
			complain("cgroup '%s': %s", r->cgroups.v[i],
				 strerror(errno));
	}
	return 0;
}
