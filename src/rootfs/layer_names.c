/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/str.h>

int layer_clean(char *out, const char *name, struct ig_err *err)
{
	size_t len = 0;

	if (!name || !name[0])
		return ig_fail(err, IG_EFORMAT, "an entry without a name");
	while (*name) {
		size_t part = strcspn(name, "/");

		if (part == 2 && name[0] == '.' && name[1] == '.') {
			while (len > 0 && out[--len] != '/')
				;
		} else if (part > NAME_MAX_LEN) {
			return ig_fail(
				err, IG_EFORMAT,
				"the file name '%.40s...' is longer than %d bytes",
				name, NAME_MAX_LEN);
		} else if (part > 0 && !(part == 1 && name[0] == '.')) {
			if (len + 1 + part > PATH_MAX_LEN)
				return ig_fail(err, IG_ELIMIT,
					       "a path longer than %d bytes",
					       PATH_MAX_LEN);
			if (len > 0)
				out[len++] = '/';
			memcpy(out + len, name, part);
			len += part;
		}
		name += part;
		name += *name == '/';
	}
	out[len] = '\0';
	return 0;
}

const char *layer_split(const char *path, char parent[PATH_MAX_LEN + 1])
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	memcpy(parent, path, len);
	parent[len] = '\0';
	return slash ? slash + 1 : path;
}

int layer_below_whiteout(struct layer *l, const char *parent,
			 struct ig_err *err)
{
	for (const char *p = parent; *p;) {
		if (ig_starts(p, WHITEOUT_META)) {
			layer_note(l, NOTE_META, l->path);
			return 1;
		}
		if (ig_starts(p, WHITEOUT_PREFIX))
			return ig_fail(
				err, IG_EFORMAT,
				"a whiteout cannot be a directory of something");
		p += strcspn(p, "/");
		p += *p == '/';
	}
	return 0;
}
