/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <ingot/own.h>
#include <ingot/str.h>

#include "auth.h"
#include "signer.h"

#define DAY	    86400
#define DAYS	    3650u
#define DAYS_MAX    36500u
#define SERIAL_BITS 159 /* RFC 5280: positive, at most 20 bytes */
#define CN_MAX	    64	/* RFC 5280: ub-common-name */

static void bnp(BIGNUM **number)
{
	BN_free(*number);
}

static void extensionp(X509_EXTENSION **extension)
{
	X509_EXTENSION_free(*extension);
}

static int set_serial(X509 *cert)
{
	IG_AUTO(bnp) BIGNUM *serial = BN_new();

	return serial &&
	       BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE,
		       BN_RAND_BOTTOM_ANY) &&
	       BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(cert));
}

static int set_name(X509 *cert, const char *cn)
{
	X509_NAME *name = X509_get_subject_name(cert);

	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
					  (const unsigned char *)cn, -1, -1,
					  0) &&
	       X509_set_issuer_name(cert, name);
}

static int set_times(X509 *cert, const struct ig_keys_opts *opts)
{
	int64_t days = opts->days ? opts->days : DAYS;

	return ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)opts->time) &&
	       ASN1_TIME_set(X509_getm_notAfter(cert),
			     (time_t)(opts->time + days * DAY));
}

static int set_extensions(X509 *cert)
{
	static const struct {
		int nid;
		const char *value;
	} list[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature" },
		{ NID_subject_key_identifier, "hash" },
	};
	X509V3_CTX ctx;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	for (size_t i = 0; i < IG_COUNT(list); i++) {
		IG_AUTO(extensionp)
		X509_EXTENSION *extension = X509V3_EXT_conf_nid(
			NULL, &ctx, list[i].nid, list[i].value);

		if (!extension || !X509_add_ext(cert, extension, -1))
			return 0;
	}
	return 1;
}

static int fill(const struct signer *s, const char *cn,
		const struct ig_keys_opts *opts)
{
	return X509_set_version(s->cert, X509_VERSION_3) &&
	       set_serial(s->cert) && set_name(s->cert, cn) &&
	       set_times(s->cert, opts) && X509_set_pubkey(s->cert, s->key) &&
	       set_extensions(s->cert) &&
	       X509_sign(s->cert, s->key, EVP_sha256());
}

static int check(const char *cn, const struct ig_keys_opts *opts,
		 struct ig_err *err)
{
	if (strlen(cn) > CN_MAX || !ig_utf8_ok(cn, strlen(cn)))
		return ig_fail(
			err, IG_EUSAGE,
			"the certificate name '%s' is not UTF-8 of at most %d bytes",
			cn, CN_MAX);
	if (opts->bits && (opts->bits < 2048 || opts->bits > 4096))
		return ig_fail(
			err, IG_EUSAGE,
			"RSA keys of %u bits: firmware takes 2048 to 4096",
			opts->bits);
	if (opts->days > DAYS_MAX || opts->time < 0 ||
	    opts->time > INT64_C(1) << 36)
		return ig_fail(
			err, IG_EUSAGE,
			"certificates from %lld for %u days: out of range",
			(long long)opts->time, opts->days);
	return 0;
}

int self_sign(struct signer *out, const char *cn,
	      const struct ig_keys_opts *opts, struct ig_err *err)
{
	*out = (struct signer)SIGNER_INIT;
	if (check(cn, opts, err) < 0)
		return -1;
	out->key = EVP_RSA_gen(opts->bits ? opts->bits : 2048);
	out->cert = X509_new();
	if (out->key && out->cert && fill(out, cn, opts))
		return 0;
	signer_done(out);
	return fail_ssl(err, IG_ESYS, "make a key and its certificate");
}
