/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/spec.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "logs.h"
#include "schema.h"

#define SPEC_MEMORY ((size_t)512 << 20)

struct ig_spec *ig_spec_new(struct ig_err *err)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = calloc(1, sizeof(*spec));

	if (!spec) {
		ig_fail_mem(err);
		return NULL;
	}
	spec->arena = ig_arena_new(SPEC_MEMORY, err);
	if (!spec->arena)
		return NULL;
	return ig_take(&spec);
}

void ig_spec_free(struct ig_spec *spec)
{
	if (!spec)
		return;
	ig_arena_free(spec->arena);
	ig_freep(&spec);
}

void ig_spec_freep(struct ig_spec **spec)
{
	ig_spec_free(*spec);
	*spec = NULL;
}

struct items {
	const void *v;
	size_t n;
	size_t size; /* of one */
};

/* @more goes behind the *@n items of *@array: a new array. */
static int append(struct ig_arena *arena, void *array, size_t *n,
		  struct items more, struct ig_err *err)
{
	char *old;
	char *all;

	if (more.n == 0)
		return 0;
	memcpy(&old, array, sizeof(old)); /* whatever it points to */
	all = ig_arena_array(arena, *n + more.n, more.size, err);
	if (!all)
		return -1;
	if (*n > 0)
		memcpy(all, old, *n * more.size);
	memcpy(all + *n * more.size, more.v, more.n * more.size);
	*n += more.n;
	memcpy(array, &all, sizeof(all));
	return 0;
}

#define APPEND(to, more, V, N, err)                                            \
	append((to)->arena, &(to)->V, &(to)->N,                                \
	       (struct items){ (more)->V, (more)->N, sizeof(*(to)->V) }, err)

static void merge_kernel(struct ig_kernel *kernel, const struct ig_kernel *more)
{
	if (!more->set)
		return;
	if (!kernel->set)
		kernel->pos = more->pos;
	kernel->set = true;
	if (more->image) {
		kernel->image = more->image;
		kernel->image_pos = more->image_pos;
		kernel->pos = more->pos;
	}
	if (more->cmdline)
		kernel->cmdline = more->cmdline;
	if (more->binary)
		kernel->binary = more->binary;
	if (more->tar_set.set) {
		kernel->tar_set = more->tar_set;
		kernel->tar = more->tar;
	}
	if (more->ucode) /* the empty one takes it back */
		kernel->ucode = more->ucode[0] ? more->ucode : NULL;
	if (more->modules.set) {
		kernel->modules = more->modules;
		kernel->modules_pos = more->modules_pos;
	}
}

static void merge_bootloader(struct ig_bootloader *loader,
			     const struct ig_bootloader *more)
{
	if (more->set && more->image)
		*loader = *more;
}

static void merge_target(struct ig_target *target, const struct ig_target *more)
{
	if (more->set && more->memory)
		*target = *more;
}

static void merge_disk(struct ig_disk_section *disk,
		       const struct ig_disk_section *more)
{
	disk->set = disk->set || more->set;
	if (more->size) {
		disk->pos = more->pos;
		disk->size = more->size;
		disk->bytes = more->bytes;
	}
	if (more->partitions_set) {
		disk->partitions_set = true;
		disk->partitions_n = more->partitions_n;
		disk->partitions = more->partitions;
	}
}

static void merge_network(struct ig_network *net, const struct ig_network *more)
{
	if (!more->set)
		return;
	net->set = true;
	net->pos = more->pos;
	if (more->interfaces_set) {
		net->interfaces_set = true;
		net->interfaces_n = more->interfaces_n;
		net->interfaces = more->interfaces;
	}
	net->dns.set = net->dns.set || more->dns.set;
	if (more->dns.servers.set)
		net->dns.servers = more->dns.servers;
	if (more->dns.search.set)
		net->dns.search = more->dns.search;
	if (more->wait) {
		net->wait = more->wait;
		net->wait_ms = more->wait_ms;
	}
}

static int merge_lists(struct ig_spec *to, const struct ig_spec *more,
		       struct ig_err *err)
{
	if (APPEND(to, more, init, init_n, err) < 0 ||
	    APPEND(to, more, onboot.v, onboot.n, err) < 0 ||
	    APPEND(to, more, onshutdown.v, onshutdown.n, err) < 0 ||
	    APPEND(to, more, services.v, services.n, err) < 0 ||
	    APPEND(to, more, files, files_n, err) < 0 ||
	    APPEND(to, more, machine.disks, machine.disks_n, err) < 0 ||
	    APPEND(to, more, machine.mounts, machine.mounts_n, err) < 0)
		return -1;
	return APPEND(to, more, volumes, volumes_n, err) < 0
		       ? -1
		       : APPEND(to, more, tests.v, tests.n, err);
}

/* One user of a name that may be used once. */
struct use {
	const char *name;
	const struct ig_pos *pos;
	size_t order; /* over all files */
	size_t index; /* in its own */
};

static int by_name(const void *a, const void *b)
{
	const struct use *x = a;
	const struct use *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static int report_twice(struct ig_walk *walk, struct use *uses, size_t n,
			const char *section, const char *what)
{
	struct ig_path up = { NULL, section, 0 };
	char name[IG_QUOTE];

	qsort(uses, n, sizeof(*uses), by_name);
	for (size_t i = 1; i < n; i++) {
		struct ig_path path = { &up, NULL, uses[i].index };

		if (strcmp(uses[i - 1].name, uses[i].name) != 0)
			continue;
		if (ig_problem_pos(
			    walk, &path, uses[i].pos,
			    "duplicate %s name '%s', first used at %s:%d", what,
			    ig_spec_quote(name, uses[i].name),
			    uses[i - 1].pos->file, uses[i - 1].pos->line) < 0)
			return -1;
	}
	return 0;
}

/* Entries, volumes or tests: where they have their name and place. */
struct named {
	const void *v;
	size_t n;
	size_t size, name_at, pos_at;
};

#define NAMED(T, V, N)                                                         \
	(struct named)                                                         \
	{                                                                      \
		(V), (N), sizeof(T), offsetof(T, name), offsetof(T, pos)       \
	}

#define ENTRIES(list) NAMED(struct ig_entry, (list)->v, (list)->n)
#define VOLUMES(spec)                                                          \
	NAMED(struct ig_volume, (spec)->volumes, (spec)->volumes_n)
#define TESTS(list) NAMED(struct ig_test, (list)->v, (list)->n)

static size_t add_uses(struct use *uses, size_t n, struct named list)
{
	const char *item = list.v;

	for (size_t i = 0; i < list.n; i++, item += list.size) {
		uses[n] = (struct use){
			.pos = (const void *)(item + list.pos_at),
			.order = n,
			.index = i,
		};
		memcpy(&uses[n++].name, item + list.name_at,
		       sizeof(uses->name));
	}
	return n;
}

static int check_names(struct ig_walk *walk, struct named old, struct named new,
		       const char *section, const char *what)
{
	ig_autofree struct use *uses = calloc(old.n + new.n + 1, sizeof(*uses));
	size_t n;

	if (!uses)
		return ig_fail_mem(walk->err);
	n = add_uses(uses, 0, old);
	n = add_uses(uses, n, new);
	return report_twice(walk, uses, n, section, what);
}

static int read_one(struct ig_spec *part, const struct ig_spec *old,
		    struct ig_walk *walk, const struct ig_yaml_source *source)
{
	const struct ig_ynode *root =
		ig_yaml_load(source, walk->arena, walk->err);

	if (!root)
		return -1;
	if (ig_schema_fill(walk, &ig_schema_spec, part, root, NULL) < 0)
		return -1;
	if (walk->count > 0) /* else names may be missing */
		return ig_walk_end(walk);
	if (check_names(walk, ENTRIES(&old->services), ENTRIES(&part->services),
			"services", "service") < 0 ||
	    check_names(walk, VOLUMES(old), VOLUMES(part), "volumes",
			"volume") < 0 ||
	    check_names(walk, TESTS(&old->tests), TESTS(&part->tests), "tests",
			"test") < 0)
		return -1;
	return ig_walk_end(walk);
}

/* NOLINTNEXTLINE(readability-function-size): a document and where it is from */
int ig_spec_add(struct ig_spec *spec, const char *file, const char *base,
		const void *text, size_t len,
		const struct ig_spec_resolver *resolver,
		struct ig_buf *problems, struct ig_err *err)
{
	struct ig_walk walk = { .arena = spec->arena,
				.problems = problems,
				.err = err };
	struct ig_yaml_source source = { .text = text,
					 .len = len,
					 .packages = true,
					 .base = base,
					 .resolver = resolver };
	struct ig_spec part = { 0 };
	struct ig_spec merged = *spec;

	walk.file = source.file = ig_arena_str(spec->arena, file, err);
	if (!walk.file)
		return -1;
	if (read_one(&part, spec, &walk, &source) < 0)
		return ig_walk_failed(&walk);
	if (merge_lists(&merged, &part, err) < 0)
		return ig_wrap(err, "%s", file);
	merge_kernel(&merged.kernel, &part.kernel);
	merge_bootloader(&merged.bootloader, &part.bootloader);
	merge_bootloader(&merged.firmware, &part.firmware);
	merge_target(&merged.target, &part.target);
	merge_disk(&merged.disk, &part.disk);
	ig_merge_logs(&merged.logs, &part.logs);
	if (part.watchdog.set)
		merged.watchdog = part.watchdog;
	if (ig_merge_machine(&merged, &part.machine, err) < 0)
		return ig_wrap(err, "%s", file);
	merge_network(&merged.network, &part.network);
	*spec = merged;
	return 0;
}
