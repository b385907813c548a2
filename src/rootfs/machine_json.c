/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>

#include "json_writer.h"

/* Where it goes, and by what: the same for disks and mounts. */
static void put_place(struct ig_json *json, const char *target,
		      const struct ig_strs *options,
		      const struct ig_opt_bool *required)
{
	ig_json_text(json, "target", target);
	ig_json_some_texts(json, "options", options);
	ig_json_bool(json, "required", !required->set || required->v);
}

static void put_sysctl(struct ig_json *json, const struct ig_map *map)
{
	if (!map->n)
		return;
	ig_json_array(json, "sysctl");
	for (size_t i = 0; i < map->n; i++) {
		ig_json_object(json, NULL);
		ig_json_text(json, "name", map->v[i].key);
		ig_json_text(json, "value", map->v[i].value);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_partition(struct ig_json *json, const struct ig_disk_part *p)
{
	if (!p->mount)
		return;
	ig_json_object(json, NULL);
	ig_json_text(json, "label", p->label);
	ig_json_some_true(json, "grow", p->grow);
	ig_json_object(json, "mount");
	put_place(json, p->mount, &p->options, &p->required);
	ig_json_end(json);
	ig_json_end(json);
}

static void put_disk(struct ig_json *json, const struct ig_data_disk *d)
{
	ig_json_object(json, NULL);
	ig_json_text(json, "label", d->label);
	if (ig_data_disk_formats(d))
		ig_json_text(json, "format", "ext4");
	ig_json_bool(json, "grow", true);
	ig_json_object(json, "mount");
	put_place(json, d->mount, &d->options, &d->required);
	ig_json_end(json);
	ig_json_end(json);
}

static bool has_disks(const struct ig_spec *spec)
{
	for (size_t i = 0; i < spec->disk.partitions_n; i++) {
		if (spec->disk.partitions[i].mount)
			return true;
	}
	return spec->machine.disks_n > 0;
}

static void put_disks(struct ig_json *json, const struct ig_spec *spec)
{
	if (!has_disks(spec))
		return;
	ig_json_array(json, "disks");
	for (size_t i = 0; i < spec->disk.partitions_n; i++)
		put_partition(json, &spec->disk.partitions[i]);
	for (size_t i = 0; i < spec->machine.disks_n; i++)
		put_disk(json, &spec->machine.disks[i]);
	ig_json_end(json);
}

static void put_mounts(struct ig_json *json, const struct ig_machine *m)
{
	if (!m->mounts_n)
		return;
	ig_json_array(json, "mounts");
	for (size_t i = 0; i < m->mounts_n; i++) {
		const struct ig_machine_mount *at = &m->mounts[i];

		ig_json_object(json, NULL);
		ig_json_text(json, "source",
			     at->source ? at->source : at->type);
		ig_json_some_text(json, "type", at->type);
		put_place(json, at->target, &at->options, &at->required);
		ig_json_end(json);
	}
	ig_json_end(json);
}

int ig_machine_json(struct ig_buf *out, const struct ig_spec *spec,
		    struct ig_err *err)
{
	const struct ig_machine *m = &spec->machine;
	struct ig_pos pos;
	struct ig_json json;

	if (!ig_machine_wants(&pos, spec))
		return 0;
	ig_json_init(&json, out, err);
	ig_json_object(&json, NULL);
	ig_json_some_text(&json, "hostname", m->hostname);
	put_sysctl(&json, &m->sysctl);
	put_disks(&json, spec);
	put_mounts(&json, m);
	ig_json_some_text(&json, "randomSeed", m->random_seed);
	ig_json_end(&json);
	return ig_json_done(&json);
}
