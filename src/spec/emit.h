/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_EMIT_H
#define IG_SPEC_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_buf;
struct ig_err;
struct ig_object;

/* Where structs go when they are written by the tables: YAML or JSON. */
struct ig_writer {
	int (*open)(struct ig_writer *writer, bool map);
	int (*close)(struct ig_writer *writer, bool map);
	int (*key)(struct ig_writer *writer, const char *text);
	int (*str)(struct ig_writer *writer, const char *text);
	/* what is not a string: "12", "true", "null" */
	int (*bare)(struct ig_writer *writer, const char *text);
};

enum ig_form {
	IG_FORM_SPEC,	   /* what is there, in the order of the file */
	IG_FORM_META_YAML, /* LinuxKit's: some keys always, maps sorted */
	IG_FORM_META_JSON,
};

struct ig_emit {
	struct ig_writer *writer;
	enum ig_form form;
	char *(*expand)(const char *image, struct ig_err *err); /* or NULL */
	struct ig_err *err;
};

/** ig_emit_object() - @base as a map by @object. */
int ig_emit_object(struct ig_emit *emit, const struct ig_object *object,
		   const void *base);

/** ig_emit_yaml() - @base as a YAML document at the end of @out. @fold: long
 * lines are folded near column 80. */
int ig_emit_yaml(struct ig_buf *out, const struct ig_emit *emit, bool fold,
		 const struct ig_object *object, const void *base);
/** ig_emit_json() - the same as JSON; @indent 0: in one line. */
int ig_emit_json(struct ig_buf *out, const struct ig_emit *emit,
		 unsigned indent, const struct ig_object *object,
		 const void *base);

#endif
