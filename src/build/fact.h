/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_FACT_H
#define IG_BUILD_FACT_H

#include <stdbool.h>

#include <ingot/disk.h>
#include <ingot/oci.h>

struct ig_store;

/* What is hashed of long ropes, and remembered in the store. */

enum ig_fact_kind {
	IG_FACT_SHA256,
	IG_FACT_PE,	   /* ig_pe_digest() */
	IG_FACT_PE_LOADED, /* ig_pe_hash_loaded() */
};

struct ig_fact {
	enum ig_fact_kind kind;
	const struct ig_rope *rope;
	bool known;		   /* out */
	struct ig_pe_digest value; /* out; the sums with IG_FACT_PE alone */
};

/** ig_facts_find() - find out @facts[0 … @n - 1], on many threads. What was
 * found out before of the same part files is not hashed again. A rope that has
 * no IG_FACT_PE_LOADED is not an error: it is not known then. */
int ig_facts_find(struct ig_store *store, struct ig_fact *facts, size_t n,
		  struct ig_err *err);
/** ig_fact_digest() - an IG_FACT_SHA256 as a digest. */
void ig_fact_digest(struct ig_digest *out, const struct ig_fact *fact);

#endif
