/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_REGISTRY_H
#define IG_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

struct ig_err;
struct ig_ref;
struct ig_store;
struct ig_descriptor;

/*
 * The OCI distribution API (pull side) over libcurl. The registry is hostile:
 * every body has a limit, every digest and size is checked while it streams,
 * redirects go to http(s) only and never take credentials along.
 * Authentication, mirrors, resumed downloads and push have their place in
 * struct ig_registry_opts and in request.c; they are not there yet.
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

#endif
