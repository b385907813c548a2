/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_KERNEL_FACTS_H
#define IG_BUILD_KERNEL_FACTS_H

#include <ingot/buf.h>

struct ig_err;
struct ig_plan;
struct ig_store;

/*
 * What a kernel can do, by the configuration in its image (/kernel-config)
 * or, in images without one as LinuxKit's, by the names of its modules and of
 * what is built in.
 */
struct ig_kernel_facts {
	struct ig_buf config;  /* a line end, then the file; may be empty */
	struct ig_buf modules; /* the same of ig_modules_names() */
};
#define IG_KERNEL_FACTS_INIT                                                   \
	{                                                                      \
		IG_BUF_INIT(4u << 20), IG_BUF_INIT(4u << 20)                   \
	}

/** ig_kernel_facts() - of the plan's kernel, which was made. */
int ig_kernel_facts(struct ig_kernel_facts *out, const struct ig_plan *plan,
		    struct ig_store *store, struct ig_err *err);
void ig_kernel_facts_done(struct ig_kernel_facts *facts);

enum ig_kernel_has {
	IG_KERNEL_UNKNOWN, /* the image does not tell */
	IG_KERNEL_LACKS,
	IG_KERNEL_MODULE,
	IG_KERNEL_BUILTIN
};

/** ig_kernel_has() - @option is "SQUASHFS", @module what it is called when it
 * is no part of the kernel ("squashfs"), or NULL for what cannot be one. */
enum ig_kernel_has ig_kernel_has(const struct ig_kernel_facts *facts,
				 const char *option, const char *module);

#endif
