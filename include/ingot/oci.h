/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_OCI_H
#define IG_OCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_buf;

/*
 * OCI documents: bytes to structs and back, no I/O.
 * OCI image-spec 1.1 (descriptor.md, manifest.md, image-index.md, config.md)
 * and Docker's schema 2 media types.
 */

/* ---- digests ---- */

#define IG_DIGEST_MAX 72 /* "sha256:" + 64 + NUL */

/** A checked "sha256:<64 lower-case hex digits>". Nothing else may build a
 * path or an URL from a digest. */
struct ig_digest {
	char text[IG_DIGEST_MAX];
};

/** ig_digest_parse() - IG_EFORMAT for anything but sha256 in lower case. */
int ig_digest_parse(struct ig_digest *out, const char *text, size_t len,
		    struct ig_err *err);
const char *ig_digest_hex(const struct ig_digest *digest); /* the 64 digits */
void ig_digest_from_hex(struct ig_digest *out, const char hex[65]);
bool ig_digest_equal(const struct ig_digest *a, const struct ig_digest *b);

/* ---- references ---- */

/**
 * An image reference, expanded as LinuxKit does ("nginx" →
 * "docker.io/library/nginx"). At most 512 bytes.
 */
struct ig_ref {
	char *host; /* "docker.io", "localhost:5000", "[::1]:5000" */
	char *path; /* "library/nginx" */
	char *tag;  /* NULL when there is none */
	bool has_digest;
	struct ig_digest digest;
	char *text; /* printed, expanded: the name in stores and messages */
};

/**
 * ig_ref_parse() - split, check and expand @text.
 * Zeroed on failure; free with ig_ref_done(). Fails with IG_EFORMAT.
 */
int ig_ref_parse(struct ig_ref *out, const char *text, size_t len,
		 struct ig_err *err);
void ig_ref_done(struct ig_ref *ref); /* accepts the empty value */
/** ig_ref_expand() - just the printed form, malloc()ed. */
char *ig_ref_expand(const char *text, struct ig_err *err);

/* ---- documents ---- */

#define IG_MEDIA_INDEX	  "application/vnd.oci.image.index.v1+json"
#define IG_MEDIA_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define IG_MEDIA_CONFIG	  "application/vnd.oci.image.config.v1+json"
#define IG_MEDIA_LAYER	  "application/vnd.oci.image.layer.v1.tar"
#define IG_MEDIA_DOCKER_LIST                                                   \
	"application/vnd.docker.distribution.manifest.list.v2+json"
#define IG_MEDIA_DOCKER_MANIFEST                                               \
	"application/vnd.docker.distribution.manifest.v2+json"

#define IG_DOC_MAX (4u << 20) /* bytes of a manifest, index or config */

struct ig_platform {
	char *os;
	char *arch;
	char *variant; /* NULL when absent */
};

struct ig_descriptor {
	char *media_type;
	struct ig_digest digest;
	uint64_t size;
	bool has_platform;
	struct ig_platform platform;
	char *ref_name; /* annotation org.opencontainers.image.ref.name, or
			 * io.containerd.image.name; NULL */
};
void ig_descriptor_done(struct ig_descriptor *desc);
int ig_descriptor_copy(struct ig_descriptor *out,
		       const struct ig_descriptor *in, struct ig_err *err);

/** ig_media_is_index(), ig_media_is_manifest() - OCI or Docker schema 2. */
bool ig_media_is_index(const char *media_type);
bool ig_media_is_manifest(const char *media_type);

/** ig_media_of_doc() - the `mediaType` that a document says of itself, or,
 * when it says none, what it looks like: IG_MEDIA_INDEX with `manifests`, else
 * IG_MEDIA_MANIFEST. *@own (may be NULL): whether it said it. malloc()ed. */
char *ig_media_of_doc(const void *json, size_t len, bool *own,
		      struct ig_err *err);

struct ig_index {
	size_t n;
	struct ig_descriptor *v; /* unknown media types are kept */
};
/** ig_index_parse() - an image index, manifest list, or a layout's
 * index.json. A document with `config` or `layers` is refused. */
int ig_index_parse(struct ig_index *out, const void *json, size_t len,
		   struct ig_err *err);
void ig_index_done(struct ig_index *index);
/** ig_index_pick() - the first linux entry for @arch (GOARCH name). An entry
 * without platform matches nothing, but when nothing matches, the first index
 * without platform is given: the image may be in there. NULL with an IG_ENOENT
 * that lists the platforms there are. Borrowed from @index. */
const struct ig_descriptor *ig_index_pick(const struct ig_index *index,
					  const char *arch, struct ig_err *err);

struct ig_manifest {
	struct ig_descriptor config;
	size_t layers_n;
	struct ig_descriptor *layers;
};
int ig_manifest_parse(struct ig_manifest *out, const void *json, size_t len,
		      struct ig_err *err);
void ig_manifest_done(struct ig_manifest *manifest);

/* Docker's manifest.json in a `docker save` tar: one element. */
struct ig_docker_save {
	char *config; /* path in the tar */
	size_t tags_n;
	char **tags; /* RepoTags */
	size_t layers_n;
	char **layers; /* paths in the tar */
};
int ig_docker_save_parse(struct ig_docker_save **out, size_t *n,
			 const void *json, size_t len, struct ig_err *err);
void ig_docker_save_free(struct ig_docker_save *v, size_t n);

/* What ingot uses of an image configuration. */
struct ig_image_config {
	char *arch;
	char *os;
	size_t entrypoint_n, cmd_n, env_n, diff_ids_n, labels_n;
	char **entrypoint, **cmd, **env;
	char *workdir;		    /* NULL */
	char *user;		    /* NULL */
	struct ig_digest *diff_ids; /* of the uncompressed layers */
	struct ig_label {
		char *key, *value;
	} * labels;
};
int ig_image_config_parse(struct ig_image_config *out, const void *json,
			  size_t len, struct ig_err *err);
void ig_image_config_done(struct ig_image_config *config);
const char *ig_image_label(const struct ig_image_config *config,
			   const char *key); /* NULL when absent */

/* Writers: canonical (keys in the specification's order, no spaces). */
int ig_index_write(struct ig_buf *out, const struct ig_index *index,
		   struct ig_err *err);
int ig_manifest_write(struct ig_buf *out, const struct ig_manifest *manifest,
		      struct ig_err *err);
int ig_image_config_write(struct ig_buf *out,
			  const struct ig_image_config *config,
			  struct ig_err *err);

/** ig_error_doc_text() - the first error of a registry's answer
 * (distribution-spec, "Error Codes") as "CODE: message", printable ASCII only,
 * at most 200 bytes, malloc()ed. NULL when @json is no such document. */
char *ig_error_doc_text(const void *json, size_t len, struct ig_err *err);

/* ---- runtime ---- */

/** ig_json_string() - @text as a JSON string literal the way Go writes it:
 * <, >, & and U+2028/9 escaped, invalid UTF-8 as U+FFFD. */
int ig_json_string(struct ig_buf *out, const char *text, struct ig_err *err);

/** ig_host_arch() - GOARCH name of this machine: "amd64", "arm64", … */
const char *ig_host_arch(void);
/** ig_arch_known() - whether @arch is a GOARCH name of Linux. */
bool ig_arch_known(const char *arch);

#endif
