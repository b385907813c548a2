/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <fcntl.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <ingot/buf.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define PEM_MAX	  (1u << 20)
#define CHAIN_MAX 16

void evp_pkey_freep(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
	*key = NULL;
}

void x509_freep(X509 **cert)
{
	X509_free(*cert);
	*cert = NULL;
}

void bio_freep(BIO **bio)
{
	BIO_free_all(*bio);
	*bio = NULL;
}

void pkcs7_freep(PKCS7 **p7)
{
	PKCS7_free(*p7);
	*p7 = NULL;
}

int fail_ssl(struct ig_err *err, enum ig_code code, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ig_fail(err, code, "%s: %s", what, reason ? reason : "no reason given");
	ERR_clear_error();
	return -1;
}

static void wipe(struct ig_buf *buf)
{
	if (buf->data)
		OPENSSL_cleanse(buf->data, buf->cap);
	ig_buf_done(buf);
}

/* Never ask at a terminal. */
static int no_passphrase(char *buf, int size, int writing, void *asked)
{
	(void)buf;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

static int key_from_pem(struct signer *out, const char *path,
			struct ig_err *err)
{
	IG_AUTO(wipe) struct ig_buf pem = IG_BUF_INIT(PEM_MAX);
	IG_AUTO(bio_freep) BIO *bio = NULL;
	bool asked = false;

	if (ig_read_file(&pem, AT_FDCWD, path, err) < 0)
		return -1;
	bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	if (!bio)
		return ig_fail_mem(err);
	out->key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	ERR_clear_error();
	if (out->key)
		return 0;
	if (asked)
		return ig_fail(
			err, IG_EUSAGE,
			"'%s' is encrypted: decrypt it first (openssl pkey -in … -out …)",
			path);
	return ig_fail(err, IG_EFORMAT, "no private key in PEM form in '%s'",
		       path);
}

static int read_chain(struct signer *out, BIO *bio, const char *path,
		      struct ig_err *err)
{
	X509 *cert;

	out->cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (!out->cert) {
		ERR_clear_error();
		return ig_fail(err, IG_EFORMAT,
			       "no certificate in PEM form in '%s'", path);
	}
	out->more = sk_X509_new_null();
	if (!out->more)
		return ig_fail_mem(err);
	while ((cert = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		if (sk_X509_num(out->more) == CHAIN_MAX) {
			X509_free(cert);
			return ig_fail(err, IG_ELIMIT,
				       "more than %d certificates in '%s'",
				       CHAIN_MAX + 1, path);
		}
		if (!sk_X509_push(out->more, cert)) {
			X509_free(cert);
			return ig_fail_mem(err);
		}
	}
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		return fail_ssl(err, IG_EFORMAT, path);
	ERR_clear_error();
	return 0;
}

static int load_certs(struct signer *out, const char *path, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf pem = IG_BUF_INIT(PEM_MAX);
	IG_AUTO(bio_freep) BIO *bio = NULL;

	if (ig_read_file(&pem, AT_FDCWD, path, err) < 0)
		return -1;
	bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	return bio ? read_chain(out, bio, path, err) : ig_fail_mem(err);
}

static int load(struct signer *out, const char *key, const char *cert,
		struct ig_err *err)
{
	EVP_PKEY *public;
	int equal;

	if (load_certs(out, cert, err) < 0)
		return ig_wrap(err, "signing certificate");
	if ((ig_starts(key, "pkcs11:") ? key_from_pkcs11(out, key, err)
				       : key_from_pem(out, key, err)) < 0)
		return ig_wrap(err, "signing key");
	public = X509_get0_pubkey(out->cert);
	/* A token may hide the public half: then it says "unsupported". */
	equal = public ? EVP_PKEY_eq(public, out->key) : 0;
	ERR_clear_error();
	if (equal == 0 || equal == -1)
		return ig_fail(
			err, IG_EUSAGE,
			"the signing key is not that of the certificate '%s'",
			cert);
	return 0;
}

int signer_load(struct signer *out, const char *key, const char *cert,
		struct ig_err *err)
{
	*out = (struct signer)SIGNER_INIT;
	if (load(out, key, cert, err) == 0)
		return 0;
	signer_done(out);
	return -1;
}

void signer_done(struct signer *signer)
{
	evp_pkey_freep(&signer->key);
	x509_freep(&signer->cert);
	sk_X509_pop_free(signer->more, X509_free);
	signer->more = NULL;
	pkcs11_close(signer);
}
