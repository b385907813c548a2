/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_INTERNAL_H
#define IG_BUILD_INTERNAL_H

#include <ingot/build.h>
#include <ingot/format.h>
#include <ingot/io.h>

struct ig_hash;
struct ig_inode;
struct ig_rope;
struct ig_sink;
struct ig_tree;
struct ig_spool;

/* Raised when the bytes of a part change for the same inputs. */
#define IG_PART_VERSION "1"

/* ---- part.c: what a part's files are called, and their encoding ---- */

#define IG_SUFFIX_MTREE	  "mtree"
#define IG_SUFFIX_TAR	  "tar"
#define IG_SUFFIX_KERNEL  "kernel"
#define IG_SUFFIX_UCODE	  "ucode"
#define IG_SUFFIX_MODULES "modules"

/** ig_part_suffix() - "cpio-zstd3": the initrd encoding of @plan. */
void ig_part_suffix(char out[32], const struct ig_plan *plan);
/** ig_part_has() - whether the store has @part as @want and its list. */
bool ig_part_has(const struct ig_plan *plan, const struct ig_part *part,
		 struct ig_store *store, unsigned want);
/** ig_part_write() - encode @tree (sorted) as @part, in what is missing of
 * @want, and its list. */
int ig_part_write(const struct ig_plan *plan, const struct ig_part *part,
		  struct ig_store *store, unsigned want, struct ig_tree *tree,
		  struct ig_err *err);
/** ig_part_fill() - publish what @fill writes as @key.@suffix. */
int ig_part_fill(struct ig_store *store, const char *key, const char *suffix,
		 int (*fill)(void *ctx, struct ig_sink *out,
			     struct ig_err *err),
		 void *ctx, struct ig_err *err);
/** ig_part_put_file() - publish the data of @inode (in a spool). */
int ig_part_put_file(struct ig_store *store, const char *key,
		     const char *suffix, const struct ig_inode *inode,
		     struct ig_err *err);

/** ig_spool_init() - a spool beside the store. */
int ig_spool_init(struct ig_spool *spool, struct ig_store *store,
		  struct ig_err *err);
void ig_spool_done(struct ig_spool *spool);

/* ---- make ---- */

int ig_make_kernel(const struct ig_plan *plan, struct ig_store *store,
		   struct ig_err *err);
bool ig_kernel_made(const struct ig_plan *plan, struct ig_store *store);
/** ig_kernel_ucode() - @fd of the microcode, the caller's; -1: there is none,
 * in the spec or in the image. */
int ig_kernel_ucode(int *fd, const struct ig_plan *plan, struct ig_store *store,
		    struct ig_err *err);
int ig_make_root(const struct ig_plan *plan, struct ig_store *store,
		 unsigned want, struct ig_err *err);
/** ig_make_loader() - the files of plan->loader, each a part file. */
int ig_make_loader(const struct ig_plan *plan, struct ig_store *store,
		   struct ig_err *err);
bool ig_loader_made(const struct ig_plan *plan, struct ig_store *store);

/* ---- generated.c: what the spec itself adds, made every time ---- */

#define IG_GENERATED_MARK 1u

struct ig_generated {
	struct ig_tree *tree; /* names of ours have IG_GENERATED_MARK */
	struct ig_spool spool;
	int *fds; /* blobs that inodes point into */
	size_t fds_n;
};
int ig_generate(struct ig_generated *out, const struct ig_plan *plan,
		struct ig_store *store, bool boot, struct ig_err *err);
void ig_generated_done(struct ig_generated *gen);
int ig_generated_keep_fd(struct ig_generated *gen, int fd, struct ig_err *err);
/** ig_generated_opts() - how to encode it. */
struct ig_encode_opts ig_generated_opts(const struct ig_plan *plan);

/** ig_generate_volumes() - the folders of volumes, and those of format oci. */
int ig_generate_volumes(struct ig_tree *tree, struct ig_generated *gen,
			const struct ig_plan *plan, struct ig_store *store,
			struct ig_err *err);

/* ---- compose.c ---- */

#define IG_OUTPUTS_MAX 64

/* What boots, see boot_set.c. Empty until ig_compose_boot(). */
struct ig_boot {
	struct ig_rope *kernel; /* NULL: the spec has none */
	struct ig_rope *initrd;
	const char *cmdline; /* "" when there is none; borrowed */
	char id[65];	     /* of the image: a hash of all that is in it */
};

/* Ropes that are made once for all formats, see media.h. */
enum ig_media {
	IG_MEDIA_UKI,
	IG_MEDIA_EFI,
	IG_MEDIA_BIOS,
	IG_MEDIA_DISK,
	IG_MEDIA_ISO,
	IG_MEDIA_COUNT
};

struct ig_compose {
	const struct ig_plan *plan;
	struct ig_store *store;
	const struct ig_output_opts *opts;
	const struct ig_build_format *format; /* under way */
	struct ig_boot boot;
	struct ig_rope *media[IG_MEDIA_COUNT]; /* kept */
	struct ig_rope **kept;		       /* freed at the end */
	size_t kept_n;
	size_t n;
	struct ig_pending {
		const char *suffix; /* borrowed */
		struct ig_newfile file;
		char *path;
		uint64_t size;
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
/** ig_compose_part() - all of a part file to @fd. */
int ig_compose_part(int fd, struct ig_compose *c, const char *key,
		    const char *suffix, struct ig_err *err);
/** ig_compose_tar() - the whole system, boot/ included, as the output with
 * @suffix; @name (NULL: none) with @text as one more member at its end. */
int ig_compose_tar(struct ig_compose *c, const char *suffix, const char *name,
		   const char *text, struct ig_err *err);
/** ig_compose_boot() - fill c->boot, once for all formats. */
int ig_compose_boot(struct ig_compose *c, struct ig_err *err);
/** ig_compose_disk() - the disk that boots by BIOS and UEFI; borrowed from
 * @c. */
int ig_compose_disk(const struct ig_rope **out, struct ig_compose *c,
		    struct ig_err *err);
/** ig_compose_need_kernel() - the same, and refuse a spec without kernel. */
int ig_compose_need_kernel(struct ig_compose *c, struct ig_err *err);
/** ig_kernel_plain() - the uncompressed kernel (an ELF file, or arm64's
 * Image) in a new rope that goes before @c; unpacked once, then a part. */
int ig_kernel_plain(struct ig_rope **out, struct ig_compose *c,
		    struct ig_err *err);
/** ig_compose_loader() - the bytes of @path ("efi/linux.stub") of the
 * boot-loader image at the end of @out. Only for formats with IG_NEED_LOADER;
 * IG_ENOENT when the image has no such file. */
int ig_compose_loader(struct ig_rope *out, struct ig_compose *c,
		      const char *path, struct ig_err *err);
void ig_boot_done(struct ig_boot *boot);
/** ig_image_id() - adds what makes this image what it is to @hash. */
void ig_image_id(struct ig_hash *hash, const struct ig_plan *plan);

extern const struct ig_build_format ig_format_containerdisk;
extern const struct ig_build_format ig_format_docker;
extern const struct ig_build_format ig_format_firecracker;
extern const struct ig_build_format ig_format_initrd;
extern const struct ig_build_format ig_format_initrd_tar;
extern const struct ig_build_format ig_format_oci;
extern const struct ig_build_format ig_format_pxe;
extern const struct ig_build_format ig_format_tar;
extern const struct ig_build_format ig_format_wsl;

/* ---- tar_member.c: regular files in a tar that is a rope ---- */

/** ig_tar_member() - header, @data and padding; mode 0644, owner 0:0. */
int ig_tar_member(struct ig_rope *out, const char *name,
		  const struct ig_rope *data, int64_t mtime,
		  struct ig_err *err);
int ig_tar_member_text(struct ig_rope *out, const char *name, const char *text,
		       int64_t mtime, struct ig_err *err);

/* format_media.c */
extern const struct ig_build_format ig_format_uki;
extern const struct ig_build_format ig_format_raw;
extern const struct ig_build_format ig_format_raw_efi;
extern const struct ig_build_format ig_format_raw_bios;
extern const struct ig_build_format ig_format_iso;
extern const struct ig_build_format ig_format_iso_efi_initrd;
extern const struct ig_build_format ig_format_aws;
extern const struct ig_build_format ig_format_gcp;
extern const struct ig_build_format ig_format_qcow2_bios;
extern const struct ig_build_format ig_format_qcow2_efi;
extern const struct ig_build_format ig_format_vhd;
extern const struct ig_build_format ig_format_dynamic_vhd;
extern const struct ig_build_format ig_format_vmdk;

#endif
