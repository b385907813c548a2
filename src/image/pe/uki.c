/* SPDX-License-Identifier: Apache-2.0 */
#include "uki.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "pe.h"

#define PAGE	       4096u
#define SECTION_HEADER 40u
/* IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ */
#define SECTION_FLAGS 0x40000040u

uint64_t uki_part_size(const struct uki_part *part)
{
	if (part->data)
		return ig_rope_size(part->data);
	return part->text ? strlen(part->text) : 0;
}

void uki_parts(struct uki_part out[UKI_PARTS], const struct ig_uki *uki)
{
	const struct uki_part parts[UKI_PARTS] = {
		{ ".osrel", uki->os_release, NULL, NULL },
		{ ".cmdline", uki->cmdline, NULL, NULL },
		{ ".uname", uki->uname, NULL, NULL },
		{ ".linux", NULL, uki->kernel, uki->kernel_sha256 },
		{ ".initrd", NULL, uki->initrd, uki->initrd_sha256 },
		{ ".splash", NULL, uki->splash, NULL },
		{ ".dtb", NULL, uki->dtb, NULL },
	};

	memcpy(out, parts, sizeof(parts));
}

/* What is being put together; file offsets and addresses grow together. */
struct maker {
	struct pe pe;
	struct ig_rope *out;
	unsigned char *head; /* the stub's headers; the rope's memory */
	uint64_t va;	     /* where the last section ends */
	uint64_t data;	     /* bytes of initialised data added */
};

static int check_kernel(const struct pe *stub, const struct ig_rope *kernel,
			struct ig_err *err)
{
	uint16_t machine;

	if (pe_machine(&machine, kernel, err) < 0)
		return ig_wrap(err, "the kernel has no EFI stub");
	if (machine != stub->machine)
		return ig_fail(err, IG_EFORMAT,
			       "the kernel is for %s but the stub is for %s",
			       pe_machine_name(machine),
			       pe_machine_name(stub->machine));
	return 0;
}

static int check_stub(const struct maker *m, struct ig_err *err)
{
	for (size_t i = 0; i < m->pe.n; i++) {
		const struct pe_section *s = &m->pe.sections[i];
		struct uki_part parts[UKI_PARTS];

		uki_parts(parts, &(struct ig_uki){ .cmdline = NULL });
		for (size_t k = 0; k < UKI_PARTS; k++)
			if (strcmp(s->name, parts[k].name) == 0)
				return ig_fail(
					err, IG_EFORMAT,
					"the stub has a section '%s' already: is it a whole UKI?",
					s->name);
	}
	return 0;
}

static int check_room(const struct maker *m, const struct uki_part *parts,
		      struct ig_err *err)
{
	size_t room = (m->pe.headers - m->pe.table) / SECTION_HEADER - m->pe.n;
	size_t wanted = 0;

	for (size_t i = 0; i < UKI_PARTS; i++)
		wanted += uki_part_size(&parts[i]) > 0;
	if (room > PE_SECTIONS_MAX - m->pe.n)
		room = PE_SECTIONS_MAX - m->pe.n;
	if (wanted > room)
		return ig_fail(
			err, IG_ELIMIT,
			"the stub's headers have room for %zu more sections, and %zu are wanted",
			room, wanted);
	return 0;
}

/* The stub without what is not in its sections: symbols, a signature. */
static int begin(struct maker *m, const struct ig_rope *stub,
		 struct ig_err *err)
{
	uint64_t end;

	if (pe_contiguous(&end, &m->pe, err) < 0)
		return -1;
	if (end % m->pe.file_align)
		return ig_fail(
			err, IG_EFORMAT,
			"the stub's last section is not padded to %u bytes",
			m->pe.file_align);
	m->head = ig_rope_room(m->out, m->pe.headers, err);
	if (!m->head ||
	    ig_rope_read(stub, m->head, m->pe.headers, 0, err) < 0 ||
	    ig_rope_slice(m->out, stub, m->pe.headers, end - m->pe.headers,
			  err) < 0)
		return -1;
	m->va = m->pe.image;
	for (size_t i = 0; i < m->pe.n; i++) {
		const struct pe_section *s = &m->pe.sections[i];
		uint32_t len = s->vsize > s->raw_size ? s->vsize : s->raw_size;

		if ((uint64_t)s->va + len > m->va)
			m->va = (uint64_t)s->va + len;
	}
	return 0;
}

static int add_part(struct maker *m, const struct uki_part *part,
		    struct ig_err *err)
{
	uint64_t len = uki_part_size(part);
	uint64_t va = pe_align(m->va, PAGE), raw = ig_rope_size(m->out);
	unsigned char *to = m->head + m->pe.table + m->pe.n * SECTION_HEADER;

	if (m->pe.section_align > PAGE)
		va = pe_align(m->va, m->pe.section_align);
	/* All of PE's offsets, sizes and addresses are 32 bits wide. */
	if (len > UINT32_MAX || va + len + PAGE > UINT32_MAX ||
	    raw + len + m->pe.file_align > UINT32_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "the UKI grows past 4 GiB with its section '%s'",
			       part->name);
	memset(to, 0, SECTION_HEADER);
	memcpy(to, part->name, strlen(part->name));
	pe_put32(to + 8, (uint32_t)len);
	pe_put32(to + 12, (uint32_t)va);
	pe_put32(to + 16, (uint32_t)pe_align(len, m->pe.file_align));
	pe_put32(to + 20, (uint32_t)raw);
	pe_put32(to + 36, SECTION_FLAGS);
	m->pe.n++;
	m->va = va + len;
	m->data += pe_align(len, m->pe.file_align);
	if ((part->data ? ig_rope_add(m->out, part->data, err)
			: ig_rope_mem(m->out, part->text, len, err)) < 0)
		return -1;
	return ig_rope_align(m->out, m->pe.file_align, err);
}

/* CheckSum is 0, "not computed": it would need all of the data, and firmware
 * does not look at it. Signing, which reads the data, puts it in. */
static int finish(struct maker *m, struct ig_err *err)
{
	unsigned char *optional = m->head + m->pe.optional;
	uint64_t data = pe_get32(optional + 8) + m->data;
	uint64_t image = pe_align(m->va, m->pe.section_align);

	if (data > UINT32_MAX || image > UINT32_MAX)
		return ig_fail(err, IG_ELIMIT, "the UKI grows past 4 GiB");
	pe_put16(m->head + m->pe.coff + 6, (uint16_t)m->pe.n);
	pe_put32(m->head + m->pe.coff + 12, 0); /* symbols: where, how many */
	pe_put32(m->head + m->pe.coff + 16, 0);
	pe_put32(optional + 8, (uint32_t)data);
	pe_put32(optional + 56, (uint32_t)image);
	pe_put32(m->head + m->pe.checksum_at, 0);
	if (m->pe.security_at)
		memset(m->head + m->pe.security_at, 0, 8);
	return 0;
}

int ig_uki_write(struct ig_rope *out, const struct ig_uki *uki,
		 struct ig_err *err)
{
	struct uki_part parts[UKI_PARTS];
	struct maker m = { .out = out };

	if (ig_rope_size(out))
		return ig_fail(err, IG_EUSAGE, "a UKI begins its file");
	uki_parts(parts, uki);
	if (pe_read(&m.pe, uki->stub, err) < 0)
		return ig_wrap(err, "the UKI's stub");
	if (check_kernel(&m.pe, uki->kernel, err) < 0 ||
	    check_stub(&m, err) < 0 || check_room(&m, parts, err) < 0)
		return -1;
	if (begin(&m, uki->stub, err) < 0)
		return ig_wrap(err, "the UKI's stub");
	for (size_t i = 0; i < UKI_PARTS; i++)
		if (uki_part_size(&parts[i]) &&
		    add_part(&m, &parts[i], err) < 0)
			return -1;
	return finish(&m, err);
}
