/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/mounting.h"

#include "base/mountopt.h"
#include "base/sys.h"
#include "disk/await.h"
#include "disk/rootfind.h"
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define LATER (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME)

int mounting_source(struct root_want *out, const char *source)
{
	static const struct {
		const char *prefix;
		enum root_by by;
	} all[] = {
		{ "label=", ROOT_LABEL },
		{ "partlabel=", ROOT_PARTLABEL },
		{ "uuid=", ROOT_UUID },
		{ "partuuid=", ROOT_PARTUUID },
	};

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t len = strlen(all[i].prefix);

		if (strncmp(source, all[i].prefix, len) != 0)
			continue;
		out->by = all[i].by;
		int n = snprintf(out->value, sizeof(out->value), "%s",
				 source + len);

		return n >= 0 && (size_t)n < sizeof(out->value) ? 0 : -1;
	}
	return 0;
}

static int fail(const struct setup_mount *m, const char *what)
{
	log_say("mount '%s': %s: %s", m->target, what, strerror(errno));
	return -1;
}

/* A folder, or what a file can be bound on. */
static int make_place(const char *device, unsigned long flags,
		      const char *target)
{
	struct stat st;

	if (!(flags & MS_BIND) || stat(device, &st) < 0 || S_ISDIR(st.st_mode))
		return sys_mkdirs(target, 0755);
	if (sys_exists(target))
		return 0;
	if (sys_mkparent(target, 0755) < 0)
		return -1;
	return mknod(target, S_IFREG | 0644, 0);
}

static int mount_options(const char *device, const char *type,
			 const struct setup_mount *m, const struct mountopt *o)
{
	const unsigned long again = MS_REMOUNT | MS_BIND;
	const char *data = o->data[0] ? o->data : NULL;

	if (mount(device, m->target, type, o->flags, data) < 0)
		return fail(m, device);
	/* a bind takes nothing else the first time */
	if ((o->flags & MS_BIND) && (o->flags & LATER) &&
	    mount(NULL, m->target, NULL, again | (o->flags & LATER), NULL) <
		    0) {
		fail(m, "options of a bind");
		umount2(m->target, MNT_DETACH | UMOUNT_NOFOLLOW);
		return -1;
	}
	if (o->propagation &&
	    mount(NULL, m->target, NULL, o->propagation, NULL) < 0)
		return fail(m, "propagation");
	return 0;
}

static bool is_bind(const char *type)
{
	return type &&
	       (strcmp(type, "bind") == 0 || strcmp(type, "rbind") == 0);
}

int mounting_at(const char *device, const char *type,
		const struct setup_mount *m)
{
	static struct mountopt o;

	if (mountopt_parse(&o, m->options.v, m->options.n) < 0) {
		errno = E2BIG;
		return fail(m, "options");
	}
	if (is_bind(type)) {
		o.flags |= type[0] == 'r' ? MS_BIND | MS_REC : MS_BIND;
		type = NULL;
	}
	if (make_place(device, o.flags, m->target) < 0)
		return fail(m, "make the place");
	return mount_options(device, type, m, &o);
}

/* ---- devices that may come later ---- */

struct search {
	struct root_want want;
	struct blockdev found;
};

static bool look(void *ctx, const struct blockdevs *list)
{
	struct search *s = ctx;
	const struct blockdev *d = root_find(list, &s->want);

	if (d)
		s->found = *d;
	return d != NULL;
}

static const char *type_of(const struct setup_mount *m, const char *name)
{
	struct fsprobe fs;

	if (m->type && m->type[0])
		return m->type;
	if (blockdev_probe(&fs, name) < 0 || !fs.type) {
		log_say("mount '%s': /dev/%s has no file system that is known here; say its type",
			m->target, name);
		return NULL;
	}
	return fs.type;
}

int mounting_do(const void *ctx)
{
	const struct setup_mount *m = ctx;
	static const char dev[] = "/dev/";
	struct search s;
	char path[BLOCKDEV_NAME + 8];

	if (mounting_source(&s.want, m->source) < 0) {
		errno = ENAMETOOLONG;
		return fail(m, "source");
	}
	if (s.want.by == ROOT_NOTHING && !is_bind(m->type) &&
	    strncmp(m->source, dev, sizeof(dev) - 1) == 0) {
		s.want.by = ROOT_NAME;
		snprintf(s.want.value, sizeof(s.want.value), "%s",
			 m->source + sizeof(dev) - 1);
	}
	if (s.want.by == ROOT_NOTHING)
		return mounting_at(m->source, m->type, m);
	if (!await_devices(look, &s, AWAIT_SECONDS)) {
		errno = ENODEV;
		return fail(m, m->source);
	}
	snprintf(path, sizeof(path), "/dev/%s", s.found.name);
	const char *type = type_of(m, s.found.name);

	return type ? mounting_at(path, type, m) : -1;
}
