/* SPDX-License-Identifier: Apache-2.0 */
#include "auth.h"

#include <string.h>
#include <time.h>

#include <openssl/bio.h>

#include <ingot/buf.h>
#include <ingot/own.h>

#include "pe.h"
#include "signer.h"

#define ESL_HEADER    28u
#define GUID	      16u
#define EFI_TIME      16u
#define WIN_CERT_GUID 24u /* header of WIN_CERTIFICATE_UEFI_GUID */
#define AUTH_MAX      (1u << 20)
/* NON_VOLATILE | BOOTSERVICE_ACCESS | RUNTIME_ACCESS |
 * TIME_BASED_AUTHENTICATED_WRITE_ACCESS */
#define ATTRIBUTES 0x27u

/* EFI_CERT_X509_GUID a5c059a1-94e4-4aa7-87b5-ab155c2bf072 */
static const unsigned char x509_guid[GUID] = {
	0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a,
	0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72,
};
/* EFI_CERT_TYPE_PKCS7_GUID 4aafd29d-68df-49ee-8aa9-347d375665a7 */
static const unsigned char pkcs7_guid[GUID] = {
	0x9d, 0xd2, 0xaf, 0x4a, 0xdf, 0x68, 0xee, 0x49,
	0x8a, 0xa9, 0x34, 0x7d, 0x37, 0x56, 0x65, 0xa7,
};
/* EFI_GLOBAL_VARIABLE 8be4df61-93ca-11d2-aa0d-00e098032b8c */
#define GLOBAL_GUID                                                            \
	{                                                                      \
		0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d,    \
			0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c                     \
	}
/* EFI_IMAGE_SECURITY_DATABASE_GUID d719b2cb-3d3a-4596-a3bc-dad00e67656f */
#define DATABASE_GUID                                                          \
	{                                                                      \
		0xcb, 0xb2, 0x19, 0xd7, 0x3a, 0x3d, 0x96, 0x45, 0xa3, 0xbc,    \
			0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f                     \
	}

static const struct {
	const char *name;
	unsigned char vendor[GUID];
} variables[] = {
	[IG_EFI_PK] = { "PK", GLOBAL_GUID },
	[IG_EFI_KEK] = { "KEK", GLOBAL_GUID },
	[IG_EFI_DB] = { "db", DATABASE_GUID },
};

int ig_esl_add(struct ig_buf *out, const unsigned char owner[16],
	       const void *der, size_t len, struct ig_err *err)
{
	unsigned char head[ESL_HEADER] = { 0 };

	if (!len || len > AUTH_MAX)
		return ig_fail(err, IG_ELIMIT, "a certificate of %zu bytes",
			       len);
	memcpy(head, x509_guid, GUID);
	pe_put32(head + 16, (uint32_t)(ESL_HEADER + GUID + len));
	pe_put32(head + 24, (uint32_t)(GUID + len));
	if (ig_buf_add(out, head, sizeof(head), err) < 0 ||
	    ig_buf_add(out, owner, GUID, err) < 0)
		return -1;
	return ig_buf_add(out, der, len, err);
}

static int efi_time(unsigned char out[EFI_TIME], int64_t seconds,
		    struct ig_err *err)
{
	time_t when = (time_t)seconds;
	struct tm tm;

	memset(out, 0, EFI_TIME);
	if (!gmtime_r(&when, &tm) || tm.tm_year < 0 || tm.tm_year > 9999 - 1900)
		return ig_fail(
			err, IG_EUSAGE,
			"UEFI has no time %lld: its years are 1900 to 9999",
			(long long)seconds);
	pe_put16(out, (uint16_t)(tm.tm_year + 1900));
	out[2] = (unsigned char)(tm.tm_mon + 1);
	out[3] = (unsigned char)tm.tm_mday;
	out[4] = (unsigned char)tm.tm_hour;
	out[5] = (unsigned char)tm.tm_min;
	out[6] = (unsigned char)tm.tm_sec;
	return 0;
}

static int add_lists(struct ig_buf *out, const struct ig_efi_update *update,
		     struct ig_err *err)
{
	const struct ig_buf *esl = update->esl;

	return esl->len ? ig_buf_add(out, esl->data, esl->len, err) : 0;
}

/* UEFI 2.10, 8.2.2: name without NUL, vendor, attributes, time, data. */
static int signed_bytes(struct ig_buf *out, const struct ig_efi_update *update,
			const unsigned char when[EFI_TIME], struct ig_err *err)
{
	unsigned char attributes[4];

	for (const char *c = variables[update->var].name; *c; c++)
		if (ig_buf_putc(out, *c, err) < 0 ||
		    ig_buf_putc(out, '\0', err) < 0)
			return -1;
	pe_put32(attributes, ATTRIBUTES);
	if (ig_buf_add(out, variables[update->var].vendor, GUID, err) < 0 ||
	    ig_buf_add(out, attributes, sizeof(attributes), err) < 0 ||
	    ig_buf_add(out, when, EFI_TIME, err) < 0)
		return -1;
	return add_lists(out, update, err);
}

/* No attributes, so no time of day; detached, as the variable has the data. */
static PKCS7 *sign_detached(const struct ig_buf *data,
			    const struct signer *signer)
{
	const int flags =
		PKCS7_BINARY | PKCS7_DETACHED | PKCS7_NOATTR | PKCS7_PARTIAL;
	IG_AUTO(bio_freep)
	BIO *bio = BIO_new_mem_buf(data->data, (int)data->len);
	IG_AUTO(pkcs7_freep) PKCS7 *p7 = NULL;

	if (!bio)
		return NULL;
	p7 = PKCS7_sign(NULL, NULL, signer->more, bio, flags);
	if (!p7 ||
	    !PKCS7_sign_add_signer(p7, signer->cert, signer->key, EVP_sha256(),
				   flags) ||
	    !PKCS7_final(p7, bio, flags))
		return NULL;
	return ig_take(&p7);
}

/* CertData is a SignedData without the ContentInfo around it. */
static int add_signed_data(struct ig_buf *out, PKCS7 *p7, struct ig_err *err)
{
	int len = p7 ? i2d_PKCS7_SIGNED(p7->d.sign, NULL) : -1;
	unsigned char *to;

	if (len <= 0)
		return fail_ssl(err, IG_EFORMAT, "sign with this key");
	if (ig_buf_reserve(out, (size_t)len, err) < 0)
		return -1;
	to = (unsigned char *)out->data + out->len;
	len = i2d_PKCS7_SIGNED(p7->d.sign, &to);
	if (len <= 0)
		return fail_ssl(err, IG_EFORMAT, "encode the signature");
	out->len += (size_t)len;
	return 0;
}

int auth_sign(struct ig_buf *out, const struct ig_efi_update *update,
	      const struct signer *signer, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf data = IG_BUF_INIT(AUTH_MAX);
	IG_AUTO(pkcs7_freep) PKCS7 *p7 = NULL;
	unsigned char when[EFI_TIME];
	size_t cert = out->len + EFI_TIME;

	if (efi_time(when, update->time, err) < 0 ||
	    signed_bytes(&data, update, when, err) < 0)
		return -1;
	p7 = sign_detached(&data, signer);
	if (ig_buf_add(out, when, sizeof(when), err) < 0 ||
	    ig_buf_zero(out, WIN_CERT_GUID, err) < 0 ||
	    add_signed_data(out, p7, err) < 0)
		return -1;
	pe_put32(out->data + cert, (uint32_t)(out->len - cert));
	pe_put16(out->data + cert + 4, 0x0200);
	pe_put16(out->data + cert + 6, 0x0ef1); /* WIN_CERT_TYPE_EFI_GUID */
	memcpy(out->data + cert + 8, pkcs7_guid, GUID);
	return add_lists(out, update, err);
}

int ig_auth_sign(struct ig_buf *out, const struct ig_efi_update *update,
		 const char *key, const char *cert, struct ig_err *err)
{
	IG_AUTO(signer_done) struct signer signer = SIGNER_INIT;

	if (signer_load(&signer, key, cert, err) < 0)
		return -1;
	if (auth_sign(out, update, &signer, err) < 0)
		return ig_wrap(err, "sign the variable '%s'",
			       variables[update->var].name);
	return 0;
}
