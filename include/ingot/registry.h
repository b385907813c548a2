/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_REGISTRY_H
#define IG_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_ref;
struct ig_rope;
struct ig_store;
struct ig_descriptor;
struct ig_digest;

/*
 * The OCI distribution API over libcurl. The registry is hostile: every body
 * has a limit, every digest and size is checked while it streams, redirects
 * go to http(s) only and never take credentials along.
 * Authentication, mirrors and resumed transfers have their place in struct
 * ig_registry_opts and in request.c; they are not there yet.
 */
struct ig_registry_opts {
	const char *const *insecure; /* hosts to be asked over http, NULL-ended;
				      * loopback and "localhost" always are */
	const char *ca_file;	     /* PEM, or NULL: the system's */
	unsigned parallel;	     /* layers at once; 0: 4 */
};
struct ig_registry;

struct ig_registry *ig_registry_new(const struct ig_registry_opts *opts,
				    struct ig_err *err);
void ig_registry_free(struct ig_registry *registry); /* accepts NULL */
void ig_registry_freep(struct ig_registry **registry);

/**
 * ig_registry_resolve() - what @ref points to now: fetches the manifest or
 * index (and, of an index, the manifest for @arch) into @store.
 * @out: descriptor of the top document.
 */
int ig_registry_resolve(struct ig_registry *registry, struct ig_store *store,
			const struct ig_ref *ref, const char *arch,
			struct ig_descriptor *out, struct ig_err *err);

/**
 * ig_registry_pull() - ig_registry_resolve(), then the config and layers for
 * @arch that @store does not have, in parallel; then @store gets the name.
 * A failure leaves no blob that is not whole and no name.
 */
int ig_registry_pull(struct ig_registry *registry, struct ig_store *store,
		     const struct ig_ref *ref, const char *arch,
		     struct ig_descriptor *out, struct ig_err *err);

/* ---- push ---- */

struct ig_push_blob {
	const struct ig_digest *digest; /* of @data, which is not hashed */
	const struct ig_rope *data;
};
/* A manifest and what it names; all borrowed. */
struct ig_push {
	struct ig_push_blob manifest;
	const char *media_type; /* of the manifest */
	size_t n;
	const struct ig_push_blob *blobs; /* config and layers */
};
struct ig_pushed {
	size_t uploaded, there; /* blobs; "there" were not sent */
	uint64_t bytes;		/* sent, without the manifest */
};

/**
 * ig_registry_push() - the blobs that the registry does not have, in parallel,
 * then the manifest under the tag of @ref ("latest" without one). Blobs are
 * read from their ropes as they are sent.
 * A digest that the registry reports must be the blob's: IG_EDIGEST. Uploads
 * go to the registry itself: one that points to another host is refused.
 * After a failure the registry may have blobs that nothing names; the tag is
 * what it was, unless it is the digest of the manifest that is wrong.
 */
int ig_registry_push(struct ig_registry *registry, const struct ig_ref *ref,
		     const struct ig_push *push, struct ig_pushed *out,
		     struct ig_err *err);

#endif
