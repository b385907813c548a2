/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ingot/own.h>
#include <ingot/str.h>

/* What all documents together mount, and where. */

struct place {
	const struct ig_pos *pos;
	const char *section;
	size_t index;
	const char *label; /* NULL: no disk of the spec's */
	const char *key;   /* of the target */
	const char *target;
	const struct ig_strs *options;
	bool lasts; /* what is written there is there after a restart */
};

static int place_problem(struct ig_walk *walk, const struct place *place,
			 const char *key, const char *text, const char *what)
{
	struct ig_path section = { NULL, place->section, 0 };
	struct ig_path item = { &section, NULL, place->index };
	struct ig_path path = { &item, key, 0 };
	char quoted[IG_QUOTE];

	return ig_problem_pos(walk, &path, place->pos, "'%s' %s",
			      ig_spec_quote(quoted, text), what);
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 &&
	       (path[len] == '/' || !path[len]);
}

/* The kernel's own, and what is left to it at a shutdown. */
static bool is_api(const char *path)
{
	static const char *const api[] = { "/dev", "/proc", "/run", "/sys" };

	for (size_t i = 0; i < IG_COUNT(api); i++) {
		if (is_below(path, api[i]))
			return true;
	}
	return false;
}

static int check_one(struct ig_walk *walk, const struct place *all, size_t i)
{
	const struct place *p = &all[i];

	if (p->target && p->lasts && is_api(p->target))
		return place_problem(
			walk, p, p->key, p->target,
			"is below /dev, /proc, /run or /sys, which are not unmounted: take another place");
	for (size_t k = 0; k < i; k++) {
		const struct place *q = &all[k];

		if (p->target && ig_streq(p->target, q->target))
			return place_problem(walk, p, p->key, p->target,
					     "is mounted on twice");
		if (p->target && q->target && is_below(q->target, p->target))
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

static size_t collect(struct place *out, const struct ig_spec *spec)
{
	size_t n = 0;

	for (size_t i = 0; i < spec->disk.partitions_n; i++) {
		const struct ig_disk_part *p = &spec->disk.partitions[i];

		out[n++] = (struct place){ &p->pos,	"disk.partitions",
					   i,		p->label,
					   "mount",	p->mount,
					   &p->options, true };
	}
	for (size_t i = 0; i < spec->machine.disks_n; i++) {
		const struct ig_data_disk *d = &spec->machine.disks[i];

		out[n++] = (struct place){ &d->pos,	"disks", i,
					   d->label,	"mount", d->mount,
					   &d->options, true };
	}
	for (size_t i = 0; i < spec->machine.mounts_n; i++) {
		const struct ig_machine_mount *m = &spec->machine.mounts[i];
		bool lasts = m->source && m->source[0] && !is_memory(m->type) &&
			     !ig_mount_is_bind(m);

		out[n++] = (struct place){ &m->pos,	"mounts", i,
					   NULL,	"target", m->target,
					   &m->options, lasts };
	}
	return n;
}

/* The deepest place that @path lies on; NULL: the root file system. */
static const struct place *place_of(const struct place *all, size_t n,
				    const char *path)
{
	const struct place *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (all[i].target && is_below(path, all[i].target) &&
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
	return walk->count ? 0 : check_seed(walk, spec, all, n);
}
