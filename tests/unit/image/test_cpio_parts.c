/* SPDX-License-Identifier: Apache-2.0 */
#include "cpio_test.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ingot/io.h>

static const struct {
	enum ig_codec codec;
	int level;
} codecs[] = {
	{ IG_CODEC_NONE, 0 },
	{ IG_CODEC_GZIP, 1 },
	{ IG_CODEC_ZSTD, 3 },
};

/* Files of some 3 MiB each, of which a piece takes three. */
static struct ig_tree *big_tree(size_t files)
{
	static char data[3u << 20];
	struct ig_tree *tree = ig_tree_new(&t_err);
	uint32_t seed = 1;

	for (size_t i = 0; i < sizeof(data); i++) {
		seed = seed * 1664525 + 1013904223;
		data[i] = (char)("abcdefgh"[seed >> 29]);
	}
	for (size_t i = 0; i < files; i++) {
		char name[32];
		struct ig_inode *inode;

		snprintf(name, sizeof(name), "f%03zu", i);
		inode = t_add(tree, name, IG_FILE, 0644);
		inode->mem = data + i;
		inode->size = sizeof(data) - i;
	}
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	return tree;
}

static void parts(struct ig_buf *out, const struct ig_tree *tree, size_t how,
		  const char *threads)
{
	struct ig_encode_opts opts = t_opts();
	ig_autofd int fd = memfd_create("parts", MFD_CLOEXEC);
	uint64_t size;

	opts.key = T_KEY;
	setenv("INGOT_THREADS", threads, 1);
	if (ig_cpio_parts(fd, tree, &opts, (int)codecs[how].codec,
			  codecs[how].level, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	assert_int_equal(ig_size_of(&size, fd, &t_err), 0);
	ig_buf_init(out, T_MAX);
	assert_int_equal(ig_buf_reserve(out, (size_t)size, &t_err), 0);
	assert_int_equal(ig_pread_all(fd, out->data, (size_t)size, 0, &t_err),
			 0);
	out->len = (size_t)size;
}

static void decode(struct ig_buf *out, const struct ig_buf *in, size_t how)
{
	IG_AUTO(ig_source_closep)
	struct ig_source *mem = ig_source_mem(in->data, in->len, &t_err);
	IG_AUTO(ig_source_closep)
	struct ig_source *src =
		ig_source_decode(mem, codecs[how].codec, T_MAX, &t_err);

	ig_buf_init(out, T_MAX);
	assert_non_null(src);
	if (!in->len) /* nothing to compress: no frame at all */
		return;
	if (ig_slurp(out, src, &t_err) < 0)
		fail_msg("%s", t_err.msg);
}

static void equals_the_plain_archive_when_decompressed(void **state)
{
	static const size_t files[] = { 0, 1, 3, 7 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(files) * IG_COUNT(codecs); i++) {
		size_t how = i % IG_COUNT(codecs);
		IG_AUTO(ig_tree_freep)
		struct ig_tree *tree = big_tree(files[i / IG_COUNT(codecs)]);
		IG_AUTO(ig_buf_done) struct ig_buf want;
		IG_AUTO(ig_buf_done) struct ig_buf packed;
		IG_AUTO(ig_buf_done) struct ig_buf got;
		struct ig_encode_opts opts = t_opts();

		opts.key = T_KEY;
		t_encode(&want, ig_cpio_write, tree, &opts);
		parts(&packed, tree, how, "4");
		decode(&got, &packed, how);
		t_same(&got, &want);
	}
}

static void gives_the_same_bytes_for_any_number_of_threads(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = big_tree(9);

	(void)state;
	for (size_t i = 0; i < IG_COUNT(codecs); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf one;
		IG_AUTO(ig_buf_done) struct ig_buf four;

		parts(&one, tree, i, "1");
		parts(&four, tree, i, "4");
		t_same(&one, &four);
	}
}

static size_t count_frames(const struct ig_buf *buf)
{
	size_t n = 0;

	for (size_t i = 0; i + 4 <= buf->len; i++)
		n += memcmp(buf->data + i, "\x28\xb5\x2f\xfd", 4) == 0;
	return n;
}

static void cuts_at_entries_after_some_8_mib(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = big_tree(16);
	IG_AUTO(ig_buf_done) struct ig_buf out;

	(void)state;
	parts(&out, tree, 2, "2");
	assert_int_equal(count_frames(&out), 6);
}

/* A file over 64 MiB is not held in memory; what follows it is. */
static void streams_a_huge_file(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = big_tree(8);
	IG_AUTO(ig_buf_done) struct ig_buf one;
	IG_AUTO(ig_buf_done) struct ig_buf four;
	struct ig_inode *inode = t_add(tree, "f002huge", IG_FILE, 0644);
	ig_autofd int fd = memfd_create("huge", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(ftruncate(fd, 65 << 20), 0);
	inode->fd = fd;
	inode->size = 65u << 20;
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	parts(&one, tree, 2, "1");
	parts(&four, tree, 2, "4");
	t_same(&one, &four);
	assert_true(count_frames(&one) >= 4);
}

static void links_names_in_different_pieces(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = big_tree(10);
	IG_AUTO(ig_buf_done) struct ig_buf packed;
	IG_AUTO(ig_buf_done) struct ig_buf got;
	struct t_cpio first, last;

	(void)state;
	t_name(tree, "z", ig_tree_find(tree, "f000")->inode);
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	parts(&packed, tree, 2, "2");
	decode(&got, &packed, 2);
	first = t_cpio_find(&got, "f000");
	last = t_cpio_find(&got, "z");
	assert_int_equal(first.ino, last.ino);
	assert_int_equal(first.minor, last.minor);
	assert_int_equal(first.size, 0);
	assert_int_equal(last.size, 3u << 20);
}

static void fails_with_the_first_error_and_any_threads(void **state)
{
	static const char *const threads[] = { "1", "4" };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(threads); i++) {
		IG_AUTO(ig_tree_freep) struct ig_tree *tree = big_tree(12);
		struct ig_encode_opts opts = t_opts();
		struct ig_inode *bad = t_add(tree, "f005x", IG_FILE, 0644);
		ig_autofd int fd = memfd_create("parts", MFD_CLOEXEC);
		ig_autofd int none = memfd_create("none", MFD_CLOEXEC);

		bad->fd = none;
		bad->size = 10;
		assert_int_equal(ig_tree_sort(tree, &t_err), 0);
		setenv("INGOT_THREADS", threads[i], 1);
		assert_int_equal(ig_cpio_parts(fd, tree, &opts, IG_CODEC_ZSTD,
					       1, &t_err),
				 -1);
		assert_int_equal(t_err.code, IG_EFORMAT);
	}
}

static void refuses_a_file_of_4_gib_before_it_writes(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = big_tree(1);
	struct ig_encode_opts opts = t_opts();
	ig_autofd int fd = memfd_create("parts", MFD_CLOEXEC);
	uint64_t size;

	(void)state;
	t_file(tree, "z", "")->size = (uint64_t)1 << 32;
	assert_int_equal(
		ig_cpio_parts(fd, tree, &opts, IG_CODEC_ZSTD, 1, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_int_equal(ig_size_of(&size, fd, &t_err), 0);
	assert_int_equal(size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_plain_archive_when_decompressed),
		cmocka_unit_test(
			gives_the_same_bytes_for_any_number_of_threads),
		cmocka_unit_test(cuts_at_entries_after_some_8_mib),
		cmocka_unit_test(streams_a_huge_file),
		cmocka_unit_test(links_names_in_different_pieces),
		cmocka_unit_test(fails_with_the_first_error_and_any_threads),
		cmocka_unit_test(refuses_a_file_of_4_gib_before_it_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
