/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/stream.h>

#include "pe.h"

#define CHUNK (256u << 10)

/* Authenticode leaves out CheckSum, the directory entry of the certificate
 * table, and the table. What is left out ahead of a byte has an even length,
 * so sums of even and odd bytes stay what they are. Firmware hashes section by
 * section and tools from front to back: the same only without gaps. */
static int covered(struct ig_rope *out, const struct pe *pe,
		   const struct ig_rope *rope, bool pad, struct ig_err *err)
{
	uint64_t end = pe->certs ? pe->certs : pe->size;
	uint64_t from = pe->checksum_at + 4, rest = pe->security_at + 8;
	uint64_t sections;

	if (!pe->security_at)
		return ig_fail(
			err, IG_EFORMAT,
			"the PE file has no place for a signature: too few data directories");
	if (pe_contiguous(&sections, pe, err) < 0 ||
	    ig_rope_slice(out, rope, 0, pe->checksum_at, err) < 0 ||
	    ig_rope_slice(out, rope, from, pe->security_at - from, err) < 0 ||
	    ig_rope_slice(out, rope, rest, end - rest, err) < 0)
		return -1;
	return pad ? ig_rope_zero(out, pe_align(end, 8) - end, err) : 0;
}

void pe_sum(struct ig_pe_digest *digest, uint64_t at, const void *data,
	    size_t len)
{
	const unsigned char *p = data;
	uint64_t sums[2] = { 0 };

	for (size_t i = 0; i < len; i++)
		sums[i & 1] += p[i];
	digest->even += sums[at & 1];
	digest->odd += sums[~at & 1];
}

/* PE's CheckSum: 16-bit ones' complement sum, plus the file's length. */
uint32_t pe_checksum(const struct ig_pe_digest *digest, uint64_t size)
{
	uint64_t sum = digest->even + (digest->odd << 8);

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)(sum + size);
}

static int digest_source(struct ig_pe_digest *out, struct ig_source *src,
			 struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	ig_autofree unsigned char *chunk = malloc(CHUNK);
	uint64_t at = 0;
	ssize_t n;

	if (!hash)
		return -1;
	if (!chunk)
		return ig_fail_mem(err);
	while ((n = ig_source_read(src, chunk, CHUNK, err)) > 0) {
		ig_hash_add(hash, chunk, (size_t)n);
		pe_sum(out, at, chunk, (size_t)n);
		at += (uint64_t)n;
	}
	ig_hash_end(hash, out->sha256);
	return n < 0 ? -1 : 0;
}

int pe_digest(struct ig_pe_digest *out, const struct pe *pe,
	      const struct ig_rope *rope, bool pad, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *bytes = ig_rope_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;

	*out = (struct ig_pe_digest){ .even = 0 };
	if (!bytes || covered(bytes, pe, rope, pad, err) < 0)
		return -1;
	src = ig_rope_source(bytes, err);
	return src ? digest_source(out, src, err) : -1;
}

static int hash_file(unsigned char out[32], const struct ig_rope *pe, bool pad,
		     struct ig_err *err)
{
	struct ig_pe_digest digest;
	struct pe head;

	if (pe_read(&head, pe, err) < 0 ||
	    pe_digest(&digest, &head, pe, pad, err) < 0)
		return -1;
	memcpy(out, digest.sha256, sizeof(digest.sha256));
	return 0;
}

int ig_pe_hash(unsigned char out[32], const struct ig_rope *pe,
	       struct ig_err *err)
{
	return hash_file(out, pe, true, err);
}

/* EDK II, SecurityPkg: Tcg2Dxe/MeasureBootPeCoff.c. */
int ig_pe_hash_loaded(unsigned char out[32], const struct ig_rope *pe,
		      struct ig_err *err)
{
	return hash_file(out, pe, false, err);
}

int ig_pe_digest(struct ig_pe_digest *out, const struct ig_rope *pe,
		 struct ig_err *err)
{
	struct pe head;

	if (pe_read(&head, pe, err) < 0)
		return -1;
	return pe_digest(out, &head, pe, true, err);
}
