/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/hash.h>

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

struct ig_hash {
	EVP_MD_CTX *ctx;
};

struct ig_hash *ig_hash_new(struct ig_err *err)
{
	struct ig_hash *hash = calloc(1, sizeof(*hash));

	if (!hash) {
		ig_fail_mem(err);
		return NULL;
	}
	hash->ctx = EVP_MD_CTX_new();
	if (!hash->ctx ||
	    EVP_DigestInit_ex(hash->ctx, EVP_sha256(), NULL) != 1) {
		ig_hash_free(hash);
		ig_fail(err, IG_ESYS, "OpenSSL cannot start a SHA-256");
		return NULL;
	}
	return hash;
}

void ig_hash_free(struct ig_hash *hash)
{
	if (!hash)
		return;
	EVP_MD_CTX_free(hash->ctx);
	ig_freep(&hash);
}

void ig_hash_freep(struct ig_hash **hash)
{
	ig_hash_free(*hash);
	*hash = NULL;
}

/* A digest that is silently of something else would be worse than the end. */
static void must(int ok)
{
	if (ok != 1)
		abort();
}

void ig_hash_add(struct ig_hash *hash, const void *data, size_t len)
{
	if (len > 0)
		must(EVP_DigestUpdate(hash->ctx, data, len));
}

void ig_hash_end(struct ig_hash *hash, unsigned char out[IG_SHA256_LEN])
{
	must(EVP_DigestFinal_ex(hash->ctx, out, NULL));
	must(EVP_DigestInit_ex(hash->ctx, NULL, NULL));
}

void ig_hash_end_hex(struct ig_hash *hash, char out[IG_SHA256_HEX])
{
	unsigned char digest[IG_SHA256_LEN];

	ig_hash_end(hash, digest);
	ig_hex(out, digest, sizeof(digest));
}

int ig_hash_bytes(char out[IG_SHA256_HEX], const void *data, size_t len,
		  struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);

	if (!hash)
		return -1;
	ig_hash_add(hash, data, len);
	ig_hash_end_hex(hash, out);
	return 0;
}

void ig_hash_field(struct ig_hash *hash, const char *text)
{
	uint64_t len = text ? strlen(text) : UINT64_MAX;
	unsigned char prefix[8];

	for (int i = 0; i < 8; i++)
		prefix[i] = (unsigned char)(len >> (56 - 8 * i));
	ig_hash_add(hash, prefix, sizeof(prefix));
	if (text)
		ig_hash_add(hash, text, (size_t)len);
}
