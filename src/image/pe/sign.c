/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "pe.h"
#include "signer.h"

#define TABLE_MAX    (1u << 20)
#define WIN_CERT     8u
#define REVISION_2   0x0200u
#define PKCS7_SIGNED 0x0002u /* WIN_CERT_TYPE_PKCS_SIGNED_DATA */
#define RSA_BITS_MIN 2048

/* The entries that are there must be whole, or ours would not be found. */
static int check_table(const struct ig_buf *table, struct ig_err *err)
{
	size_t at = 0;

	while (at < table->len) {
		uint32_t len = 0;

		if (table->len - at >= WIN_CERT)
			len = pe_get32(table->data + at);
		if (len < WIN_CERT || len > table->len - at)
			return ig_fail(
				err, IG_EFORMAT,
				"a broken entry in the PE certificate table, at %zu",
				at);
		at += pe_align(len, 8);
	}
	return 0;
}

static int read_table(struct ig_buf *table, const struct pe *pe,
		      const struct ig_rope *rope, struct ig_err *err)
{
	if (!pe->certs_len)
		return 0;
	if (ig_buf_zero(table, pe->certs_len, err) < 0 ||
	    ig_rope_read(rope, table->data, pe->certs_len, pe->certs, err) < 0)
		return ig_wrap(err, "PE certificate table");
	if (check_table(table, err) < 0)
		return -1;
	return ig_buf_zero(table, pe_align(table->len, 8) - table->len, err);
}

static int add_entry(struct ig_buf *table, const unsigned char sha256[32],
		     const struct signer *signer, struct ig_err *err)
{
	size_t at = table->len;

	if (ig_buf_zero(table, WIN_CERT, err) < 0 ||
	    spc_sign(table, sha256, signer, err) < 0)
		return -1;
	/* The padding to 8 bytes does not count. */
	pe_put32(table->data + at, (uint32_t)(table->len - at));
	pe_put16(table->data + at + 4, REVISION_2);
	pe_put16(table->data + at + 6, PKCS7_SIGNED);
	return ig_buf_zero(table, pe_align(table->len, 8) - table->len, err);
}

/* The file with another table, directory entry and CheckSum. */
static int put_together(struct ig_rope *out, const struct ig_rope *rope,
			const struct pe *pe, struct ig_pe_digest *digest,
			const struct ig_buf *table, struct ig_err *err)
{
	uint64_t end = pe->certs ? pe->certs : pe->size;
	uint64_t certs = pe_align(end, 8);
	size_t head_len = pe->security_at + 8;
	unsigned char *head = ig_rope_room(out, head_len, err);

	if (!head || ig_rope_read(rope, head, head_len, 0, err) < 0)
		return -1;
	if (certs + table->len > UINT32_MAX)
		return ig_fail(
			err, IG_ELIMIT,
			"the PE file grows past 4 GiB with its signature");
	pe_put32(head + pe->security_at, (uint32_t)certs);
	pe_put32(head + pe->security_at + 4, (uint32_t)table->len);
	pe_sum(digest, pe->security_at, head + pe->security_at, 8);
	pe_sum(digest, certs, table->data, table->len);
	pe_put32(head + pe->checksum_at,
		 pe_checksum(digest, certs + table->len));
	if (ig_rope_slice(out, rope, head_len, end - head_len, err) < 0 ||
	    ig_rope_zero(out, certs - end, err) < 0)
		return -1;
	return ig_rope_mem(out, table->data, table->len, err);
}

static int sign(struct ig_rope *out, const struct ig_rope *rope,
		const struct ig_pe_digest *known, const struct signer *signer,
		struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf table = IG_BUF_INIT(TABLE_MAX);
	struct ig_pe_digest digest;
	struct pe pe;

	if (pe_read(&pe, rope, err) < 0 ||
	    read_table(&table, &pe, rope, err) < 0)
		return -1;
	if (known)
		digest = *known;
	else if (pe_digest(&digest, &pe, rope, true, err) < 0)
		return -1;
	if (add_entry(&table, digest.sha256, signer, err) < 0)
		return -1;
	return put_together(out, rope, &pe, &digest, &table, err);
}

int ig_pe_sign(struct ig_rope *out, const struct ig_rope *pe,
	       const struct ig_pe_digest *known, const char *key,
	       const char *cert, struct ig_err *err)
{
	IG_AUTO(signer_done) struct signer signer = SIGNER_INIT;

	if (ig_rope_size(out))
		return ig_fail(err, IG_EUSAGE, "a PE begins its file");
	if (signer_load(&signer, key, cert, err) < 0)
		return -1;
	if (sign(out, pe, known, &signer, err) < 0)
		return ig_wrap(err, "sign the PE file");
	return 0;
}

int ig_pe_check_key(const char *key, const char *cert, struct ig_err *err)
{
	IG_AUTO(signer_done) struct signer signer = SIGNER_INIT;
	EVP_PKEY *public;

	if (signer_load(&signer, key, cert, err) < 0)
		return -1;
	/* Signatures of other kinds have random numbers in them, and firmware
	 * need not know them (UEFI 2.10, 32.4.1). */
	public = X509_get0_pubkey(signer.cert);
	if (public && EVP_PKEY_is_a(public, "RSA") &&
	    EVP_PKEY_get_bits(public) >= RSA_BITS_MIN)
		return 0;
	return ig_fail(
		err, IG_EUSAGE,
		"the key of the signing certificate '%s' is not RSA of %d bits or more",
		cert, RSA_BITS_MIN);
}
