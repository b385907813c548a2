/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "json_writer.h"

struct default_mount {
	const char *destination, *type;
	const char *options, *options_readonly;
};

#define DEV_OPTIONS "nosuid,strictatime,mode=755,size=65536k"
#define PTS_OPTIONS "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620"
#define SYS_OPTIONS "nosuid,noexec,nodev"

static const struct default_mount default_mounts[] = {
	{ "/proc", "proc", "nosuid,nodev,noexec,relatime", NULL },
	{ "/dev", "tmpfs", DEV_OPTIONS, DEV_OPTIONS ",ro" },
	{ "/dev/pts", "devpts", PTS_OPTIONS, NULL },
	{ "/sys", "sysfs", SYS_OPTIONS, SYS_OPTIONS ",ro" },
	{ "/sys/fs/cgroup", "cgroup", "nosuid,noexec,nodev,relatime,ro", NULL },
};

struct mount_list {
	struct ig_mount *v;
	size_t n, max;
	struct ig_arena *arena;
};

static struct ig_mount *add_mount(struct mount_list *list,
				  const struct ig_mount *mount)
{
	struct ig_mount *slot = &list->v[list->n++];

	*slot = *mount;
	return slot;
}

/* Who is @held may not write /sys either. */
static int add_defaults(struct mount_list *list, bool readonly, bool held,
			struct ig_err *err)
{
	for (size_t i = 0; i < IG_COUNT(default_mounts); i++) {
		const struct default_mount *from = &default_mounts[i];
		const char *options = from->options;
		struct ig_mount *mount;

		if ((readonly || (held && ig_streq(from->type, "sysfs"))) &&
		    from->options_readonly)
			options = from->options_readonly;
		mount = add_mount(list,
				  &(struct ig_mount){
					  .destination = from->destination,
					  .type = from->type,
					  .source = from->type,
				  });
		if (ig_strs_split(&mount->options, options, list->arena, err) <
		    0)
			return -1;
	}
	return 0;
}

/* "a:b:c" into at most 3 pieces; the number there are, even when more. */
static int split_colons(const char *v[3], size_t *n, const char *text,
			struct ig_arena *arena, struct ig_err *err)
{
	char *rest = ig_arena_str(arena, text, err);

	*n = 0;
	if (!rest)
		return -1;
	while (rest) {
		const char *piece = strsep(&rest, ":");

		if (*n < 3)
			v[*n] = piece;
		(*n)++;
	}
	return 0;
}

static int add_tmpfs(struct mount_list *list, const char *text,
		     struct ig_err *err)
{
	struct ig_mount mount = { .type = "tmpfs", .source = "tmpfs" };
	const char *part[3];
	size_t n;

	if (split_colons(part, &n, text, list->arena, err) < 0)
		return -1;
	if (n > 2)
		return ig_fail(
			err, IG_ESPEC,
			"cannot parse tmpfs '%s': too many ':', it is DESTINATION[:OPTION,…]",
			text);
	if (!part[0][0])
		return ig_fail(
			err, IG_ESPEC,
			"cannot parse tmpfs '%s': the destination is missing",
			text);
	mount.destination = part[0];
	if (n == 2 &&
	    ig_strs_split(&mount.options, part[1], list->arena, err) < 0)
		return -1;
	add_mount(list, &mount);
	return 0;
}

static int add_bind(struct mount_list *list, const char *text,
		    struct ig_err *err)
{
	struct ig_mount mount = { .type = "bind" };
	const char *part[3];
	size_t n;

	if (split_colons(part, &n, text, list->arena, err) < 0)
		return -1;
	if (n < 2)
		return ig_fail(
			err, IG_ESPEC,
			"cannot parse bind '%s': missing ':', it is SOURCE:DESTINATION[:OPTION,…]",
			text);
	if (n > 3)
		return ig_fail(
			err, IG_ESPEC,
			"cannot parse bind '%s': too many ':', it is SOURCE:DESTINATION[:OPTION,…]",
			text);
	if (!part[0][0] || !part[1][0])
		return ig_fail(err, IG_ESPEC,
			       "cannot parse bind '%s': the %s is empty", text,
			       part[0][0] ? "destination" : "source");
	mount.source = part[0];
	mount.destination = part[1];
	if (n == 3) {
		const char *last = "rbind";
		const struct ig_strs more = { .n = 1, .v = &last };
		struct ig_strs given;

		if (ig_strs_split(&given, part[2], list->arena, err) < 0 ||
		    ig_strs_join(&mount.options, &given, &more, list->arena,
				 err) < 0)
			return -1;
	} else if (ig_strs_split(&mount.options, "rw,rbind,rshared",
				 list->arena, err) < 0) {
		return -1;
	}
	add_mount(list, &mount);
	return 0;
}

/* Kinds whose source is their name, and where they belong. */
static const struct {
	const char *type, *destination;
} known_types[] = {
	{ "proc", "/proc" },	     { "devpts", "/dev/pts" },
	{ "sysfs", "/sys" },	     { "cgroup", "/sys/fs/cgroup" },
	{ "mqueue", "/dev/mqueue" },
};

static const char *known_destination(const char *type)
{
	for (size_t i = 0; i < IG_COUNT(known_types); i++) {
		if (ig_streq(type, known_types[i].type))
			return known_types[i].destination;
	}
	return NULL;
}

static int add_filled(struct mount_list *list, const struct ig_mount *from,
		      struct ig_err *err)
{
	struct ig_mount *mount = add_mount(list, from);

	if (!ig_given(mount->type)) {
		if (known_destination(mount->source))
			mount->type = mount->source;
		else if (ig_streq(mount->destination, "/dev"))
			mount->type = "tmpfs";
		else
			return ig_fail(
				err, IG_ESPEC,
				"mount for destination '%s' is missing type",
				ig_given(mount->destination)
					? mount->destination
					: "");
	}
	if (!ig_given(mount->source))
		mount->source = mount->type;
	if (!ig_given(mount->destination))
		mount->destination = known_destination(mount->type);
	if (!mount->destination)
		return ig_fail(err, IG_ESPEC,
			       "mount of type '%s' is missing destination",
			       mount->type);
	return 0;
}

/* Binds of the YAML entry, else those of the label and then binds.add. */
struct bind_lists {
	const struct ig_entry *from[2];
	const struct ig_strs *v[2];
	const char *key[2];
};

static struct bind_lists bind_lists(const struct ig_bundle *bundle)
{
	static const struct ig_strs none;
	const struct ig_entry *entry = bundle->entry;
	const struct ig_entry *label = bundle->label;

	if (entry->binds.set)
		return (struct bind_lists){
			.from = { entry, entry },
			.v = { &entry->binds, &none },
			.key = { "binds", "binds" },
		};
	return (struct bind_lists){
		.from = { label ? label : entry, entry },
		.v = { label ? &label->binds : &none, &entry->binds_add },
		.key = { "binds", "binds.add" },
	};
}

/* Equal destinations keep the order in which they came. */
static int mount_order(const void *a, const void *b)
{
	const struct ig_mount *const *left = a;
	const struct ig_mount *const *right = b;
	int order = strcmp((*left)->destination, (*right)->destination);

	if (order != 0)
		return order;
	return (*left > *right) - (*left < *right);
}

static int sort_mounts(struct ig_mounts *out, const struct mount_list *list,
		       struct ig_err *err)
{
	struct ig_mount **order = ig_arena_array(
		list->arena, list->n, sizeof(struct ig_mount *), err);

	if (!order)
		return -1;
	out->v = ig_arena_array(list->arena, list->n, sizeof(*out->v), err);
	if (!out->v)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		order[i] = &list->v[i];
	qsort(order, list->n, sizeof(struct ig_mount *), mount_order);
	for (size_t i = 0; i < list->n; i++) {
		if (i + 1 < list->n && strcmp(order[i]->destination,
					      order[i + 1]->destination) == 0)
			continue;
		out->v[out->n++] = *order[i];
	}
	out->set = true;
	return 0;
}

static int add_texts(struct mount_list *list, const struct ig_bundle *bundle,
		     struct ig_err *err)
{
	const struct ig_entry *from = IG_FROM(bundle, tmpfs);
	struct bind_lists binds = bind_lists(bundle);

	for (size_t i = 0; i < from->tmpfs.n; i++) {
		if (add_tmpfs(list, from->tmpfs.v[i], err) < 0)
			return ig_bundle_wrap(err, bundle, from, "tmpfs");
	}
	for (size_t which = 0; which < 2; which++) {
		const struct ig_strs *v = binds.v[which];

		for (size_t i = 0; i < v->n; i++) {
			if (add_bind(list, v->v[i], err) < 0)
				return ig_bundle_wrap(err, bundle,
						      binds.from[which],
						      binds.key[which]);
		}
	}
	return 0;
}

int ig_mounts_resolve(struct ig_mounts *out, const struct ig_bundle *bundle,
		      bool held, struct ig_arena *arena, struct ig_err *err)
{
	const struct ig_entry *from = IG_FROM(bundle, mounts);
	struct bind_lists binds = bind_lists(bundle);
	struct mount_list list = { .arena = arena };

	*out = (struct ig_mounts){ 0 };
	if (ig_add_overflow(IG_COUNT(default_mounts),
			    IG_FROM(bundle, tmpfs)->tmpfs.n, &list.max) ||
	    ig_add_overflow(list.max, binds.v[0]->n, &list.max) ||
	    ig_add_overflow(list.max, binds.v[1]->n, &list.max) ||
	    ig_add_overflow(list.max, from->mounts.n, &list.max))
		return ig_fail(err, IG_ELIMIT, "too many mounts");
	list.v = ig_arena_array(arena, list.max, sizeof(*list.v), err);
	if (!list.v)
		return -1;
	if (add_defaults(&list, bundle->readonly, held, err) < 0 ||
	    add_texts(&list, bundle, err) < 0)
		return -1;
	for (size_t i = 0; i < from->mounts.n; i++) {
		if (add_filled(&list, &from->mounts.v[i], err) < 0)
			return ig_bundle_wrap_at(err, bundle, from,
						 &from->mounts.v[i].pos,
						 "mounts");
	}
	return sort_mounts(out, &list, err);
}

void ig_mounts_write(struct ig_json *json, const struct ig_mounts *mounts)
{
	for (size_t i = 0; i < mounts->n; i++) {
		const struct ig_mount *mount = &mounts->v[i];

		ig_json_object(json, NULL);
		ig_json_text(json, "destination", mount->destination);
		ig_json_some_text(json, "type", mount->type);
		ig_json_some_text(json, "source", mount->source);
		ig_json_some_texts(json, "options", &mount->options);
		ig_json_end(json);
	}
}
