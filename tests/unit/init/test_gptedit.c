/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "disk/gpt_fields.h"
#include "disk/gptedit.h"

#define MIB	GPTEDIT_MIB
#define OLD_MIB 8u
#define NEW_MIB 12u

static const uint8_t guids[GPTEDIT_GUIDS] = "random enough, as far as it goes";

/* A disk in memory. */
struct image {
	uint8_t *p;
	struct gptedit_disk disk;
};

static struct image image_of(unsigned sector, unsigned mib)
{
	struct image image = { calloc(1, (size_t)NEW_MIB * MIB),
			       { sector, (uint64_t)mib * MIB / sector } };
	struct gptedit edit;

	assert_non_null(image.p);
	assert_int_equal(gptedit_make(&edit, &image.disk, "data", guids),
			 GPTEDIT_OK);
	gptedit_overlay(&edit, image.p, (size_t)NEW_MIB * MIB, 0);
	gptedit_done(&edit);
	return image;
}

/* What the kernel makes of it: the last sector of partition @i; 0: none. */
static uint64_t last_of(const struct image *image, uint32_t i)
{
	unsigned sector = image->disk.sector;
	struct gpt_part part;
	struct gpt gpt;

	if (gpt_header(&gpt, image->p + sector, sector, image->disk.sectors) <
		    0 ||
	    !gpt_entries(&gpt, image->p + gpt.first * sector) ||
	    !gpt_part(&part, &gpt, image->p + gpt.first * sector, i))
		return 0;
	return part.last;
}

static enum gptedit_answer grow(struct gptedit *edit, const struct image *image,
				uint32_t part)
{
	unsigned sector = image->disk.sector;
	struct gpt gpt;

	assert_int_equal(gpt_header(&gpt, image->p + sector, sector,
				    image->disk.sectors),
			 0);
	return gptedit_grow(edit, &image->disk, image->p, image->p + sector,
			    image->p + gpt.first * sector, part);
}

static void a_new_table_has_one_partition(void **state)
{
	static const unsigned sectors[] = { 512, 4096 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct image image = image_of(sectors[i], OLD_MIB);
		struct gpt_part part;
		struct gpt gpt;

		assert_int_equal(gpt_header(&gpt, image.p + sectors[i],
					    sectors[i], image.disk.sectors),
				 0);
		assert_true(gpt_part(&part, &gpt,
				     image.p + gpt.first * sectors[i], 0));
		assert_string_equal(part.name, "data");
		assert_int_equal(part.first * sectors[i], MIB);
		assert_int_equal((part.last + 1) * sectors[i], 7 * MIB);
		assert_int_equal(last_of(&image, 1), 0);
		assert_int_equal(image.p[510] << 8 | image.p[511], 0x55aa);
		free(image.p);
	}
}

static void a_disk_without_room_gets_none(void **state)
{
	const struct gptedit_disk small = { 512, 2 * MIB / 512 };
	struct gptedit edit;

	(void)state;
	assert_int_equal(gptedit_make(&edit, &small, "data", guids),
			 GPTEDIT_NO_ROOM);
	gptedit_done(&edit);
}

static void a_partition_takes_what_is_behind_it(void **state)
{
	struct image image = image_of(512, OLD_MIB);
	struct gptedit edit;

	(void)state;
	assert_int_equal(grow(&edit, &image, 0), GPTEDIT_SAME);
	gptedit_done(&edit);
	for (unsigned mib = OLD_MIB + 1; mib <= NEW_MIB; mib++) {
		/* each time by the other place for entries */
		image.disk.sectors = (uint64_t)mib * MIB / 512;
		assert_int_equal(grow(&edit, &image, 0), GPTEDIT_OK);
		gptedit_overlay(&edit, image.p, (size_t)NEW_MIB * MIB, 0);
		gptedit_done(&edit);
		assert_int_equal((last_of(&image, 0) + 1) * 512,
				 (mib - 1) * MIB);
		assert_int_equal(grow(&edit, &image, 0), GPTEDIT_SAME);
		gptedit_done(&edit);
	}
	free(image.p);
}

/* Sectors are written whole, and one step is there before the next begins;
 * within a step any of them may be. */
static void cut(const struct gptedit *edit, struct image *image, size_t steps,
		size_t sectors, bool from_end)
{
	for (size_t i = 0; i <= steps && i < edit->n; i++) {
		const struct gptedit_step *s = &edit->step[i];
		size_t len = i < steps ? s->len : sectors * image->disk.sector;
		size_t skip = i < steps || !from_end ? 0 : s->len - len;

		memcpy(image->p + s->at + skip, s->p + skip, len);
	}
}

static void at_any_moment_there_is_a_table(void **state)
{
	struct image image = image_of(512, OLD_MIB);
	const uint64_t old = last_of(&image, 0);
	uint8_t *before = malloc((size_t)NEW_MIB * MIB);
	struct gptedit edit;
	size_t seen_old = 0, seen_new = 0;

	(void)state;
	assert_non_null(before);
	memcpy(before, image.p, (size_t)NEW_MIB * MIB);
	image.disk.sectors = (uint64_t)NEW_MIB * MIB / 512;
	assert_int_equal(grow(&edit, &image, 0), GPTEDIT_OK);
	for (size_t i = 0; i < edit.n; i++) {
		for (size_t k = 0; k <= edit.step[i].len / 512; k++) {
			for (int from_end = 0; from_end < 2; from_end++) {
				memcpy(image.p, before, (size_t)NEW_MIB * MIB);
				cut(&edit, &image, i, k, from_end);
				uint64_t last = last_of(&image, 0);

				assert_true(last == old || last == edit.last);
				seen_old += last == old;
				seen_new += last == edit.last;
			}
		}
	}
	assert_true(seen_old > 64 && seen_new > 2);
	gptedit_done(&edit);
	free(before);
	free(image.p);
}

static void what_was_cut_is_done_again(void **state)
{
	struct image image = image_of(512, OLD_MIB);
	struct gptedit edit;

	(void)state;
	image.disk.sectors = (uint64_t)NEW_MIB * MIB / 512;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(grow(&edit, &image, 0), GPTEDIT_OK);
		/* all but the header: to be ended by the last round */
		cut(&edit, &image, i < 3 ? i : edit.n, 0, false);
		gptedit_done(&edit);
	}
	assert_int_equal((last_of(&image, 0) + 1) * 512, (NEW_MIB - 1) * MIB);
	free(image.p);
}

static void put_sum(uint8_t *p, uint32_t crc)
{
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(crc >> 8 * i);
}

static void sum_entries(struct image *image)
{
	uint8_t *header = image->p + 512;
	struct gpt gpt;

	put_sum(header + HDR_CRC, gpt_header_crc(header, HDR_END));
	assert_int_equal(gpt_header(&gpt, header, 512, image->disk.sectors), 0);
	put_sum(header + HDR_ENTRIES_CRC,
		gpt_crc(image->p + gpt.first * 512, (size_t)gpt.n * GPT_ENTRY));
	put_sum(header + HDR_CRC, gpt_header_crc(header, HDR_END));
}

static void a_partition_behind_it_is_in_the_way(void **state)
{
	struct image image = image_of(512, OLD_MIB);
	uint64_t last;
	struct gptedit edit;

	(void)state;
	last = last_of(&image, 0);
	image.disk.sectors += 2 * MIB / 512;
	assert_int_equal(grow(&edit, &image, 0), GPTEDIT_OK);
	memcpy(edit.entries + GPT_ENTRY, edit.entries, GPT_ENTRY);
	edit.entries[GPT_ENTRY + 32] = (uint8_t)(last + 1);
	edit.entries[GPT_ENTRY + 33] = (uint8_t)((last + 1) >> 8);
	for (size_t i = 0; i < 8; i++)
		edit.entries[40 + i] = (uint8_t)(last >> 8 * i);
	gptedit_overlay(&edit, image.p, (size_t)NEW_MIB * MIB, 0);
	gptedit_done(&edit);
	sum_entries(&image);
	assert_int_equal(grow(&edit, &image, 0), GPTEDIT_BEHIND);
	gptedit_done(&edit);
	assert_int_equal(grow(&edit, &image, 1), GPTEDIT_SAME);
	gptedit_done(&edit);
	assert_int_equal(grow(&edit, &image, 2), GPTEDIT_NO_ROOM);
	gptedit_done(&edit);
	free(image.p);
}

static void a_partition_that_is_not_usable_is_in_the_way(void **state)
{
	struct image image = image_of(512, OLD_MIB);
	struct gpt gpt;
	struct gptedit edit;
	uint8_t *entry;
	uint64_t at;

	(void)state;
	gpt_header(&gpt, image.p + 512, 512, image.disk.sectors);
	at = gpt.usable_last + 1;
	entry = image.p + gpt.first * 512 + GPT_ENTRY;
	memcpy(entry, entry - GPT_ENTRY, GPT_ENTRY);
	for (size_t i = 0; i < 8; i++) {
		entry[32 + i] = (uint8_t)(at >> 8 * i);
		entry[40 + i] = (uint8_t)((at + 8) >> 8 * i);
	}
	sum_entries(&image);
	image.disk.sectors = (uint64_t)NEW_MIB * MIB / 512;
	assert_int_equal(grow(&edit, &image, 0), GPTEDIT_BEHIND);
	gptedit_done(&edit);
	free(image.p);
}

static void without_room_for_two_tables_nothing_is_done(void **state)
{
	struct image image = image_of(512, OLD_MIB);
	struct gpt gpt;
	struct gptedit edit;
	uint8_t *entry;

	(void)state;
	gpt_header(&gpt, image.p + 512, 512, image.disk.sectors);
	entry = image.p + gpt.first * 512;
	/* as early as a table with 128 entries lets one begin */
	memset(entry + 32, 0, 8);
	entry[32] = 34;
	image.p[512 + HDR_USABLE] = 34;
	sum_entries(&image);
	image.disk.sectors = (uint64_t)NEW_MIB * MIB / 512;
	assert_int_equal(grow(&edit, &image, 0), GPTEDIT_NO_ROOM);
	gptedit_done(&edit);
	free(image.p);
}

static void the_rest_of_the_first_sector_stays(void **state)
{
	struct image image = image_of(512, OLD_MIB);
	struct gptedit edit;

	(void)state;
	memset(image.p, 0x90, 440);
	image.disk.sectors = (uint64_t)NEW_MIB * MIB / 512;
	assert_int_equal(grow(&edit, &image, 0), GPTEDIT_OK);
	assert_memory_equal(edit.mbr, image.p, 446 + 12);
	assert_int_equal(edit.mbr[446 + 12] | edit.mbr[446 + 13] << 8,
			 (image.disk.sectors - 1) & 0xffff);
	gptedit_done(&edit);
	free(image.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_table_has_one_partition),
		cmocka_unit_test(a_disk_without_room_gets_none),
		cmocka_unit_test(a_partition_takes_what_is_behind_it),
		cmocka_unit_test(at_any_moment_there_is_a_table),
		cmocka_unit_test(what_was_cut_is_done_again),
		cmocka_unit_test(a_partition_that_is_not_usable_is_in_the_way),
		cmocka_unit_test(a_partition_behind_it_is_in_the_way),
		cmocka_unit_test(without_room_for_two_tables_nothing_is_done),
		cmocka_unit_test(the_rest_of_the_first_sector_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
