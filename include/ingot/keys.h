/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_KEYS_H
#define IG_KEYS_H

#include <stddef.h>
#include <stdint.h>

struct ig_buf;
struct ig_err;

/*
 * Keys for UEFI Secure Boot (UEFI 2.10, chapter 32): PK signs what changes
 * KEK, KEK signs what changes db, and db's key signs images (ig_pe_sign()).
 * New keys are random: nothing else in this library is.
 */

/* A variable that holds certificates. */
enum ig_efi_var {
	IG_EFI_PK,
	IG_EFI_KEK,
	IG_EFI_DB,
};

struct ig_keys_opts {
	const char *name; /* the CNs are "NAME PK", "NAME KEK", "NAME db" */
	int64_t time;	  /* now, seconds: of certificates and .auth files */
	unsigned days;	  /* that certificates are valid; 0: 3650 */
	unsigned bits;	  /* of the RSA keys, 2048 to 4096; 0: 2048 */
};

/**
 * ig_keys_make() - PK, KEK and db in the folder @dirfd (or AT_FDCWD), each
 * as NAME.key (PEM, mode 0600), NAME.crt (PEM), NAME.cer (DER), NAME.esl and
 * NAME.auth; besides, noPK.auth takes PK out again (back to setup mode). The
 * folder is all or nothing. IG_EUSAGE when one of the files exists: keys are
 * never written over. @opts is borrowed.
 */
int ig_keys_make(int dirfd, const struct ig_keys_opts *opts,
		 struct ig_err *err);

/**
 * ig_esl_add() - append an EFI_SIGNATURE_LIST with one certificate.
 * @owner: a GUID in its mixed-endian byte order.
 * @der: the certificate, @len bytes; not looked at.
 */
int ig_esl_add(struct ig_buf *out, const unsigned char owner[16],
	       const void *der, size_t len, struct ig_err *err);

struct ig_efi_update {
	enum ig_efi_var var;
	const struct ig_buf *esl; /* its new content; empty: none */
	int64_t time;		  /* later than that of the last one */
};

/**
 * ig_auth_sign() - append what SetVariable() takes for @update:
 * EFI_VARIABLE_AUTHENTICATION_2 signed by @key and @cert (as ig_pe_sign()),
 * then the signature lists. Fails as ig_pe_sign() does, and with IG_EUSAGE
 * for a time that UEFI does not have.
 */
int ig_auth_sign(struct ig_buf *out, const struct ig_efi_update *update,
		 const char *key, const char *cert, struct ig_err *err);

#endif
