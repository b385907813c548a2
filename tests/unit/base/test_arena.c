/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

static void gives_zeroed_aligned_memory(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_arena_freep)
	struct ig_arena *arena = ig_arena_new((size_t)1 << 24, &err);

	(void)state;
	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *p = ig_arena_alloc(arena, size, &err);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
	}
}

static void gives_pieces_larger_than_a_chunk(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_arena_freep)
	struct ig_arena *arena = ig_arena_new((size_t)1 << 24, &err);
	char *small = ig_arena_str(arena, "small", &err);
	char *large = ig_arena_alloc(arena, 1000000, &err);

	(void)state;
	assert_non_null(large);
	memset(large, 1, 1000000);
	assert_string_equal(ig_arena_str(arena, "after", &err), "after");
	assert_string_equal(small, "small");
}

static void stops_at_its_limit(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_arena_freep)
	struct ig_arena *arena = ig_arena_new(64, &err);

	(void)state;
	assert_non_null(ig_arena_alloc(arena, 48, &err));
	assert_null(ig_arena_alloc(arena, 17, &err));
	assert_int_equal(err.code, IG_ELIMIT);
	assert_string_equal(err.msg, "more than 64 bytes of memory");
	assert_non_null(ig_arena_alloc(arena, 16, &err));
	assert_null(ig_arena_alloc(arena, 1, &err));
	assert_null(ig_arena_strn(arena, "", 0, &err));
	assert_null(ig_arena_printf(arena, &err, "%d", 1));
}

static void refuses_sizes_that_overflow(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_arena_freep)
	struct ig_arena *arena = ig_arena_new(SIZE_MAX, &err);

	(void)state;
	assert_null(ig_arena_array(arena, SIZE_MAX / 2, 3, &err));
	assert_int_equal(err.code, IG_ELIMIT);
	ig_err_clear(&err);
	assert_null(ig_arena_alloc(arena, SIZE_MAX - 3, &err));
	assert_int_equal(err.code, IG_ELIMIT);
	ig_err_clear(&err);
	assert_null(ig_arena_strn(arena, "", SIZE_MAX, &err));
	assert_int_equal(err.code, IG_ELIMIT);
}

static void copies_text(void **state)
{
	static const char raw[] = { 'a', 'b', 'c' }; /* no NUL */
	struct ig_err err = { 0 };
	IG_AUTO(ig_arena_freep)
	struct ig_arena *arena = ig_arena_new(1000, &err);

	(void)state;
	assert_string_equal(ig_arena_strn(arena, raw, 3, &err), "abc");
	assert_string_equal(ig_arena_str(arena, "", &err), "");
	assert_string_equal(ig_arena_printf(arena, &err, "%s/%d", "x", 5),
			    "x/5");
	assert_non_null(ig_arena_array(arena, 0, 8, &err));
	ig_arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(gives_pieces_larger_than_a_chunk),
		cmocka_unit_test(stops_at_its_limit),
		cmocka_unit_test(refuses_sizes_that_overflow),
		cmocka_unit_test(copies_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
