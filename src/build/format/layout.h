/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_LAYOUT_H
#define IG_BUILD_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include <ingot/oci.h>

struct ig_compose;
struct ig_err;
struct ig_rope;

/* An OCI image layout (image-layout.md) in a tar, as a rope. */
struct ig_layout_blob {
	struct ig_digest digest;
	struct ig_rope *data; /* goes into the layout, and outlives it */
};
struct ig_layout {
	size_t n;
	const struct ig_layout_blob *blobs; /* one that comes again is left
					     * out */
	size_t manifest;		    /* which of them */
	const char *index;		    /* index.json */
	const char *docker; /* manifest.json for `docker load`; NULL: none */
};

/** ig_rope_digest() - hash all of @rope. */
int ig_rope_digest(struct ig_digest *out, const struct ig_rope *rope,
		   struct ig_err *err);
/** ig_layout_text() - a blob from memory. Free with ig_layout_blob_done(). */
int ig_layout_text(struct ig_layout_blob *blob, const void *data, size_t len,
		   struct ig_err *err);
void ig_layout_blob_done(struct ig_layout_blob *blob);
/** ig_layout_output() - all of it as the output with @suffix. */
int ig_layout_output(struct ig_compose *c, const char *suffix,
		     const struct ig_layout *layout, struct ig_err *err);

#endif
