/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/stream.h>

static void writes_to_a_buffer_up_to_its_maximum(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(5);
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = ig_sink_buf(&buf, &err);

	(void)state;
	assert_int_equal(ig_sink_write(sink, "abc", 3, &err), 0);
	assert_int_equal(ig_sink_zero(sink, 2, &err), 0);
	assert_int_equal(ig_sink_write(sink, NULL, 0, &err), 0);
	assert_memory_equal(buf.data, "abc\0\0", 5);
	assert_int_equal(ig_sink_write(sink, "x", 1, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	assert_int_equal(ig_sink_finish(sink, &err), 0);
	ig_sink_close(NULL);
}

static void writes_to_a_borrowed_descriptor(void **state)
{
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;
	struct ig_sink *sink;
	char data[3];
	uint64_t size = 0;

	(void)state;
	assert_int_equal(ig_spool_open(&fd, "/tmp", &err), 0);
	sink = ig_sink_fd(fd, &err);
	assert_int_equal(ig_sink_write(sink, "abc", 3, &err), 0);
	assert_int_equal(ig_sink_zero(sink, 100000, &err), 0);
	assert_int_equal(ig_sink_finish(sink, &err), 0);
	ig_sink_close(sink);
	assert_int_equal(ig_pread_all(fd, data, 3, 0, &err), 0);
	assert_memory_equal(data, "abc", 3);
	assert_int_equal(ig_size_of(&size, fd, &err), 0);
	assert_int_equal(size, 100003);
}

static void reports_a_full_disk(void **state)
{
	struct ig_err err = { 0 };
	ig_autofd int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = ig_sink_fd(fd, &err);

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(ig_sink_zero(sink, 10, &err), -1);
	assert_int_equal(err.sys, ENOSPC);
}

static void hashes_on_the_way_or_to_nowhere(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(100);
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(&err);
	IG_AUTO(ig_sink_closep) struct ig_sink *to = ig_sink_buf(&buf, &err);
	char want[IG_SHA256_HEX];
	char got[IG_SHA256_HEX];

	(void)state;
	assert_int_equal(ig_hash_bytes(want, "ab", 2, &err), 0);
	for (int i = 0; i < 2; i++) {
		uint64_t count = 0;
		struct ig_sink *sink = ig_sink_hash(i ? to : NULL, hash,
						    i ? NULL : &count, &err);

		assert_int_equal(ig_sink_write(sink, "a", 1, &err), 0);
		assert_int_equal(ig_sink_write(sink, "b", 1, &err), 0);
		assert_int_equal(ig_sink_finish(sink, &err), 0);
		ig_sink_close(sink);
		assert_int_equal(count, i ? 0 : 2);
		ig_hash_end_hex(hash, got);
		assert_string_equal(got, want);
	}
	assert_string_equal(buf.data, "ab");
}

static void pumps_all_and_counts(void **state)
{
	static char data[1000000];
	struct ig_err err = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(sizeof(data));
	IG_AUTO(ig_buf_done) struct ig_buf small = IG_BUF_INIT(10);
	IG_AUTO(ig_source_closep)
	struct ig_source *src = ig_source_mem(data, sizeof(data), &err);
	IG_AUTO(ig_source_closep)
	struct ig_source *again = ig_source_mem(data, sizeof(data), &err);
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = ig_sink_buf(&buf, &err);
	IG_AUTO(ig_sink_closep)
	struct ig_sink *full = ig_sink_buf(&small, &err);
	uint64_t count = 0;

	(void)state;
	memset(data, 'x', sizeof(data));
	assert_int_equal(ig_pump(sink, src, &count, &err), 0);
	assert_int_equal(count, sizeof(data));
	assert_memory_equal(buf.data, data, sizeof(data));
	assert_int_equal(ig_pump(full, again, NULL, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_to_a_buffer_up_to_its_maximum),
		cmocka_unit_test(writes_to_a_borrowed_descriptor),
		cmocka_unit_test(reports_a_full_disk),
		cmocka_unit_test(hashes_on_the_way_or_to_nowhere),
		cmocka_unit_test(pumps_all_and_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
