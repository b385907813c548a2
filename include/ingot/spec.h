/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_H
#define IG_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec_base.h>
#include <ingot/spec_container.h>
#include <ingot/spec_disk.h>
#include <ingot/spec_entry.h>
#include <ingot/spec_logs.h>
#include <ingot/spec_machine.h>
#include <ingot/spec_network.h>
#include <ingot/spec_service.h>
#include <ingot/spec_tests.h>
#include <ingot/spec_watchdog.h>

struct ig_err;
struct ig_buf;

/*
 * The appliance spec: LinuxKit's YAML schema plus our keys, as plain structs.
 * Everything a spec points to lives in its arena until ig_spec_free().
 */

struct ig_kernel {
	bool set;
	struct ig_pos pos;
	struct ig_pos image_pos;
	const char *image; /* NULL: no kernel section */
	const char *cmdline;
	const char *binary;	    /* NULL: "kernel" */
	struct ig_opt_bool tar_set; /* .set: the key stood there */
	const char *tar;	    /* NULL or "" or "none": not wanted when
				     * tar_set.set, else "kernel.tar" */
	const char *ucode;
	struct ig_strs modules; /* ours: names, "class:NAME", globs; not set:
				 * all; set and empty: none */
	struct ig_pos modules_pos;
};

/* Where boot-loader programs, or a board's own firmware, come from; only some
 * formats need them. */
struct ig_bootloader {
	bool set;
	struct ig_pos pos;
	struct ig_pos image_pos; /* line 0: not from a file */
	const char *image;	 /* NULL: the default */
};

/* The machine that the image is for. */
struct ig_target {
	bool set;
	struct ig_pos pos;
	const char *memory;  /* as written: "512M", "2G"; NULL: not known */
	uint64_t memory_mib; /* the same; 0: not known */
};

struct ig_file {
	struct ig_pos pos;
	const char *path;
	bool directory;
	const char *symlink;
	bool contents_set;
	const char *contents; /* bytes without NUL */
	const char *source;
	const char *metadata; /* "yaml" or "json" */
	bool optional;
	const char *mode; /* octal text, or NULL */
	struct ig_id uid, gid;
};

struct ig_volume {
	struct ig_pos pos;
	const char *name;
	const char *image;
	bool readonly;
	const char *format; /* "oci", "filesystem" or NULL */
	struct ig_strs platforms;
};

struct ig_init_image {
	const char *image;
	struct ig_pos pos;
};

struct ig_spec {
	struct ig_arena *arena;
	struct ig_kernel kernel;
	struct ig_bootloader bootloader, firmware;
	struct ig_target target;
	struct ig_disk_section disk;
	struct ig_logs logs;
	struct ig_watchdog watchdog;
	struct ig_machine machine;
	struct ig_network network;
	size_t init_n;
	struct ig_init_image *init;
	struct ig_entries onboot, onshutdown, services;
	size_t files_n;
	struct ig_file *files;
	size_t volumes_n;
	struct ig_volume *volumes;
	struct ig_tests tests;
};

/**
 * How an "@pkg:DIR" scalar becomes an image reference. @dir is as written,
 * @base the folder of the spec. Returns arena or static text, or NULL with
 * @err filled.
 */
struct ig_spec_resolver {
	void *ctx;
	char *(*pkg)(void *ctx, const char *base, const char *dir,
		     struct ig_err *err); /* malloc()ed */
};

/** ig_spec_new() - the empty spec. */
struct ig_spec *ig_spec_new(struct ig_err *err);
void ig_spec_free(struct ig_spec *spec); /* accepts NULL */
void ig_spec_freep(struct ig_spec **spec);

/**
 * ig_spec_add() - parse, validate and merge one YAML document into @spec
 * (kernel, bootloader, firmware, target, disk, logs, watchdog, hostname,
 * random-seed, network: field-wise override; sysctl: by name; lists: append;
 * names of services and tests stay unique).
 * @file: the name for messages. @base: folder that "@pkg:" paths are relative
 * to, or NULL (then "@pkg:" is an error). @resolver may be NULL.
 * Errors are IG_ESPEC and begin "FILE:LINE:COL: key.path: ". Of several
 * problems the first is in @err; all stand in @problems, one a line, when it
 * is not NULL (at most 20).
 * Limits: 16 MiB of text, depth 64, 100,000 nodes after alias expansion.
 */
int ig_spec_add(struct ig_spec *spec, const char *file, const char *base,
		const void *text, size_t len,
		const struct ig_spec_resolver *resolver,
		struct ig_buf *problems, struct ig_err *err);

/**
 * ig_spec_finish() - the checks that need all files: volume names, volume
 * references in binds and mounts (rewritten to their paths), user names, the
 * services that others come after, the steps and services that tests name,
 * what is mounted where.
 */
int ig_spec_finish(struct ig_spec *spec, struct ig_err *err);

/**
 * ig_label_parse() - the text of the label org.mobyproject.config, by the
 * same schema as a services entry; name and image are refused. @ref names it
 * in messages: "label org.mobyproject.config of REF:1:5: key: …".
 * @spec's arena owns the result.
 */
int ig_label_parse(struct ig_entry *out, struct ig_spec *spec, const char *ref,
		   const char *text, size_t len, struct ig_err *err);

/** ig_stop_signal() - the number of a signal that `stop` may name, without
 * "SIG"; 0: none of them. */
int ig_stop_signal(const char *name);

/** ig_spec_yaml() - the merged spec as YAML (keys in the schema's order,
 * absent keys left out): build --dry-run. Parses back to an equal spec. */
int ig_spec_yaml(struct ig_buf *out, const struct ig_spec *spec,
		 struct ig_err *err);

/**
 * ig_spec_metadata() - files[].metadata: the merged configuration in
 * LinuxKit's form, as @format "yaml" or "json". @expand turns an image
 * reference as written into its full form (malloc()ed).
 */
int ig_spec_metadata(struct ig_buf *out, const struct ig_spec *spec,
		     const char *format,
		     char *(*expand)(const char *image, struct ig_err *err),
		     struct ig_err *err);

#endif
