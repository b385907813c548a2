/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ingot/own.h>
#include <ingot/str.h>

#include "reserved.h"

/* What all documents together mount, and where. */

struct place {
	const struct ig_pos *pos;
	const char *section;
	const char *label; /* NULL: no disk of the spec's */
	const char *key;   /* of the target */
	const char *target;
	const struct ig_strs *options;
	bool lasts;    /* what is written there is there after a restart */
	bool required; /* without it there is no boot */
	bool adds;     /* what lies below is still seen */
};

static int place_problem(struct ig_walk *walk, const struct place *place,
			 const char *key, const char *text, const char *what)
{
	struct ig_path section = { NULL, place->section, 0 };
	struct ig_path item = { &section, NULL, place->pos->index };
	struct ig_path path = { &item, key, 0 };
	char quoted[IG_QUOTE];

	return ig_problem_pos(walk, &path, place->pos, "'%s' %s",
			      ig_spec_quote(quoted, text), what);
}

/* The kernel's own, and what is left to it at a shutdown. */
static bool is_api(const char *path)
{
	static const char *const api[] = { "/dev", "/proc", "/run", "/sys" };

	for (size_t i = 0; i < IG_COUNT(api); i++) {
		if (ig_path_is_below(path, api[i]))
			return true;
	}
	return false;
}

static int check_target(struct ig_walk *walk, const struct place *p)
{
	const struct ig_reserved *hides;
	char what[160];

	if (!p->target)
		return 0;
	if (p->lasts && is_api(p->target))
		return place_problem(
			walk, p, p->key, p->target,
			"is below /dev, /proc, /run or /sys, which are not unmounted: take another place");
	hides = p->adds ? NULL : ig_reserved_mount(p->target);
	if (!hides)
		return 0;
	snprintf(what, sizeof(what), "%s %s, %s: take another place",
		 ig_path_is_below(hides->path, p->target) ? "would hide"
							  : "is below",
		 hides->path, hides->what);
	return place_problem(walk, p, p->key, p->target, what);
}

static int check_one(struct ig_walk *walk, const struct place *all, size_t i)
{
	const struct place *p = &all[i];
	size_t before = walk->count;

	if (check_target(walk, p) < 0)
		return -1;
	if (walk->count > before)
		return 0;
	for (size_t k = 0; k < i; k++) {
		const struct place *q = &all[k];

		if (p->target && ig_streq(p->target, q->target))
			return place_problem(walk, p, p->key, p->target,
					     "is mounted on twice");
		if (p->target && q->target &&
		    ig_path_is_below(q->target, p->target))
			return place_problem(
				walk, p, p->key, p->target,
				"would hide what is mounted below it before");
		if (p->label && q->label && strcasecmp(p->label, q->label) == 0)
			return place_problem(
				walk, p, "label", p->label,
				"is the label of another disk or partition");
	}
	return 0;
}

static bool is_memory(const char *type)
{
	return ig_streq(type, "tmpfs") || ig_streq(type, "ramfs");
}

static bool is_among(const char *path, const char *list)
{
	size_t len = strlen(path);

	while (strncmp(list, path, len) != 0 ||
	       (list[len] && list[len] != ':')) {
		list = strchr(list, ':');
		if (!list)
			return false;
		list++;
	}
	return true;
}

/* A folder bound to itself, or an overlay that lies on it. */
static bool adds_only(const struct ig_machine_mount *m)
{
	static const char lower[] = "lowerdir=";

	if (ig_mount_is_bind(m))
		return ig_streq(m->source, m->target);
	if (!ig_streq(m->type, "overlay"))
		return false;
	for (size_t i = 0; i < m->options.n; i++) {
		const char *option = m->options.v[i];

		if (ig_starts(option, lower) &&
		    is_among(m->target, option + strlen(lower)))
			return true;
	}
	return false;
}

static bool is_required(const struct ig_opt_bool *required)
{
	return !required->set || required->v;
}

static size_t collect(struct place *out, const struct ig_spec *spec)
{
	size_t n = 0;

	for (size_t i = 0; i < spec->disk.partitions_n; i++) {
		const struct ig_disk_part *p = &spec->disk.partitions[i];

		out[n++] = (struct place){
			.pos = &p->pos,
			.section = "disk.partitions",
			.label = p->label,
			.key = "mount",
			.target = p->mount,
			.options = &p->options,
			.lasts = true,
			.required = is_required(&p->required),
		};
	}
	for (size_t i = 0; i < spec->machine.disks_n; i++) {
		const struct ig_data_disk *d = &spec->machine.disks[i];

		out[n++] = (struct place){
			.pos = &d->pos,
			.section = "disks",
			.label = d->label,
			.key = "mount",
			.target = d->mount,
			.options = &d->options,
			.lasts = true,
			.required = is_required(&d->required),
		};
	}
	for (size_t i = 0; i < spec->machine.mounts_n; i++) {
		const struct ig_machine_mount *m = &spec->machine.mounts[i];
		bool lasts = m->source && m->source[0] && !is_memory(m->type) &&
			     !ig_mount_is_bind(m);

		out[n++] = (struct place){
			.pos = &m->pos,
			.section = "mounts",
			.key = "target",
			.target = m->target,
			.options = &m->options,
			.lasts = lasts,
			.adds = adds_only(m),
		};
	}
	return n;
}

/* The deepest place that @path lies on; NULL: the root file system. */
static const struct place *place_of(const struct place *all, size_t n,
				    const char *path)
{
	const struct place *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (all[i].target && ig_path_is_below(path, all[i].target) &&
		    (!found || strlen(all[i].target) > strlen(found->target)))
			found = &all[i];
	}
	return found;
}

static bool is_readonly(const struct ig_strs *options)
{
	for (size_t i = 0; i < options->n; i++) {
		if (ig_streq(options->v[i], "ro"))
			return true;
	}
	return false;
}

static int check_seed(struct ig_walk *walk, const struct ig_spec *spec,
		      const struct place *all, size_t n)
{
	const struct ig_machine *m = &spec->machine;
	struct ig_path path = { NULL, "random-seed", 0 };
	const struct place *on;

	if (!m->random_seed)
		return 0;
	on = place_of(all, n, m->random_seed);
	if (on && on->lasts && !is_readonly(on->options) &&
	    !ig_streq(on->target, m->random_seed))
		return 0;
	return ig_problem_pos(
		walk, &path, &m->random_seed_pos,
		"'%s' is on nothing that keeps it: mount a disk there by disk.partitions, disks or mounts",
		m->random_seed);
}

/* "etc//./x" to "/etc/x". */
static void whole_path(char *out, size_t size, const char *path)
{
	size_t n = 0;

	while (*path) {
		size_t len = strcspn(path, "/");

		if (len > 0 && !(len == 1 && path[0] == '.') && n < size)
			n += (size_t)snprintf(out + n, size - n, "/%.*s",
					      (int)len, path);
		path += len;
		path += strspn(path, "/");
	}
}

static int check_file(struct ig_walk *walk, const struct ig_file *file,
		      const struct place *all, size_t n)
{
	struct ig_path section = { NULL, "files", 0 };
	struct ig_path item = { &section, NULL, file->pos.index };
	struct ig_path at = { &item, "path", 0 };
	const struct ig_reserved *reserved;
	char quoted[IG_QUOTE];
	char path[4100] = "";
	const struct place *on;

	whole_path(path, sizeof(path), file->path);
	reserved = ig_reserved_file(path);
	if (reserved)
		return ig_problem_pos(walk, &at, &file->pos,
				      "'%s' is %s: give it another name",
				      ig_spec_quote(quoted, file->path),
				      reserved->what);
	on = place_of(all, n, path);
	if (!on || !on->required || ig_streq(on->target, path))
		return 0;
	return ig_problem_pos(
		walk, &at, &file->pos,
		"'%s' would never be seen: '%s' is mounted on '%.100s'",
		ig_spec_quote(quoted, file->path), on->label, on->target);
}

int ig_check_places(struct ig_walk *walk, const struct ig_spec *spec)
{
	size_t most = spec->disk.partitions_n + spec->machine.disks_n +
		      spec->machine.mounts_n;
	ig_autofree struct place *all = calloc(most + 1, sizeof(*all));
	size_t n;

	if (!all)
		return ig_fail_mem(walk->err);
	n = collect(all, spec);
	for (size_t i = 0; i < n && walk->count == 0; i++) {
		if (check_one(walk, all, i) < 0)
			return -1;
	}
	for (size_t i = 0; i < spec->files_n && walk->count == 0; i++) {
		if (check_file(walk, &spec->files[i], all, n) < 0)
			return -1;
	}
	return walk->count ? 0 : check_seed(walk, spec, all, n);
}
