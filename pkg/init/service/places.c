/* SPDX-License-Identifier: Apache-2.0 */
#include "service/places.h"

#include "base/json.h"
#include "base/sys.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELDS(table) (table), sizeof(table) / sizeof((table)[0])

struct config {
	char *cwd;
	char **mounts; /* where to, in the order of mounting */
	size_t n;
};

static int read_text(struct json *j, void *out)
{
	return json_string(j, out);
}

static int read_mount(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "destination", read_text, 0 },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_mounts(struct json *j, void *out)
{
	struct config *c = out;
	void *list = NULL;
	int rc = json_array(j, &list, &c->n, sizeof(*c->mounts), read_mount);

	c->mounts = list;
	return rc;
}

static int read_process(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "cwd", read_text, offsetof(struct config, cwd) },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_config(struct config *out, const char *text, size_t len)
{
	static const struct json_field fields[] = {
		{ "mounts", read_mounts, 0 },
		{ "process", read_process, 0 },
	};
	struct json j = { .start = text, .p = text, .end = text + len };

	return json_object(&j, FIELDS(fields), out);
}

static void free_config(struct config *c)
{
	for (size_t i = 0; i < c->n && c->mounts; i++)
		free(c->mounts[i]);
	free(c->mounts);
	free(c->cwd);
}

static bool is_there(int root, const struct config *c, size_t before,
		     const char *path)
{
	for (size_t i = 0; i < before; i++) {
		if (sys_is_below(path, c->mounts[i]))
			return true;
	}
	int fd = sys_open_below(root, path);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool all_there(int root, const struct config *c)
{
	bool dev = false;

	for (size_t i = 0; i < c->n; i++) {
		const char *path = c->mounts[i];

		if (!path || path[0] != '/' || !is_there(root, c, i, path))
			return false;
		/* the devices that each container has are made in it */
		dev = dev || strcmp(path, "/dev") == 0;
	}
	return dev && c->cwd && is_there(root, c, c->n, c->cwd);
}

bool places_ready(const char *rootfs, const char *config, size_t len)
{
	struct config c = { 0 };
	int root = open(rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool ready = root >= 0 && read_config(&c, config, len) == 0 &&
		     all_there(root, &c);

	free_config(&c);
	if (root >= 0)
		close(root);
	return ready;
}
