/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_MEASUREMENTS_H
#define IG_BUILD_MEASUREMENTS_H

#include <stdbool.h>
#include <stdint.h>

struct ig_buf;
struct ig_err;

/* What a verifier compares with; docs/boot.md says what each value is. */
struct ig_measurements {
	const char *image; /* hex */
	unsigned char uki[32];
	unsigned char pcr4[32]; /* with Secure Boot */
	unsigned char pcr4_off[32];
	bool no_pcr4_off; /* it cannot be told */
	unsigned char pcr11[32];
	const char *roothash; /* of dm-verity, hex; NULL: there is none */
	unsigned char kernel[32], initrd[32];
	uint64_t kernel_size, initrd_size;
};

/** ig_measurements_json() - append all of it to @out. Fails with what @out
 * fails with alone. */
int ig_measurements_json(struct ig_buf *out, const struct ig_measurements *m,
			 struct ig_err *err);

#endif
