/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SETUP_JSON_H
#define INIT_SETUP_JSON_H

#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>

/** Longest machine.json taken. */
#define SETUP_MAX (256 * 1024)

struct setup_sysctl {
	char *name; /* as sysctl(8) takes it */
	char *value;
};

struct setup_mount {
	char *source; /* a path, a tag, or "label=" and the like */
	char *target;
	char *type; /* NULL: look at the device, or bind */
	struct strings options;
	bool required;
};

/** A volume on a disk of the machine. */
struct setup_disk {
	char *label;  /* of the partition (GPT), else of the file system */
	char *format; /* of an empty disk; NULL: none is taken */
	bool grow;
	struct setup_mount mount; /* target NULL: it is not mounted */
};

/** What /etc/ingot/machine.json says. */
struct setup {
	char *hostname; /* NULL: as ever */
	char *seed;	/* path; NULL: none */
	struct setup_sysctl *sysctl;
	size_t n_sysctl;
	struct setup_disk *disks;
	size_t n_disks;
	struct setup_mount *mounts;
	size_t n_mounts;
};

/**
 * setup_parse() - read machine.json, strictly.
 * @out: receives the parts; empty on failure. Free with setup_free().
 * @text: borrowed, @len bytes. Keys not known are checked and passed over.
 * @msg: on failure, what is wrong and at which line, cut to @cap bytes.
 * Returns 0 or -1. Limits: SETUP_MAX bytes, 32 levels, 4096 list entries.
 */
int setup_parse(struct setup *out, const char *text, size_t len, char *msg,
		size_t cap);

/** setup_free() - free the parts; the empty value is fine. */
void setup_free(struct setup *m);

#endif
