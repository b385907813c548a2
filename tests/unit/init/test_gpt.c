/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "disk/gpt.h"

#define SECTORS 10000u
#define N	4u

struct disk {
	uint8_t header[GPT_SECTOR];
	uint8_t entries[N * GPT_ENTRY];
};

static void put(uint8_t *p, uint64_t v, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint32_t sum(const uint8_t *p, size_t len)
{
	return (uint32_t)crc32(0, p, (uInt)len);
}

static void sign(struct disk *d, size_t len)
{
	put(d->header + 88, sum(d->entries, sizeof(d->entries)), 4);
	put(d->header + 16, 0, 4);
	put(d->header + 16, sum(d->header, len), 4);
}

static void entry(struct disk *d, uint32_t i, uint64_t first, uint64_t last)
{
	static const char name[] = "root";
	uint8_t *p = d->entries + (size_t)i * GPT_ENTRY;

	memset(p, 0xaf, 16);
	for (uint8_t k = 0; k < 16; k++)
		p[16 + k] = (uint8_t)(0xa0 + k);
	put(p + 32, first, 8);
	put(p + 40, last, 8);
	for (size_t k = 0; name[k]; k++)
		p[56 + 2 * k] = (uint8_t)name[k];
}

static void begin(struct disk *d)
{
	memset(d, 0, sizeof(*d));
	memcpy(d->header, "EFI PART\0\0\1\0", 12);
	put(d->header + 12, 92, 4);
	put(d->header + 24, 1, 8);
	put(d->header + 32, SECTORS - 1, 8);
	put(d->header + 40, 34, 8);
	put(d->header + 48, SECTORS - 34, 8);
	put(d->header + 72, 2, 8);
	put(d->header + 80, N, 4);
	put(d->header + 84, GPT_ENTRY, 4);
	entry(d, 1, 2048, 4095);
	sign(d, 92);
}

static void a_table_and_its_partitions_are_read(void **state)
{
	static const size_t sizes[] = { 512, 4096 };
	struct disk d;
	struct gpt gpt;
	struct gpt_part part;

	(void)state;
	begin(&d);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(gpt_header(&gpt, d.header, sizes[i], SECTORS),
				 0);
	assert_int_equal(gpt.first, 2);
	assert_int_equal(gpt.n, N);
	assert_true(gpt_entries(&gpt, d.entries));
	assert_false(gpt_part(&part, &gpt, d.entries, 0));
	assert_true(gpt_part(&part, &gpt, d.entries, 1));
	assert_string_equal(part.uuid, "a3a2a1a0-a5a4-a7a6-a8a9-aaabacadaeaf");
	assert_string_equal(part.name, "root");
	assert_int_equal(part.first, 2048);
	assert_int_equal(part.last, 4095);
}

static void a_name_becomes_utf8(void **state)
{
	struct disk d;
	struct gpt gpt;
	struct gpt_part part;
	uint8_t *name;

	(void)state;
	begin(&d);
	name = d.entries + GPT_ENTRY + 56;
	put(name, 0xe4, 2);
	put(name + 2, 0x20ac, 2);
	assert_int_equal(gpt_header(&gpt, d.header, 512, SECTORS), 0);
	assert_true(gpt_part(&part, &gpt, d.entries, 1));
	assert_string_equal(part.name, "\xc3\xa4\xe2\x82\xacot");
	/* the longest there is has no end of its own */
	for (size_t i = 0; i < 36; i++)
		put(name + 2 * i, 0xffff, 2);
	assert_true(gpt_part(&part, &gpt, d.entries, 1));
	assert_int_equal(strlen(part.name), 108);
}

static void a_header_that_is_not_sound_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint64_t value;
		size_t len;
	} cases[] = {
		{ 0, 'F', 1 },		    /* signature */
		{ 12, 91, 4 },		    /* shorter than it can be */
		{ 12, 513, 4 },		    /* longer than a sector */
		{ 24, SECTORS - 1, 8 },	    /* of another place */
		{ 40, SECTORS, 8 },	    /* usable: from behind its end */
		{ 48, SECTORS, 8 },	    /* usable: past the disk */
		{ 72, 1, 8 },		    /* entries over the header */
		{ 72, SECTORS, 8 },	    /* entries behind the disk */
		{ 72, SECTORS - 1, 8 },	    /* fits; see below */
		{ 72, UINT64_MAX, 8 },	    /* a sum that overflows */
		{ 80, 0, 4 },		    /* no entries */
		{ 80, GPT_ENTRIES + 1, 4 }, /* too many */
		{ 80, UINT32_MAX, 4 },	    /* far too many */
		{ 84, 256, 4 },		    /* size of an entry */
	};
	struct disk d;
	struct gpt gpt;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = 92;

		begin(&d);
		put(d.header + cases[i].at, cases[i].value, cases[i].len);
		if (cases[i].at == 12)
			len = (size_t)cases[i].value;
		sign(&d, len);
		/* one sector is room enough for four of them */
		int fits = cases[i].at == 72 && cases[i].value == SECTORS - 1;

		assert_int_equal(gpt_header(&gpt, d.header, 512, SECTORS),
				 fits ? 0 : -1);
	}
	begin(&d);
	assert_int_equal(gpt_header(&gpt, d.header, 256, SECTORS), -1);
	assert_int_equal(gpt_header(&gpt, d.header, 8192, SECTORS), -1);
}

static void damage_is_noticed_by_the_sums(void **state)
{
	struct disk d;
	struct gpt gpt;

	(void)state;
	for (size_t i = 0; i < 92; i++) {
		begin(&d);
		d.header[i] ^= 0x10;
		assert_int_equal(gpt_header(&gpt, d.header, 512, SECTORS), -1);
	}
	begin(&d);
	assert_int_equal(gpt_header(&gpt, d.header, 512, SECTORS), 0);
	d.entries[sizeof(d.entries) - 1] ^= 1;
	assert_false(gpt_entries(&gpt, d.entries));
}

static void partitions_outside_of_the_disk_are_not_there(void **state)
{
	static const uint64_t places[][2] = {
		{ 33, 40 },
		{ 2048, SECTORS - 33 },
		{ 50, 49 },
		{ UINT64_MAX, UINT64_MAX },
	};
	struct disk d;
	struct gpt gpt;
	struct gpt_part part;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		begin(&d);
		entry(&d, 1, places[i][0], places[i][1]);
		sign(&d, 92);
		assert_int_equal(gpt_header(&gpt, d.header, 512, SECTORS), 0);
		assert_false(gpt_part(&part, &gpt, d.entries, 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_and_its_partitions_are_read),
		cmocka_unit_test(a_name_becomes_utf8),
		cmocka_unit_test(a_header_that_is_not_sound_is_refused),
		cmocka_unit_test(damage_is_noticed_by_the_sums),
		cmocka_unit_test(partitions_outside_of_the_disk_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
