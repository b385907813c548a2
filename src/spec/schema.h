/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_SCHEMA_H
#define IG_SPEC_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/err.h>
#include <ingot/spec.h>
#include <ingot/spec_recipe.h>

#include "yaml_tree.h"

/*
 * One set of tables says what keys there are; schema.c reads YAML into
 * structs by it, emit.c writes structs out by it.
 */

enum ig_kind {
	IG_K_STR,      /* const char * */
	IG_K_BOOL,     /* bool */
	IG_K_OPT_BOOL, /* struct ig_opt_bool */
	IG_K_INT,      /* int64_t */
	IG_K_OPT_INT,  /* struct ig_opt_int */
	IG_K_ID,       /* struct ig_id */
	IG_K_IDS,      /* struct ig_ids */
	IG_K_STRS,     /* struct ig_strs */
	IG_K_MAP,      /* struct ig_map */
	IG_K_IMAGES,   /* array of struct ig_init_image */
	IG_K_OBJ,      /* a struct inside the struct */
	IG_K_LIST,     /* array of structs */
	IG_K_IGNORE,   /* known, without meaning */
	IG_K_REFUSE,   /* known, but not here: see .why */
};

enum {
	IG_F_REQUIRED = 1, /* must be there, and not as the empty string */
	IG_F_EMPTY = 2,	   /* the empty string is not absent */
	IG_F_EXPAND = 4,   /* image reference that metadata gives in full */
	IG_F_YAML = 8,	   /* metadata in YAML has it even when absent */
	IG_F_JSON = 16,	   /* the same for JSON */
	IG_F_ALWAYS = IG_F_YAML | IG_F_JSON,
	IG_F_NULL = 64,	    /* null is as absent */
	IG_F_DECIMAL = 128, /* IG_K_STR: a number, kept as it is written */
	IG_F_OUTSIDE = 32,  /* is not about what is in the image: metadata,
			     * which is, does without */
};

#define IG_PROBLEMS_MAX 20 /* that are told */

struct ig_path {
	const struct ig_path *up;
	const char *key; /* NULL: @index counts */
	size_t index;
};

struct ig_walk {
	struct ig_arena *arena;
	const char *file;
	struct ig_buf *problems; /* or NULL */
	size_t count;		 /* problems so far */
	struct ig_err first;	 /* the first of them */
	struct ig_err *err;	 /* for what stops us */
};

struct ig_object;

/* Offsets: those that may be absent are kept plus one, so 0 is "none". */
struct ig_field {
	const char *key;
	enum ig_kind kind;
	unsigned flags;
	size_t at;     /* the value; of arrays the pointer */
	size_t n_at;   /* of arrays: their size_t */
	size_t set_at; /* + 1: bool that says that the key was there */
	size_t pos_at; /* + 1: struct ig_pos of the value */
	const struct ig_object *sub;
	const char *const *words; /* IG_K_STR: what it may be */
	const char *why;	  /* IG_K_REFUSE */
	int64_t min, max;	  /* numbers; both 0: all */
	/* More about a string, each of a list's or a map's; calls
	 * ig_problem(). */
	int (*check)(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node);
};

struct ig_object {
	size_t size;
	size_t pos_at;		       /* + 1 */
	const struct ig_field *fields; /* ends with key NULL */
	const char *brief; /* the key that a string alone gives, or NULL */
	/* What single fields do not show; called when those are right. */
	int (*check)(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path);
};

/** ig_schema_fill() - check @node by @object and fill @out. Problems are
 * counted in @walk; -1 only for what stops us (walk->err). */
int ig_schema_fill(struct ig_walk *walk, const struct ig_object *object,
		   void *out, const struct ig_ynode *node,
		   const struct ig_path *path);

/** ig_problem() - note that @node is wrong. -1 only when memory is gone. */
int ig_problem(struct ig_walk *walk, const struct ig_path *path,
	       const struct ig_ynode *node, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
int ig_problem_pos(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_pos *pos, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** ig_walk_end() - 0, or -1 with the first problem in walk->err. */
int ig_walk_end(struct ig_walk *walk);
/** ig_walk_failed() - a failure that is no counted problem (YAML that cannot
 * be read) goes to @problems too. Returns -1. */
int ig_walk_failed(struct ig_walk *walk);

extern const struct ig_object ig_schema_spec;  /* struct ig_spec */
extern const struct ig_object ig_schema_label; /* struct ig_entry */
extern const struct ig_object ig_schema_file;  /* struct ig_file */
extern const struct ig_object ig_schema_volume;
extern const struct ig_object ig_schema_disk; /* struct ig_disk_section */
extern const struct ig_object ig_schema_data_disk;
extern const struct ig_object ig_schema_machine_mount;
extern const struct ig_object ig_schema_resources;
extern const struct ig_object ig_schema_mount;
extern const struct ig_object ig_schema_device;
extern const struct ig_object ig_schema_idmap;
extern const struct ig_object ig_schema_runtime; /* struct ig_runtime_section */
extern const struct ig_object ig_schema_recipe;	 /* struct ig_recipe_doc */

struct ig_recipe_doc {
	struct ig_recipe recipe;
	bool config_set;
	struct ig_entry config;
};

/** ig_check_name() - a container's name: it becomes a path component. */
int ig_check_name(struct ig_walk *walk, const struct ig_path *path,
		  const struct ig_ynode *node);
/** ig_check_plain() - text without control characters: the guest shows it on
 * its consoles, or it is a line of something. */
int ig_check_plain(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node);
/** ig_check_sysctl_value() - as that, but several numbers may have tabs. */
int ig_check_sysctl_value(struct ig_walk *walk, const struct ig_path *path,
			  const struct ig_ynode *node);
/** ig_check_cmdline() - as that, but with line breaks: blanks to the kernel. */
int ig_check_cmdline(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node);
int ig_check_volume_name(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node);
int ig_check_file_path(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node);
int ig_check_file_mode(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node);
int ig_check_file(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path);
int ig_check_target(struct ig_walk *walk, void *object,
		    const struct ig_ynode *node, const struct ig_path *path);
int ig_check_size(struct ig_walk *walk, const struct ig_path *path,
		  const struct ig_ynode *node);
/** ig_spec_bytes() - a size that was checked, in bytes; NULL: 0. */
uint64_t ig_spec_bytes(const char *size);
int ig_check_partition_label(struct ig_walk *walk, const struct ig_path *path,
			     const struct ig_ynode *node);
int ig_check_partition_type(struct ig_walk *walk, const struct ig_path *path,
			    const struct ig_ynode *node);
int ig_check_disk_part(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path);
int ig_check_disk(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path);
/** ig_spec_ms() - "500ms", "10s", "2m" in milliseconds; -1: none of these. */
int64_t ig_spec_ms(const char *text);
/** ig_check_time() - such a time, from 100 ms to @most. */
int ig_check_time(struct ig_walk *walk, const struct ig_path *path,
		  const struct ig_ynode *node, int64_t most);
int ig_check_hostname(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node);
/** ig_check_target_path() - where something is mounted, or lies: from the
 * root, as the kernel would write it. */
int ig_check_target_path(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node);
int ig_check_data_disk(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path);
int ig_check_machine_mount(struct ig_walk *walk, void *object,
			   const struct ig_ynode *node,
			   const struct ig_path *path);
/** ig_check_machine() - of a whole document: the names of sysctl. */
int ig_check_machine(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path);
/** ig_check_places() - of all documents: what is mounted where, labels, and
 * what the random seed lies on. */
int ig_check_places(struct ig_walk *walk, const struct ig_spec *spec);
/** ig_merge_machine() - @more over what @spec has, but for its lists. */
int ig_merge_machine(struct ig_spec *spec, const struct ig_machine *more,
		     struct ig_err *err);
int ig_check_seccomp(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node);
int ig_check_device(struct ig_walk *walk, void *object,
		    const struct ig_ynode *node, const struct ig_path *path);

/* Table shorthands: T is the struct, M its member. */
#define IG_STR(k, T, M, fl)                                                    \
	{                                                                      \
		.key = (k), .kind = IG_K_STR, .flags = (fl),                   \
		.at = offsetof(T, M)                                           \
	}
/* strings that reach the guest's consoles, or a list of them */
#define IG_PLAIN(k, kn, T, M)                                                  \
	{                                                                      \
		.key = (k), .kind = (kn), .at = offsetof(T, M),                \
		.check = ig_check_plain                                        \
	}
#define IG_VALUE(k, kn, T, M)                                                  \
	{                                                                      \
		.key = (k), .kind = (kn), .at = offsetof(T, M)                 \
	}
/* a number from 0 to @most */
#define IG_NUMBER(k, kn, T, M, most)                                           \
	{                                                                      \
		.key = (k), .kind = (kn), .at = offsetof(T, M), .max = (most)  \
	}
#define IG_OBJ(k, T, M, o, setm)                                               \
	{                                                                      \
		.key = (k), .kind = IG_K_OBJ, .at = offsetof(T, M),            \
		.sub = (o), .set_at = offsetof(T, setm) + 1                    \
	}
/* an array with a bool for its presence */
#define IG_LIST(k, T, V, N, SET, o)                                            \
	{                                                                      \
		.key = (k), .kind = IG_K_LIST, .at = offsetof(T, V),           \
		.n_at = offsetof(T, N), .set_at = offsetof(T, SET) + 1,        \
		.sub = (o)                                                     \
	}
/* an array without */
#define IG_ARRAY(k, T, M, N, o, fl)                                            \
	{                                                                      \
		.key = (k), .kind = IG_K_LIST, .flags = (fl),                  \
		.at = offsetof(T, M), .n_at = offsetof(T, N), .sub = (o)       \
	}
/* what our PID 1 does for the machine; not in an object of their own */
#define IG_MACHINE_FIELDS                                                      \
	{ .key = "hostname",                                                   \
	  .kind = IG_K_STR,                                                    \
	  .at = offsetof(struct ig_spec, machine.hostname),                    \
	  .pos_at = offsetof(struct ig_spec, machine.hostname_pos) + 1,        \
	  .check = ig_check_hostname },                                        \
		{ .key = "sysctl",                                             \
		  .kind = IG_K_MAP,                                            \
		  .at = offsetof(struct ig_spec, machine.sysctl),              \
		  .check = ig_check_sysctl_value,                              \
		  .pos_at =                                                    \
			  offsetof(struct ig_spec, machine.sysctl_pos) + 1 },  \
		IG_ARRAY("disks", struct ig_spec, machine.disks,               \
			 machine.disks_n, &ig_schema_data_disk, 0),            \
		IG_ARRAY("mounts", struct ig_spec, machine.mounts,             \
			 machine.mounts_n, &ig_schema_machine_mount, 0),       \
	{                                                                      \
		.key = "random-seed", .kind = IG_K_STR,                        \
		.at = offsetof(struct ig_spec, machine.random_seed),           \
		.pos_at =                                                      \
			offsetof(struct ig_spec, machine.random_seed_pos) + 1, \
		.check = ig_check_target_path                                  \
	}
#define IG_FIELDS_END                                                          \
	{                                                                      \
		.key = NULL                                                    \
	}

#endif
