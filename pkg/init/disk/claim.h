/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CLAIM_H
#define INIT_CLAIM_H

#include "disk/gptedit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * An empty disk is claimed before anything else is written to it, and the
 * claim taken away when the file system is there. So what a power cut left
 * half done is told from what holds data, and done again.
 */
#define CLAIM_AT    (512u << 10) /* in the first mebibyte, behind the tables */
#define CLAIM_SIZE  512u
#define CLAIM_LABEL 36u
#define CLAIM_LEAST (32ull << 20) /* a smaller disk is not taken */

struct claim {
	char label[CLAIM_LABEL];
	uint8_t guids[GPTEDIT_GUIDS];
	uint64_t sectors; /* that the disk had */
};

/** What is known of a disk. */
struct claim_disk {
	struct gptedit_disk disk;
	bool removable;
	bool readonly;
	bool busy;	     /* in use, or the kernel sees partitions */
	const uint8_t *head; /* its first mebibyte; NULL: cannot be read */
	const uint8_t *next; /* the one behind, where a partition begins */
	const uint8_t *tail; /* its last one */
};

enum claim_answer {
	CLAIM_EMPTY,	  /* nothing is on it: it may be taken */
	CLAIM_UNFINISHED, /* taken for the label, and not formatted yet */
	CLAIM_REFUSED
};

/**
 * claim_judge() - may the disk be written for @label? Pure.
 * @out: receives the claim that is on an unfinished one.
 * @why: receives the reason of a refusal, static text.
 */
enum claim_answer claim_judge(struct claim *out, const char **why,
			      const struct claim_disk *disk, const char *label);

/** claim_write() - the sector that says so. */
void claim_write(uint8_t sector[CLAIM_SIZE], const struct claim *claim);

/** claim_read() - false when @sector is none. */
bool claim_read(struct claim *out, const uint8_t sector[CLAIM_SIZE]);

#endif
