/* SPDX-License-Identifier: Apache-2.0 */
#define OPENSSL_SUPPRESS_DEPRECATED /* engines: all that Debian 12 has */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/ui.h>

#include <ingot/own.h>

#include "signer.h"

/*
 * A key in a token, by OpenSSL's provider "pkcs11" (pkcs11-provider), or where
 * there is none by its engine of that name (libp11). The URI may hold a PIN, so
 * it is in no message; UI_null(): never ask.
 */
#define NAME "pkcs11"

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

/* The first error is the cause; what comes after it is who passed it on. */
static int fail_key(const char *uri, struct ig_err *err)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());
	bool pin = strstr(uri, "pin-value=") || strstr(uri, "pin-source=");

	ig_fail(err, IG_ENOENT, "no private key behind the pkcs11 URI: %s%s",
		reason ? reason : "not found",
		pin ? "" : ", and the URI has no pin-value or pin-source");
	ERR_clear_error();
	return -1;
}

static int key_from_provider(struct signer *out, const char *uri,
			     struct ig_err *err)
{
	IG_AUTO(storep) OSSL_STORE_CTX *ctx = NULL;

	ctx = OSSL_STORE_open(uri, UI_null(), NULL, NULL, NULL);
	if (!ctx)
		return fail_key(uri, err);
	OSSL_STORE_expect(ctx, OSSL_STORE_INFO_PKEY);
	out->key = find(ctx);
	return out->key ? 0 : fail_key(uri, err);
}

#ifndef OPENSSL_NO_ENGINE
static bool open_engine(struct signer *out)
{
	ENGINE_load_dynamic();
	out->engine = ENGINE_by_id(NAME);
	ERR_clear_error();
	return out->engine != NULL;
}

/* The engine prints URIs that it finds nothing behind: the PIN goes to it apart
 * and its own messages are turned off. */
static int key_from_engine(struct signer *out, const char *text,
			   struct ig_err *err)
{
	IG_AUTO(pkcs11_uri_done) struct pkcs11_uri uri = { NULL, NULL, NULL };
	ENGINE *engine = out->engine;

	if (pkcs11_uri_parse(&uri, text, err) < 0)
		return -1;
	ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 1);
	if ((uri.module &&
	     !ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", uri.module, 0)) ||
	    (uri.pin && !ENGINE_ctrl_cmd_string(engine, "PIN", uri.pin, 0)))
		return fail_key(text, err);
	out->engine_on = ENGINE_init(engine) == 1;
	if (out->engine_on)
		out->key = ENGINE_load_private_key(
			engine, uri.rest, (UI_METHOD *)(uintptr_t)UI_null(),
			NULL);
	if (!out->key)
		return fail_key(text, err);
	ERR_clear_error();
	return 0;
}

static void close_engine(struct signer *signer)
{
	if (signer->engine_on)
		ENGINE_finish(signer->engine);
	if (signer->engine)
		ENGINE_free(signer->engine);
}
#else
static bool open_engine(struct signer *out)
{
	(void)out;
	return false;
}

static int key_from_engine(struct signer *out, const char *uri,
			   struct ig_err *err)
{
	(void)out;
	return fail_key(uri, err);
}

static void close_engine(struct signer *signer)
{
	(void)signer;
}
#endif

int key_from_pkcs11(struct signer *out, const char *uri, struct ig_err *err)
{
	/* The 1 keeps the default provider for all else. */
	out->provider = OSSL_PROVIDER_try_load(NULL, NAME, 1);
	ERR_clear_error();
	if (out->provider)
		return key_from_provider(out, uri, err);
	if (open_engine(out))
		return key_from_engine(out, uri, err);
	return ig_fail(
		err, IG_ENOENT,
		"OpenSSL has neither a provider nor an engine 'pkcs11': install pkcs11-provider or libengine-pkcs11-openssl");
}

void pkcs11_close(struct signer *signer)
{
	close_engine(signer);
	signer->engine = NULL;
	signer->engine_on = false;
	if (signer->provider)
		OSSL_PROVIDER_unload(signer->provider);
	signer->provider = NULL;
}
