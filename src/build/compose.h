/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_COMPOSE_H
#define IG_BUILD_COMPOSE_H

#include "build_internal.h"
#include "fact.h"

/* What the formats write with: outputs, ropes, and what boots. */

#define IG_OUTPUTS_MAX 64

/* What a boot loader starts. Ropes live as long as the compose. */
struct ig_boot {
	struct ig_rope *kernel; /* NULL: the spec has none */
	struct ig_rope *initrd; /* NULL: it goes without */
	const char *cmdline;	/* "" when there is none; borrowed */
};

/* Ropes that are made once for all formats, see media.h. */
enum ig_media {
	IG_MEDIA_EFI,
	IG_MEDIA_BIOS,
	IG_MEDIA_DISK,
	IG_MEDIA_ISO,
	IG_MEDIA_COUNT
};

/* What is hashed for a UKI. */
enum ig_uki_fact {
	IG_UKI_FILE, /* the UKI itself, as firmware starts it */
	IG_UKI_INITRD,
	IG_UKI_KERNEL,
	IG_UKI_STARTS, /* the kernel, as the stub starts it */
	IG_UKI_FACTS
};

/* One EFI program, see media_uki.c. */
struct ig_made_uki {
	struct ig_boot boot;
	const struct ig_rope *plain; /* not signed */
	const struct ig_rope *file;  /* as it is written; NULL: to be made */
	struct ig_fact facts[IG_UKI_FACTS];
};

struct ig_compose {
	const struct ig_plan *plan;
	struct ig_store *store;
	const struct ig_output_opts *opts;
	const struct ig_build_format *format; /* under way */
	char tree_id[65]; /* a hash of all that is in the root file system */
	char id[65];	  /* the same with the command line: of the image */
	struct ig_rope *tail;	/* the end of the initrd */
	struct ig_boot boot;	/* the whole system in memory */
	struct ig_rope *stage1; /* the initrd of ig_compose_stage1() */
	struct ig_rope *root[IG_ROOT_COUNT];
	struct ig_rope *media[IG_MEDIA_COUNT]; /* kept */
	struct ig_made_uki uki;		       /* of the boot above */
	struct ig_rope **kept;		       /* freed at the end */
	size_t kept_n;
	size_t n;
	struct ig_pending {
		const char *suffix; /* borrowed */
		struct ig_newfile file;
		struct ig_output out;
	} v[IG_OUTPUTS_MAX];
};

/** ig_compose_new() - an empty rope that lives as long as @c: ropes are put
 * together of others and borrow what those own. */
struct ig_rope *ig_compose_new(struct ig_compose *c, struct ig_err *err);
/** ig_compose_open() - a new output "DIR/NAME<suffix>" (or --output). */
int ig_compose_open(int *fd, struct ig_compose *c, const char *suffix,
		    struct ig_err *err);
/** ig_compose_rope() - all of @rope as the output with @suffix. Formats share
 * files: what another wrote under that suffix already stays. */
int ig_compose_rope(struct ig_compose *c, const char *suffix,
		    const struct ig_rope *rope, struct ig_err *err);
int ig_compose_text(struct ig_compose *c, const char *suffix, const char *text,
		    struct ig_err *err);
/* A conversion that costs more than a copy: @write turns @from into the bytes
 * of an output, which depend on @from, @seed and the time alone. */
struct ig_packing {
	const char *kind; /* "vmdk": the suffix of its part */
	const char *version;
	const struct ig_rope *from;
	const char *seed; /* NULL: none */
	int64_t time;
	int (*write)(struct ig_sink *out, const struct ig_packing *packing,
		     struct ig_err *err);
};
/** ig_compose_packed() - the output @suffix; kept as a part, so that it is a
 * copy the next time. */
int ig_compose_packed(struct ig_compose *c, const char *suffix,
		      const struct ig_packing *packing, struct ig_err *err);
/** ig_compose_gzip() - the same of @rope as one gzip member. */
int ig_compose_gzip(struct ig_compose *c, const char *suffix,
		    const struct ig_rope *rope, struct ig_err *err);
/** ig_compose_tree_tar() - the whole system as a tar at the end of @out: the
 * parts as they lie in the store, then @gen. Two zero blocks end it. */
int ig_compose_tree_tar(struct ig_rope *out, struct ig_compose *c,
			const struct ig_generated *gen, struct ig_err *err);
/** ig_compose_tar() - the same, boot/ included, as the output with @suffix;
 * @name (NULL: none) with @text as one more member at its end. */
int ig_compose_tar(struct ig_compose *c, const char *suffix, const char *name,
		   const char *text, struct ig_err *err);
/** ig_compose_id() - fill c->id, c->tree_id, and c->boot but for its initrd;
 * like the next ones once for all formats. */
int ig_compose_id(struct ig_compose *c, struct ig_err *err);
/** ig_compose_boot() - fill c->boot. */
int ig_compose_boot(struct ig_compose *c, struct ig_err *err);
/** ig_compose_disk() - the disk that boots by BIOS and UEFI; borrowed from
 * @c. */
int ig_compose_disk(const struct ig_rope **out, struct ig_compose *c,
		    struct ig_err *err);
/** ig_compose_need_kernel() - the same, and refuse a spec without kernel. */
int ig_compose_need_kernel(struct ig_compose *c, struct ig_err *err);
/** ig_compose_stage1() - what mounts a root file system: the kernel and the
 * small initrd of stage 1; without that when the kernel can do it alone and it
 * is not wanted @always. Refuses a spec without kernel. The command line is
 * the spec's: the caller adds what names the root. */
int ig_compose_stage1(struct ig_boot *out, struct ig_compose *c, bool always,
		      struct ig_err *err);
/** ig_kernel_plain() - the uncompressed kernel (an ELF file, or arm64's
 * Image) in a new rope that goes before @c; unpacked once, then a part. */
int ig_kernel_plain(struct ig_rope **out, struct ig_compose *c,
		    struct ig_err *err);
/** ig_loader_open() - the file @path ("efi/linux.stub") of the boot-loader
 * image; the caller's. Only for formats with IG_NEED_LOADER; IG_ENOENT when
 * the image has no such file. */
int ig_loader_open(int *fd, struct ig_compose *c, const char *path,
		   struct ig_err *err);
/** ig_compose_loader() - the same at the end of @out. */
int ig_compose_loader(struct ig_rope *out, struct ig_compose *c,
		      const char *path, struct ig_err *err);
/** ig_compose_firmware() - call @each for every file below @folder ("rpi3/")
 * of the firmware image, in the order of their names; nonzero ends with it.
 * @path is below @folder; @data lives as long as @c. Only for formats with
 * IG_NEED_FIRMWARE. */
int ig_compose_firmware(struct ig_compose *c, const char *folder,
			int (*each)(void *ctx, const char *path,
				    const struct ig_rope *data,
				    struct ig_err *err),
			void *ctx, struct ig_err *err);
/** ig_compose_time() - of what a format makes itself: IG_FIXED_TIME, or
 * SOURCE_DATE_EPOCH where that is earlier. */
int64_t ig_compose_time(const struct ig_compose *c);

/* ---- stage1.c: an initrd that mounts the root (docs/boot.md) ---- */

/** ig_stage1_wanted() - whether the kernel needs one: it has drivers or file
 * systems of media as modules. */
int ig_stage1_wanted(bool *out, const struct ig_compose *c, struct ig_err *err);
/** ig_stage1_open() - the part file with PID 1 and the modules, without the
 * end of the archive; made when missing. */
int ig_stage1_open(int *fd, struct ig_compose *c, struct ig_err *err);

#endif
