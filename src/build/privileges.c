/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/str.h>

/*
 * What an image's label adds to what a container may do. Whoever can write an
 * image can write its label; the spec's author may not have read it.
 */

struct list {
	struct ig_buf *out;
	const struct ig_entry *spec, *label;
	struct ig_err *err;
	bool failed;
};

/* An end of a line in a label would look like a line of ours. */
static int put_shown(struct list *list, const char *value)
{
	while (*value) {
		size_t len = ig_utf8_shown(value);
		size_t step = len ? len : ig_utf8_char(value);

		if ((len ? ig_buf_add(list->out, value, len, list->err)
			 : ig_buf_putc(list->out, '?', list->err)) < 0)
			return -1;
		value += step ? step : 1;
	}
	return 0;
}

static void item(struct list *list, const char *what, const char *value)
{
	if (list->failed)
		return;
	list->failed = ig_buf_printf(list->out, list->err, "%s%s%s",
				     list->out->len ? ", " : "", what,
				     *what && *value ? " " : "") < 0 ||
		       put_shown(list, value) < 0;
}

static bool has(const struct ig_strs *strs, const char *text)
{
	for (size_t i = 0; i < strs->n; i++) {
		if (ig_streq(strs->v[i], text))
			return true;
	}
	return false;
}

static bool given(const char *text)
{
	return text && *text;
}

/* Case does not matter in "all" and "none". */
static bool is_alone(const struct ig_strs *caps, const char *word)
{
	return caps->n == 1 && strcasecmp(caps->v[0], word) == 0;
}

static bool has_cap(const struct ig_strs *caps, const char *cap)
{
	return has(caps, cap) || is_alone(caps, "all");
}

static void caps(struct list *list, const char *what,
		 const struct ig_strs *label, const struct ig_strs *more)
{
	if (is_alone(label, "none"))
		return;
	for (size_t i = 0; i < label->n; i++) {
		if (!has_cap(more, label->v[i]))
			item(list, what, label->v[i]);
	}
}

/* Those of the label that the spec does not repeat in @more. */
static void items(struct list *list, const char *what,
		  const struct ig_strs *label, const struct ig_strs *more)
{
	for (size_t i = 0; i < label->n; i++) {
		if (!has(more, label->v[i]))
			item(list, what, label->v[i]);
	}
}

static void put_caps(struct list *list)
{
	const struct ig_entry *spec = list->spec, *label = list->label;

	if (!spec->capabilities.set) {
		if (is_alone(&label->capabilities, "all") &&
		    !is_alone(&spec->capabilities_add, "all"))
			item(list, "all capabilities", "");
		else
			caps(list, "", &label->capabilities,
			     &spec->capabilities_add);
	}
	/* an ambient one is also one of the others */
	if (!spec->ambient.set)
		caps(list, "ambient", &label->ambient,
		     spec->capabilities.set ? &spec->capabilities
					    : &label->capabilities);
}

/* Memory of its own, and nothing of the machine's: the runtime binds what has
 * that option, whatever its type. */
static bool is_memory(const struct ig_mount *mount)
{
	return ig_streq(mount->type, "tmpfs") &&
	       !has(&mount->options, "bind") && !has(&mount->options, "rbind");
}

static void put_mounts(struct list *list)
{
	const struct ig_entry *spec = list->spec, *label = list->label;

	if (!spec->binds.set)
		items(list, "bind", &label->binds, &spec->binds_add);
	for (size_t i = 0; !spec->mounts.set && i < label->mounts.n; i++) {
		const struct ig_mount *mount = &label->mounts.v[i];

		if (!is_memory(mount) && mount->destination)
			item(list, "mount", mount->destination);
	}
	for (size_t i = 0; !spec->devices.set && i < label->devices.n; i++)
		item(list, "device", label->devices.v[i].path);
}

/* Without a key a container has the host's network and names anyway; a path is
 * another container's namespace. */
static void put_namespaces(struct list *list)
{
	const struct ig_entry *spec = list->spec, *label = list->label;
	const struct {
		const char *key, *spec, *label;
	} kinds[] = {
		{ "pid", spec->pid, label->pid },
		{ "net", spec->net, label->net },
		{ "ipc", spec->ipc, label->ipc },
		{ "uts", spec->uts, label->uts },
		{ "userns", spec->userns, label->userns },
	};

	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		const char *value = kinds[i].label;
		bool host = ig_streq(value, "host") || ig_streq(value, "root");

		if (given(kinds[i].spec) || !given(value))
			continue;
		if (*value == '/' || (host && ig_streq(kinds[i].key, "pid")))
			item(list, kinds[i].key, value);
	}
}

/* By some of them crun does without the filter of system calls, or hands out
 * descriptors. */
static void put_annotations(struct list *list)
{
	const struct ig_map *map = &list->label->annotations;

	for (size_t i = 0; !list->spec->annotations.set && i < map->n; i++) {
		if (ig_starts(map->v[i].key, "run.oci."))
			item(list, "annotation", map->v[i].key);
	}
}

static void put_id(struct list *list, const char *what, const struct ig_id *id)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)id->number);
	item(list, what, id->name ? id->name : text);
}

/* Groups open files of the machine that are bound in; a mapping says as which
 * user of the machine the container's root acts. */
static void put_ids(struct list *list)
{
	const struct ig_entry *spec = list->spec, *label = list->label;

	for (size_t i = 0;
	     !spec->additional_gids.set && i < label->additional_gids.n; i++)
		put_id(list, "additionalGids", &label->additional_gids.v[i]);
	if (!spec->uid_mappings.set && label->uid_mappings.n)
		item(list, "uidMappings", "");
	if (!spec->gid_mappings.set && label->gid_mappings.n)
		item(list, "gidMappings", "");
}

/* What others have less of: memory when it is short, time of a processor,
 * what the kernel keeps for a process. Limits and weights only divide. */
static void put_resources(struct list *list)
{
	const struct ig_entry *spec = list->spec, *label = list->label;
	const struct ig_resources *res = &label->resources;
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)label->oom_score_adj.v);
	if (!spec->oom_score_adj.set && label->oom_score_adj.v < 0)
		item(list, "oomScoreAdj", text);
	if (!spec->rlimits.set)
		items(list, "rlimits", &label->rlimits, &spec->rlimits);
	if (spec->resources.set)
		return;
	if (res->devices_n)
		item(list, "resources.devices", "");
	if (res->mem_disable_oom_killer.v)
		item(list, "resources.memory.disableOOMKiller", "");
	if (res->cpu_rt_runtime.v || res->cpu_rt_period.v)
		item(list, "resources.cpu.realtimeRuntime", "");
}

/* Done to the machine, not in the container, before it starts. */
static void put_runtime(struct list *list)
{
	const struct ig_runtime_section *spec = &list->spec->runtime;
	const struct ig_runtime_section *label = &list->label->runtime;

	if (!spec->cgroups.set)
		items(list, "runtime.cgroups", &label->cgroups, &spec->cgroups);
	if (!spec->mounts.set && label->mounts.n)
		item(list, "runtime.mounts", "");
	if (!spec->mkdir.set)
		items(list, "runtime.mkdir", &label->mkdir, &spec->mkdir);
	if (!spec->interfaces_set && label->interfaces_n)
		item(list, "runtime.interfaces", "");
	for (size_t i = 0; i < IG_NS_COUNT; i++) {
		if (!spec->bind_ns[i] && given(label->bind_ns[i]))
			item(list, "runtime.bindNS", ig_ns_names[i]);
	}
}

static void put_rest(struct list *list, enum ig_section section)
{
	const struct ig_entry *spec = list->spec, *label = list->label;

	if (!given(spec->seccomp) && ig_streq(label->seccomp, "none"))
		item(list, "seccomp", "none");
	if (!spec->masked_paths.set && label->masked_paths.set)
		item(list, "maskedPaths", "");
	if (!spec->readonly_paths.set && label->readonly_paths.set)
		item(list, "readonlyPaths", "");
	if (!given(spec->rootfs_propagation) &&
	    given(label->rootfs_propagation))
		item(list, "rootfsPropagation", label->rootfs_propagation);
	/* perhaps another container's, which is killed by it */
	if (!given(spec->cgroups_path) && given(label->cgroups_path))
		item(list, "cgroupsPath", label->cgroups_path);
	for (size_t i = 0; !spec->sysctl.set && i < label->sysctl.n; i++)
		item(list, "sysctl", label->sysctl.v[i].key);
	/* the machine stops with it; of steps a label cannot say it */
	if (section == IG_SERVICES && !given(spec->on_failure) &&
	    given(label->on_failure) && !ig_streq(label->on_failure, "ignore"))
		item(list, "on-failure", label->on_failure);
}

int ig_privileges(struct ig_buf *out, const struct ig_bundle *bundle,
		  struct ig_err *err)
{
	struct list list = { out, bundle->entry, bundle->label, err, false };

	if (!list.label)
		return 0;
	put_caps(&list);
	put_mounts(&list);
	put_namespaces(&list);
	put_ids(&list);
	put_resources(&list);
	put_runtime(&list);
	put_rest(&list, bundle->section);
	put_annotations(&list);
	return list.failed ? -1 : 0;
}
