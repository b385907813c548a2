/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/keys.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <ingot/buf.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "auth.h"
#include "signer.h"

#define FILE_MAX  (64u << 10)
#define KEYS	  3u
#define KINDS	  5u
#define FILES	  (KEYS * KINDS + 1)
#define NAME_SIZE 16

enum kind {
	KIND_KEY,
	KIND_CRT,
	KIND_CER,
	KIND_ESL,
	KIND_AUTH,
};
static const char *const suffixes[KINDS] = { "key", "crt", "cer", "esl",
					     "auth" };

/* Who signs whose .auth file: PK itself and KEK, KEK db. */
static const struct {
	const char *name;
	enum ig_efi_var signed_by;
} ring[KEYS] = {
	[IG_EFI_PK] = { "PK", IG_EFI_PK },
	[IG_EFI_KEK] = { "KEK", IG_EFI_PK },
	[IG_EFI_DB] = { "db", IG_EFI_KEK },
};

struct out_file {
	char name[NAME_SIZE];
	mode_t mode;
	struct ig_buf data;
};

struct made {
	struct signer signers[KEYS];
	struct out_file files[FILES];
	unsigned char owner[16];
};

static void made_done(struct made *made)
{
	for (size_t i = 0; i < KEYS; i++)
		signer_done(&made->signers[i]);
	for (size_t i = 0; i < FILES; i++) {
		struct ig_buf *data = &made->files[i].data;

		if (data->data)
			OPENSSL_cleanse(data->data, data->cap);
		ig_buf_done(data);
	}
}

static struct ig_buf *file_of(struct made *made, size_t key, enum kind kind)
{
	return &made->files[key * KINDS + kind].data;
}

static void name_files(struct made *made)
{
	for (size_t i = 0; i < FILES; i++) {
		struct out_file *file = &made->files[i];

		ig_buf_init(&file->data, FILE_MAX);
		file->mode = i % KINDS == KIND_KEY ? 0600 : 0644;
		snprintf(file->name, NAME_SIZE, "%s.%s",
			 i < KEYS * KINDS ? ring[i / KINDS].name : "noPK",
			 suffixes[i < KEYS * KINDS ? i % KINDS : KIND_AUTH]);
	}
	made->files[FILES - 1].mode = 0644;
}

static int from_bio(struct ig_buf *out, BIO *bio, struct ig_err *err)
{
	char *data = NULL;
	long len = BIO_get_mem_data(bio, &data);

	if (len <= 0)
		return fail_ssl(err, IG_ESYS, "encode a key");
	return ig_buf_add(out, data, (size_t)len, err);
}

static int encode(struct made *made, size_t key, struct ig_err *err)
{
	const struct signer *signer = &made->signers[key];
	/* The first holds a secret: it is wiped when freed. */
	IG_AUTO(bio_freep) BIO *secret = BIO_new(BIO_s_secmem());
	IG_AUTO(bio_freep) BIO *pem = BIO_new(BIO_s_mem());
	IG_AUTO(bio_freep) BIO *der = BIO_new(BIO_s_mem());

	if (!secret || !pem || !der)
		return ig_fail_mem(err);
	if (!PEM_write_bio_PKCS8PrivateKey(secret, signer->key, NULL, NULL, 0,
					   NULL, NULL) ||
	    !PEM_write_bio_X509(pem, signer->cert) ||
	    !i2d_X509_bio(der, signer->cert))
		return fail_ssl(err, IG_ESYS, "encode a key");
	if (from_bio(file_of(made, key, KIND_KEY), secret, err) < 0 ||
	    from_bio(file_of(made, key, KIND_CRT), pem, err) < 0)
		return -1;
	return from_bio(file_of(made, key, KIND_CER), der, err);
}

/* The owner of all signatures: a version 8 UUID (RFC 9562) of PK's bytes, in
 * the byte order of a GUID. */
static void set_owner(struct made *made)
{
	const struct ig_buf *pk = file_of(made, IG_EFI_PK, KIND_CER);
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)pk->data, pk->len, digest);
	memcpy(made->owner, digest, sizeof(made->owner));
	made->owner[7] = (made->owner[7] & 0x0f) | 0x80;
	made->owner[8] = (made->owner[8] & 0x3f) | 0x80;
}

static int make_lists(struct made *made, int64_t time, struct ig_err *err)
{
	const struct ig_buf none = IG_BUF_INIT(0);
	/* Firmware refuses a time that is not later than PK's. */
	const struct ig_efi_update no_pk = { IG_EFI_PK, &none, time + 1 };

	for (size_t i = 0; i < KEYS; i++) {
		const struct ig_buf *der = file_of(made, i, KIND_CER);
		struct ig_buf *esl = file_of(made, i, KIND_ESL);
		struct ig_efi_update update = { (enum ig_efi_var)i, esl, time };

		if (ig_esl_add(esl, made->owner, der->data, der->len, err) < 0)
			return -1;
		if (auth_sign(file_of(made, i, KIND_AUTH), &update,
			      &made->signers[ring[i].signed_by], err) < 0)
			return -1;
	}
	return auth_sign(&made->files[FILES - 1].data, &no_pk,
			 &made->signers[IG_EFI_PK], err);
}

static int make(struct made *made, const struct ig_keys_opts *opts,
		struct ig_err *err)
{
	for (size_t i = 0; i < KEYS; i++) {
		ig_autofree char *cn =
			ig_format(err, "%s %s", opts->name, ring[i].name);

		if (!cn || self_sign(&made->signers[i], cn, opts, err) < 0 ||
		    encode(made, i, err) < 0)
			return -1;
	}
	set_owner(made);
	return make_lists(made, opts->time, err);
}

static int check_none(int dirfd, const struct made *made, struct ig_err *err)
{
	struct stat st;

	for (size_t i = 0; i < FILES; i++) {
		const char *name = made->files[i].name;

		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return ig_fail(
				err, IG_EUSAGE,
				"'%s' exists: keys are not written over; take another folder",
				name);
		if (errno != ENOENT)
			return ig_fail_sys(err, errno, "look for '%s'", name);
	}
	return 0;
}

static int write_files(int dirfd, const struct made *made, struct ig_err *err)
{
	for (size_t i = 0; i < FILES; i++) {
		const struct out_file *file = &made->files[i];

		if (ig_write_file(dirfd, file->name, file->data.data,
				  file->data.len, file->mode, err) == 0)
			continue;
		while (i--)
			unlinkat(dirfd, made->files[i].name, 0);
		return -1;
	}
	return 0;
}

int ig_keys_make(int dirfd, const struct ig_keys_opts *opts, struct ig_err *err)
{
	IG_AUTO(made_done) struct made made = { .owner = { 0 } };

	name_files(&made);
	if (check_none(dirfd, &made, err) < 0 || make(&made, opts, err) < 0)
		return -1;
	return write_files(dirfd, &made, err);
}
