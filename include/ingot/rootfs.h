/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_ROOTFS_H
#define IG_ROOTFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec.h>

struct ig_err;
struct ig_buf;
struct ig_tree;
struct ig_store;
struct ig_source;
struct ig_image;
struct ig_image_config;

/* 2017-04-18 16:30:00 UTC: LinuxKit's time for everything it makes itself. */
#define IG_FIXED_TIME 1492533000

/* ---- layers → tree ---- */

/*
 * Where a whited-out directory that a higher layer makes again gets its old
 * content from. The image-spec hides it for good; LinuxKit shows it again.
 */
enum ig_layer_rules {
	IG_LAYERS_LINUXKIT,
	IG_LAYERS_OCI
};

/* A file that data of layers goes to; nodes point into it. */
struct ig_spool {
	int fd;
	uint64_t end;
};

struct ig_layers_opts {
	enum ig_layer_rules rules;
	bool hash; /* fill ig_inode.sha256 of files */
	/* only these paths get data (NULL-ended), NULL: all */
	const char *const *only;
};

/**
 * ig_layer_apply() - one uncompressed layer tar onto @tree, by image-spec
 * layer.md. Reads @tar to its end. File data goes to @spool. @who names the
 * image in warnings. Limits: 2,000,000 entries, xattrs 64 KiB a file, path
 * 4095 bytes. IG_EFORMAT for what a layer must not hold.
 */
int ig_layer_apply(struct ig_tree *tree, struct ig_spool *spool,
		   struct ig_source *tar, const char *who,
		   const struct ig_layers_opts *opts, struct ig_err *err);

/** ig_image_tree() - all layers of @image from @store, each checked against
 * its diff id, as one tree. */
int ig_image_tree(struct ig_tree *tree, struct ig_spool *spool,
		  struct ig_store *store, const struct ig_image *image,
		  const struct ig_layers_opts *opts, struct ig_err *err);

/** ig_tar_tree() - a tar that is a file of another image (kernel.tar): as
 * ig_layer_apply(), but ".wh." names mean nothing. */
int ig_tar_tree(struct ig_tree *tree, struct ig_spool *spool,
		struct ig_source *tar, const char *who, bool hash,
		struct ig_err *err);

/* ---- LinuxKit's dressing of an image ---- */

/**
 * ig_tree_dress() - drop .dockerenv, Dockerfile, dev/console, dev/pts,
 * dev/shm, etc/hostname; replace etc/hosts and etc/resolv.conf; make the
 * mount points and etc/mtab (linuxkit-compat "touch" list). @init: resolv.conf
 * is a symbolic link to /run/resolvconf/resolv.conf (init images, volumes).
 */
int ig_tree_dress(struct ig_tree *tree, bool init, struct ig_err *err);

/* ---- containers ---- */

enum ig_section {
	IG_ONBOOT,
	IG_ONSHUTDOWN,
	IG_SERVICES,
	IG_SECTION_COUNT
};
extern const char *const ig_section_names[IG_SECTION_COUNT];

/** ig_id_number() - numbers for names of image entries, from 100, counting
 * onboot, onshutdown, services in the order of the spec. */
int ig_id_number(int64_t *out, const struct ig_spec *spec,
		 const struct ig_id *id, struct ig_err *err);

struct ig_bundle {
	enum ig_section section;
	size_t index;
	const struct ig_entry *entry; /* YAML */
	const struct ig_entry *label; /* NULL: none */
	const struct ig_image_config *config;
	const char *ref; /* expanded reference */
	char *path;	 /* "containers/onboot/000-name" */
	bool readonly;
	bool safe; /* the guest is ours: what is not said is the safe way */
	/* the bundle whose folder holds the image; itself when first */
	const struct ig_bundle *owner;
};

/** ig_bundle_root() - where the image's content of @bundle lies: owner's
 * "…/lower", or "…/rootfs" when the owner is read-only. malloc()ed. */
char *ig_bundle_root(const struct ig_bundle *bundle, struct ig_err *err);

/** ig_bundle_config() - config.json: YAML over label over image config
 * (precedence of linuxkit-compat §1.4–1.12). */
int ig_bundle_config(struct ig_buf *out, const struct ig_spec *spec,
		     const struct ig_bundle *bundle, struct ig_err *err);
/** ig_bundle_runtime() - runtime.json (§1.10, §2.6, A.3). */
int ig_bundle_runtime(struct ig_buf *out, const struct ig_bundle *bundle,
		      struct ig_err *err);
/** ig_logs_json() - logs.json, what the guest reads of the section `logs`. */
int ig_logs_json(struct ig_buf *out, const struct ig_logs *logs,
		 struct ig_err *err);

/** ig_bundle_service() - ingot.json, what PID 1 is to do with the bundle
 * (docs/internals/init.md); nothing when no key asks for it. */
int ig_bundle_service(struct ig_buf *out, const struct ig_bundle *bundle,
		      struct ig_err *err);
/** ig_network_json() - network.json, the section network: as the guest reads it
 * (docs/internals/network.md). */
int ig_network_json(struct ig_buf *out, const struct ig_network *net,
		    struct ig_err *err);
/** ig_bundle_tree() - the JSON files and the folders of @bundle
 * (not the image's content) into @tree. */
int ig_bundle_tree(struct ig_tree *tree, const struct ig_spec *spec,
		   const struct ig_bundle *bundle, struct ig_err *err);

/** ig_machine_json() - machine.json, what our PID 1 does for the machine
 * (docs/internals/init.md); nothing when no key asks for it. */
int ig_machine_json(struct ig_buf *out, const struct ig_spec *spec,
		    struct ig_err *err);

/* ---- files: ---- */

/**
 * ig_files_tree() - the spec's `files:` into @tree: parents with derived
 * modes, sources read from the current folder (or @dir, when not NULL). File
 * data of sources goes to @spool. @spec is for names in uid and gid and for
 * metadata; NULL (a recipe): both are refused.
 */
int ig_files_tree(struct ig_tree *tree, struct ig_spool *spool,
		  const struct ig_spec *spec, const struct ig_file *files,
		  size_t n, const char *dir, struct ig_err *err);

#endif
