/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_KMSG_H
#define INIT_KMSG_H

#include <stddef.h>
#include <stdint.h>

/** One record of /dev/kmsg; @text points into what was parsed. */
struct kmsg {
	int level;  /* 0 to 7 */
	int64_t us; /* since power-on */
	const char *text;
	size_t len;
};

/**
 * kmsg_parse() - take "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,…];TEXT\n…"
 * apart (Linux: Documentation/ABI/testing/dev-kmsg).
 * @text: borrowed, @len bytes. Lines after the first, which describe the
 * device, are left out. Returns 0, or -1 for what is no such record.
 */
int kmsg_parse(struct kmsg *out, const char *text, size_t len);

/** kmsg_listen() - keep the kernel's messages in the log book, as they come.
 * Without /dev/kmsg nothing is done. */
void kmsg_listen(void);

#endif
