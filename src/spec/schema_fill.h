/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_SCHEMA_FILL_H
#define IG_SPEC_SCHEMA_FILL_H

#include "schema.h"

/*
 * How values of each kind get into a struct: schema.c has the table of these,
 * single values are in schema_scalar.c, lists in schema_list.c. Problems are
 * counted in the walk; -1 only for what stops us.
 */

/** ig_schema_store() - @size bytes to the member at @at of @base. */
void ig_schema_store(void *base, size_t at, const void *value, size_t size);
/** ig_schema_pos() - the place of @node, and in its list. */
struct ig_pos ig_schema_pos(const struct ig_walk *walk,
			    const struct ig_ynode *node,
			    const struct ig_path *path);

/** ig_schema_wrong() - the problem "expected @expected, got …". */
int ig_schema_wrong(struct ig_walk *walk, const struct ig_path *path,
		    const struct ig_ynode *node, const char *expected);
bool ig_ynode_is_str(const struct ig_ynode *node);
/** ig_schema_need_str() - 1: a string; 0: a problem, noted. */
int ig_schema_need_str(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node);
/** ig_schema_read_id() - a number, or the name of a container. */
int ig_schema_read_id(struct ig_walk *walk, struct ig_id *id,
		      const struct ig_ynode *node, const struct ig_path *path);

typedef int ig_fill_fn(struct ig_walk *walk, const struct ig_field *f,
		       void *out, const struct ig_ynode *node,
		       const struct ig_path *path);

ig_fill_fn ig_fill_str, ig_fill_bool, ig_fill_int, ig_fill_id; /* scalar */
ig_fill_fn ig_fill_ids, ig_fill_strs, ig_fill_map, ig_fill_images,
	ig_fill_list; /* list */

#endif
