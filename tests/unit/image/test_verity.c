/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include <ingot/disk.h>
#include <ingot/hash.h>

#include "../../support/scratch.h"
#include "outside.h"

#define BLOCK 4096u

static struct ig_rope *noise(size_t len)
{
	struct ig_rope *data = o_rope();

	o_noise(ig_rope_room(data, len, &t_err), len, 7);
	return data;
}

static struct ig_rope *make(const struct ig_rope *data, unsigned char root[32],
			    unsigned char salt[32])
{
	struct ig_rope *out = o_rope();

	if (ig_verity_write(out, root, salt, data, T_KEY, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	return out;
}

/* Around the points where a level is added. */
static const size_t counts[] = { 1, 2, 127, 128, 129, 4096, 16383, 16384 };

static void veritysetup_verifies_every_depth(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(counts); i++) {
		unsigned char root[32], salt[32];
		char hex[65];
		const char *argv[] = { "veritysetup", "verify", "data",
				       "tree",	      hex,	NULL };
		IG_AUTO(ig_rope_freep)
		struct ig_rope *data = noise(counts[i] * BLOCK);
		IG_AUTO(ig_rope_freep)
		struct ig_rope *tree = make(data, root, salt);

		o_save(data, "data");
		o_save(tree, "tree");
		ig_hex(hex, root, sizeof(root));
		o_passes(argv);
	}
}

static void one_block_is_its_own_root(void **state)
{
	unsigned char root[32], salt[32], block[BLOCK], want[32];
	IG_AUTO(ig_rope_freep) struct ig_rope *data = noise(BLOCK);
	IG_AUTO(ig_rope_freep) struct ig_rope *tree = make(data, root, salt);
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(&t_err);

	(void)state;
	assert_int_equal(ig_rope_size(tree), BLOCK);
	assert_int_equal(ig_rope_read(data, block, BLOCK, 0, &t_err), 0);
	ig_hash_add(hash, salt, sizeof(salt));
	ig_hash_add(hash, block, BLOCK);
	ig_hash_end(hash, want);
	assert_memory_equal(root, want, 32);
}

static void any_byte_changes_the_root(void **state)
{
	unsigned char root[32], other[32], salt[32];
	IG_AUTO(ig_rope_freep) struct ig_rope *data = noise(300 * BLOCK);
	IG_AUTO(ig_rope_freep) struct ig_rope *tree = make(data, root, salt);
	IG_AUTO(ig_rope_freep) struct ig_rope *bad = o_rope();
	IG_AUTO(ig_rope_freep) struct ig_rope *bad_tree = NULL;

	(void)state;
	assert_int_equal(ig_rope_slice(bad, data, 0, 300 * BLOCK - 1, &t_err),
			 0);
	assert_int_equal(ig_rope_zero(bad, 1, &t_err), 0);
	bad_tree = make(bad, other, salt);
	assert_int_equal(ig_rope_size(bad_tree), ig_rope_size(tree));
	assert_memory_not_equal(root, other, 32);
}

static void bytes_do_not_depend_on_threads(void **state)
{
	unsigned char one[32], many[32], salt[32];
	IG_AUTO(ig_rope_freep) struct ig_rope *data = noise(5000 * BLOCK);
	IG_AUTO(ig_rope_freep) struct ig_rope *a = NULL;
	IG_AUTO(ig_rope_freep) struct ig_rope *b = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf a_bytes = IG_BUF_INIT(0);
	IG_AUTO(ig_buf_done) struct ig_buf b_bytes = IG_BUF_INIT(0);

	(void)state;
	setenv("INGOT_THREADS", "1", 1);
	a = make(data, one, salt);
	setenv("INGOT_THREADS", "6", 1);
	b = make(data, many, salt);
	unsetenv("INGOT_THREADS");
	assert_memory_equal(one, many, 32);
	o_save(a, "one");
	o_save(b, "many");
	o_read(&a_bytes, "one");
	o_read(&b_bytes, "many");
	t_same(&a_bytes, &b_bytes);
}

static void parts_of_blocks_are_refused(void **state)
{
	static const size_t sizes[] = { 0, 1, BLOCK - 1, BLOCK + 512 };
	unsigned char root[32], salt[32];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(sizes); i++) {
		IG_AUTO(ig_rope_freep) struct ig_rope *data = noise(sizes[i]);
		IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();

		assert_int_equal(
			ig_verity_write(out, root, salt, data, T_KEY, &t_err),
			-1);
		assert_int_equal(t_err.code, IG_EFORMAT);
		assert_non_null(strstr(t_err.msg, "whole blocks"));
	}
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(veritysetup_verifies_every_depth),
		T(one_block_is_its_own_root),
		T(any_byte_changes_the_root),
		T(bytes_do_not_depend_on_threads),
		T(parts_of_blocks_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
