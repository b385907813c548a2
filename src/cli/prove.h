/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_PROVE_H
#define IG_CLI_PROVE_H

#include <stdbool.h>
#include <stdint.h>

struct ig_err;
struct ig_output_opts;
struct ig_outputs;
struct ig_plan;
struct ig_store;

/* A build that is done and how it was done; all borrowed. */
struct cli_proof {
	const struct ig_plan *plan;
	struct ig_store *store;
	unsigned want;
	const struct ig_output_opts *output;
	const struct ig_outputs *first;
};

/** cli_prove() - build again below the cache, every part anew, on one thread
 * where there were many, and compare with the files of the first build. Fails
 * with IG_EFORMAT and the place of the first difference. */
int cli_prove(const struct cli_proof *proof, struct ig_err *err);

/** cli_same_bytes() - compare two files. @at: the first byte that differs, or
 * the shorter one's end. Needs the same little memory for every size. */
int cli_same_bytes(bool *same, uint64_t *at, int a, int b, struct ig_err *err);

/** cli_tar_entry() - "in the entry 'NAME'" for the byte @at of the tar @fd,
 * "" when it is no plain tar; malloc()ed. */
char *cli_tar_entry(int fd, uint64_t at, struct ig_err *err);

#endif
