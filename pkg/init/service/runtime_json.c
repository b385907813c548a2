/* SPDX-License-Identifier: Apache-2.0 */
#include "service/runtime_json.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS(a) (a), sizeof(a) / sizeof((a)[0])

static int read_text(struct json *j, void *out)
{
	return json_string(j, out);
}

static int read_flag(struct json *j, void *out)
{
	return json_bool(j, out);
}

static int read_strings(struct json *j, void *out)
{
	return json_strings(j, out);
}

static int read_mount(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "destination", read_text,
		  offsetof(struct runtime_mount, destination) },
		{ "type", read_text, offsetof(struct runtime_mount, type) },
		{ "source", read_text, offsetof(struct runtime_mount, source) },
		{ "options", read_strings,
		  offsetof(struct runtime_mount, options) },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_iface(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "name", read_text, offsetof(struct runtime_iface, name) },
		{ "add", read_text, offsetof(struct runtime_iface, add) },
		{ "peer", read_text, offsetof(struct runtime_iface, peer) },
		{ "createInRoot", read_flag,
		  offsetof(struct runtime_iface, create_in_root) },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_mounts(struct json *j, void *out)
{
	struct runtime *r = out;
	void *list = NULL;
	int rc = json_array(j, &list, &r->n_mounts, sizeof(*r->mounts),
			    read_mount);

	r->mounts = list;
	return rc;
}

static int read_ifaces(struct json *j, void *out)
{
	struct runtime *r = out;
	void *list = NULL;
	int rc = json_array(j, &list, &r->n_ifaces, sizeof(*r->ifaces),
			    read_iface);

	r->ifaces = list;
	return rc;
}

#define NS_FIELD(name, ns)                                                     \
	{                                                                      \
		name, read_text, (ns) * sizeof(char *)                         \
	}

static const struct json_field ns_fields[NS_COUNT] = {
	[NS_CGROUP] = NS_FIELD("cgroup", NS_CGROUP),
	[NS_IPC] = NS_FIELD("ipc", NS_IPC),
	[NS_MNT] = NS_FIELD("mnt", NS_MNT),
	[NS_NET] = NS_FIELD("net", NS_NET),
	[NS_PID] = NS_FIELD("pid", NS_PID),
	[NS_USER] = NS_FIELD("user", NS_USER),
	[NS_UTS] = NS_FIELD("uts", NS_UTS),
};

static int read_bind_ns(struct json *j, void *out)
{
	return json_object(j, FIELDS(ns_fields), out);
}

static int read_runtime(struct json *j, struct runtime *out)
{
	static const struct json_field fields[] = {
		{ "cgroups", read_strings, offsetof(struct runtime, cgroups) },
		{ "mkdir", read_strings, offsetof(struct runtime, mkdir) },
		{ "mounts", read_mounts, 0 },
		{ "interfaces", read_ifaces, 0 },
		{ "bindNS", read_bind_ns, offsetof(struct runtime, bind_ns) },
		{ "namespace", read_text, offsetof(struct runtime, space) },
	};

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return json_end(j);
}

int runtime_parse(struct runtime *out, const char *text, size_t len, char *msg,
		  size_t cap)
{
	struct json j = { .start = text, .p = text, .end = text + len };

	memset(out, 0, sizeof(*out));
	if (len > RUNTIME_MAX) {
		snprintf(msg, cap, "larger than %d bytes", RUNTIME_MAX);
		return -1;
	}
	if (read_runtime(&j, out) == 0)
		return 0;
	snprintf(msg, cap, "%s", j.msg);
	runtime_free(out);
	return -1;
}

void runtime_free(struct runtime *r)
{
	strings_free(&r->cgroups);
	strings_free(&r->mkdir);
	for (size_t i = 0; i < r->n_mounts && r->mounts; i++) {
		free(r->mounts[i].destination);
		free(r->mounts[i].type);
		free(r->mounts[i].source);
		strings_free(&r->mounts[i].options);
	}
	free(r->mounts);
	for (size_t i = 0; i < r->n_ifaces && r->ifaces; i++) {
		free(r->ifaces[i].name);
		free(r->ifaces[i].add);
		free(r->ifaces[i].peer);
	}
	free(r->ifaces);
	for (int i = 0; i < NS_COUNT; i++)
		free(r->bind_ns[i]);
	free(r->space);
	memset(r, 0, sizeof(*r));
}

bool runtime_needs_pid(const struct runtime *r)
{
	if (r->n_ifaces > 0)
		return true;
	for (int i = 0; i < NS_COUNT; i++) {
		if (r->bind_ns[i] && r->bind_ns[i][0])
			return true;
	}
	return false;
}

const char *runtime_ns_name(enum runtime_ns ns)
{
	return ns_fields[ns].key;
}
