/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_KMOD_H
#define IG_KMOD_H

#include <stddef.h>

struct ig_err;
struct ig_tree;
struct ig_buf;
struct ig_spool;

/*
 * Kernel modules: which of lib/modules/VERSION/ an appliance takes along.
 * Works on the text files that depmod(8) writes: modules.dep,
 * modules.softdep, modules.alias, modules.builtin.
 */

/**
 * ig_modules_select() - keep of the modules in @tree (the content of a
 * kernel.tar: [usr/]lib/modules/VERSION/…) those that @want names, and what
 * these need: dependencies and soft dependencies (by module name or alias),
 * to the end of the chain. Everything else below kernel/ (and updates/, extra/)
 * goes; modules.dep, .softdep, .alias, .symbols, .devname and .order are
 * written anew for what stays (text in the tree's arena). Other files of @tree
 * stay, but for the binary forms of those lists, which modprobe(8) would
 * believe first.
 * @want: "virtio_net" (dashes are underscores), "class:NAME", or a glob below
 * kernel/ ("drivers/net/ethernet/intel/" with two stars). A name that is built
 * in is fine. IG_ESPEC for what does not exist, with the nearest name; @n == 0:
 * no modules.
 */
int ig_modules_select(struct ig_tree *tree, const struct ig_spool *spool,
		      const char *const *want, size_t n, struct ig_err *err);

/** ig_modules_load() - the names among @want that are plain module names (no
 * class, no glob), one a line: /etc/modules-load.d/. */
int ig_modules_load(struct ig_buf *out, const char *const *want, size_t n,
		    struct ig_err *err);

/** ig_modules_names() - what the modules of @tree are called, one a line: "m
 * virtio_net" for a module, "b ext4" for what is built in; no dashes. Nothing
 * when there is no lib/modules, or no modules.dep in it. */
int ig_modules_names(struct ig_buf *out, struct ig_tree *tree,
		     struct ig_err *err);

/** ig_module_classes() - the known classes, NULL-ended name and description
 * pairs: for messages and help. */
const char *const *ig_module_classes(void);

#endif
