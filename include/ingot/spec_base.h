/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_BASE_H
#define IG_SPEC_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the sections of a spec are made of.
 *
 * "set" says that the key was there, even when empty: an empty list in YAML
 * cancels what a label says. Plain strings are NULL when absent; the empty
 * string counts as absent.
 */

struct ig_pos {
	const char *file; /* as given on the command line, or "label of REF" */
	int line;	  /* from 1; 0: unknown */
	int col;	  /* from 1 */
	size_t index;	  /* of an item, in its list in that file */
};

struct ig_strs {
	bool set;
	size_t n;
	const char **v;
};

struct ig_kv {
	const char *key;
	const char *value;
};
struct ig_map {
	bool set;
	size_t n;
	struct ig_kv *v; /* in the order of the file */
};

struct ig_opt_int {
	bool set;
	int64_t v;
};
struct ig_opt_bool {
	bool set;
	bool v;
};

#endif
