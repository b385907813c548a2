/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "json_writer.h"

/* The paths of one bundle in the guest's tree. */
#define RUNTIME_MEMORY (1u << 20)

static const struct ig_strs no_texts;

/* Every member of `runtime` by itself: YAML, else label, else empty. */
#define RUNTIME(bundle, member) (&IG_FROM(bundle, runtime.member)->runtime)

static void put_mount(struct ig_json *json, const char *destination,
		      const char *type, const char *source,
		      const struct ig_strs *options)
{
	const struct ig_mount mount = {
		.destination = destination,
		.type = type,
		.source = source,
		.options = *options,
	};

	ig_mounts_write(json, &(struct ig_mounts){
				      .n = 1,
				      .v = (struct ig_mount[]){ mount },
			      });
}

static int put_readonly(struct ig_json *json, const char *rootfs,
			const char *owner)
{
	const char *bind = "bind";

	put_mount(json, rootfs, NULL, owner,
		  &(struct ig_strs){ .n = 1, .v = &bind });
	return 0;
}

static int put_overlay(struct ig_json *json, const struct ig_bundle *bundle,
		       const char *rootfs, const char *owner,
		       struct ig_arena *arena)
{
	struct ig_err *err = json->err;
	const char *remount[] = { "remount", "private" };
	const char *tmp = ig_arena_printf(arena, err, "/%s/tmp", bundle->path);
	const char *options[] = {
		ig_arena_printf(arena, err, "lowerdir=%s", owner),
		ig_arena_printf(arena, err, "upperdir=%s/upper",
				tmp ? tmp : ""),
		ig_arena_printf(arena, err, "workdir=%s/work", tmp ? tmp : ""),
	};

	if (!tmp || !options[0] || !options[1] || !options[2])
		return -1;
	put_mount(json, tmp, "tmpfs", "tmpfs", &no_texts);
	put_mount(json, tmp, NULL, NULL,
		  &(struct ig_strs){ .n = 2, .v = remount });
	put_mount(json, rootfs, "overlay", "overlay",
		  &(struct ig_strs){ .n = 3, .v = options });
	return 0;
}

static int put_root(struct ig_json *json, const struct ig_bundle *bundle)
{
	IG_AUTO(ig_arena_freep) struct ig_arena *arena = NULL;
	ig_autofree char *root = ig_bundle_root(bundle, json->err);
	const char *rootfs;
	const char *owner;

	if (!root)
		return -1;
	arena = ig_arena_new(RUNTIME_MEMORY, json->err);
	if (!arena)
		return -1;
	owner = ig_arena_printf(arena, json->err, "/%s", root);
	rootfs = ig_arena_printf(arena, json->err, "/%s/rootfs", bundle->path);
	if (!owner || !rootfs)
		return -1;
	if (bundle->readonly)
		return put_readonly(json, rootfs, owner);
	return put_overlay(json, bundle, rootfs, owner, arena);
}

static void put_interfaces(struct ig_json *json,
			   const struct ig_runtime_section *runtime)
{
	ig_json_array(json, "interfaces");
	for (size_t i = 0; i < runtime->interfaces_n; i++) {
		const struct ig_interface *interface = &runtime->interfaces[i];

		ig_json_object(json, NULL);
		ig_json_some_text(json, "name", interface->name);
		ig_json_some_text(json, "add", interface->add);
		ig_json_some_text(json, "peer", interface->peer);
		ig_json_bool(json, "createInRoot", interface->create_in_root);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_bind_ns(struct ig_json *json, const struct ig_bundle *bundle)
{
	ig_json_object(json, "bindNS");
	for (size_t i = 0; i < IG_NS_COUNT; i++) {
		const char *yaml = bundle->entry->runtime.bind_ns[i];
		const char *path = yaml;

		if (!yaml && bundle->label)
			path = bundle->label->runtime.bind_ns[i];
		ig_json_text(json, ig_ns_names[i], path);
	}
	ig_json_end(json);
}

static const struct ig_runtime_section *
interfaces_from(const struct ig_bundle *bundle)
{
	const struct ig_entry *entry = bundle->entry;

	if (!entry->runtime.interfaces_set && bundle->label)
		entry = bundle->label;
	return &entry->runtime;
}

static const char *namespace_from(const struct ig_bundle *bundle)
{
	const char *name = bundle->entry->runtime.namespace_;

	if (!name && bundle->label)
		name = bundle->label->runtime.namespace_;
	return name;
}

int ig_bundle_runtime(struct ig_buf *out, const struct ig_bundle *bundle,
		      struct ig_err *err)
{
	struct ig_json json;

	ig_json_init(&json, out, err);
	ig_json_object(&json, NULL);
	ig_json_texts(&json, "cgroups", &RUNTIME(bundle, cgroups)->cgroups);
	ig_json_array(&json, "mounts");
	if (!json.failed && put_root(&json, bundle) < 0)
		ig_json_stop(&json);
	ig_mounts_write(&json, &RUNTIME(bundle, mounts)->mounts);
	ig_json_end(&json);
	ig_json_texts(&json, "mkdir", &RUNTIME(bundle, mkdir)->mkdir);
	put_interfaces(&json, interfaces_from(bundle));
	put_bind_ns(&json, bundle);
	ig_json_text(&json, "namespace", namespace_from(bundle));
	ig_json_end(&json);
	return ig_json_done(&json);
}
