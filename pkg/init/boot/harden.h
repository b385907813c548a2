/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_HARDEN_H
#define INIT_HARDEN_H

#include <stdbool.h>
#include <stddef.h>

/** A setting of /proc/sys that the machine starts with. */
struct hardening {
	const char *key; /* "kernel.kptr_restrict" */
	const char *value;
};
extern const struct hardening hardenings[];
extern const size_t hardenings_n;

/**
 * harden_is_set() - whether a file of /etc/sysctl.d sets @key.
 * @text: borrowed, ends in NUL. Keys are told apart as the package sysctl does:
 * "a.b" and "a/b" are the same, a '-' before one means nothing here.
 */
bool harden_is_set(const char *text, const char *key);

/** harden_is_asked() - whether a command line has "sysctl.KEY=…", which the
 * kernel has done already. */
bool harden_is_asked(const char *cmdline, const char *key);

/** harden_apply() - all of them, but those that /etc/sysctl.d or the command
 * line sets; these are said. What the kernel does not have is passed over. */
void harden_apply(void);

#endif
