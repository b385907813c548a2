/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_PE_H
#define IG_IMAGE_PE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_buf;
struct ig_err;
struct ig_pe_digest;
struct ig_rope;

/*
 * Portable Executables (Microsoft: PE Format), PE32+ only, as UEFI loads
 * them. Everything that is read from a file is checked against its size.
 */

#define PE_SECTIONS_MAX 96u /* Windows' own limit */
#define PE_HEADERS_MAX	(256u << 10)
#define PE_DIR_SECURITY 4u

struct pe_section {
	char name[9]; /* NUL-ended */
	uint32_t vsize, va;
	uint32_t raw_size, raw; /* in the file */
};

struct pe {
	uint64_t size; /* of the file */
	uint16_t machine;
	uint32_t coff;	   /* where the COFF header is */
	uint32_t optional; /* and the optional header */
	uint32_t table;	   /* and the section table */
	uint32_t file_align, section_align;
	uint32_t headers, image; /* SizeOfHeaders, SizeOfImage */
	uint32_t checksum_at;
	uint32_t security_at;	   /* the directory entry; 0: there is none */
	uint32_t certs, certs_len; /* the certificate table; 0: none */
	size_t n;
	struct pe_section sections[PE_SECTIONS_MAX];
};

/** pe_read() - all headers of @rope. IG_EFORMAT. */
int pe_read(struct pe *out, const struct ig_rope *rope, struct ig_err *err);
/** pe_contiguous() - whether headers and sections follow each other in the
 * file without gap or overlap, in any order; *@end is where they end. */
int pe_contiguous(uint64_t *end, const struct pe *pe, struct ig_err *err);
/** pe_machine() - the machine type of a PE whose other headers are not
 * looked at. */
int pe_machine(uint16_t *out, const struct ig_rope *rope, struct ig_err *err);
/** pe_machine_name() - "amd64", "arm64", or NULL. */
const char *pe_machine_name(uint16_t machine);

/** pe_digest() - the Authenticode hash of @rope, and what its CheckSum needs,
 * in one pass. @pad: zeros up to 8 bytes behind a file that is not signed. */
int pe_digest(struct ig_pe_digest *out, const struct pe *pe,
	      const struct ig_rope *rope, bool pad, struct ig_err *err);
void pe_sum(struct ig_pe_digest *digest, uint64_t at, const void *data,
	    size_t len);
/** pe_checksum() - of a file of @size bytes, all of them but the field summed
 * (pe_sum()). */
uint32_t pe_checksum(const struct ig_pe_digest *digest, uint64_t size);

static inline uint16_t pe_get16(const void *from)
{
	const unsigned char *p = from;

	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t pe_get32(const void *from)
{
	const unsigned char *p = from;

	return (uint32_t)pe_get16(p) | (uint32_t)pe_get16(p + 2) << 16;
}

static inline void pe_put16(void *to, uint16_t value)
{
	unsigned char *p = to;

	p[0] = (unsigned char)value;
	p[1] = (unsigned char)(value >> 8);
}

static inline void pe_put32(void *to, uint32_t value)
{
	unsigned char *p = to;

	pe_put16(p, (uint16_t)value);
	pe_put16(p + 2, (uint16_t)(value >> 16));
}

static inline uint64_t pe_align(uint64_t value, uint32_t unit)
{
	return (value + unit - 1) / unit * unit;
}

#endif
