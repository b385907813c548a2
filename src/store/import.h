/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_STORE_IMPORT_H
#define IG_STORE_IMPORT_H

#include <pthread.h>
#include <stdbool.h>

#include <ingot/buf.h>

#include "inside.h"

/* A member of a tar that is not in blobs/: what `docker save` refers to. */
struct ig_member {
	char *path;
	char *target; /* of a link, as a path in the tar; else NULL */
	struct ig_digest digest;
	uint64_t size;
};

struct ig_import {
	struct ig_store *store;
	const char *source; /* for messages */
	const char *name;   /* for an image without one; expanded, or NULL */

	pthread_mutex_t lock;
	struct ig_digest *fresh; /* blobs that the store did not have */
	size_t fresh_n, fresh_cap;

	struct ig_buf version, index, docker; /* the files of these names */
	bool has_version, has_index, has_docker;
	struct ig_member *members;
	size_t members_n, members_cap;

	struct ig_naming *names;
	size_t names_n, names_cap;
};

/** ig_import_fresh() - remember a blob to be taken back on failure. */
int ig_import_fresh(struct ig_import *im, const struct ig_digest *digest,
		    struct ig_err *err);
/** ig_import_call() - @desc shall get @name, which becomes the import's. */
int ig_import_call(struct ig_import *im, char *name,
		   const struct ig_descriptor *desc, struct ig_err *err);
/** ig_import_commit() - commit @put and remember it when new. */
int ig_import_commit(struct ig_import *im, struct ig_put *put,
		     struct ig_digest *digest, uint64_t *size,
		     struct ig_err *err);
/** ig_import_grow() - room for one more element of @size in the array *@v. */
int ig_import_grow(void *v, size_t n, size_t *cap, size_t size,
		   struct ig_err *err);

/** The three sources: they put blobs; names come after. */
int ig_import_layout(struct ig_import *im, int dirfd, struct ig_err *err);
int ig_import_tar(struct ig_import *im, struct ig_source *src,
		  struct ig_err *err);
/** ig_import_names() - who gets which name, by the layout's index.json. */
int ig_import_names(struct ig_import *im, struct ig_err *err);
/** ig_import_docker() - make manifests of a `docker save`, and names. */
int ig_import_docker(struct ig_import *im, struct ig_err *err);

#endif
