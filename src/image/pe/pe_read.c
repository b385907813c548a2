/* SPDX-License-Identifier: Apache-2.0 */
#include "pe.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#define DOS_HEADER	64u
#define COFF_HEADER	24u  /* with the signature before it */
#define OPTIONAL_HEADER 112u /* of PE32+, without data directories */
#define SECTION_HEADER	40u
#define DIRECTORIES_MAX 16u
#define FILE_ALIGN_MAX	(64u << 10)
#define ALIGN_MAX	(16u << 20) /* x86 kernels have asked for 2 MiB */

static const struct {
	uint16_t machine;
	const char *name;
} machines[] = {
	{ 0x8664, "amd64" },
	{ 0xaa64, "arm64" },
};

const char *pe_machine_name(uint16_t machine)
{
	for (size_t i = 0; i < IG_COUNT(machines); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return NULL;
}

/* A read past the end is a fault of the file, whatever the rope calls it. */
static int read_at(const struct ig_rope *rope, void *out, size_t len,
		   uint64_t at, struct ig_err *err)
{
	if (at > ig_rope_size(rope) || len > ig_rope_size(rope) - at)
		return ig_fail(err, IG_EFORMAT,
			       "not a PE file: it ends within its headers");
	return ig_rope_read(rope, out, len, at, err);
}

static int read_coff(unsigned char out[COFF_HEADER], uint32_t *at,
		     const struct ig_rope *rope, struct ig_err *err)
{
	unsigned char dos[DOS_HEADER];

	if (read_at(rope, dos, sizeof(dos), 0, err) < 0)
		return -1;
	if (memcmp(dos, "MZ", 2) != 0)
		return ig_fail(err, IG_EFORMAT,
			       "not a PE file: it does not begin with MZ");
	*at = pe_get32(dos + 0x3c);
	if (*at < DOS_HEADER || *at > PE_HEADERS_MAX)
		return ig_fail(err, IG_EFORMAT,
			       "not a PE file: its header would be at %u", *at);
	if (read_at(rope, out, COFF_HEADER, *at, err) < 0)
		return -1;
	if (memcmp(out, "PE\0\0", 4) != 0)
		return ig_fail(err, IG_EFORMAT,
			       "not a PE file: no PE signature at %u", *at);
	return 0;
}

int pe_machine(uint16_t *out, const struct ig_rope *rope, struct ig_err *err)
{
	unsigned char coff[COFF_HEADER];
	uint32_t at;

	if (read_coff(coff, &at, rope, err) < 0)
		return -1;
	*out = pe_get16(coff + 4);
	if (!pe_machine_name(*out))
		return ig_fail(
			err, IG_EFORMAT,
			"a PE file for machine 0x%04x, which is neither amd64 nor arm64",
			*out);
	return 0;
}

const char *ig_pe_machine(const struct ig_rope *pe, struct ig_err *err)
{
	uint16_t machine;

	if (pe_machine(&machine, pe, err) < 0)
		return NULL;
	return pe_machine_name(machine);
}

static bool power_of_two(uint32_t value, uint32_t most)
{
	return value && value <= most && !(value & (value - 1));
}

static int check_certs(const struct pe *pe, struct ig_err *err)
{
	if (!pe->certs && !pe->certs_len)
		return 0;
	if (!pe->certs || !pe->certs_len || pe->certs % 8 ||
	    pe->certs < pe->headers || pe->certs > pe->size ||
	    pe->certs_len > pe->size - pe->certs)
		return ig_fail(
			err, IG_EFORMAT,
			"the PE certificate table (%u bytes at %u) is not inside the file",
			pe->certs_len, pe->certs);
	if (pe->certs_len != pe->size - pe->certs)
		return ig_fail(
			err, IG_EFORMAT,
			"there are bytes behind the PE certificate table");
	return 0;
}

static int read_directories(struct pe *pe, const unsigned char *optional,
			    size_t len, struct ig_err *err)
{
	uint32_t n = pe_get32(optional + 108);
	const unsigned char *entry;

	if (n > DIRECTORIES_MAX || OPTIONAL_HEADER + n * 8 > len)
		return ig_fail(err, IG_EFORMAT,
			       "the PE file's %u data directories do not fit",
			       n);
	if (n <= PE_DIR_SECURITY)
		return 0;
	pe->security_at = pe->optional + OPTIONAL_HEADER + PE_DIR_SECURITY * 8;
	entry = optional + OPTIONAL_HEADER + (size_t)PE_DIR_SECURITY * 8;
	pe->certs = pe_get32(entry);
	pe->certs_len = pe_get32(entry + 4);
	return check_certs(pe, err);
}

static int read_optional(struct pe *pe, const struct ig_rope *rope, size_t len,
			 struct ig_err *err)
{
	unsigned char optional[OPTIONAL_HEADER + DIRECTORIES_MAX * 8] = { 0 };

	if (len < OPTIONAL_HEADER)
		return ig_fail(err, IG_EFORMAT,
			       "the PE optional header has %zu bytes, too few",
			       len);
	if (read_at(rope, optional,
		    len < sizeof(optional) ? len : sizeof(optional),
		    pe->optional, err) < 0)
		return -1;
	if (pe_get16(optional) != 0x20b)
		return ig_fail(err, IG_EFORMAT,
			       "the PE file is not PE32+ (magic 0x%x)",
			       pe_get16(optional));
	pe->section_align = pe_get32(optional + 32);
	pe->file_align = pe_get32(optional + 36);
	pe->image = pe_get32(optional + 56);
	pe->headers = pe_get32(optional + 60);
	pe->checksum_at = pe->optional + 64;
	if (!power_of_two(pe->section_align, ALIGN_MAX) ||
	    !power_of_two(pe->file_align, FILE_ALIGN_MAX))
		return ig_fail(err, IG_EFORMAT,
			       "the PE alignments %u and %u make no sense",
			       pe->section_align, pe->file_align);
	if (pe->headers > pe->size || pe->headers > PE_HEADERS_MAX ||
	    pe->table + pe->n * SECTION_HEADER > pe->headers)
		return ig_fail(
			err, IG_EFORMAT,
			"the PE headers (%u bytes) do not hold %zu sections",
			pe->headers, pe->n);
	return read_directories(pe, optional, len, err);
}

static int check_section(const struct pe *pe, const struct pe_section *s,
			 struct ig_err *err)
{
	uint64_t most = pe->certs ? pe->certs : pe->size;

	if (s->raw_size &&
	    (s->raw < pe->headers || (uint64_t)s->raw + s->raw_size > most))
		return ig_fail(
			err, IG_EFORMAT,
			"the PE section '%s' (%u bytes at %u) is not inside the file",
			s->name, s->raw_size, s->raw);
	if ((uint64_t)s->va + s->vsize > UINT32_MAX ||
	    (uint64_t)s->va + s->raw_size > UINT32_MAX)
		return ig_fail(err, IG_EFORMAT,
			       "the PE section '%s' ends past 4 GiB", s->name);
	return 0;
}

static int read_section(struct pe *pe, size_t i, const struct ig_rope *rope,
			struct ig_err *err)
{
	struct pe_section *s = &pe->sections[i];
	unsigned char head[SECTION_HEADER];

	if (read_at(rope, head, sizeof(head), pe->table + i * sizeof(head),
		    err) < 0)
		return -1;
	memcpy(s->name, head, 8);
	/* Names from a file go into messages. */
	for (char *c = s->name; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	s->vsize = pe_get32(head + 8);
	s->va = pe_get32(head + 12);
	s->raw_size = pe_get32(head + 16);
	s->raw = pe_get32(head + 20);
	return check_section(pe, s, err);
}

int pe_read(struct pe *out, const struct ig_rope *rope, struct ig_err *err)
{
	unsigned char coff[COFF_HEADER];

	*out = (struct pe){ .size = ig_rope_size(rope) };
	if (pe_machine(&out->machine, rope, err) < 0 ||
	    read_coff(coff, &out->coff, rope, err) < 0)
		return -1;
	out->n = pe_get16(coff + 6);
	out->optional = out->coff + COFF_HEADER;
	out->table = out->optional + pe_get16(coff + 20);
	if (!out->n || out->n > PE_SECTIONS_MAX)
		return ig_fail(err, IG_EFORMAT, "a PE file with %zu sections",
			       out->n);
	if (read_optional(out, rope, pe_get16(coff + 20), err) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++)
		if (read_section(out, i, rope, err) < 0)
			return -1;
	return 0;
}

static int by_raw(const void *a, const void *b)
{
	const struct pe_section *x = a, *y = b;

	return (x->raw > y->raw) - (x->raw < y->raw);
}

int pe_contiguous(uint64_t *end, const struct pe *pe, struct ig_err *err)
{
	struct pe_section sorted[PE_SECTIONS_MAX];
	uint64_t at = pe->headers;

	memcpy(sorted, pe->sections, pe->n * sizeof(*sorted));
	qsort(sorted, pe->n, sizeof(*sorted), by_raw);
	for (size_t i = 0; i < pe->n; i++) {
		if (!sorted[i].raw_size)
			continue;
		if (sorted[i].raw != at)
			return ig_fail(
				err, IG_EFORMAT,
				"the PE section '%s' leaves a gap or overlaps in the file (it is at %u, not at %llu)",
				sorted[i].name, sorted[i].raw,
				(unsigned long long)at);
		at += sorted[i].raw_size;
	}
	*end = at;
	return 0;
}
