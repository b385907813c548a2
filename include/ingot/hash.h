/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_HASH_H
#define IG_HASH_H

#include <stddef.h>

struct ig_err;

#define IG_SHA256_LEN 32
#define IG_SHA256_HEX 65 /* 64 digits and NUL */

/* SHA-256 (FIPS 180-4) by OpenSSL, which uses SHA-NI where there is one. */
struct ig_hash;

struct ig_hash *ig_hash_new(struct ig_err *err);
void ig_hash_free(struct ig_hash *hash); /* accepts NULL */
void ig_hash_freep(struct ig_hash **hash);
/** ig_hash_add() - cannot fail for a hash that ig_hash_new() made. */
void ig_hash_add(struct ig_hash *hash, const void *data, size_t len);
/** ig_hash_end() - the digest; @hash is ready for a new message after. */
void ig_hash_end(struct ig_hash *hash, unsigned char out[IG_SHA256_LEN]);
void ig_hash_end_hex(struct ig_hash *hash, char out[IG_SHA256_HEX]);

/** ig_hash_bytes() - one message at once, as hex. */
int ig_hash_bytes(char out[IG_SHA256_HEX], const void *data, size_t len,
		  struct ig_err *err);

/** ig_hash_field() - add a length-prefixed field, so that the fields
 * ("ab","c") and ("a","bc") differ. For cache keys. NULL is its own value. */
void ig_hash_field(struct ig_hash *hash, const char *text);

#endif
