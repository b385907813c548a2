/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_LOGS_H
#define IG_SPEC_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include <ingot/spec_base.h>

/*
 * The section `logs`: where the guest's own init has lines go.
 */

/* Files of a disk. */
struct ig_logs_disk {
	bool set;
	const char *path; /* a folder */
	const char *size; /* of a file, as written: "10M"; NULL: the default */
	uint64_t bytes;	  /* the same, or the default */
	struct ig_opt_int files; /* of a name */
};

/* A server for syslog over TCP. */
struct ig_logs_syslog {
	bool set;
	const char *address; /* "192.0.2.5:514", "[2001:db8::1]:514" */
};

struct ig_logs {
	bool set;
	struct ig_pos pos;
	const char *memory;    /* as written: "256K"; NULL: the default */
	uint64_t memory_bytes; /* the same; 0: the default */
	const char *console;   /* "all", "errors", "none" or NULL */
	struct ig_logs_disk disk;
	struct ig_logs_syslog syslog;
};

#endif
