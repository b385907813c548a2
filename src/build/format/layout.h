/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_LAYOUT_H
#define IG_BUILD_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include <ingot/oci.h>

struct ig_err;
struct ig_rope;

/* An OCI image layout (image-layout.md) in a tar, as a rope. */
struct ig_layout_blob {
	struct ig_digest digest;
	struct ig_rope *data; /* goes into the layout, and outlives it */
};

/** ig_rope_digest() - hash all of @rope. */
int ig_rope_digest(struct ig_digest *out, const struct ig_rope *rope,
		   struct ig_err *err);
/** ig_layout_text() - a blob from memory. Free with ig_layout_blob_done(). */
int ig_layout_text(struct ig_layout_blob *blob, const void *data, size_t len,
		   struct ig_err *err);
void ig_layout_blob_done(struct ig_layout_blob *blob);
/** ig_layout_tar() - append the whole tar to @out. @index is index.json,
 * @docker is manifest.json for `docker load` (NULL: none). A blob that comes
 * again is left out. */
int ig_layout_tar(struct ig_rope *out, const struct ig_layout_blob *blobs,
		  size_t n, const char *index, const char *docker,
		  struct ig_err *err);

#endif
