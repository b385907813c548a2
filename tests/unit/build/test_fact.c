/* SPDX-License-Identifier: Apache-2.0 */
#include "build_test.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/rope.h>
#include <ingot/store.h>

#include "fact.h"
#include "support/scratch.h"

static void write_file(const char *path, const char *text)
{
	ig_autofd int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(ig_write_all(fd, text, strlen(text), &t_err), 0);
}

/* With O_WRONLY: a rope whose bytes cannot be read. */
static struct ig_rope *file_rope(const char *path, int flags)
{
	struct ig_rope *rope = ig_rope_new(&t_err);
	int fd = open(path, flags | O_CLOEXEC);

	assert_non_null(rope);
	assert_true(fd >= 0);
	assert_int_equal(ig_rope_own(rope, fd, &t_err), 0);
	return rope;
}

static int find(struct ig_store *store, const char *path, int flags,
		char hex[IG_SHA256_HEX])
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = file_rope(path, flags);
	struct ig_fact fact = { .kind = IG_FACT_SHA256, .rope = rope };

	ig_err_clear(&t_err);
	if (ig_facts_find(store, &fact, 1, &t_err) < 0)
		return -1;
	assert_true(fact.known);
	ig_hex(hex, fact.value.sha256, 32);
	return 0;
}

static void expect(struct ig_store *store, const char *path, int flags,
		   const char *text)
{
	char got[IG_SHA256_HEX], want[IG_SHA256_HEX];

	assert_int_equal(ig_hash_bytes(want, text, strlen(text), &t_err), 0);
	if (find(store, path, flags, got) < 0)
		fail_msg("%s", t_err.msg);
	assert_string_equal(got, want);
}

static void remembers_what_it_hashed(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;
	char hex[IG_SHA256_HEX];

	(void)state;
	assert_int_equal(ig_store_open(&store, "store", &t_err), 0);
	write_file("a", "text");
	assert_int_equal(find(store, "a", O_WRONLY, hex), -1);
	assert_int_equal(t_err.code, IG_ESYS);
	expect(store, "a", O_RDONLY, "text");
	expect(store, "a", O_WRONLY, "text"); /* so it was not read */
}

static void hashes_another_file_of_that_name(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;

	(void)state;
	assert_int_equal(ig_store_open(&store, "store", &t_err), 0);
	write_file("a", "text");
	expect(store, "a", O_RDONLY, "text");
	write_file("b", "TEXT");
	assert_int_equal(rename("b", "a"), 0);
	expect(store, "a", O_RDONLY, "TEXT");
}

static void hashes_memory_each_time(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);
	struct ig_fact facts[2] = { { .kind = IG_FACT_SHA256, .rope = rope },
				    { .kind = IG_FACT_PE_LOADED,
				      .rope = rope } };
	unsigned char *room = ig_rope_room(rope, 4, &t_err);
	unsigned char before[32];

	(void)state;
	assert_non_null(room);
	assert_int_equal(ig_store_open(&store, "store", &t_err), 0);
	assert_int_equal(ig_facts_find(store, facts, 2, &t_err), 0);
	assert_true(facts[0].known);
	assert_false(facts[1].known); /* no program, and no error */
	memcpy(before, facts[0].value.sha256, 32);
	room[0] = 1;
	assert_int_equal(ig_facts_find(store, facts, 2, &t_err), 0);
	assert_memory_not_equal(before, facts[0].value.sha256, 32);
}

static int cut(const char *path, const struct stat *st, int kind,
	       struct FTW *at)
{
	const char *end = strrchr(path, '.');

	(void)st;
	(void)kind;
	(void)at;
	return end && strcmp(end, ".fact") == 0 ? truncate(path, 20) : 0;
}

static void hashes_again_what_was_damaged(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;
	char hex[IG_SHA256_HEX];

	(void)state;
	assert_int_equal(ig_store_open(&store, "store", &t_err), 0);
	write_file("a", "text");
	expect(store, "a", O_RDONLY, "text");
	assert_int_equal(nftw("store/parts", cut, 16, FTW_PHYS), 0);
	assert_int_equal(find(store, "a", O_WRONLY, hex), -1);
	expect(store, "a", O_RDONLY, "text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(remembers_what_it_hashed,
						scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(
			hashes_another_file_of_that_name, scratch_setup,
			scratch_teardown),
		cmocka_unit_test_setup_teardown(hashes_memory_each_time,
						scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(hashes_again_what_was_damaged,
						scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
