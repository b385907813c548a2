/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/setup_json.h"

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

static int read_texts(struct json *j, void *out)
{
	return json_strings(j, out);
}

/* Where something is mounted, or lies: nothing else is a place. */
static int read_path(struct json *j, void *out)
{
	char **path = out;

	if (json_string(j, path) < 0)
		return -1;
	return (*path)[0] == '/'
		       ? 0
		       : json_fail(j, "a path from the root is expected");
}

static int read_sysctl(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "name", read_text, offsetof(struct setup_sysctl, name) },
		{ "value", read_text, offsetof(struct setup_sysctl, value) },
	};
	const struct setup_sysctl *s = out;

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return s->name && s->value
		       ? 0
		       : json_fail(j, "a sysctl without name or value");
}

static int read_mount(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "source", read_text, offsetof(struct setup_mount, source) },
		{ "target", read_path, offsetof(struct setup_mount, target) },
		{ "type", read_text, offsetof(struct setup_mount, type) },
		{ "options", read_texts,
		  offsetof(struct setup_mount, options) },
		{ "required", read_flag,
		  offsetof(struct setup_mount, required) },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_whole_mount(struct json *j, void *out)
{
	const struct setup_mount *m = out;

	if (read_mount(j, out) < 0)
		return -1;
	return m->source && m->target
		       ? 0
		       : json_fail(j, "a mount without source or target");
}

static int read_disk(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "label", read_text, offsetof(struct setup_disk, label) },
		{ "format", read_text, offsetof(struct setup_disk, format) },
		{ "grow", read_flag, offsetof(struct setup_disk, grow) },
		{ "mount", read_mount, offsetof(struct setup_disk, mount) },
	};
	const struct setup_disk *d = out;

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return d->label && d->label[0] ? 0
				       : json_fail(j, "a disk without label");
}

static int read_sysctls(struct json *j, void *out)
{
	struct setup *m = out;
	void *list = m->sysctl;
	int rc = json_array(j, &list, &m->n_sysctl, sizeof(*m->sysctl),
			    read_sysctl);

	m->sysctl = list;
	return rc;
}

static int read_disks(struct json *j, void *out)
{
	struct setup *m = out;
	void *list = m->disks;
	int rc =
		json_array(j, &list, &m->n_disks, sizeof(*m->disks), read_disk);

	m->disks = list;
	return rc;
}

static int read_mounts(struct json *j, void *out)
{
	struct setup *m = out;
	void *list = m->mounts;
	int rc = json_array(j, &list, &m->n_mounts, sizeof(*m->mounts),
			    read_whole_mount);

	m->mounts = list;
	return rc;
}

static int read_setup(struct json *j, struct setup *out)
{
	static const struct json_field fields[] = {
		{ "hostname", read_text, offsetof(struct setup, hostname) },
		{ "sysctl", read_sysctls, 0 },
		{ "disks", read_disks, 0 },
		{ "mounts", read_mounts, 0 },
		{ "randomSeed", read_path, offsetof(struct setup, seed) },
	};

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return json_end(j);
}

int setup_parse(struct setup *out, const char *text, size_t len, char *msg,
		size_t cap)
{
	struct json j = { .start = text, .p = text, .end = text + len };

	memset(out, 0, sizeof(*out));
	if (len > SETUP_MAX) {
		snprintf(msg, cap, "larger than %d bytes", SETUP_MAX);
		return -1;
	}
	if (read_setup(&j, out) == 0)
		return 0;
	snprintf(msg, cap, "%s", j.msg);
	setup_free(out);
	return -1;
}

static void mount_free(struct setup_mount *m)
{
	free(m->source);
	free(m->target);
	free(m->type);
	strings_free(&m->options);
}

void setup_free(struct setup *m)
{
	for (size_t i = 0; i < m->n_sysctl; i++) {
		free(m->sysctl[i].name);
		free(m->sysctl[i].value);
	}
	for (size_t i = 0; i < m->n_disks; i++) {
		free(m->disks[i].label);
		free(m->disks[i].format);
		mount_free(&m->disks[i].mount);
	}
	for (size_t i = 0; i < m->n_mounts; i++)
		mount_free(&m->mounts[i]);
	free(m->sysctl);
	free(m->disks);
	free(m->mounts);
	free(m->hostname);
	free(m->seed);
	memset(m, 0, sizeof(*m));
}
