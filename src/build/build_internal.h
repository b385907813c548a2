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
#define IG_PART_VERSION "2"

/* ---- part.c: what a part's files are called, and their encoding ---- */

#define IG_SUFFIX_MTREE	   "mtree"
#define IG_SUFFIX_TAR	   "tar"
#define IG_SUFFIX_KERNEL   "kernel"
#define IG_SUFFIX_UCODE	   "ucode"
#define IG_SUFFIX_MODULES  "modules"
#define IG_SUFFIX_MODNAMES "modnames"
#define IG_SUFFIX_CONFIG   "config"
#define IG_SUFFIX_DTBS	   "dtbs"

/** ig_part_suffix() - "cpio-zstd3": the initrd encoding of @part (NULL: of
 * what is no part) in @plan; "squashfs-zstd3" when it is mounted. */
void ig_part_suffix(char out[32], const struct ig_plan *plan,
		    const struct ig_part *part);
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

/* A part file that is made of more than one image. */
struct ig_part_file {
	const char *key, *suffix;
	int (*fill)(void *ctx, int fd, struct ig_err *err);
	void *ctx;
};
/** ig_part_once() - open it; when it is missing its @fill writes it to an
 * empty file first. @fd is the caller's. */
int ig_part_once(int *fd, struct ig_store *store,
		 const struct ig_part_file *file, struct ig_err *err);
/** ig_part_put_rope() - @rope to a part file, zeros too: one with holes would
 * be taken for one that a power cut damaged. */
int ig_part_put_rope(int fd, const struct ig_rope *rope, struct ig_err *err);

/** ig_spool_init() - a spool beside the store. */
int ig_spool_init(struct ig_spool *spool, struct ig_store *store,
		  struct ig_err *err);
void ig_spool_done(struct ig_spool *spool);

/* ---- mounted.c: images that are mounted instead of unpacked ---- */

#define IG_MOUNTED_END ".squashfs"

/** ig_is_mounted() - whether @part is one of those in the plan's initrd. */
bool ig_is_mounted(const struct ig_plan *plan, const struct ig_part *part);
/** ig_mounted_can() - whether an init image says that it mounts images. */
bool ig_mounted_can(const struct ig_spec *spec, const struct ig_lock *lock);
/** ig_mounted_check() - refuse the layout where init does not know it, and
 * files of the spec that would lie below an image. IG_ESPEC. */
int ig_mounted_check(const struct ig_plan *plan, struct ig_err *err);
/** ig_mounted_write() - @image (sorted) as the squashfs file of @part, inside
 * its cpio encoding, to the empty file @fd. */
int ig_mounted_write(int fd, const struct ig_plan *plan,
		     const struct ig_part *part, struct ig_store *store,
		     struct ig_tree *image, struct ig_err *err);

/* ---- make ---- */

int ig_make_kernel(const struct ig_plan *plan, struct ig_store *store,
		   struct ig_err *err);
/** ig_kernel_modules() - all modules of the kernel image, without its device
 * trees; data to @spool. */
int ig_kernel_modules(struct ig_tree *tree, struct ig_spool *spool,
		      const struct ig_plan *plan, struct ig_store *store,
		      struct ig_err *err);
bool ig_kernel_made(const struct ig_plan *plan, struct ig_store *store);
/** ig_kernel_ucode() - @fd of the microcode, the caller's; -1: there is none,
 * in the spec or in the image. */
int ig_kernel_ucode(int *fd, const struct ig_plan *plan, struct ig_store *store,
		    struct ig_err *err);
/** ig_kernel_dtbs() - the kernel image's device trees in @tree, as
 * boot/dtb/…; data goes to @spool. There may be none. */
int ig_kernel_dtbs(struct ig_tree *tree, struct ig_spool *spool,
		   const struct ig_plan *plan, struct ig_store *store,
		   struct ig_err *err);
int ig_make_root(const struct ig_plan *plan, struct ig_store *store,
		 unsigned want, struct ig_err *err);
/** ig_make_loader() - the files of @part (plan->loader, plan->firmware), each
 * a part file. */
int ig_make_loader(const struct ig_plan *plan, const struct ig_part *part,
		   struct ig_store *store, struct ig_err *err);
bool ig_loader_made(const struct ig_part *part, struct ig_store *store);

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

#endif
