/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "disk/claim.h"

#define MIB	GPTEDIT_MIB
#define SECTORS (64u * MIB / 512)

struct fixture {
	struct claim claim;
	struct claim_disk disk;
	uint8_t *head, *next, *tail;
};

static void begin(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->head = calloc(1, MIB);
	f->next = calloc(1, MIB);
	f->tail = calloc(1, MIB);
	assert_true(f->head && f->next && f->tail);
	f->disk = (struct claim_disk){ .disk = { 512, SECTORS },
				       .head = f->head,
				       .next = f->next,
				       .tail = f->tail };
	memcpy(f->claim.label, "data", 5);
	memset(f->claim.guids, 0x5a, sizeof(f->claim.guids));
	f->claim.sectors = SECTORS;
}

static void end(struct fixture *f)
{
	free(f->head);
	free(f->next);
	free(f->tail);
}

static void judge(struct fixture *f, enum claim_answer wanted,
		  const char *reason)
{
	struct claim found;
	const char *why;

	assert_int_equal(claim_judge(&found, &why, &f->disk, "data"), wanted);
	if (reason)
		assert_string_equal(why, reason);
	else
		assert_null(why);
}

/* The table that the claim announces, as far as @steps. */
static void write_table(struct fixture *f, size_t steps)
{
	struct gptedit edit;

	assert_int_equal(gptedit_make(&edit, &f->disk.disk, f->claim.label,
				      f->claim.guids),
			 GPTEDIT_OK);
	if (edit.n > steps)
		edit.n = steps;
	gptedit_overlay(&edit, f->head, MIB, 0);
	gptedit_overlay(&edit, f->tail, MIB, 63ull * MIB);
	gptedit_done(&edit);
}

static void zeros_alone_are_empty(void **state)
{
	static const size_t places[] = { 0, 511, 65600, MIB - 1 };
	struct fixture f;

	(void)state;
	begin(&f);
	judge(&f, CLAIM_EMPTY, NULL);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		f.head[places[i]] = 1;
		judge(&f, CLAIM_REFUSED, "not empty");
		f.head[places[i]] = 0;
		f.tail[places[i]] = 1;
		judge(&f, CLAIM_REFUSED, "not empty");
		f.tail[places[i]] = 0;
	}
	judge(&f, CLAIM_EMPTY, NULL);
	end(&f);
}

static void what_is_no_disk_for_data_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	f.disk.removable = true;
	judge(&f, CLAIM_REFUSED, "removable");
	f.disk.removable = false;
	f.disk.readonly = true;
	judge(&f, CLAIM_REFUSED, "read-only");
	f.disk.readonly = false;
	f.disk.busy = true;
	judge(&f, CLAIM_REFUSED, "in use");
	f.disk.busy = false;
	f.disk.disk.sectors = CLAIM_LEAST / 512 - 1;
	judge(&f, CLAIM_REFUSED, "too small");
	f.disk.disk.sectors = SECTORS;
	f.disk.disk.sector = 8192;
	judge(&f, CLAIM_REFUSED, "sectors of a strange size");
	f.disk.disk.sector = 512;
	f.disk.tail = NULL;
	judge(&f, CLAIM_REFUSED, "cannot be read");
	end(&f);
}

static void what_was_begun_is_known_at_every_step(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	claim_write(f.head + CLAIM_AT, &f.claim);
	judge(&f, CLAIM_UNFINISHED, NULL);
	for (size_t i = 1; i <= GPTEDIT_STEPS; i++) {
		write_table(&f, i);
		judge(&f, CLAIM_UNFINISHED, NULL);
	}
	/* the kernel sees the partition by then */
	f.disk.busy = true;
	judge(&f, CLAIM_UNFINISHED, NULL);
	end(&f);
}

static void a_lost_table_does_not_make_a_disk_empty(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	/* an MBR has no copy, and its first partition begins here */
	f.next[1080] = 0x53;
	judge(&f, CLAIM_REFUSED, "not empty");
	f.disk.next = NULL;
	judge(&f, CLAIM_REFUSED, "cannot be read");
	end(&f);
}

static void what_was_mounted_is_not_made_again(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	claim_write(f.head + CLAIM_AT, &f.claim);
	write_table(&f, GPTEDIT_STEPS);
	/* as mke2fs leaves it */
	f.next[1024 + 0x04] = 0xff;
	f.next[1024 + 0x18] = 2;
	f.next[1024 + 0x38] = 0x53;
	f.next[1024 + 0x39] = 0xef;
	judge(&f, CLAIM_UNFINISHED, NULL);
	f.next[1024 + 0x34] = 1;
	judge(&f, CLAIM_REFUSED, "begun, and then used by others");
	f.next[1024 + 0x34] = 0;
	f.next[1024 + 0x2f] = 0x66;
	judge(&f, CLAIM_REFUSED, "begun, and then used by others");
	end(&f);
}

static void a_finished_disk_is_not_taken_again(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	write_table(&f, GPTEDIT_STEPS);
	judge(&f, CLAIM_REFUSED, "not empty");
	end(&f);
}

static void another_table_takes_the_claim_away(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	claim_write(f.head + CLAIM_AT, &f.claim);
	memset(f.claim.guids, 0x11, sizeof(f.claim.guids));
	write_table(&f, GPTEDIT_STEPS);
	judge(&f, CLAIM_REFUSED, "begun, and then written by others");
	end(&f);
	begin(&f);
	claim_write(f.head + CLAIM_AT, &f.claim);
	f.tail[MIB - 4096] = 7;
	judge(&f, CLAIM_REFUSED, "begun, and then written by others");
	end(&f);
}

static void the_claim_of_another_label_counts_as_its_own(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	memcpy(f.claim.label, "other", 6);
	claim_write(f.head + CLAIM_AT, &f.claim);
	judge(&f, CLAIM_REFUSED, "begun for another label");
	end(&f);
}

static void half_a_claim_is_none(void **state)
{
	uint8_t sector[CLAIM_SIZE];
	struct fixture f;
	struct claim found;

	(void)state;
	begin(&f);
	claim_write(sector, &f.claim);
	assert_true(claim_read(&found, sector));
	assert_string_equal(found.label, "data");
	assert_int_equal(found.sectors, SECTORS);
	assert_memory_equal(found.guids, f.claim.guids, GPTEDIT_GUIDS);
	for (size_t i = 0; i < 104; i++) {
		sector[i] ^= 0x20;
		assert_false(claim_read(&found, sector));
		sector[i] ^= 0x20;
	}
	sector[3] ^= 1;
	memcpy(f.head + CLAIM_AT, sector, sizeof(sector));
	judge(&f, CLAIM_REFUSED, "not empty");
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeros_alone_are_empty),
		cmocka_unit_test(what_is_no_disk_for_data_is_refused),
		cmocka_unit_test(what_was_begun_is_known_at_every_step),
		cmocka_unit_test(a_lost_table_does_not_make_a_disk_empty),
		cmocka_unit_test(what_was_mounted_is_not_made_again),
		cmocka_unit_test(a_finished_disk_is_not_taken_again),
		cmocka_unit_test(another_table_takes_the_claim_away),
		cmocka_unit_test(the_claim_of_another_label_counts_as_its_own),
		cmocka_unit_test(half_a_claim_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
