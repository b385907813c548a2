/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_MOUNTOPT_H
#define INIT_MOUNTOPT_H

#include <stdbool.h>
#include <stddef.h>

/** Length of mount(2)'s data: one page with its NUL. */
#define MOUNTOPT_DATA 4096

/** Mount options as mount(2) wants them. */
struct mountopt {
	unsigned long flags;	   /* all but propagation */
	unsigned long propagation; /* MS_PRIVATE and the like, with MS_REC */
	bool loop;		   /* source is a file for a loop device */
	char data[MOUNTOPT_DATA];  /* words not known, comma joined */
};

/**
 * mountopt_parse() - translate option words by LinuxKit's table.
 * @words: @n borrowed strings. Added to the table: "rshared", "rprivate",
 * "rslave", "runbindable" and "loop"; "defaults" means nothing.
 * Returns 0, or -1 when the data does not fit; @out is then unspecified.
 */
int mountopt_parse(struct mountopt *out, char *const *words, size_t n);

/**
 * mountopt_dir() - the value of upperdir= or workdir=.
 * Returns a pointer into @word, or NULL when it is another option.
 */
const char *mountopt_dir(const char *word);

#endif
