/* SPDX-License-Identifier: Apache-2.0 */
#include "fact.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "build_internal.h"

/*
 * An image whose parts lie in the store is written at the speed of a copy;
 * hashing it takes longer. So hashes are part files too: 32 bytes of SHA-256,
 * then the two sums in little endian. Their key has the identity of the files
 * hashed in it, so a part that was made anew is hashed anew.
 */
#define SUFFIX	  "fact"
#define VERSION	  "ingot-fact-1"
#define FACT_SIZE 48u

static const char *const names[] = {
	[IG_FACT_SHA256] = "sha256",
	[IG_FACT_PE] = "pe",
	[IG_FACT_PE_LOADED] = "pe-loaded",
};

static int fact_key(char out[IG_KEY_LEN], const struct ig_fact *fact,
		    struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);

	if (!hash)
		return -1;
	ig_hash_field(hash, VERSION);
	ig_hash_field(hash, names[fact->kind]);
	if (ig_rope_identity(fact->rope, hash, err) < 0)
		return -1;
	ig_hash_end_hex(hash, out);
	return 0;
}

static void put_le64(unsigned char *to, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		to[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get_le64(const unsigned char *from)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | from[i];
	return value;
}

static bool recall(struct ig_fact *fact, struct ig_store *store,
		   const char *key)
{
	unsigned char bytes[FACT_SIZE];
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;
	uint64_t size = 0;

	if (ig_part_open(&fd, store, key, SUFFIX, &err) < 0 ||
	    ig_size_of(&size, fd, &err) < 0 || size != FACT_SIZE ||
	    ig_pread_all(fd, bytes, sizeof(bytes), 0, &err) < 0)
		return false;
	memcpy(fact->value.sha256, bytes, 32);
	fact->value.even = get_le64(bytes + 32);
	fact->value.odd = get_le64(bytes + 40);
	return true;
}

static int fill_fact(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	const struct ig_fact *fact = ctx;
	unsigned char bytes[FACT_SIZE];

	memcpy(bytes, fact->value.sha256, 32);
	put_le64(bytes + 32, fact->value.even);
	put_le64(bytes + 40, fact->value.odd);
	return ig_sink_write(out, bytes, sizeof(bytes), err);
}

static int sha256_of(unsigned char out[32], const struct ig_rope *rope,
		     struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;

	src = hash ? ig_rope_source(rope, err) : NULL;
	sink = src ? ig_sink_hash(NULL, hash, NULL, err) : NULL;
	if (!sink || ig_pump(sink, src, NULL, err) < 0)
		return -1;
	ig_hash_end(hash, out);
	return 0;
}

static int compute(struct ig_fact *fact, struct ig_err *err)
{
	fact->known = true;
	switch (fact->kind) {
	case IG_FACT_SHA256:
		return sha256_of(fact->value.sha256, fact->rope, err);
	case IG_FACT_PE:
		return ig_pe_digest(&fact->value, fact->rope, err);
	case IG_FACT_PE_LOADED:
		break;
	}
	if (ig_pe_hash_loaded(fact->value.sha256, fact->rope, err) == 0)
		return 0;
	fact->known = false;
	return err->code == IG_EFORMAT ? 0 : -1;
}

struct job {
	struct ig_store *store;
	struct ig_fact *facts;
};

static int find_fact(void *ctx, size_t i, struct ig_err *err)
{
	const struct job *job = ctx;
	struct ig_fact *fact = &job->facts[i];
	struct ig_err ignored = { 0 };
	char key[IG_KEY_LEN];

	fact->value = (struct ig_pe_digest){ .even = 0 };
	if (fact_key(key, fact, err) < 0)
		return -1;
	fact->known = recall(fact, job->store, key);
	if (fact->known)
		return 0;
	if (compute(fact, err) < 0)
		return -1;
	/* A store that cannot be written costs time, not the build. */
	if (fact->known && ig_part_fill(job->store, key, SUFFIX, fill_fact,
					fact, &ignored) < 0)
		ig_debug("fact: %s", ignored.msg);
	return 0;
}

int ig_facts_find(struct ig_store *store, struct ig_fact *facts, size_t n,
		  struct ig_err *err)
{
	struct job job = { store, facts };

	return ig_parallel(n, 0, find_fact, &job, err);
}

void ig_fact_digest(struct ig_digest *out, const struct ig_fact *fact)
{
	char hex[IG_SHA256_HEX];

	ig_hex(hex, fact->value.sha256, sizeof(fact->value.sha256));
	ig_digest_from_hex(out, hex);
}
