/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <string.h>

#include <ingot/arena.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define HOSTNAME_MAX 64u /* the kernel's */
#define TARGET_MAX   400u
#define EXT4_LABEL   16u
#define SYSCTL_MAX   200u
#define LETTERS	     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	     "0123456789"

int ig_check_hostname(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	const char *name = node->text;
	size_t len = strlen(name);
	char text[IG_QUOTE];

	if (len == 0)
		return 0;
	if (len > HOSTNAME_MAX)
		return ig_problem(walk, path, node,
				  "the name is longer than %u characters",
				  HOSTNAME_MAX);
	if (name[strspn(name, LETTERS DIGITS ".-")] || strchr(".-", name[0]) ||
	    strchr(".-", name[len - 1]))
		return ig_problem(
			walk, path, node,
			"'%s' is not a host name: letters, digits, '-' and '.' only",
			ig_spec_quote(text, name));
	return 0;
}

int ig_check_target_path(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node)
{
	const char *p = node->text;

	if (!*p)
		return 0;
	if (p[0] != '/' || !p[1])
		return ig_problem(walk, path, node,
				  "expected a path below the root: '/…'");
	if (strlen(p) > TARGET_MAX)
		return ig_problem(walk, path, node,
				  "the path is longer than %u bytes",
				  TARGET_MAX);
	if (ig_check_plain(walk, path, node) < 0)
		return -1;
	while (*p) {
		size_t len = strcspn(++p, "/");

		if (len == 0 || (len == 1 && p[0] == '.') ||
		    (len == 2 && p[0] == '.' && p[1] == '.'))
			return ig_problem(
				walk, path, node,
				"the path has '//', '.', '..' or a '/' at its end");
		p += len;
	}
	return 0;
}

int ig_check_data_disk(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_data_disk *disk = object;
	struct ig_path at = { path, "label", 0 };

	if (strlen(disk->label) <= EXT4_LABEL || !ig_data_disk_formats(disk))
		return 0;
	return ig_problem(
		walk, &at, ig_yaml_get(node, "label"),
		"the label is longer than the %u characters that ext4 has room for",
		EXT4_LABEL);
}

bool ig_data_disk_formats(const struct ig_data_disk *disk)
{
	return !ig_streq(disk->format, "none");
}

bool ig_mount_is_bind(const struct ig_machine_mount *mount)
{
	if (ig_streq(mount->type, "bind") || ig_streq(mount->type, "rbind"))
		return true;
	for (size_t i = 0; i < mount->options.n; i++) {
		if (ig_streq(mount->options.v[i], "bind") ||
		    ig_streq(mount->options.v[i], "rbind"))
			return true;
	}
	return false;
}

static bool is_device(const char *source)
{
	static const char *const begins[] = { "/dev/", "label=", "partlabel=",
					      "uuid=", "partuuid=" };

	for (size_t i = 0; i < IG_COUNT(begins); i++) {
		if (strncmp(source, begins[i], strlen(begins[i])) == 0)
			return true;
	}
	return false;
}

int ig_check_machine_mount(struct ig_walk *walk, void *object,
			   const struct ig_ynode *node,
			   const struct ig_path *path)
{
	const struct ig_machine_mount *m = object;
	bool bind = ig_mount_is_bind(m);

	if (!m->source && (bind || !m->type))
		return ig_problem(walk, path, node,
				  "the key 'source' is missing");
	if (bind && m->source[0] != '/')
		return ig_problem(walk, path, node,
				  "the source of a bind is a path: '/…'");
	if (!m->type && !bind && !is_device(m->source))
		return ig_problem(
			walk, path, node,
			"the key 'type' is missing: only that of a device is found by itself");
	return 0;
}

/* "net.ipv4.ip_forward", or with slashes, where names have dots. */
static bool is_sysctl(const char *name)
{
	static const char set[] = LETTERS DIGITS "._-/@:";

	return name[0] && strlen(name) <= SYSCTL_MAX &&
	       !name[strspn(name, set)] && !strchr("./", name[0]) &&
	       !strstr(name, "//") && !strstr(name, "..");
}

int ig_check_machine(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_spec *spec = object;
	const struct ig_map *map = &spec->machine.sysctl;
	struct ig_path up = { path, "sysctl", 0 };
	char text[IG_QUOTE];

	for (size_t i = 0; i < map->n; i++) {
		struct ig_path at = { &up, map->v[i].key, 0 };

		if (is_sysctl(map->v[i].key))
			continue;
		if (ig_problem(
			    walk, &at, ig_yaml_get(node, "sysctl"),
			    "'%s' is not the name of a sysctl: write net.ipv4.ip_forward",
			    ig_spec_quote(text, map->v[i].key)) < 0)
			return -1;
	}
	return 0;
}

const char *ig_machine_wants(struct ig_pos *pos, const struct ig_spec *spec)
{
	const struct ig_machine *m = &spec->machine;

	*pos = m->hostname_pos;
	if (m->hostname)
		return "hostname";
	*pos = m->sysctl_pos;
	if (m->sysctl.n > 0)
		return "sysctl";
	for (size_t i = 0; i < spec->disk.partitions_n; i++) {
		*pos = spec->disk.partitions[i].mount_pos;
		if (spec->disk.partitions[i].mount)
			return "disk.partitions.mount";
	}
	if (m->disks_n > 0) {
		*pos = m->disks[0].pos;
		return "disks";
	}
	if (m->mounts_n > 0) {
		*pos = m->mounts[0].pos;
		return "mounts";
	}
	*pos = m->random_seed_pos;
	return m->random_seed ? "random-seed" : NULL;
}

/* ---- several documents ---- */

static struct ig_kv *find(struct ig_kv *v, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(v[i].key, key) == 0)
			return &v[i];
	}
	return NULL;
}

/* A later document changes a value where it stands. */
static int merge_sysctl(struct ig_arena *arena, struct ig_map *map,
			const struct ig_map *more, struct ig_err *err)
{
	size_t n = map->n;
	struct ig_kv *v =
		ig_arena_array(arena, map->n + more->n, sizeof(*v), err);

	if (!v)
		return -1;
	if (n > 0)
		memcpy(v, map->v, n * sizeof(*v));
	for (size_t i = 0; i < more->n; i++) {
		struct ig_kv *old = find(v, map->n, more->v[i].key);

		if (old)
			old->value = more->v[i].value;
		else
			v[n++] = more->v[i];
	}
	map->v = v;
	map->n = n;
	map->set = map->set || more->set;
	return 0;
}

int ig_merge_machine(struct ig_spec *spec, const struct ig_machine *more,
		     struct ig_err *err)
{
	struct ig_machine *m = &spec->machine;

	if (more->hostname) {
		m->hostname = more->hostname;
		m->hostname_pos = more->hostname_pos;
	}
	if (more->random_seed) {
		m->random_seed = more->random_seed;
		m->random_seed_pos = more->random_seed_pos;
	}
	if (!more->sysctl.n)
		return 0;
	m->sysctl_pos = more->sysctl_pos;
	return merge_sysctl(spec->arena, &m->sysctl, &more->sysctl, err);
}
