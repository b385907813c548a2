/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_PKG_INTERNAL_H
#define IG_PKG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/buf.h>
#include <ingot/pkg.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>
#include <ingot/spec_recipe.h>

struct ig_err;
struct ig_hash;
struct ig_inode;
struct ig_node;
struct ig_proc;
struct ig_sink;
struct ig_source;
struct ig_store;
struct ig_tree;

#define PKG_RECIPE     "build.yml"
#define PKG_SUITE      "bookworm"
#define PKG_MIRROR     "http://deb.debian.org/debian"
#define PKG_RECIPE_MAX (4u << 20)
#define PKG_LABEL_HASH "org.ingot.pkg.hash"
#define PKG_LABEL_DEBS "org.ingot.debian.packages"

/* A package while it is looked at or made. */
struct pkg {
	struct ig_store *store;		/* borrowed */
	const char *dir;		/* borrowed */
	const struct ig_pkg_opts *opts; /* borrowed */
	struct ig_buf text;		/* build.yml */
	struct ig_recipe *recipe;
	char hash[65]; /* of the recipe and all that it reads */
	char *ref;     /* expanded */
	/* Only while it is made: */
	int64_t max_time;
	struct ig_tree *tree;
	struct ig_spool spool;
	size_t debs_n; /* "name=version", owned */
	char **debs;
};

/** pkg_load() - read the recipe and find the reference. */
int pkg_load(struct pkg *pkg, struct ig_err *err);
void pkg_done(struct pkg *pkg);

/** pkg_hash() - fill pkg->hash. */
int pkg_hash(struct pkg *pkg, struct ig_err *err);

/* ---- steps: each changes pkg->tree ---- */

int pkg_step_files(struct pkg *pkg, const struct ig_recipe_step *step,
		   struct ig_err *err);
int pkg_step_base(struct pkg *pkg, const struct ig_recipe_step *step,
		  struct ig_err *err);
int pkg_step_compile(struct pkg *pkg, const struct ig_recipe_step *step,
		     struct ig_err *err);
int pkg_step_debian(struct pkg *pkg, const struct ig_recipe_step *step,
		    struct ig_err *err);
int pkg_step_kernel(struct pkg *pkg, const struct ig_recipe_step *step,
		    struct ig_err *err);
int pkg_step_linux(struct pkg *pkg, const struct ig_recipe_step *step,
		   struct ig_err *err);
int pkg_step_grub(struct pkg *pkg, const struct ig_recipe_step *step,
		  struct ig_err *err);
int pkg_step_rename(struct pkg *pkg, const struct ig_recipe_step *step,
		    struct ig_err *err);
int pkg_step_keep(struct pkg *pkg, const struct ig_recipe_step *step,
		  struct ig_err *err);

/** pkg_publish() - pkg->tree becomes an image with the name pkg->ref. */
int pkg_publish(struct pkg *pkg, struct ig_err *err);

/* ---- target ---- */

/** pkg_debian_arch() - "arm" is "armhf"; NULL when Debian has no such. */
const char *pkg_debian_arch(const char *arch);
/** pkg_compiler() - the C compiler for @arch, by its Debian name; NULL. */
const char *pkg_compiler(const char *arch);
/** pkg_multiarch() - the name of its folders in Debian's packages,
 * "x86_64-linux-gnu"; NULL. */
const char *pkg_multiarch(const char *arch);
/** pkg_tools_prefix() - "x86_64-linux-gnu-", also on a machine of that
 * architecture; malloc()ed. IG_ESPEC when there is none. */
char *pkg_tools_prefix(const char *arch, struct ig_err *err);
/** pkg_compiler_version() - "12.2.0", malloc()ed. */
char *pkg_compiler_version(const char *arch, struct ig_err *err);
/** pkg_compile_source() - IG_ESPEC for what is not a path in the folder. */
int pkg_compile_source(const char *source, struct ig_err *err);
/** pkg_compile_folder() - open the folder of @step's sources. IG_ESPEC when
 * it is not relative to the package's, @dirfd; IG_ENOENT. */
int pkg_compile_folder(int *out, int dirfd, const struct ig_recipe_step *step,
		       struct ig_err *err);

/* The sources that a step names, globs replaced by names in byte order. */
struct pkg_sources {
	struct ig_arena *arena;
	const char **v;
	size_t n;
};
/** pkg_sources_init() - @folder: the sources'. IG_ESPEC, IG_ENOENT. */
int pkg_sources_init(struct pkg_sources *list, int folder,
		     const struct ig_recipe_step *step, struct ig_err *err);
void pkg_sources_done(struct pkg_sources *list);

/* ---- children ---- */

/** pkg_proc() - a program that makes what a key stands for: with @env, and of
 * our own environment with nothing that could change the bytes. */
struct ig_proc pkg_proc(const char *const *argv, const char *const *env);

/**
 * pkg_run() - run @proc, whose standard error is read here.
 * With @take its standard output goes there as a stream. The error names the
 * reason that the program gave; @debian is what to install when it is missing.
 */
int pkg_run(const struct ig_proc *proc, const char *debian,
	    int (*take)(void *ctx, struct ig_source *out, struct ig_err *err),
	    void *ctx, struct ig_err *err);

/* ---- Debian ---- */

/* What of Debian's archive packages come from. */
struct pkg_archive {
	const char *suite;
	const char *components; /* "main", "main non-free-firmware" */
};
/** pkg_apt_lines() - the lines of sources.list for @want, one a line: those
 * of the folder @etc ("/etc/apt") that are Debian's, or the default. */
int pkg_apt_lines(struct ig_buf *out, const struct pkg_archive *want,
		  const char *etc, struct ig_err *err);
/** pkg_mirror_line() - the same for one mirror: an URI, or a whole line. */
int pkg_mirror_line(struct ig_buf *out, const struct pkg_archive *want,
		    const char *mirror, struct ig_err *err);
/** pkg_debs_components() - @list as words of sources.list, checked ("main"
 * when it is empty); malloc()ed. */
char *pkg_debs_components(const struct ig_strs *list, struct ig_err *err);

/* One .deb, inside a file. */
struct pkg_deb {
	int fd; /* borrowed */
	uint64_t control_off, control_len;
	uint64_t data_off, data_len;
	char *name, *version;
};
int pkg_deb_open(struct pkg_deb *deb, int fd, uint64_t off, uint64_t len,
		 struct ig_err *err);
void pkg_deb_done(struct pkg_deb *deb);
/** pkg_deb_field() - the value of "NAME: VALUE" in the text of a control
 * file; malloc()ed. IG_EFORMAT without. */
char *pkg_deb_field(const char *text, const char *name, struct ig_err *err);
/** pkg_deb_control() - Package and Version of the text of a control file. */
int pkg_deb_control(struct pkg_deb *deb, const char *text, struct ig_err *err);
/** pkg_deb_tree() - the files of @deb at the root of @tree. */
int pkg_deb_tree(struct ig_tree *tree, struct ig_spool *spool,
		 const struct pkg_deb *deb, struct ig_err *err);
/** pkg_unpack() - decompress (xz, zstd, gzip, none); borrows @in. */
struct ig_source *pkg_unpack(struct ig_source *in, struct ig_err *err);
/** pkg_deb_read_control() - the text of ./control in a control.tar.*. */
int pkg_deb_read_control(struct ig_buf *out, struct ig_source *tar,
			 struct ig_err *err);

/** pkg_debs_fetch() - download the packages of @step, with what they depend
 * on or @alone, and put their files into @tree in a fixed order. */
int pkg_debs_fetch(struct ig_tree *tree, struct pkg *pkg,
		   const struct ig_recipe_step *step, bool alone,
		   struct ig_err *err);
/** pkg_debs_download() - the packages of @step, with what they depend on or
 * @alone, and the files of the source package that it names, into @got: they
 * are in the folder that is returned. */
const struct ig_node *pkg_debs_download(struct ig_tree *got, struct pkg *pkg,
					const struct ig_recipe_step *step,
					bool alone, struct ig_err *err);
/** pkg_debs_add() - the files of the packages in the folder @dir to @tree. */
int pkg_debs_add(struct ig_tree *tree, struct pkg *pkg,
		 const struct ig_node *dir, struct ig_err *err);
/** pkg_debs_note() - for the label that says what an image is made of. */
int pkg_debs_note(struct pkg *pkg, const char *name, const char *version,
		  struct ig_err *err);

/* What apt is asked for; names are checked ones. */
struct pkg_debs_ask {
	const char *const *names; /* packages */
	size_t n;
	bool alone;	    /* without what they depend on */
	const char *source; /* a source package, or NULL */
};
#define PKG_DEBS_DIR "debs" /* where it ends up in what mmdebstrap makes */
/** pkg_debs_hook() - the shell text that apt is run by. */
int pkg_debs_hook(struct ig_buf *out, const struct pkg_debs_ask *ask,
		  struct ig_err *err);
/** pkg_debs_source_lines() - to each line of sources.list in @lines one for
 * source packages. */
int pkg_debs_source_lines(struct ig_buf *lines, struct ig_err *err);
/** pkg_debs_name() - @text with {arch} replaced, checked; malloc()ed. */
char *pkg_debs_name(const char *text, const char *arch, struct ig_err *err);

/* What a program of Debian's is compiled from, below a scratch folder. */
struct pkg_source {
	char *folder; /* of the source package, or NULL */
	char *name;   /* its own name */
	char *version;
	char *sysroot; /* the content of the packages, or NULL */
};
/** pkg_source_init() - download and unpack what @step names to the folder
 * @scratch; its licences go into pkg->tree, and what it is into the label. Free
 * with pkg_source_done(), on failure too. */
int pkg_source_init(struct pkg_source *out, struct pkg *pkg,
		    const struct ig_recipe_step *step, const char *scratch,
		    struct ig_err *err);
void pkg_source_done(struct pkg_source *source);

/* ---- Linux from source ---- */

/* What the kernel's own makefiles call things. */
struct pkg_linux_target {
	const char *arch;  /* GOARCH name */
	const char *karch; /* ARCH=… */
	const char *goal;  /* what is made */
	const char *image; /* where that lies */
};
/** pkg_linux_target() - IG_ESPEC for an architecture without one. */
const struct pkg_linux_target *pkg_linux_target(const char *arch,
						struct ig_err *err);
/** pkg_linux_tools() - IG_ENOENT names the first program that is missing. */
int pkg_linux_tools(struct ig_err *err);
/** pkg_linux_unpack() - the packed source @from to the folder @scratch/linux.
 */
int pkg_linux_unpack(const char *scratch, const struct ig_inode *from,
		     struct ig_err *err);
/** pkg_linux_configure() - @asked becomes a whole configuration, @out: what
 * it does not name is off. */
int pkg_linux_configure(struct ig_buf *out, const char *scratch,
			const struct pkg_linux_target *target,
			const struct ig_buf *asked, struct ig_err *err);
/** pkg_linux_compile() - make it, and put it into @tree where a Debian
 * package of a kernel has its parts. */
int pkg_linux_compile(struct ig_tree *tree, struct ig_spool *spool,
		      const char *scratch,
		      const struct pkg_linux_target *target,
		      struct ig_err *err);
/** pkg_linux_config() - the whole configuration that @step gives, as it is
 * recorded (pkg_kconfig_record()). */
int pkg_linux_config(struct ig_buf *out, struct pkg *pkg,
		     const struct ig_recipe_step *step, struct ig_err *err);
/** pkg_kernel_image() - the kernel in @tree, as a Debian package has it,
 * becomes the image's: /kernel, /kernel.tar, /kernel-config. */
int pkg_kernel_image(struct pkg *pkg, struct ig_tree *tree, struct ig_err *err);

/* ---- trees ---- */

/** pkg_exclude() - drop from @tree what @globs match. */
int pkg_exclude(struct ig_tree *tree, const struct ig_strs *globs,
		struct ig_err *err);

/** pkg_glob_any() - whether one of @globs matches @path. */
bool pkg_glob_any(const struct ig_strs *globs, const char *path);
/** pkg_keep() - drop from @tree what none of @globs matches and is not below
 * or above what one matches. */
int pkg_keep(struct ig_tree *tree, const struct ig_strs *globs,
	     struct ig_err *err);
/** pkg_clean_path() - "/a//./b/" as a path of a tree; malloc()ed. */
char *pkg_clean_path(const char *path, struct ig_err *err);

/** pkg_spool_fd() - all of @fd to the end of @spool; @inode gets it. */
int pkg_spool_fd(struct ig_inode *inode, struct ig_spool *spool, int fd,
		 struct ig_err *err);
/** pkg_spool_sink() - appends to @spool (borrowed). */
struct ig_sink *pkg_spool_sink(struct ig_spool *spool, struct ig_err *err);
/** pkg_put_file() - @path of @tree becomes the file @inode; parents 0755. */
int pkg_put_file(struct ig_tree *tree, const char *path, struct ig_inode *inode,
		 struct ig_err *err);

/** pkg_export_file() - the data of @inode as the new file @name. */
int pkg_export_file(int dirfd, const char *name, const struct ig_inode *inode,
		    struct ig_err *err);
/** pkg_export_tree() - the files, folders and relative links of @tree to the
 * new folder @folder, readable by us only. */
int pkg_export_tree(const char *folder, struct ig_tree *tree,
		    struct ig_err *err);

/** pkg_depmod() - modules.dep and the like beside the modules in @dir, which
 * is lib/modules/@version. */
int pkg_depmod(struct ig_tree *tree, struct ig_spool *spool,
	       struct ig_node *dir, const char *version, struct ig_err *err);

/** pkg_scratch() - a new temporary folder; malloc()ed path. */
char *pkg_scratch(struct ig_err *err);
void pkg_scratch_removep(char **path); /* removes it, frees the path */

#endif
