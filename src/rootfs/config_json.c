/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <ingot/err.h>
#include <ingot/own.h>

#include "json_writer.h"
#include "seccomp.h"

#define OCI_VERSION "1.2.1"

static void put_user(struct ig_json *json, const struct ig_container *c)
{
	ig_json_object(json, "user");
	ig_json_uint(json, "uid", c->uid);
	ig_json_uint(json, "gid", c->gid);
	if (c->gids_n > 0) {
		ig_json_array(json, "additionalGids");
		for (size_t i = 0; i < c->gids_n; i++)
			ig_json_uint(json, NULL, c->gids[i]);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_caps(struct ig_json *json, const struct ig_container *c)
{
	ig_json_object(json, "capabilities");
	ig_json_some_texts(json, "bounding", &c->caps_all);
	ig_json_some_texts(json, "effective", &c->caps);
	ig_json_some_texts(json, "inheritable", &c->caps_all);
	ig_json_some_texts(json, "permitted", &c->caps_all);
	ig_json_some_texts(json, "ambient", &c->ambient);
	ig_json_end(json);
}

static void put_rlimits(struct ig_json *json, const struct ig_container *c)
{
	if (c->rlimits_n == 0)
		return;
	ig_json_array(json, "rlimits");
	for (size_t i = 0; i < c->rlimits_n; i++) {
		ig_json_object(json, NULL);
		ig_json_text(json, "type", c->rlimits[i].type);
		ig_json_uint(json, "hard", c->rlimits[i].hard);
		ig_json_uint(json, "soft", c->rlimits[i].soft);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_process(struct ig_json *json, const struct ig_container *c)
{
	ig_json_object(json, "process");
	put_user(json, c);
	ig_json_some_texts(json, "args", &c->args);
	ig_json_some_texts(json, "env", &c->env);
	ig_json_text(json, "cwd", c->cwd);
	put_caps(json, c);
	put_rlimits(json, c);
	ig_json_some_true(json, "noNewPrivileges", c->no_new_privileges);
	ig_json_some_int(json, "oomScoreAdj", &c->oom_score_adj);
	ig_json_end(json);
}

static void put_map(struct ig_json *json, const char *key,
		    const struct ig_map *map)
{
	if (map->n == 0)
		return;
	ig_json_object(json, key);
	for (size_t i = 0; i < map->n; i++)
		ig_json_text(json, map->v[i].key, map->v[i].value);
	ig_json_end(json);
}

static void put_idmaps(struct ig_json *json, const char *key,
		       const struct ig_idmaps *maps)
{
	if (maps->n == 0)
		return;
	ig_json_array(json, key);
	for (size_t i = 0; i < maps->n; i++) {
		ig_json_object(json, NULL);
		ig_json_int(json, "containerID", maps->v[i].container);
		ig_json_int(json, "hostID", maps->v[i].host);
		ig_json_int(json, "size", maps->v[i].size);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_namespaces(struct ig_json *json, const struct ig_container *c)
{
	ig_json_array(json, "namespaces");
	for (size_t i = 0; i < c->namespaces_n; i++) {
		ig_json_object(json, NULL);
		ig_json_text(json, "type", c->namespaces[i].type);
		ig_json_some_text(json, "path", c->namespaces[i].path);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_devices(struct ig_json *json, const struct ig_container *c)
{
	if (c->devices_n == 0)
		return;
	ig_json_array(json, "devices");
	for (size_t i = 0; i < c->devices_n; i++) {
		const struct ig_device *device = c->devices[i].device;

		ig_json_object(json, NULL);
		ig_json_text(json, "path", device->path);
		ig_json_text(json, "type", device->type);
		ig_json_int(json, "major", device->major);
		ig_json_int(json, "minor", device->minor);
		ig_json_uint(json, "fileMode", c->devices[i].mode);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_resources(struct ig_json *json, const struct ig_container *c,
			  const struct ig_bundle *bundle)
{
	bool before = json->failed;

	ig_resources_write(json, c->resources, c->rules, c->rules_n);
	if (!before && json->failed && json->err->code == IG_ESPEC)
		ig_bundle_wrap(json->err, bundle, IG_FROM(bundle, resources),
			       "resources");
}

static void put_linux(struct ig_json *json, const struct ig_container *c,
		      const struct ig_bundle *bundle)
{
	ig_json_object(json, "linux");
	put_idmaps(json, "uidMappings", &c->uid_mappings);
	put_idmaps(json, "gidMappings", &c->gid_mappings);
	put_map(json, "sysctl", &c->sysctl);
	put_resources(json, c, bundle);
	ig_json_some_text(json, "cgroupsPath", c->cgroups_path);
	put_namespaces(json, c);
	put_devices(json, c);
	ig_seccomp_write(json, c);
	ig_json_some_text(json, "rootfsPropagation", c->rootfs_propagation);
	ig_json_some_texts(json, "maskedPaths", &c->masked_paths);
	ig_json_some_texts(json, "readonlyPaths", &c->readonly_paths);
	ig_json_end(json);
}

static int put_config(struct ig_buf *out, const struct ig_container *c,
		      const struct ig_bundle *bundle, struct ig_err *err)
{
	struct ig_json json;

	ig_json_init(&json, out, err);
	ig_json_object(&json, NULL);
	ig_json_text(&json, "ociVersion", OCI_VERSION);
	put_process(&json, c);
	ig_json_object(&json, "root");
	ig_json_text(&json, "path", "rootfs");
	ig_json_some_true(&json, "readonly", c->readonly);
	ig_json_end(&json);
	ig_json_some_text(&json, "hostname", c->hostname);
	ig_json_array(&json, "mounts");
	ig_mounts_write(&json, &c->mounts);
	ig_json_end(&json);
	put_map(&json, "annotations", &c->annotations);
	put_linux(&json, c, bundle);
	ig_json_end(&json);
	return ig_json_done(&json);
}

int ig_bundle_config(struct ig_buf *out, const struct ig_spec *spec,
		     const struct ig_bundle *bundle, struct ig_err *err)
{
	IG_AUTO(ig_container_done) struct ig_container container;

	if (ig_container_init(&container, spec, bundle, err) < 0)
		return -1;
	return put_config(out, &container, bundle, err);
}
