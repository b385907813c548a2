/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/spec.h>

#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>

#include "emit.h"
#include "schema.h"

int ig_spec_yaml(struct ig_buf *out, const struct ig_spec *spec,
		 struct ig_err *err)
{
	struct ig_emit emit = { .form = IG_FORM_SPEC, .err = err };

	return ig_emit_yaml(out, &emit, false, &ig_schema_spec, spec);
}

int ig_spec_metadata(struct ig_buf *out, const struct ig_spec *spec,
		     const char *format,
		     char *(*expand)(const char *image, struct ig_err *err),
		     struct ig_err *err)
{
	struct ig_emit emit = { .expand = expand, .err = err };

	if (strcmp(format, "yaml") == 0) {
		emit.form = IG_FORM_META_YAML;
		return ig_emit_yaml(out, &emit, true, &ig_schema_spec, spec);
	}
	if (strcmp(format, "json") == 0) {
		emit.form = IG_FORM_META_JSON;
		return ig_emit_json(out, &emit, 4, &ig_schema_spec, spec);
	}
	return ig_fail(err, IG_ESPEC, "unsupported metadata type '%.40s'",
		       format);
}
