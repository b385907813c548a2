/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <ingot/buf.h>
#include <ingot/hash.h>
#include <ingot/own.h>

#include "signer.h"

#define SPC_INDIRECT_DATA "1.3.6.1.4.1.311.2.1.4"

/* SpcIndirectDataContent (Windows Authenticode Portable Executable Signature
 * Format) in DER, up to the hash: all of its lengths are fixed. */
static const unsigned char indirect[] = {
	0x30, 0x68, /* SEQUENCE: SpcIndirectDataContent */
	0x30, 0x33, /* SEQUENCE: SpcAttributeTypeAndOptionalValue */
	0x06, 0x0a, /* OID 1.3.6.1.4.1.311.2.1.15: SPC_PE_IMAGE_DATAOBJ */
	0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0f, 0x30,
	0x25,				    /* SEQUENCE: SpcPeImageData */
	0x03, 0x01, 0x00,		    /* BIT STRING: no flags */
	0xa0, 0x20, 0xa2, 0x1e, 0x80, 0x1c, /* SpcLink, SpcString: UTF-16BE */
	0,    '<',  0,	  '<',	0,    '<',  0,	  'O',	0,    'b',  0,
	's',  0,    'o',  0,	'l',  0,    'e',  0,	't',  0,    'e',
	0,    '>',  0,	  '>',	0,    '>',  0x30, 0x31, /* SEQUENCE: DigestInfo
							 */
	0x30, 0x0d, /* SEQUENCE: AlgorithmIdentifier: SHA-256, NULL */
	0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
	0x05, 0x00, 0x04, 0x20, /* OCTET STRING: the hash */
};
#define HEAD	     2u /* tag and length of the SEQUENCE */
#define INDIRECT_LEN (sizeof(indirect) + 32)

static void objectp(ASN1_OBJECT **object)
{
	ASN1_OBJECT_free(*object);
}

static void typep(ASN1_TYPE **type)
{
	ASN1_TYPE_free(*type);
}

/* contentInfo: what is signed is not an OCTET STRING but the SEQUENCE. */
static int set_content(PKCS7 *p7, const unsigned char *der, ASN1_OBJECT *oid)
{
	IG_AUTO(pkcs7_freep) PKCS7 *inner = PKCS7_new();
	IG_AUTO(typep) ASN1_TYPE *type = ASN1_TYPE_new();
	IG_AUTO(objectp) ASN1_OBJECT *copy = OBJ_dup(oid);
	ASN1_STRING *text = ASN1_STRING_new();

	if (!inner || !type || !copy || !text ||
	    !ASN1_STRING_set(text, der, (int)INDIRECT_LEN)) {
		ASN1_STRING_free(text);
		return 0;
	}
	ASN1_TYPE_set(type, V_ASN1_SEQUENCE, text);
	inner->type = ig_take(&copy);
	inner->d.other = ig_take(&type);
	if (!PKCS7_set_content(p7, inner))
		return 0;
	(void)ig_take(&inner);
	return 1;
}

/* Attributes and signature are made here and not by PKCS7_dataFinal(), which
 * would add the time of day: the same input would give other bytes. The
 * message digest leaves out the tag and the length of the content. */
static int sign_content(PKCS7_SIGNER_INFO *info, const unsigned char *der,
			ASN1_OBJECT *oid)
{
	IG_AUTO(objectp) ASN1_OBJECT *copy = OBJ_dup(oid);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!copy || !PKCS7_add_attrib_content_type(info, copy))
		return 0;
	(void)ig_take(&copy); /* the attribute's */
	if (!EVP_Digest(der + HEAD, INDIRECT_LEN - HEAD, digest, &len,
			EVP_sha256(), NULL) ||
	    !PKCS7_add1_attrib_digest(info, digest, (int)len))
		return 0;
	return PKCS7_SIGNER_INFO_sign(info);
}

static int add_certs(PKCS7 *p7, const struct signer *signer)
{
	if (!PKCS7_add_certificate(p7, signer->cert))
		return 0;
	for (int i = 0; i < sk_X509_num(signer->more); i++)
		if (!PKCS7_add_certificate(p7, sk_X509_value(signer->more, i)))
			return 0;
	return 1;
}

static PKCS7 *build(const unsigned char *der, const struct signer *signer)
{
	IG_AUTO(pkcs7_freep) PKCS7 *p7 = PKCS7_new();
	IG_AUTO(objectp) ASN1_OBJECT *oid = OBJ_txt2obj(SPC_INDIRECT_DATA, 1);
	PKCS7_SIGNER_INFO *info;

	if (!p7 || !oid || !PKCS7_set_type(p7, NID_pkcs7_signed) ||
	    !add_certs(p7, signer))
		return NULL;
	info = PKCS7_add_signature(p7, signer->cert, signer->key, EVP_sha256());
	if (!info || !set_content(p7, der, oid) ||
	    !sign_content(info, der, oid))
		return NULL;
	return ig_take(&p7);
}

int spc_sign(struct ig_buf *out, const unsigned char sha256[32],
	     const struct signer *signer, struct ig_err *err)
{
	unsigned char der[INDIRECT_LEN];
	IG_AUTO(pkcs7_freep) PKCS7 *p7 = NULL;
	unsigned char *to;
	int len;

	memcpy(der, indirect, sizeof(indirect));
	memcpy(der + sizeof(indirect), sha256, 32);
	p7 = build(der, signer);
	len = p7 ? i2d_PKCS7(p7, NULL) : -1;
	if (len <= 0)
		return fail_ssl(err, IG_EFORMAT, "sign with this key");
	if (ig_buf_reserve(out, (size_t)len, err) < 0)
		return -1;
	to = (unsigned char *)out->data + out->len;
	len = i2d_PKCS7(p7, &to);
	if (len <= 0)
		return fail_ssl(err, IG_EFORMAT, "encode the signature");
	out->len += (size_t)len;
	return 0;
}
