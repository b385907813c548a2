/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CMDLINE_H
#define INIT_CMDLINE_H

#include <stddef.h>

#define CMDLINE_CONSOLES 8
#define CMDLINE_NAME	 32
#define CMDLINE_SIZE	 4096 /* no kernel takes more */

/** Console names without "/dev/", in order, each once. */
struct consoles {
	size_t n;
	char name[CMDLINE_CONSOLES][CMDLINE_NAME];
};

/**
 * consoles_add() - add one console by name.
 * @name: borrowed, @len bytes; "ttyS0,115200n8" counts as "ttyS0".
 * Names that are empty, too long, no plain file name, or already there, and
 * every name past CMDLINE_CONSOLES, are ignored.
 */
void consoles_add(struct consoles *c, const char *name, size_t len);

/**
 * cmdline_consoles() - add every console= of a kernel command line.
 * @text: borrowed, ends in NUL. Words after "--" belong to init.
 */
void cmdline_consoles(struct consoles *c, const char *text);

/** consoles_active() - add the words of /sys/class/tty/console/active. */
void consoles_active(struct consoles *c, const char *text);

/**
 * cmdline_params() - collect the options of one kernel module.
 * @text: the command line, borrowed. Words "module.key=value" become
 * "key=value"; '-' and '_' in the module's name are the same.
 * @out: receives them with blanks between; @cap >= 1 bytes, always ended.
 * Returns 0, or -1 when they do not fit (@out is then empty).
 */
int cmdline_params(const char *text, const char *module, char *out, size_t cap);

/** Takes one word; @value is NULL when it has no '='. NULL, or a reason. */
typedef const char *cmdline_arg_fn(void *ctx, const char *key,
				   const char *value);

/**
 * cmdline_args() - hand out the words before "--", without their quotes.
 * @text: the command line, borrowed. Stops at the first reason that @fn gives.
 * Returns that, or NULL.
 */
const char *cmdline_args(const char *text, cmdline_arg_fn *fn, void *ctx);

#endif
