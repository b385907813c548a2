/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_YAML_TREE_H
#define IG_SPEC_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <yaml.h>

struct ig_arena;
struct ig_err;
struct ig_spec_resolver;

#define IG_YAML_BYTES	((size_t)16 << 20)
#define IG_YAML_DEPTH	64
#define IG_YAML_NODES	100000
#define IG_YAML_ANCHORS 1000

enum ig_ytype {
	IG_Y_STR,
	IG_Y_BOOL,
	IG_Y_INT,
	IG_Y_FLOAT,
	IG_Y_NULL
};

/*
 * A YAML value. Aliases share nodes, so a tree may be a graph (without
 * cycles); @weight and @height are those of the tree it stands for.
 */
struct ig_ynode {
	enum {
		IG_Y_SCALAR,
		IG_Y_SEQ,
		IG_Y_MAP
	} kind;
	enum ig_ytype type; /* of a scalar */
	bool plain;	    /* scalar without quotes and tag */
	bool open;	    /* a container whose end is still to come */
	int line, col;	    /* from 1 */
	unsigned height;
	size_t weight;
	const char *text;	   /* scalar: UTF-8 without NUL */
	size_t n;		   /* items, or pairs of a map */
	const struct ig_ynode **v; /* items; of a map: key, value, key, … */
};

struct ig_yaml_source {
	const char *file; /* for messages */
	const char *text;
	size_t len;
	bool packages;	  /* "@pkg:DIR" is not just text */
	const char *base; /* NULL: no "@pkg:" here */
	const struct ig_spec_resolver *resolver;
};

/* What a parse in progress knows; shared by yaml.c and yaml_map.c. */
struct ig_yaml_cell {
	struct ig_yaml_cell *next;
	const struct ig_ynode *node;
};
struct ig_yaml_frame {
	struct ig_ynode *node;
	struct ig_yaml_cell *first, **last;
	size_t n;
};

struct ig_yaml {
	const struct ig_yaml_source *source;
	struct ig_arena *arena;
	struct ig_err *err;
	yaml_parser_t parser;
	struct ig_yaml_frame stack[IG_YAML_DEPTH];
	size_t depth;
	size_t nodes; /* so far, aliases expanded */
	struct ig_yaml_anchor {
		struct ig_yaml_anchor *next;
		const char *name;
		const struct ig_ynode *node;
	} * anchors;
	size_t anchors_n;
	const struct ig_ynode *root;
};

/** ig_yaml_load() - the first document of @source. The nodes live in @arena. */
const struct ig_ynode *ig_yaml_load(const struct ig_yaml_source *source,
				    struct ig_arena *arena, struct ig_err *err);

/** ig_yaml_at() - put "FILE:LINE:COL: " before the error. Returns -1. */
int ig_yaml_at(struct ig_yaml *yaml, int line, int col);

/** ig_yaml_map_end() - the pairs of a map that is complete: merge keys
 * resolved, duplicate keys refused. */
int ig_yaml_map_end(struct ig_yaml *yaml, struct ig_yaml_frame *frame);

/** ig_yaml_get() - the value of @key in a map, or NULL. */
const struct ig_ynode *ig_yaml_get(const struct ig_ynode *map, const char *key);

/** ig_scalar_type() - what a plain scalar is, as yaml.v3 reads it. */
enum ig_ytype ig_scalar_type(const char *text);
/** ig_scalar_int() - the whole number that @text denotes ("1e3" too); -1 when
 * it is none or does not fit. */
int ig_scalar_int(int64_t *out, const char *text);
/** ig_scalar_bool() - @text is a boolean by ig_scalar_type(). */
bool ig_scalar_bool(const char *text);

/** ig_spec_quote() - @text in a form fit for a message: at most 60 bytes,
 * control characters replaced. Returns @out. */
#define IG_QUOTE 72
const char *ig_spec_quote(char out[IG_QUOTE], const char *text);

#endif
