/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

/* ---- rlimits ---- */

static const char *const rlimit_names[] = {
	"RLIMIT_CPU",
	"RLIMIT_FSIZE",
	"RLIMIT_DATA",
	"RLIMIT_STACK",
	"RLIMIT_CORE",
	"RLIMIT_RSS",
	"RLIMIT_NPROC",
	"RLIMIT_NOFILE",
	"RLIMIT_MEMLOCK",
	"RLIMIT_AS",
	"RLIMIT_LOCKS",
	"RLIMIT_SIGPENDING",
	"RLIMIT_MSGQUEUE",
	"RLIMIT_NICE",
	"RLIMIT_RTPRIO",
	"RLIMIT_RTTIME",
	NULL,
};

/* White space at both ends, as Go's TrimSpace sees it in ASCII. */
static char *trim(char *text)
{
	static const char space[] = " \t\n\v\f\r";
	size_t len;

	text += strspn(text, space);
	len = strlen(text);
	while (len > 0 && strchr(space, text[len - 1]))
		text[--len] = '\0';
	return text;
}

static int rlimit_name(const char **out, const char *name, struct ig_err *err)
{
	char full[32] = "RLIMIT_";
	const char *meant;
	size_t len = strlen(name);

	if (len == 0)
		return ig_fail(err, IG_ESPEC,
			       "the name of the limit is missing");
	if (len >= sizeof(full) - 7)
		return ig_fail(err, IG_ESPEC, "unknown limit '%s'", name);
	memcpy(full + 7, name, len + 1);
	ig_upper(full);
	meant = ig_starts(full + 7, "RLIMIT_") ? full + 7 : full;
	for (size_t i = 0; rlimit_names[i]; i++) {
		if (strcmp(rlimit_names[i], meant) == 0) {
			*out = rlimit_names[i];
			return 0;
		}
	}
	meant = ig_nearest_after(meant, rlimit_names, 7);
	if (meant)
		return ig_fail(err, IG_ESPEC,
			       "unknown limit '%s': did you mean '%s'?", name,
			       meant);
	return ig_fail(err, IG_ESPEC, "unknown limit '%s'", name);
}

static int rlimit_value(uint64_t *out, const char *text, struct ig_err *err)
{
	struct ig_err ignored;

	if (ig_same_word(text, "unlimited")) {
		*out = UINT64_MAX;
		return 0;
	}
	if (ig_parse_u64(out, text, &ignored) < 0)
		return ig_fail(err, IG_ESPEC,
			       "'%s' is neither a number nor 'unlimited'",
			       text);
	return 0;
}

static int rlimit_parse(struct ig_rlimit *out, const char *text,
			struct ig_arena *arena, struct ig_err *err)
{
	char *rest = ig_arena_str(arena, text, err);
	char *part[3] = { NULL, NULL, NULL };
	size_t n = 0;

	if (!rest)
		return -1;
	while (rest && n < 3)
		part[n++] = strsep(&rest, ",");
	if (n < 3 || rest)
		return ig_fail(err, IG_ESPEC,
			       "cannot parse rlimit '%s': it is NAME,SOFT,HARD",
			       text);
	if (rlimit_name(&out->type, trim(part[0]), err) < 0 ||
	    rlimit_value(&out->soft, trim(part[1]), err) < 0 ||
	    rlimit_value(&out->hard, trim(part[2]), err) < 0)
		return ig_wrap(err, "cannot parse rlimit '%s'", text);
	return 0;
}

int ig_rlimits_resolve(struct ig_container *out, const struct ig_bundle *bundle,
		       struct ig_err *err)
{
	const struct ig_entry *from = IG_FROM(bundle, rlimits);
	const struct ig_strs *texts = &from->rlimits;

	if (texts->n == 0)
		return 0;
	out->rlimits = ig_arena_array(out->arena, texts->n,
				      sizeof(*out->rlimits), err);
	if (!out->rlimits)
		return -1;
	for (size_t i = 0; i < texts->n; i++) {
		if (rlimit_parse(&out->rlimits[i], texts->v[i], out->arena,
				 err) < 0)
			return ig_bundle_wrap(err, bundle, from, "rlimits");
	}
	out->rlimits_n = texts->n;
	return 0;
}

/* ---- devices ---- */

static int device_mode(uint32_t *out, const struct ig_device *device,
		       struct ig_err *err)
{
	const char *text = ig_given(device->mode) ? device->mode : "";
	uint32_t mode = 0;

	if (!text[0])
		return ig_fail(
			err, IG_ESPEC,
			"device '%s' has no mode: give it as octal text, as \"0660\"",
			ig_given(device->path) ? device->path : "");
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '7' || mode > 07777)
			return ig_fail(
				err, IG_ESPEC,
				"cannot parse device mode '%s' as octal value",
				text);
		mode = mode * 8 + (uint32_t)(*p - '0');
	}
	if (mode > 07777)
		return ig_fail(err, IG_ESPEC,
			       "device mode '%s' has more than permission bits",
			       text);
	*out = mode;
	return 0;
}

static int device_add(struct ig_container *out, const struct ig_device *device,
		      struct ig_err *err)
{
	bool all = ig_streq(device->path, "all");
	struct ig_device_node *node;

	out->rules[out->rules_n++] = (struct ig_resource_device){
		.allow = true,
		.type = device->type,
		.major = { !all, device->major },
		.minor = { !all, device->minor },
		.access = "rwm",
	};
	if (all)
		return 0;
	if (!ig_given(device->path))
		return ig_fail(err, IG_ESPEC, "the device's path is missing");
	node = &out->devices[out->devices_n++];
	node->device = device;
	return device_mode(&node->mode, device, err);
}

int ig_devices_resolve(struct ig_container *out, const struct ig_bundle *bundle,
		       struct ig_err *err)
{
	const struct ig_entry *from = IG_FROM(bundle, devices);
	const struct ig_devices *devices = &from->devices;

	if (devices->n == 0)
		return 0;
	out->rules = ig_arena_array(out->arena, devices->n, sizeof(*out->rules),
				    err);
	if (!out->rules)
		return -1;
	out->devices = ig_arena_array(out->arena, devices->n,
				      sizeof(*out->devices), err);
	if (!out->devices)
		return -1;
	for (size_t i = 0; i < devices->n; i++) {
		if (device_add(out, &devices->v[i], err) < 0)
			return ig_bundle_wrap_at(err, bundle, from,
						 &devices->v[i].pos, "devices");
	}
	return 0;
}

/* ---- namespaces ---- */

static bool is_host(const char *value)
{
	return strcmp(value, "host") == 0 || strcmp(value, "root") == 0;
}

/*
 * OCI runtime-spec, config-linux.md: the path of a namespace is absolute. So
 * every other word is a typo that would show only when the container starts.
 */
static int namespace_add(struct ig_container *out, const char *type,
			 const char *value, struct ig_err *err)
{
	struct ig_namespace *ns = &out->namespaces[out->namespaces_n];
	bool fresh =
		strcmp(value, "new") == 0 ||
		(strcmp(type, "network") == 0 && strcmp(value, "none") == 0);

	if (is_host(value))
		return 0;
	if (!fresh && value[0] != '/')
		return ig_fail(
			err, IG_ESPEC,
			"'%s' is neither 'host', 'root', 'new' nor an absolute path",
			value);
	ns->type = type;
	ns->path = fresh ? NULL : value;
	out->namespaces_n++;
	return 0;
}

int ig_namespaces_resolve(struct ig_container *out,
			  const struct ig_bundle *bundle, struct ig_err *err)
{
	const struct {
		const char *type, *key, *absent, *value;
		const struct ig_entry *from;
	} kinds[] = {
		{ "network", "net", "root", IG_FROM_TEXT(bundle, net)->net,
		  IG_FROM_TEXT(bundle, net) },
		{ "ipc", "ipc", "root", IG_FROM_TEXT(bundle, ipc)->ipc,
		  IG_FROM_TEXT(bundle, ipc) },
		{ "uts", "uts", "root", IG_FROM_TEXT(bundle, uts)->uts,
		  IG_FROM_TEXT(bundle, uts) },
		{ "pid", "pid", "new", IG_FROM_TEXT(bundle, pid)->pid,
		  IG_FROM_TEXT(bundle, pid) },
		{ "user", "userns", "root",
		  IG_FROM_TEXT(bundle, userns)->userns,
		  IG_FROM_TEXT(bundle, userns) },
		{ "mount", "", "new", NULL, bundle->entry },
	};

	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		const char *value = ig_given(kinds[i].value) ? kinds[i].value
							     : kinds[i].absent;

		if (namespace_add(out, kinds[i].type, value, err) < 0)
			return ig_bundle_wrap(err, bundle, kinds[i].from,
					      kinds[i].key);
	}
	return 0;
}
