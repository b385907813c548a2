/* SPDX-License-Identifier: Apache-2.0 */
#include "reserved.h"

#include <string.h>

#include <ingot/own.h>

/* Everything init still needs after the mounts of the spec are done. */
static const struct ig_reserved needed[] = {
	{ "/containers", "where the containers are", true },
	{ "/etc/ingot", "which tells init what to do", true },
	{ "/dev", "which is the kernel's", false },
	{ "/proc", "which is the kernel's", false },
	{ "/run", "which is init's", false },
	{ "/run/ingot", "which is init's", true },
	{ "/run/crun", "where running containers are kept", true },
	{ "/sys", "which is the kernel's", false },
	{ "/sys/fs/cgroup", "which keeps containers apart", true },
	{ "/init", "which is process 1", true },
	{ "/bin", "whose programs init runs", false },
	{ "/sbin", "whose programs init runs", false },
	{ "/sbin/init", "which is process 1", true },
	{ "/usr/bin", "whose programs init runs", false },
	{ "/usr/bin/crun", "which runs the containers", true },
	{ "/usr/sbin", "whose programs init runs", false },
	{ "/usr/sbin/init", "which is process 1", true },
	{ "/lib", "where programs have their libraries", false },
	{ "/lib64", "where programs have their libraries", false },
	{ "/usr/lib", "where programs have their libraries", false },
	{ "/usr/lib64", "where programs have their libraries", false },
	{ "/lib/modules", "where the kernel's modules are", true },
	{ "/usr/lib/modules", "where the kernel's modules are", true },
};

/* PID 1 believes these: that the image is whole, and what it is to do. */
static const struct ig_reserved written[] = {
	{ "/etc/ingot", "what the build writes for init", true },
	{ "/.ingot-complete", "what the build writes for init", true },
	{ "/.ingot-stage1", "what the build writes for init", true },
};

bool ig_path_is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 &&
	       (path[len] == '/' || !path[len]);
}

const struct ig_reserved *ig_reserved_mount(const char *target)
{
	for (size_t i = 0; i < IG_COUNT(needed); i++) {
		const struct ig_reserved *r = &needed[i];

		if (ig_path_is_below(r->path, target) ||
		    (r->below && ig_path_is_below(target, r->path)))
			return r;
	}
	return NULL;
}

const struct ig_reserved *ig_reserved_file(const char *path)
{
	for (size_t i = 0; i < IG_COUNT(written); i++) {
		if (ig_path_is_below(path, written[i].path))
			return &written[i];
	}
	return NULL;
}
