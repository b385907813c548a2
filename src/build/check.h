/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_CHECK_H
#define IG_BUILD_CHECK_H

#include <stdint.h>

struct ig_buf;
struct ig_compose;
struct ig_err;
struct ig_kernel_facts;
struct ig_store;

/* What check.c asks of the list of a part and of a kernel's first bytes. */

/** ig_check_boot() - refuse what cannot boot, when a format of @c boots.
 * IG_ESPEC; the message says where in the spec and what to do instead. */
int ig_check_boot(struct ig_compose *c, struct ig_err *err);

/** ig_check_kernel() - refuse a kernel for another architecture, or one that
 * lacks what a format of @c needs, as far as its image tells. */
int ig_check_kernel(struct ig_compose *c, struct ig_err *err);

/** ig_check_list() - the list of the part @key, a line end before it. */
int ig_check_list(struct ig_buf *out, struct ig_store *store, const char *key,
		  struct ig_err *err);

enum ig_found {
	IG_FOUND_NONE,
	IG_FOUND_FILE,
	IG_FOUND_DIR,
	IG_FOUND_UNSURE /* names that a list cannot show plainly */
};
#define IG_CHECK_PATH 8192

/** ig_check_find() - what @path names in the image at @prefix of @list (as
 * ig_check_list() gives it), its links followed inside the image. @at
 * receives where it is or where the search ended, "/…" from the image's root;
 * IG_CHECK_PATH bytes. */
enum ig_found ig_check_find(char *at, const struct ig_buf *list,
			    const char *prefix, const char *path);

/** ig_check_unpacked() - bytes that the files of @list take in memory: whole
 * pages, hard links once. */
uint64_t ig_check_unpacked(const struct ig_buf *list);

/** ig_check_load() - refuse what the firmware and loaders of @format cannot
 * load: GRUB puts an initrd below 2 GiB (Linux:
 * Documentation/arch/x86/boot.rst, initrd_addr_max), and not every UEFI reads a
 * larger program. IG_ELIMIT. */
int ig_check_load(const char *format, uint64_t kernel, uint64_t initrd,
		  struct ig_err *err);

#define IG_CHECK_HEAD 4096
/** ig_check_kernel_arch() - for which architecture a kernel is, by its first
 * IG_CHECK_HEAD bytes: "amd64", "arm64", …; "" for one that does not say it,
 * NULL for what is no kernel. */
const char *ig_check_kernel_arch(const unsigned char head[IG_CHECK_HEAD]);

#endif
