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

#endif
