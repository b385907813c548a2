/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/ui.h>

#include <ingot/own.h>

#include "signer.h"

static void storep(OSSL_STORE_CTX **ctx)
{
	if (*ctx)
		OSSL_STORE_close(*ctx);
	*ctx = NULL;
}

static EVP_PKEY *find(OSSL_STORE_CTX *ctx)
{
	EVP_PKEY *key = NULL;

	while (!key && !OSSL_STORE_eof(ctx)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(ctx);

		if (!info && OSSL_STORE_error(ctx))
			break;
		if (info &&
		    OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	return key;
}

/* The URI may hold a PIN, so it is in no message; UI_null(): never ask. */
int key_from_pkcs11(struct signer *out, const char *uri, struct ig_err *err)
{
	IG_AUTO(storep) OSSL_STORE_CTX *ctx = NULL;

	/* The 1 keeps the default provider for all else. */
	out->provider = OSSL_PROVIDER_try_load(NULL, "pkcs11", 1);
	if (!out->provider) {
		ERR_clear_error();
		return ig_fail(
			err, IG_ENOENT,
			"OpenSSL has no provider 'pkcs11': install pkcs11-provider, or name its module in openssl.cnf");
	}
	ctx = OSSL_STORE_open(uri, UI_null(), NULL, NULL, NULL);
	if (!ctx)
		return fail_ssl(err, IG_ENOENT, "open the pkcs11 URI");
	OSSL_STORE_expect(ctx, OSSL_STORE_INFO_PKEY);
	out->key = find(ctx);
	if (!out->key)
		return fail_ssl(
			err, IG_ENOENT,
			"no private key behind the pkcs11 URI (is the token there, is a pin-value or pin-source given?)");
	ERR_clear_error();
	return 0;
}
