/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_AUTH_H
#define IG_IMAGE_AUTH_H

#include <ingot/keys.h>

struct signer;

/** auth_sign() - ig_auth_sign() with a key in memory. */
int auth_sign(struct ig_buf *out, const struct ig_efi_update *update,
	      const struct signer *signer, struct ig_err *err);

/** self_sign() - a new RSA key and a certificate for it. @serial and key are
 * random. */
int self_sign(struct signer *out, const char *cn,
	      const struct ig_keys_opts *opts, struct ig_err *err);

#endif
