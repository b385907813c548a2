/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/rope.h>
#include <ingot/str.h>

#define SEED "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MIB  ((uint64_t)1 << 20)

static struct ig_err t_err;

static struct ig_rope *rope_of(const char *text, uint64_t zeros)
{
	struct ig_rope *rope = ig_rope_new(&t_err);

	assert_non_null(rope);
	assert_int_equal(ig_rope_mem(rope, text, strlen(text), &t_err), 0);
	assert_int_equal(ig_rope_zero(rope, zeros, &t_err), 0);
	return rope;
}

static struct ig_fat_opts opts_of(uint64_t size)
{
	return (struct ig_fat_opts){
		.label = "INGOT", .seed = SEED, .size = size, .time = 1700000001
	};
}

static uint64_t le(const unsigned char *p, size_t n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 8 | p[n];
	return value;
}

/* What any reader finds in the boot sector. */
struct seen {
	bool fat32;
	uint64_t total, clusters, fat, reserved, data, per_cluster;
};

static struct seen look(const struct ig_rope *rope, uint64_t at)
{
	unsigned char b[512];
	struct seen s;
	uint64_t root;

	assert_int_equal(ig_rope_read(rope, b, 512, at, &t_err), 0);
	assert_int_equal(le(b + 510, 2), 0xaa55);
	s.per_cluster = b[13];
	s.reserved = le(b + 14, 2);
	root = le(b + 17, 2) * 32 / 512;
	s.total = le(b + 19, 2) ? le(b + 19, 2) : le(b + 32, 4);
	s.fat32 = le(b + 22, 2) == 0;
	s.fat = s.fat32 ? le(b + 36, 4) : le(b + 22, 2);
	s.data = s.reserved + 2 * s.fat + root;
	s.clusters = (s.total - s.data) / s.per_cluster;
	return s;
}

/* A file that is gone when the test is. */
static int image_of(char name[64], const struct ig_rope *rope)
{
	int fd;

	snprintf(name, 64, "/tmp/ingot-fat-XXXXXX");
	fd = mkstemp(name);
	assert_true(fd >= 0);
	assert_int_equal(ig_rope_write(rope, fd, &t_err), 0);
	close(fd);
	return 0;
}

/* Whether the program, with "%" for @name, is content; its output. */
static bool reads(struct ig_buf *out, const char *name,
		  const char *const *words)
{
	static const char *const env[] = { "LC_ALL=C.UTF-8", "TZ=UTC",
					   "MTOOLS_SKIP_CHECK=1", NULL };
	const char *argv[12] = { NULL };
	struct ig_proc proc = {
		.argv = argv, .env = env, .in = -1, .out = -1, .err = -1
	};
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(1u << 20);

	for (size_t i = 0; words[i]; i++)
		argv[i] = strcmp(words[i], "%") == 0 ? name : words[i];
	if (!ig_proc_find(argv[0]))
		return true;
	ig_buf_clear(out);
	if (ig_proc_run(&proc, out, &said, &t_err) == 0)
		return true;
	print_error("%s: %s\n%s\n%s\n", argv[0], t_err.msg,
		    out->data ? out->data : "", said.data ? said.data : "");
	return false;
}

static bool fsck(const struct ig_rope *rope)
{
	static const char *const words[] = { "fsck.fat", "-n", "-v", "%",
					     NULL };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	char name[64];
	bool good;

	image_of(name, rope);
	good = reads(&out, name, words);
	unlink(name);
	return good;
}

static struct ig_rope *write_fat(const struct ig_fat_file *files, size_t n,
				 const struct ig_fat_opts *opts)
{
	struct ig_rope *rope = ig_rope_new(&t_err);

	assert_non_null(rope);
	if (ig_fat_write(rope, files, n, opts, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	return rope;
}

static void is_fat32_from_65525_clusters_on(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("hello", 0);
	struct ig_fat_file file = { "A/B.TXT", data };
	uint64_t least = 0;

	(void)state;
	/* Around 65525 sectors of 512 bytes and what goes before them. */
	for (uint64_t sectors = 66570; sectors < 66610; sectors++) {
		struct ig_fat_opts opts = opts_of(sectors * 512);
		IG_AUTO(ig_rope_freep)
		struct ig_rope *rope = write_fat(&file, 1, &opts);
		struct seen s = look(rope, 0);

		assert_int_equal(ig_rope_size(rope), sectors * 512);
		assert_int_equal(s.total, sectors);
		assert_int_equal(s.fat32, s.clusters >= 65525);
		assert_int_equal(s.data % 8, 0);
		assert_true(s.fat * 512 >=
			    (s.clusters + 2) * (s.fat32 ? 4 : 2));
		if (s.fat32 && !least) {
			least = sectors;
			assert_int_equal(s.clusters, 65525);
		}
		if (!least || sectors == least)
			assert_true(fsck(rope));
	}
	assert_true(least > 0);
}

static void takes_every_size_that_fat_can_have(void **state)
{
	static const struct {
		uint64_t sectors;
		bool fat32;
		unsigned int per_cluster;
	} cases[] = {
		{ 4157, false, 1 },  { 4158, false, 1 },  { 8200, false, 1 },
		{ 24576, false, 4 }, { 32768, false, 8 }, { 65535, false, 8 },
		{ 65536, false, 8 }, { 66559, false, 8 }, { 69632, true, 1 },
		{ 131072, true, 1 }, { 133120, true, 2 }, { 262144, true, 2 },
		{ 524288, true, 4 }, { 528384, true, 8 }, { 1 << 23, true, 8 },
	};
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("hello", 70000);
	struct ig_fat_file file = { "A/B.TXT", data };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_fat_opts opts = opts_of(cases[i].sectors * 512);
		IG_AUTO(ig_rope_freep)
		struct ig_rope *rope = write_fat(&file, 1, &opts);
		struct seen s = look(rope, 0);

		assert_int_equal(s.fat32, cases[i].fat32);
		assert_int_equal(s.per_cluster, cases[i].per_cluster);
		assert_int_equal(s.total, cases[i].sectors);
		assert_true(fsck(rope));
	}
}

static void takes_the_size_that_content_needs(void **state)
{
	static const struct {
		uint64_t content, reserve;
		bool fat32;
		unsigned int per_cluster;
	} cases[] = {
		{ 0, 0, false, 1 },
		{ MIB, 0, false, 1 },
		{ 3 * MIB, MIB, false, 2 },
		{ 20 * MIB, 0, false, 8 },
		{ 31 * MIB, 0, false, 8 },
		{ 32 * MIB, 0, true, 1 },
		{ 30 * MIB, 4 * MIB, true, 1 },
		{ 65 * MIB, 0, true, 2 },
		{ 200 * MIB, 0, true, 4 },
		{ 0, 300 * MIB, true, 8 },
		{ 1000 * MIB, 0, true, 8 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_rope_freep)
		struct ig_rope *data = rope_of("", cases[i].content);
		struct ig_fat_file file = { "big.img", data };
		struct ig_fat_opts opts = opts_of(0);
		struct seen s;

		opts.reserve = cases[i].reserve;
		IG_AUTO(ig_rope_freep)
		struct ig_rope *rope = write_fat(&file, 1, &opts);
		s = look(rope, 0);
		assert_int_equal(s.fat32, cases[i].fat32);
		assert_int_equal(s.per_cluster, cases[i].per_cluster);
		assert_int_equal(s.total * 512, ig_rope_size(rope));
		assert_true(s.clusters * s.per_cluster * 512 >=
			    cases[i].content + cases[i].reserve);
		assert_true(fsck(rope));
	}
}

static void refuses_what_fat_cannot_have(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("x", 0);
	IG_AUTO(ig_rope_freep)
	struct ig_rope *huge = rope_of("", (uint64_t)1 << 32);
	char many[300];
	const struct {
		const char *a, *b;
		const struct ig_rope *data;
		uint64_t size;
		enum ig_code code;
		const char *part;
	} cases[] = {
		{ "A", "a", data, 0, IG_EFORMAT, "'A' and 'a' differ only" },
		{ "EFI/A", "efi/B", data, 0, IG_EFORMAT, "'EFI' and 'efi'" },
		{ "\xc3\x84", "\xc3\xa4", data, 0, IG_EFORMAT, "only in case" },
		{ "A", "A", data, 0, IG_EFORMAT, "'A' is there twice" },
		{ "A", "A/B", data, 0, IG_EFORMAT, "a file and a folder" },
		{ "A/B", "A", data, 0, IG_EFORMAT, "a file and a folder" },
		{ "", NULL, data, 0, IG_EFORMAT, "an empty component" },
		{ "/A", NULL, data, 0, IG_EFORMAT, "an empty component" },
		{ "A//B", NULL, data, 0, IG_EFORMAT, "an empty component" },
		{ "A/", NULL, data, 0, IG_EFORMAT, "an empty component" },
		{ "..", NULL, data, 0, IG_EFORMAT, "a dot or a space" },
		{ "A/./B", NULL, data, 0, IG_EFORMAT, "a dot or a space" },
		{ "A.", NULL, data, 0, IG_EFORMAT, "a dot or a space" },
		{ "A ", NULL, data, 0, IG_EFORMAT, "a dot or a space" },
		{ "A?", NULL, data, 0, IG_EFORMAT, "one of" },
		{ "A\nB", NULL, data, 0, IG_EFORMAT, "a control character" },
		{ "A\xff", NULL, data, 0, IG_EFORMAT, "not UTF-8" },
		{ many, NULL, data, 0, IG_EFORMAT, "more than 255" },
		{ "A", NULL, huge, 0, IG_ELIMIT, "at most 4 GiB - 1" },
		{ "A", NULL, data, 513, IG_EFORMAT, "multiple of 512" },
		{ "A", NULL, data, 4156 * 512, IG_ELIMIT,
		  "cannot have 2127872" },
		{ "A", NULL, data, 3 * MIB * MIB, IG_ELIMIT, "2 TiB" },
	};

	(void)state;
	memset(many, 'a', sizeof(many));
	many[256] = '\0';
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_fat_file files[] = {
			{ cases[i].a, cases[i].data },
			{ cases[i].b, data },
		};
		struct ig_fat_opts opts = opts_of(cases[i].size);
		IG_AUTO(ig_rope_freep)
		struct ig_rope *rope = ig_rope_new(&t_err);

		assert_int_equal(ig_fat_write(rope, files, cases[i].b ? 2 : 1,
					      &opts, &t_err),
				 -1);
		assert_int_equal(t_err.code, cases[i].code);
		if (!strstr(t_err.msg, cases[i].part))
			fail_msg("'%s' is not in '%s'", cases[i].part,
				 t_err.msg);
	}
}

static void refuses_bad_options(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("", 8 * MIB);
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);
	struct ig_fat_file file = { "A", data };
	struct ig_fat_opts opts = opts_of(8 * MIB);
	static const char code[421];

	(void)state;
	assert_int_equal(ig_fat_write(rope, &file, 1, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "too small for its files"));
	opts = opts_of(0);
	opts.reserve = UINT64_MAX;
	assert_int_equal(ig_fat_write(rope, &file, 1, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	opts = opts_of(16 * MIB);
	opts.boot_code = code;
	opts.boot_code_len = 420;
	assert_int_equal(ig_fat_write(rope, &file, 1, &opts, &t_err), -1);
	assert_non_null(strstr(t_err.msg, "FAT32 volume cannot have"));
	opts.boot_code_len = 421;
	assert_int_equal(ig_fat_write(rope, &file, 1, &opts, &t_err), -1);
	assert_non_null(strstr(t_err.msg, "boot code of 421 bytes"));
	opts = opts_of(0);
	opts.label = "lower";
	assert_int_equal(ig_fat_write(rope, &file, 1, &opts, &t_err), -1);
	assert_non_null(strstr(t_err.msg, "volume label 'lower'"));
	opts.label = "TWELVE-CHARS";
	assert_int_equal(ig_fat_write(rope, &file, 1, &opts, &t_err), -1);
}

static void keeps_the_parameters_with_boot_code(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("x", 0);
	struct ig_fat_file file = { "LDLINUX.SYS", data };
	struct ig_fat_opts opts = opts_of(0);
	unsigned char code[420], boot[4096], info[512];
	struct seen s;

	(void)state;
	memset(code, 0xc3, sizeof(code));
	opts.boot_code = code;
	opts.boot_code_len = sizeof(code);
	opts.hidden = 2048;
	IG_AUTO(ig_rope_freep)
	struct ig_rope *rope = write_fat(&file, 1, &opts);
	s = look(rope, 0);
	assert_true(s.fat32);
	assert_int_equal(s.clusters, 65525);
	assert_int_equal(ig_rope_read(rope, boot, sizeof(boot), 0, &t_err), 0);
	assert_memory_equal(boot, "\xeb\x58\x90", 3);
	assert_int_equal(le(boot + 28, 4), 2048);
	assert_memory_equal(boot + 0x5a, code, sizeof(code));
	assert_memory_equal(boot + 71, "INGOT      FAT32   ", 19);
	/* The second boot sector and the second FSInfo. */
	assert_memory_equal(boot, boot + 6 * 512, 1024);
	memcpy(info, boot + 512, 512);
	assert_memory_equal(info, "RRaA", 4);
	assert_memory_equal(info + 484, "rrAa", 4);
	assert_int_equal(le(info + 488, 4), 65525 - 2);
	assert_int_equal(le(info + 492, 4), 4);
	assert_true(fsck(rope));
}

static void tells_where_files_are(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *small = rope_of("small", 0);
	IG_AUTO(ig_rope_freep) struct ig_rope *empty = rope_of("", 0);
	IG_AUTO(ig_rope_freep) struct ig_rope *large = rope_of("large", 100000);
	struct ig_fat_file files[] = { { "a", small },
				       { "b/empty", empty },
				       { "b/c/large", large } };
	struct ig_fat_opts opts = opts_of(40 * MIB);
	uint64_t where[3] = { 1, 1, 1 };
	char text[8] = "";

	(void)state;
	opts.where = where;
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = rope_of("before", 1000);
	assert_int_equal(ig_fat_write(rope, files, 3, &opts, &t_err), 0);
	assert_int_equal(ig_rope_size(rope), 1006 + 40 * MIB);
	assert_int_equal(where[1], 0);
	assert_int_equal(where[2] % 4096, 0);
	assert_int_equal(ig_rope_read(rope, text, 5, 1006 + where[0], &t_err),
			 0);
	assert_string_equal(text, "small");
	assert_int_equal(ig_rope_read(rope, text, 5, 1006 + where[2], &t_err),
			 0);
	assert_string_equal(text, "large");
}

static const struct {
	const char *name, *alias; /* as mdir shows it */
} names[] = {
	{ "UPPER.TXT", "UPPER    TXT" },
	{ "lower.txt", "LOWER    TXT" },
	{ "vmlinuz-6.1.0-27-amd64", "VMLINU~1 0-2" },
	{ "vmlinuz-6.1.0-27-arm64", "VMLINU~2 0-2" },
	{ "LONGNA~1.TXT", "LONGNA~1 TXT" },
	{ "long name of a file.text", "LONGNA~1 TEX" },
	{ "long name of a file.txt", "LONGNA~2 TXT" },
	{ "exactly13char", "EXACTL~1" },
	{ "a+b=c", "A_B_C~1" },
	{ ".hidden", "HIDDEN~1" },
	{ "two.dots.x", "TWODOT~1 X" },
	{ "Gr\xc3\xb6\xc3\x9f"
	  "e.txt",
	  "GR__E~1  TXT" },
};

static void writes_names_that_mtools_reads(void **state)
{
	static const char *const dir[] = {
		"mdir", "-i", "%", "-a", "::/d", NULL
	};
	struct ig_fat_file files[IG_COUNT(names)];
	struct ig_rope *data[IG_COUNT(names)];
	char *paths[IG_COUNT(names)];
	struct ig_fat_opts opts = opts_of(0);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	char name[64];
	bool good = true;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		data[i] = rope_of(names[i].name, i * 700);
		paths[i] = ig_format(&t_err, "d/%s", names[i].name);
		files[i] = (struct ig_fat_file){ paths[i], data[i] };
	}
	IG_AUTO(ig_rope_freep)
	struct ig_rope *rope = write_fat(files, IG_COUNT(names), &opts);
	assert_true(fsck(rope));
	image_of(name, rope);
	good = reads(&out, name, dir);
	for (size_t i = 0; good && out.len && i < IG_COUNT(names); i++) {
		ig_autofree char *from = ig_format(&t_err, "::/%s", paths[i]);
		const char *const copy[] = {
			"mcopy", "-i", "%", from, "-", NULL
		};
		IG_AUTO(ig_buf_done) struct ig_buf got = IG_BUF_INIT(1u << 20);

		/* An exact name is shown as it is, else by its alias. */
		if (!strstr(out.data, names[i].alias) &&
		    strcmp(names[i].name, "lower.txt") != 0)
			good = (print_error("no '%s' in\n%s", names[i].alias,
					    out.data),
				false);
		good = good && reads(&got, name, copy);
		if (good) {
			assert_int_equal(got.len, ig_rope_size(data[i]));
			assert_memory_equal(got.data, names[i].name,
					    strlen(names[i].name));
		}
	}
	if (out.len)
		assert_non_null(strstr(out.data, "2023-11-14  22:13"));
	unlink(name);
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		ig_rope_free(data[i]);
		free(paths[i]);
	}
	assert_true(good);
}

/* Every file holds its own path: compare what mcopy takes out with it. */
static bool comes_out_again(const struct ig_rope *rope, const char *from,
			    const struct ig_fat_file *files, size_t n)
{
	char name[64], dir[] = "/tmp/ingot-fat-XXXXXX";
	const char *const copy[] = { "mcopy", "-s", "-n", "-i",
				     "%",     from, dir,  NULL };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	bool good, there = ig_proc_find("mcopy");

	assert_non_null(mkdtemp(dir));
	image_of(name, rope);
	good = reads(&out, name, copy);
	for (size_t i = 0; there && good && i < n; i++) {
		IG_AUTO(ig_buf_done) struct ig_buf got = IG_BUF_INIT(4096);
		ig_autofree char *path =
			ig_format(&t_err, "%s/%s", dir, files[i].path);

		good = ig_read_file(&got, AT_FDCWD, path, &t_err) == 0 &&
		       strcmp(got.data, files[i].path) == 0;
		if (!good)
			print_error("%s: %s\n", path, t_err.msg);
		unlink(path);
	}
	ig_autofree char *many = ig_format(&t_err, "%s/many", dir);
	rmdir(many);
	rmdir(dir);
	unlink(name);
	return good;
}

/* In a folder, and in the root, whose room is fixed on FAT16. */
static void holds_a_thousand_files_in_a_folder(void **state)
{
	enum {
		N = 1000
	};
	static const struct {
		const char *prefix, *from;
		uint64_t size;
	} cases[] = {
		{ "many/a name that is longer than 8.3 ", "::/many", 0 },
		{ "many/a name that is longer than 8.3 ", "::/many", 40 * MIB },
		{ "a rather long name ", "::/", 0 },
		{ "a rather long name ", "::/", 40 * MIB },
	};
	static struct ig_fat_file files[N];
	static struct ig_rope *data[N];

	(void)state;
	for (size_t c = 0; c < IG_COUNT(cases); c++) {
		struct ig_fat_opts opts = opts_of(cases[c].size);

		for (size_t i = 0; i < N; i++) {
			char *path = ig_format(&t_err, "%s%zu.text",
					       cases[c].prefix, i);

			data[i] = rope_of(path, 0);
			files[i] = (struct ig_fat_file){ path, data[i] };
		}
		IG_AUTO(ig_rope_freep)
		struct ig_rope *rope = write_fat(files, N, &opts);
		assert_true(fsck(rope));
		assert_int_equal(look(rope, 0).fat32, cases[c].size != 0);
		/* mcopy names the root's copy by the volume: not compared. */
		assert_true(cases[c].from[3] == '\0' ||
			    comes_out_again(rope, cases[c].from, files, N));
		for (size_t i = 0; i < N; i++) {
			ig_rope_free(data[i]);
			free((char *)(uintptr_t)files[i].path);
		}
	}
}

static void refuses_more_names_than_a_folder_holds(void **state)
{
	enum {
		N = 65537
	};
	struct ig_fat_file *files = calloc(N, sizeof(*files));
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("", 0);
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);
	struct ig_fat_opts opts = opts_of(0);

	(void)state;
	for (size_t i = 0; i < N; i++)
		files[i] =
			(struct ig_fat_file){ ig_format(&t_err, "D/%08zu", i),
					      data };
	assert_int_equal(ig_fat_write(rope, files, N, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "too many names"));
	for (size_t i = 0; i < N; i++)
		free((char *)(uintptr_t)files[i].path);
	free(files);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_fat32_from_65525_clusters_on),
		cmocka_unit_test(takes_every_size_that_fat_can_have),
		cmocka_unit_test(takes_the_size_that_content_needs),
		cmocka_unit_test(refuses_what_fat_cannot_have),
		cmocka_unit_test(refuses_bad_options),
		cmocka_unit_test(keeps_the_parameters_with_boot_code),
		cmocka_unit_test(tells_where_files_are),
		cmocka_unit_test(writes_names_that_mtools_reads),
		cmocka_unit_test(holds_a_thousand_files_in_a_folder),
		cmocka_unit_test(refuses_more_names_than_a_folder_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
