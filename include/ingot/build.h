/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_H
#define IG_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/oci.h>
#include <ingot/rootfs.h>

struct ig_buf;
struct ig_err;
struct ig_spec;
struct ig_store;
struct ig_registry_opts;
struct ig_pin;

/*
 * The pipeline: spec → resolve → fetch → plan → make → compose. Each stage
 * takes what the one before gave and nothing else.
 */

/* What a format needs of the spec … */
enum {
	IG_NEED_KERNEL = 1,
	IG_NEED_LOADER = 2, /* spec->bootloader */
	/* and what of the kernel, see check_kernel.c */
	IG_NEED_EFI = 4,
	IG_NEED_SQUASHFS = 8,
	IG_NEED_EROFS = 16,
	IG_NEED_ISO = 32,
	IG_NEED_VERITY = 64,
	IG_NEED_FIRMWARE = 128 /* spec->firmware */
};

/* ---- resolve, fetch ---- */

struct ig_resolve_opts {
	const char *arch;
	bool offline;  /* open no socket: what is missing is an error */
	bool pull;     /* ask the registry even for what is there */
	unsigned need; /* of the formats: IG_NEED_… */
	const struct ig_registry_opts *registry;
};

/* One image of the spec, pinned and whole in the store. */
struct ig_pin {
	char *name; /* expanded reference */
	struct ig_image *image;
	struct ig_entry *label; /* of org.mobyproject.config; NULL: none */
};
struct ig_lock {
	size_t n;
	struct ig_pin *v;
};

/** ig_resolve() - every image that @spec names, in the order of the spec.
 * @spec's arena takes the labels. */
int ig_resolve(struct ig_lock *out, struct ig_spec *spec,
	       struct ig_store *store, const struct ig_resolve_opts *opts,
	       struct ig_err *err);
void ig_lock_done(struct ig_lock *lock);
/** ig_lock_find() - the pin of @image as written in the spec. */
const struct ig_pin *ig_lock_find(const struct ig_lock *lock,
				  const char *image);

/* ---- plan ---- */

enum ig_part_kind {
	IG_PART_KERNEL, /* kernel, microcode, chosen modules of one image */
	IG_PART_ROOT,	/* the modules and all init images, merged at / */
	IG_PART_IMAGE,	/* one image below a prefix */
	IG_PART_LOADER, /* what a machine's firmware starts, of one image */
};

struct ig_part {
	enum ig_part_kind kind;
	char key[65];	  /* of what is in it */
	char tar_key[65]; /* the same with source and location, which stand in
			   * every header of a tar */
	const struct ig_pin *pin; /* kernel, image, loader, firmware */
	char *prefix;		  /* image: "containers/services/web/lower" */
	char *source, *location;  /* LinuxKit's PAX records */
	bool init;		  /* dressed as an init image (volumes) */
};

/* How container images lie in an initrd. */
enum ig_initrd_layout {
	IG_LAYOUT_UNPACKED, /* as their files */
	IG_LAYOUT_MOUNTED,  /* each as one squashfs, which PID 1 mounts */
	IG_LAYOUT_AUTO	    /* mounted where init can; in no plan */
};

struct ig_plan_opts {
	const char *arch;
	enum ig_layer_rules rules;
	int64_t max_time; /* SOURCE_DATE_EPOCH, or INT64_MAX */
	unsigned need;	  /* of the formats: IG_NEED_… */
	int codec;	  /* of an initrd: enum ig_codec */
	int level;
	enum ig_initrd_layout layout;
};

struct ig_plan {
	const struct ig_spec *spec;
	const struct ig_lock *lock;
	struct ig_plan_opts opts;
	const struct ig_part *kernel; /* NULL: no kernel */
	const struct ig_part *root;   /* NULL: neither kernel nor init */
	size_t parts_n;
	struct ig_part *parts; /* in the order of the image */
	/* Beside what is in the image, so that this is the same whatever the
	 * formats are. NULL: no format needs one. */
	struct ig_part *loader;	  /* boot-loader programs */
	struct ig_part *firmware; /* files of a board's own firmware */
	size_t bundles_n;
	struct ig_bundle *bundles;
};

/** ig_plan() - pure: reads no layer. @spec and @lock are borrowed.
 * IG_LAYOUT_AUTO becomes mounted when the label of an init image says that it
 * mounts images, and no file of the spec would lie below one. */
int ig_plan(struct ig_plan *out, const struct ig_spec *spec,
	    const struct ig_lock *lock, const struct ig_plan_opts *opts,
	    struct ig_err *err);
void ig_plan_done(struct ig_plan *plan);

/** ig_privileges() - what @bundle's label adds to what the container may do and
 * the spec does not say itself, as a list for people: "CAP_NET_ADMIN, bind
 * /run:/run". Nothing when there is nothing. */
int ig_privileges(struct ig_buf *out, const struct ig_bundle *bundle,
		  struct ig_err *err);

/* ---- make ---- */

/* What compose wants of the parts. */
enum {
	IG_WANT_CPIO = 1,
	IG_WANT_TAR = 2
};

struct ig_made {
	size_t made, reused; /* parts */
};
/** ig_make() - what is missing of @plan's parts, in parallel, each in the
 * encodings of @want. */
int ig_make(const struct ig_plan *plan, struct ig_store *store, unsigned want,
	    struct ig_made *made, struct ig_err *err);

/** ig_kernel_mounts() - whether the plan's kernel, which was made, can mount
 * images; true when its image does not tell, or there is no kernel. */
int ig_kernel_mounts(bool *can, const struct ig_plan *plan,
		     struct ig_store *store, struct ig_err *err);

/* ---- compose ---- */

/* What the root of raw-verity is. */
enum ig_root_fs {
	IG_ROOT_SQUASHFS,
	IG_ROOT_EROFS,
	IG_ROOT_COUNT
};

struct ig_output_opts {
	const char *const *formats; /* NULL-ended names */
	const char *dir;	    /* folder, or NULL: current */
	const char *name;	    /* base name of the files */
	const char *output;	    /* one file, or "-"; instead of dir, name */
	const char *sign_key;	    /* as ig_pe_sign(), for EFI programs … */
	const char *sign_cert;	    /* … both or none */
	enum ig_root_fs root;
	unsigned memory_mib;   /* of a machine's configuration; 0: 512 */
	const char *size_text; /* of a disk, as given, for messages … */
	uint64_t size;	       /* … bytes; 0: as the spec says */
	/* kernel+initrd: only to be started by QEMU, which needs no program of
	 * the kernel to unpack it */
	bool direct;
};

/* What a registry takes of an output that is an OCI layout. */
struct ig_output_blob {
	struct ig_digest digest;
	uint64_t off, size; /* in the output */
};
struct ig_output {
	char *path;
	uint64_t size;
	size_t blobs_n;		      /* 0: no OCI layout */
	struct ig_output_blob *blobs; /* the manifest is the first */
};
struct ig_outputs {
	size_t n;
	struct ig_output *v;
};

/* What starts it. Neither: a program that takes the files as they are. */
enum {
	IG_BY_BIOS = 1,
	IG_BY_UEFI = 2,
	IG_BY_BOARD = 4 /* firmware of its own */
};

struct ig_compose;
struct ig_build_format {
	const char *name;
	const char *files;   /* "NAME-kernel NAME-initrd.img NAME-cmdline" */
	const char *purpose; /* one line */
	unsigned firmware;
	const char *arches; /* "amd64 arm64"; NULL: every one */
	unsigned want;
	unsigned need;
	bool stream; /* one file, which may be standard output */
	bool disk;   /* has the spec's disk section and size */
	bool layout; /* the file is an OCI layout: a registry takes it */
	int (*write)(struct ig_compose *compose, struct ig_err *err);
};
/** ig_build_formats() - all, NULL-ended. */
const struct ig_build_format *const *ig_build_formats(void);
const struct ig_build_format *ig_build_format(const char *name);
/** ig_build_clash() - the first of the files ("NAME.vhd", *@len bytes) that
 * both @a and @b write, each with a content of its own; NULL: none. */
const char *ig_build_clash(size_t *len, const struct ig_build_format *a,
			   const struct ig_build_format *b);

/** ig_initrd_at() - which piece of the plan's initrd has the byte @at, for
 * messages: "in the part services[0] of IMAGE"; malloc()ed. */
char *ig_initrd_at(const struct ig_plan *plan, struct ig_store *store,
		   uint64_t at, struct ig_err *err);

/** ig_compose() - write the formats, of which no two clash. All files appear,
 * or none. */
int ig_compose(const struct ig_plan *plan, struct ig_store *store,
	       const struct ig_output_opts *opts, struct ig_outputs *out,
	       struct ig_err *err);
void ig_outputs_done(struct ig_outputs *outputs);

/* ---- push ---- */

struct ig_ref;
struct ig_pushed;
/** ig_push_output() - the OCI layout @output, which is whole, to a registry as
 * @ref; as ig_registry_push(). Reads the file, nothing else. */
int ig_push_output(struct ig_pushed *done, const struct ig_output *output,
		   const struct ig_ref *ref,
		   const struct ig_registry_opts *opts, struct ig_err *err);

#endif
