/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include "pax.h"

static void counts_the_digits_of_the_length_too(void **state)
{
	static const struct {
		size_t value;
		const char *begins;
	} cases[] = {
		{ 0, "5 k=\n" },    { 3, "8 k=" },	 { 4, "9 k=" },
		{ 5, "11 k=" },	    { 92, "98 k=" },	 { 93, "99 k=" },
		{ 94, "101 k=" },   { 991, "998 k=" },	 { 992, "999 k=" },
		{ 993, "1001 k=" }, { 9990, "9998 k=" }, { 9992, "10001 k=" },
	};
	static char value[16384];

	(void)state;
	memset(value, 'v', sizeof(value));
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(T_MAX);

		assert_int_equal(
			ig_pax_add(&out, "k", value, cases[i].value, &t_err),
			0);
		assert_true(ig_starts(out.data, cases[i].begins));
		assert_int_equal(out.len, strtoul(out.data, NULL, 10));
		assert_int_equal(out.data[out.len - 1], '\n');
	}
}

static void keeps_nul_bytes_of_values(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(T_MAX);

	(void)state;
	assert_int_equal(ig_pax_add(&out, "k", "a\0b", 3, &t_err), 0);
	assert_int_equal(out.len, 8);
	assert_memory_equal(out.data, "8 k=a\0b\n", 8);
}

static void write_head(struct ig_buf *out, const struct ig_ustar *head)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;

	ig_buf_init(out, T_MAX);
	sink = ig_sink_buf(out, &t_err);
	assert_int_equal(ig_ustar_write(sink, head, &t_err), 0);
	assert_int_equal(out->len, IG_TAR_BLOCK);
}

static void writes_the_fields_of_a_ustar_header(void **state)
{
	struct ig_ustar head = { .name = "usr/bin/x",
				 .link = "y",
				 .mode = 04755,
				 .uid = 1,
				 .gid = 8,
				 .size = 511,
				 .mtime = 64,
				 .major = 8,
				 .minor = 9,
				 .type = '0' };
	IG_AUTO(ig_buf_done) struct ig_buf out;
	unsigned sum = 8 * ' ';

	(void)state;
	write_head(&out, &head);
	assert_string_equal(out.data, "usr/bin/x");
	assert_string_equal(out.data + 100, "0004755");
	assert_string_equal(out.data + 108, "0000001");
	assert_string_equal(out.data + 116, "0000010");
	assert_string_equal(out.data + 124, "00000000777");
	assert_string_equal(out.data + 136, "00000000100");
	assert_int_equal(out.data[156], '0');
	assert_string_equal(out.data + 157, "y");
	assert_memory_equal(out.data + 257,
			    "ustar\0"
			    "00",
			    8);
	assert_string_equal(out.data + 329, "0000010");
	assert_string_equal(out.data + 337, "0000011");
	for (int i = 0; i < IG_TAR_BLOCK; i++)
		if (i < 148 || i >= 156)
			sum += (unsigned char)out.data[i];
	assert_int_equal(strtoul(out.data + 148, NULL, 8), sum);
}

static void writes_zero_for_what_does_not_fit(void **state)
{
	struct ig_ustar head = { .name = "x",
				 .uid = 07777777,
				 .gid = 010000000,
				 .size = 077777777777,
				 .mtime = 0100000000000,
				 .type = '0' };
	IG_AUTO(ig_buf_done) struct ig_buf out;
	IG_AUTO(ig_buf_done) struct ig_buf old;

	(void)state;
	write_head(&out, &head);
	assert_string_equal(out.data + 108, "7777777");
	assert_string_equal(out.data + 116, "0000000");
	assert_string_equal(out.data + 124, "77777777777");
	assert_string_equal(out.data + 136, "00000000000");
	head.mtime = -1;
	head.size = 0100000000000;
	write_head(&old, &head);
	assert_string_equal(old.data + 124, "00000000000");
	assert_string_equal(old.data + 136, "00000000000");
}

static void cuts_names_to_the_ascii_that_fits(void **state)
{
	char name[160];
	struct ig_ustar head = { .name = "gr\xc3\xbcn", .type = '0' };
	IG_AUTO(ig_buf_done) struct ig_buf out;
	IG_AUTO(ig_buf_done) struct ig_buf full;

	(void)state;
	write_head(&out, &head);
	assert_string_equal(out.data, "grn");
	memset(name, 'n', sizeof(name));
	name[150] = '\0';
	head.name = name;
	write_head(&full, &head);
	assert_memory_equal(full.data, name, 100);
	assert_string_equal(full.data + 100, "0000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_the_digits_of_the_length_too),
		cmocka_unit_test(keeps_nul_bytes_of_values),
		cmocka_unit_test(writes_the_fields_of_a_ustar_header),
		cmocka_unit_test(writes_zero_for_what_does_not_fit),
		cmocka_unit_test(cuts_names_to_the_ascii_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
