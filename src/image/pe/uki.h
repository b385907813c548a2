/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_UKI_H
#define IG_IMAGE_UKI_H

#include <stdint.h>

struct ig_err;
struct ig_rope;
struct ig_uki;

#define UKI_PARTS 7u

/* A section of a UKI: either text or a rope. */
struct uki_part {
	const char *name;
	const char *text;
	const struct ig_rope *data;
	const unsigned char *sha256; /* of the data, when it is known */
};

/** uki_part_size() - bytes; 0: there is no such section. */
uint64_t uki_part_size(const struct uki_part *part);
/** uki_parts() - all of them, in the order of the file. Borrowed. */
void uki_parts(struct uki_part out[UKI_PARTS], const struct ig_uki *uki);

#endif
