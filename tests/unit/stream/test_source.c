/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#define TEXT "0123456789"

static int text_fd(void)
{
	struct ig_err err;
	int fd = -1;

	assert_int_equal(ig_spool_open(&fd, "/tmp", &err), 0);
	assert_int_equal(ig_write_all(fd, TEXT, 10, &err), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void reads_memory(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_source_closep)
	struct ig_source *src = ig_source_mem(TEXT, 10, &err);
	char data[8];

	(void)state;
	assert_int_equal(ig_source_read(src, data, 0, &err), 0);
	assert_int_equal(ig_source_read(src, data, 8, &err), 8);
	assert_memory_equal(data, "01234567", 8);
	assert_int_equal(ig_source_read(src, data, 8, &err), 2);
	assert_memory_equal(data, "89", 2);
	assert_int_equal(ig_source_read(src, data, 8, &err), 0);
	ig_source_close(NULL);
}

static void reads_and_closes_a_descriptor(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(100);
	int fd = text_fd();
	struct ig_source *src;

	(void)state;
	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	src = ig_source_fd(fd, &err);
	assert_int_equal(ig_slurp(&buf, src, &err), 0);
	assert_string_equal(buf.data, "456789");
	ig_source_close(src);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void reads_a_range(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(100);
	ig_autofd int fd = text_fd();
	struct ig_source *src = ig_source_range(fd, 3, 4, &err);

	(void)state;
	assert_int_equal(ig_slurp(&buf, src, &err), 0);
	assert_string_equal(buf.data, "3456");
	ig_source_close(src);
	src = ig_source_range(fd, 8, 3, &err);
	assert_int_equal(ig_slurp(&buf, src, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
	assert_string_equal(err.msg, "the file ends 1 bytes too early");
	ig_source_close(src);
	ig_err_clear(&err);
	src = ig_source_range(fd, UINT64_MAX - 1, UINT64_MAX, &err);
	assert_int_equal(ig_slurp(&buf, src, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
	ig_source_close(src);
	assert_true(fcntl(fd, F_GETFD) >= 0);
}

static void hashes_and_counts_what_passes(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(100);
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(&err);
	IG_AUTO(ig_source_closep)
	struct ig_source *mem = ig_source_mem(TEXT, 10, &err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *plain = NULL;
	char want[IG_SHA256_HEX];
	char got[IG_SHA256_HEX];
	uint64_t count = 0;

	(void)state;
	src = ig_source_hash(mem, hash, &count, &err);
	assert_int_equal(ig_slurp(&buf, src, &err), 0);
	assert_string_equal(buf.data, TEXT);
	assert_int_equal(count, 10);
	ig_hash_end_hex(hash, got);
	assert_int_equal(ig_hash_bytes(want, TEXT, 10, &err), 0);
	assert_string_equal(got, want);
	plain = ig_source_hash(mem, hash, NULL, &err);
	assert_int_equal(ig_slurp(&buf, plain, &err), 0);
}

static void slurps_up_to_the_maximum(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf ten = IG_BUF_INIT(10);
	IG_AUTO(ig_buf_done) struct ig_buf nine = IG_BUF_INIT(9);
	IG_AUTO(ig_source_closep)
	struct ig_source *first = ig_source_mem(TEXT, 10, &err);
	IG_AUTO(ig_source_closep)
	struct ig_source *second = ig_source_mem(TEXT, 10, &err);

	(void)state;
	assert_int_equal(ig_slurp(&ten, first, &err), 0);
	assert_string_equal(ten.data, TEXT);
	assert_int_equal(ig_slurp(&nine, second, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	assert_string_equal(err.msg, "more than 9 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_memory),
		cmocka_unit_test(reads_and_closes_a_descriptor),
		cmocka_unit_test(reads_a_range),
		cmocka_unit_test(hashes_and_counts_what_passes),
		cmocka_unit_test(slurps_up_to_the_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
