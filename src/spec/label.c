/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/spec.h>

#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>

#include "schema.h"

int ig_label_parse(struct ig_entry *out, struct ig_spec *spec, const char *ref,
		   const char *text, size_t len, struct ig_err *err)
{
	struct ig_walk walk = { .arena = spec->arena, .err = err };
	struct ig_yaml_source source = { .text = text, .len = len };
	const struct ig_ynode *root;

	memset(out, 0, sizeof(*out));
	if (len == 0)
		return 0;
	source.file = ig_arena_printf(
		spec->arena, err, "label org.mobyproject.config of %s", ref);
	if (!source.file)
		return -1;
	walk.file = source.file;
	root = ig_yaml_load(&source, spec->arena, err);
	if (!root)
		return -1;
	if (ig_schema_fill(&walk, &ig_schema_label, out, root, NULL) < 0)
		return -1;
	return ig_walk_end(&walk);
}
