/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_PKG_H
#define IG_PKG_H

#include <stdbool.h>
#include <stddef.h>

struct ig_buf;
struct ig_err;
struct ig_store;

/*
 * Packages: a folder with a recipe build.yml becomes an OCI image in the
 * store, named docker.io/ORG/IMAGE:TAG. TAG is the recipe's, or a hash of the
 * recipe and all that it reads (files, sources, the digest of a base image,
 * the compiler's version line), so an unchanged package has an unchanged name.
 * Nothing of the target architecture is executed; no root is needed.
 */
struct ig_pkg_opts {
	const char *arch;   /* GOARCH name */
	const char *org;    /* in place of the recipe's, or NULL */
	const char *mirror; /* Debian mirror; NULL: the host's apt sources
			     * when they are Debian's, else
			     * http://deb.debian.org/debian */
	bool force;	    /* build even when it is there */
	bool offline;	    /* start nothing that opens a socket */
};

/** ig_pkg_ref() - the reference that the package in @dir has now; malloc()ed.
 * Runs nothing but the compiler's --version. */
char *ig_pkg_ref(struct ig_store *store, const char *dir,
		 const struct ig_pkg_opts *opts, struct ig_err *err);

/** ig_pkg_build() - make it unless the store has it for @opts->arch. @ref:
 * malloc()ed; @built (may be NULL): whether anything was done. An index of
 * all architectures built so far has the name. */
int ig_pkg_build(char **ref, bool *built, struct ig_store *store,
		 const char *dir, const struct ig_pkg_opts *opts,
		 struct ig_err *err);

/** ig_pkg_config() - the kernel configuration that the package in @dir gives,
 * as text for the recipe's `resolved` file. IG_ESPEC when it compiles none. */
int ig_pkg_config(struct ig_buf *out, struct ig_store *store, const char *dir,
		  const struct ig_pkg_opts *opts, struct ig_err *err);

#endif
