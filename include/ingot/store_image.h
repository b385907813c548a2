/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_STORE_IMAGE_H
#define IG_STORE_IMAGE_H

#include <stdbool.h>

#include <ingot/oci.h>

struct ig_err;
struct ig_store;

/*
 * One image of one platform in the store: name → index → manifest → config.
 */
struct ig_image {
	char *name;		   /* expanded reference */
	struct ig_digest manifest; /* what the platform's manifest hashes to */
	struct ig_manifest doc;
	struct ig_image_config config;
};

/** ig_image_load() - read and check the documents of @name for @arch.
 * IG_ENOENT when the name, the platform or a document is missing; the message
 * says which. A single manifest whose config is for another architecture is
 * refused. Nested indexes are followed three deep. The number of layers must
 * equal the number of diff ids. */
int ig_image_load(struct ig_image *out, struct ig_store *store,
		  const char *name, const char *arch, struct ig_err *err);
/** ig_image_load_desc() - the same from a descriptor. */
int ig_image_load_desc(struct ig_image *out, struct ig_store *store,
		       const char *name, const struct ig_descriptor *desc,
		       const char *arch, struct ig_err *err);
/** ig_image_complete() - whether all its layers are in the store. */
bool ig_image_complete(const struct ig_image *image, struct ig_store *store);
void ig_image_done(struct ig_image *image);

#endif
