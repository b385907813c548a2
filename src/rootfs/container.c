/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>

#include "seccomp.h"

/* Pointers into spec, label and image, and a few computed lists. */
#define CONTAINER_MEMORY (256u << 20)

#define CPU_PERIOD_US	 100000 /* as every runtime has it */

int ig_pos_wrap(struct ig_err *err, const struct ig_pos *pos)
{
	if (!pos->file)
		return -1;
	if (pos->line <= 0)
		return ig_wrap(err, "%s", pos->file);
	return ig_wrap(err, "%s:%d:%d", pos->file, pos->line, pos->col);
}

int ig_bundle_wrap_at(struct ig_err *err, const struct ig_bundle *bundle,
		      const struct ig_entry *from, const struct ig_pos *pos,
		      const char *key)
{
	if (from == bundle->label)
		ig_wrap(err, "%s", key);
	else
		ig_wrap(err, "%s[%zu].%s", ig_section_names[bundle->section],
			bundle->entry->pos.index, key);
	return ig_pos_wrap(err, pos->line > 0 ? pos : &from->pos);
}

int ig_bundle_wrap(struct ig_err *err, const struct ig_bundle *bundle,
		   const struct ig_entry *from, const char *key)
{
	return ig_bundle_wrap_at(err, bundle, from, &from->pos, key);
}

/* ---- process ---- */

static struct ig_strs image_strs(char **v, size_t n, struct ig_arena *arena,
				 struct ig_err *err)
{
	struct ig_strs out = { .set = true };

	if (n == 0)
		return out;
	out.v = ig_arena_array(arena, n, sizeof(*out.v), err);
	for (size_t i = 0; out.v && i < n; i++)
		out.v[out.n++] = v[i];
	return out;
}

static int resolve_command(struct ig_container *out,
			   const struct ig_bundle *bundle, struct ig_err *err)
{
	const struct ig_image_config *image = bundle->config;
	const struct ig_entry *from = IG_FROM(bundle, command);
	struct ig_strs entrypoint;
	struct ig_strs cmd;

	if (from->command.set) {
		out->args = from->command;
		return 0;
	}
	entrypoint = image_strs(image->entrypoint, image->entrypoint_n,
				out->arena, err);
	cmd = image_strs(image->cmd, image->cmd_n, out->arena, err);
	if (entrypoint.n != image->entrypoint_n || cmd.n != image->cmd_n)
		return -1;
	return ig_strs_join(&out->args, &entrypoint, &cmd, out->arena, err);
}

static int resolve_env(struct ig_container *out, const struct ig_bundle *bundle,
		       struct ig_err *err)
{
	const struct ig_image_config *image = bundle->config;
	const struct ig_entry *from = IG_FROM(bundle, env);

	if (from->env.set) {
		out->env = from->env;
		return 0;
	}
	out->env = image_strs(image->env, image->env_n, out->arena, err);
	return out->env.n == image->env_n ? 0 : -1;
}

static const char *resolve_cwd(const struct ig_bundle *bundle)
{
	const struct ig_entry *from = IG_FROM_TEXT(bundle, cwd);

	if (ig_given(from->cwd))
		return from->cwd;
	return ig_given(bundle->config->workdir) ? bundle->config->workdir
						 : "/";
}

static bool user_is_root(const char *user)
{
	static const char *const root[] = { "root",	 "0",	   "0:0",
					    "root:root", "0:root", "root:0" };

	for (size_t i = 0; i < IG_COUNT(root); i++) {
		if (strcmp(user, root[i]) == 0)
			return true;
	}
	return false;
}

/* LinuxKit never looks at the image's user; who wrote the image did not expect
 * to run as root. */
static void warn_user(const struct ig_bundle *bundle)
{
	const char *user = bundle->config->user;
	const struct ig_pos *pos = &bundle->entry->pos;

	if (!ig_given(user) || user_is_root(user) ||
	    IG_FROM(bundle, uid)->uid.set || IG_FROM(bundle, gid)->gid.set)
		return;
	ig_warn("%s:%d:%d: %s[%zu] '%s': runs as root, the image's user '%s' is not used; set uid and gid to say which user is meant",
		pos->file, pos->line, pos->col,
		ig_section_names[bundle->section], pos->index,
		bundle->entry->name ? bundle->entry->name : "", user);
}

static int resolve_user(struct ig_container *out, const struct ig_spec *spec,
			const struct ig_bundle *bundle, struct ig_err *err)
{
	const struct ig_entry *uid = IG_FROM(bundle, uid);
	const struct ig_entry *gid = IG_FROM(bundle, gid);
	const struct ig_entry *more = IG_FROM(bundle, additional_gids);
	const struct ig_ids *gids = &more->additional_gids;

	if (ig_id_resolve(&out->uid, spec, &uid->uid, err) < 0)
		return ig_bundle_wrap_at(err, bundle, uid, &uid->uid.pos,
					 "uid");
	if (ig_id_resolve(&out->gid, spec, &gid->gid, err) < 0)
		return ig_bundle_wrap_at(err, bundle, gid, &gid->gid.pos,
					 "gid");
	warn_user(bundle);
	if (gids->n == 0)
		return 0;
	out->gids =
		ig_arena_array(out->arena, gids->n, sizeof(*out->gids), err);
	if (!out->gids)
		return -1;
	for (size_t i = 0; i < gids->n; i++) {
		if (ig_id_resolve(&out->gids[i], spec, &gids->v[i], err) < 0)
			return ig_bundle_wrap_at(err, bundle, more,
						 &gids->v[i].pos,
						 "additionalGids");
	}
	out->gids_n = gids->n;
	return 0;
}

/* LinuxKit: capabilities of YAML; else the label's, then capabilities.add of
 * YAML. capabilities.add of a label means nothing. */
static int resolve_working_caps(struct ig_container *out,
				const struct ig_bundle *bundle,
				struct ig_err *err)
{
	static const struct ig_strs none;
	const struct ig_entry *entry = bundle->entry;
	const struct ig_entry *label = bundle->label;
	const struct ig_entry *from = entry;
	const char *key = "capabilities";
	struct ig_strs list = entry->capabilities;

	if (!entry->capabilities.set) {
		if (ig_strs_join(&list, label ? &label->capabilities : &none,
				 &entry->capabilities_add, out->arena, err) < 0)
			return -1;
		if (entry->capabilities_add.n > 0)
			key = "capabilities.add";
		else if (label)
			from = label;
	}
	if (ig_caps_list(&out->caps, &list, out->arena, err) < 0)
		return ig_bundle_wrap(err, bundle, from, key);
	return 0;
}

static int resolve_caps(struct ig_container *out,
			const struct ig_bundle *bundle, struct ig_err *err)
{
	const struct ig_entry *from = IG_FROM(bundle, ambient);

	if (resolve_working_caps(out, bundle, err) < 0)
		return -1;
	if (ig_caps_list(&out->ambient, &from->ambient, out->arena, err) < 0)
		return ig_bundle_wrap(err, bundle, from, "ambient");
	return ig_caps_union(&out->caps_all, &out->caps, &out->ambient,
			     out->arena, err);
}

static int resolve_process(struct ig_container *out, const struct ig_spec *spec,
			   const struct ig_bundle *bundle, struct ig_err *err)
{
	out->cwd = resolve_cwd(bundle);
	out->no_new_privileges =
		IG_FROM(bundle, no_new_privileges)->no_new_privileges.v;
	out->oom_score_adj = IG_FROM(bundle, oom_score_adj)->oom_score_adj;
	if (resolve_command(out, bundle, err) < 0 ||
	    resolve_env(out, bundle, err) < 0 ||
	    resolve_user(out, spec, bundle, err) < 0 ||
	    resolve_caps(out, bundle, err) < 0)
		return -1;
	return ig_rlimits_resolve(out, bundle, err);
}

/* ---- the rest ---- */

static int kv_order(const void *a, const void *b)
{
	const struct ig_kv *left = a;
	const struct ig_kv *right = b;

	return strcmp(left->key, right->key);
}

static int sort_map(struct ig_map *out, const struct ig_map *in,
		    struct ig_arena *arena, struct ig_err *err)
{
	*out = (struct ig_map){ .set = in->set };
	if (in->n == 0)
		return 0;
	out->v = ig_arena_array(arena, in->n, sizeof(*out->v), err);
	if (!out->v)
		return -1;
	memcpy(out->v, in->v, in->n * sizeof(*out->v));
	out->n = in->n;
	qsort(out->v, out->n, sizeof(*out->v), kv_order);
	return 0;
}

static int check_idmaps(const struct ig_idmaps *maps, struct ig_err *err)
{
	for (size_t i = 0; i < maps->n; i++) {
		const int64_t v[] = { maps->v[i].container, maps->v[i].host,
				      maps->v[i].size };

		for (size_t k = 0; k < IG_COUNT(v); k++) {
			if (v[k] < 0 || v[k] > UINT32_MAX)
				return ig_fail(err, IG_ESPEC,
					       "%" PRId64
					       " is not between 0 and %" PRIu32,
					       v[k], UINT32_MAX);
		}
	}
	return 0;
}

static int resolve_idmaps(struct ig_container *out,
			  const struct ig_bundle *bundle, struct ig_err *err)
{
	const struct ig_entry *uids = IG_FROM(bundle, uid_mappings);
	const struct ig_entry *gids = IG_FROM(bundle, gid_mappings);

	out->uid_mappings = uids->uid_mappings;
	out->gid_mappings = gids->gid_mappings;
	if (check_idmaps(&out->uid_mappings, err) < 0)
		return ig_bundle_wrap(err, bundle, uids, "uidMappings");
	if (check_idmaps(&out->gid_mappings, err) < 0)
		return ig_bundle_wrap(err, bundle, gids, "gidMappings");
	return 0;
}

/* `limits` in the place of what `resources` says of the same. */
static int resolve_resources(struct ig_container *out,
			     const struct ig_bundle *bundle, struct ig_err *err)
{
	const struct ig_limits *limits = &IG_FROM(bundle, limits)->limits;
	const struct ig_resources *given =
		&IG_FROM(bundle, resources)->resources;
	struct ig_resources *res;

	out->resources = given;
	if (!limits->set)
		return 0;
	res = ig_arena_array(out->arena, 1, sizeof(*res), err);
	if (!res)
		return -1;
	*res = *given;
	if (limits->memory) {
		res->memory_set = true;
		res->mem_limit =
			(struct ig_opt_int){ true,
					     (int64_t)limits->memory_bytes };
	}
	if (limits->pids.set) {
		res->pids_set = true;
		res->pids_limit = limits->pids;
	}
	if (limits->cpus) {
		res->cpu_set = true;
		res->cpu_period = (struct ig_opt_int){ true, CPU_PERIOD_US };
		res->cpu_quota =
			(struct ig_opt_int){ true,
					     (int64_t)limits->cpus_hundredths *
						     CPU_PERIOD_US / 100 };
	}
	res->set = true;
	out->resources = res;
	return 0;
}

static int resolve_linux(struct ig_container *out,
			 const struct ig_bundle *bundle, struct ig_err *err)
{
	out->cgroups_path = IG_FROM_TEXT(bundle, cgroups_path)->cgroups_path;
	out->rootfs_propagation =
		IG_FROM_TEXT(bundle, rootfs_propagation)->rootfs_propagation;
	if (resolve_resources(out, bundle, err) < 0 ||
	    ig_safe_paths(out, bundle, err) < 0 ||
	    ig_seccomp_resolve(out, bundle, err) < 0 ||
	    resolve_idmaps(out, bundle, err) < 0 ||
	    sort_map(&out->sysctl, &IG_FROM(bundle, sysctl)->sysctl, out->arena,
		     err) < 0 ||
	    ig_devices_resolve(out, bundle, err) < 0)
		return -1;
	return ig_namespaces_resolve(out, bundle, err);
}

static int resolve(struct ig_container *out, const struct ig_spec *spec,
		   const struct ig_bundle *bundle, struct ig_err *err)
{
	if (ig_bundle_check(bundle, err) < 0)
		return -1;
	out->arena = ig_arena_new(CONTAINER_MEMORY, err);
	if (!out->arena)
		return -1;
	out->readonly = bundle->readonly;
	out->hostname = IG_FROM_TEXT(bundle, hostname)->hostname;
	if (resolve_process(out, spec, bundle, err) < 0 ||
	    sort_map(&out->annotations,
		     &IG_FROM(bundle, annotations)->annotations, out->arena,
		     err) < 0 ||
	    ig_mounts_resolve(&out->mounts, bundle,
			      ig_safe_is_held(out, bundle), out->arena,
			      err) < 0)
		return -1;
	return resolve_linux(out, bundle, err);
}

int ig_container_init(struct ig_container *out, const struct ig_spec *spec,
		      const struct ig_bundle *bundle, struct ig_err *err)
{
	*out = (struct ig_container){ 0 };
	if (resolve(out, spec, bundle, err) < 0) {
		ig_container_done(out);
		return -1;
	}
	return 0;
}

void ig_container_done(struct ig_container *container)
{
	ig_arena_freep(&container->arena);
	*container = (struct ig_container){ 0 };
}
