/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_SIGNER_H
#define IG_IMAGE_SIGNER_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <ingot/err.h>

struct ig_buf;

/* A private key and its certificate, in memory. */
struct signer {
	EVP_PKEY *key;
	X509 *cert;
	STACK_OF(X509) * more;	 /* of the certificate file, after the first */
	OSSL_PROVIDER *provider; /* that the key lives in, or NULL */
	void *engine;		 /* the same, an ENGINE */
	bool engine_on;
};

/** signer_load() - @key: PEM file or pkcs11: URI; @cert: PEM file. IG_ENOENT
 * for what is not there, IG_EFORMAT, IG_EUSAGE when the two are no pair. */
int signer_load(struct signer *out, const char *key, const char *cert,
		struct ig_err *err);
#define SIGNER_INIT                                                            \
	{                                                                      \
		NULL, NULL, NULL, NULL, NULL, false                            \
	}
void signer_done(struct signer *signer); /* accepts the empty value */

/** key_from_pkcs11() - set @out's key to that at @uri, by an OpenSSL provider
 * or engine, which is set too. */
int key_from_pkcs11(struct signer *out, const char *uri, struct ig_err *err);
/** pkcs11_close() - let go of provider and engine, after the key. */
void pkcs11_close(struct signer *signer);

/* A PKCS#11 URI (RFC 7512) in two parts. */
struct pkcs11_uri {
	char *rest;   /* without the two attributes that follow */
	char *pin;    /* pin-value, or NULL */
	char *module; /* module-path, or NULL */
};
int pkcs11_uri_parse(struct pkcs11_uri *out, const char *uri,
		     struct ig_err *err);
void pkcs11_uri_done(struct pkcs11_uri *uri); /* accepts the empty value */

/** spc_sign() - the PKCS#7 of Authenticode for a hash, as DER. */
int spc_sign(struct ig_buf *out, const unsigned char sha256[32],
	     const struct signer *signer, struct ig_err *err);

/** fail_ssl() - @code with @what and OpenSSL's reason. Returns -1. */
int fail_ssl(struct ig_err *err, enum ig_code code, const char *what);

void evp_pkey_freep(EVP_PKEY **key);
void x509_freep(X509 **cert);
void bio_freep(BIO **bio);
void pkcs7_freep(PKCS7 **p7);

#endif
