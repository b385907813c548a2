/* SPDX-License-Identifier: Apache-2.0 */
#include "iso_test.h"

struct names {
	size_t n, dups, unsorted;
	unsigned char version; /* bytes of ";1" */
	unsigned char last[256];
	unsigned char last_len;
};

static void see_name(void *ctx, const unsigned char *record)
{
	struct names *names = ctx;
	unsigned char len = record[32];

	/* A version does not count, nor a dot without an extension. */
	if (!(record[25] & 2))
		len = (unsigned char)(len - names->version);
	if (names->version == 2 && record[33 + len - 1] == '.')
		len--;
	/* In order, so that equal ones lie side by side. */
	if (names->n) {
		size_t less = len < names->last_len ? len : names->last_len;
		int order = memcmp(names->last, record + 33, less);

		names->dups += !order && len == names->last_len;
		names->unsorted += order > 0;
	}
	memcpy(names->last, record + 33, len);
	names->last_len = len;
	names->n++;
}

static void says_where_each_file_is(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *a = text_rope("hello");
	IG_AUTO(ig_rope_freep) struct ig_rope *b = big_rope(5000);
	IG_AUTO(ig_rope_freep) struct ig_rope *c = text_rope("");
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	const struct ig_iso_file files[] = { { "z/hello", a, 0600 },
					     { "b", b, 0 },
					     { "empty", c, 0 } };
	struct ig_iso_opts opts = basic;
	unsigned char got[5000], want[5000];
	uint64_t where[3];

	(void)state;
	opts.where = where;
	image = make(NULL, files, 3, &opts);
	get(image, where[0], got, 5);
	assert_memory_equal(got, "hello", 5);
	get(image, where[1], got, 5000);
	get(b, 0, want, 5000);
	assert_memory_equal(got, want, 5000);
	assert_int_equal(get32(image, 16 * BLOCK + 80),
			 ig_rope_size(image) / BLOCK);
	get(image, 16 * BLOCK + 813, got, 34);
	assert_memory_equal(got, "2023111422132000\0", 17);
	assert_memory_equal(got + 17, "20231114221320", 14);
}

static void makes_the_same_bytes_whatever_the_order(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *a = text_rope("a");
	IG_AUTO(ig_rope_freep) struct ig_rope *b = text_rope("b");
	IG_AUTO(ig_rope_freep) struct ig_rope *one = NULL;
	IG_AUTO(ig_rope_freep) struct ig_rope *two = NULL;
	IG_AUTO(ig_rope_freep) struct ig_rope *three = NULL;
	const struct ig_iso_file files[] = { { "d/Same", a, 0 },
					     { "d/same", b, 0 } };
	const struct ig_iso_file back[] = { { "d/same", b, 0 },
					    { "d/Same", a, 0 } };
	struct ig_iso_opts other = basic;

	(void)state;
	one = make(NULL, files, 2, &basic);
	two = make(NULL, back, 2, &basic);
	assert_true(same_bytes(one, two));
	other.time++;
	three = make(NULL, back, 2, &other);
	assert_false(same_bytes(one, three));
}

static void makes_clashing_names_unique(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	struct names plain = { .version = 2 }, joliet = { .version = 4 };
	char name[256];

	(void)state;
	assert_non_null(tree);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%080d-%03d.txt", 0, i);
		t_file(tree, name, "x");
		snprintf(name, sizeof(name), "Dir.%c%c", 'A' + i % 16,
			 'a' + i / 16);
		t_add(tree, name, IG_DIR, 0755);
	}
	/* What the numbers are going to be is taken already. */
	t_file(tree, "000000000000000000000.txt", "x");
	t_file(tree, "DIR_AA0", "x");
	t_file(tree, "DIR_AA", "x");
	t_file(tree, "dir_aa.", "x");
	t_file(tree, "\xff\xfe", "x");
	t_file(tree, "\xff\xfd", "x");
	t_file(tree, "\xf0\x9f\x98\x80", "x");
	t_file(tree, ".hidden", "x");
	t_file(tree, "a*b", "x");
	t_file(tree, "a?b", "x");
	image = make(tree, NULL, 0, &basic);
	walk_volume(image, 16, see_name, &plain);
	walk_volume(image, 17, see_name, &joliet);
	assert_int_equal(plain.n, 610);
	assert_int_equal(joliet.n, 610);
	assert_int_equal(plain.dups + joliet.dups, 0);
	assert_int_equal(plain.unsorted + joliet.unsorted, 0);
}

static void numbers_many_clashing_names_quickly(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	struct names plain = { .version = 2 };
	char name[256];

	(void)state;
	assert_non_null(tree);
	for (int i = 0; i < 50000; i++) {
		snprintf(name, sizeof(name), "%0100d", i);
		t_file(tree, name, "");
	}
	image = make(tree, NULL, 0, &basic);
	walk_volume(image, 16, see_name, &plain);
	assert_int_equal(plain.n, 50000);
	assert_int_equal(plain.dups, 0);
}

static void puts_files_besides_a_tree(void **state)
{
	static const char *const list[] = { "bsdtar", "-tvf", "FILE", NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *text = text_rope("kernel");
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);
	const struct ig_iso_file file = { "boot/kernel", text, 0400 };
	struct ig_xattr xattr = { "user.x", "y", 1 };
	struct ig_inode *inode;

	(void)state;
	assert_non_null(tree);
	t_listen();
	t_add(tree, "boot", IG_DIR, 0700)->uid = 7;
	inode = t_file(tree, "boot/later", "x");
	inode->mtime = TIME + 86400;
	inode->xattrs = &xattr;
	inode->xattrs_n = 1;
	image = make(tree, &file, 1, &basic);
	assert_int_equal(t_warnings, 1);
	ask(&said, image, list);
	assert_non_null(strstr(said.data, "drwx------  2 7"));
	assert_non_null(strstr(said.data, "Nov 14  2023 boot/kernel\n"));
	assert_non_null(strstr(said.data, "Nov 14  2023 boot/later\n"));
	assert_non_null(strstr(said.data, "-r--------"));
}

static void refuses_more_folders_than_path_tables_hold(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	char name[32];

	(void)state;
	assert_non_null(tree);
	for (int i = 0; i < 65600; i++) {
		snprintf(name, sizeof(name), "d%05d", i);
		t_add(tree, name, IG_DIR, 0755);
	}
	image = make(tree, NULL, 0, &basic);
	assert_non_null(image);
	t_add(tree, "d65599/sub", IG_DIR, 0755);
	assert_int_equal(ig_iso_tree(out, tree, NULL, 0, &basic, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "only 65535 of them"));
}

static void refuses_links_that_lead_nowhere(void **state)
{
	static const struct {
		size_t len;
		enum ig_code code;
		const char *part;
	} t[] = {
		{ 0, IG_EFORMAT, "'l' has no target" },
		{ 5000, IG_ELIMIT, "a target of 5000 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(t); i++) {
		IG_AUTO(ig_tree_freep)
		struct ig_tree *tree = ig_tree_new(&t_err);
		IG_AUTO(ig_rope_freep)
		struct ig_rope *out = ig_rope_new(&t_err);
		char target[5001];

		memset(target, 'x', t[i].len);
		target[t[i].len] = '\0';
		t_symlink(tree, "l", target);
		assert_int_equal(
			ig_iso_tree(out, tree, NULL, 0, &basic, &t_err), -1);
		assert_int_equal(t_err.code, t[i].code);
		assert_non_null(strstr(t_err.msg, t[i].part));
	}
}

static void leaves_what_is_no_file_out_of_joliet(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	size_t plain = 0, joliet = 0;

	(void)state;
	image = make(tree, NULL, 0, &basic);
	walk_volume(image, 16, add_count, &plain);
	walk_volume(image, 17, add_count, &joliet);
	assert_int_equal(plain, 8);
	assert_int_equal(joliet, 4);
}

static void splits_files_of_4_gib_into_extents(void **state)
{
	static const char *const argv[] = { "bsdtar", "-tvf", "FILE", NULL };
	IG_AUTO(ig_rope_freep) struct ig_rope *big = ig_rope_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);
	const struct ig_iso_file file = { "big", big, 0 };
	struct ig_iso_opts opts = basic;
	size_t records = 0;
	uint64_t where;
	char end[3];

	(void)state;
	assert_int_equal(ig_rope_zero(big, 5120 * MIB, &t_err), 0);
	assert_int_equal(ig_rope_mem(big, "end", 3, &t_err), 0);
	opts.where = &where;
	image = make(NULL, &file, 1, &opts);
	get(image, where + 5120 * MIB, end, 3);
	assert_memory_equal(end, "end", 3);
	walk_volume(image, 16, add_count, &records);
	assert_int_equal(records, 2);
	ask(&said, image, argv);
	assert_non_null(strstr(said.data, " 5368709123 "));
}

/* Two files, "text" both unless @empty says of the first. */
static const struct refusal {
	const char *a, *b;
	struct ig_iso_boot boot;
	const char *label;
	size_t area;
	bool empty;
	enum ig_code code;
	const char *part;
} refusals[] = {
	{ "a", "a", .code = IG_EFORMAT, .part = "'a' is in the image already" },
	{ "a", "a/b", .code = IG_EFORMAT, .part = "no folder" },
	{ "a/b", "a", .code = IG_EFORMAT, .part = "already" },
	{ "../a", "b", .code = IG_EFORMAT, .part = "'../a' is no path" },
	{ "/a", "b", .code = IG_EFORMAT, .part = "'/a' is no path" },
	{ "a/", "b", .code = IG_EFORMAT, .part = "'a/' is no path" },
	{ "", "b", .code = IG_EFORMAT, .part = "'' is no path" },
	{ "a", "b", .boot = { 0, "c", 4, true }, .code = IG_ENOENT,
	  .part = "'c' is not in the ISO image" },
	{ "d/a", "b", .boot = { 0, "d", 4, true }, .code = IG_EFORMAT,
	  .part = "'d' is not a file" },
	{ "a", "b", .boot = { 0, "a", 4, false }, .empty = true,
	  .code = IG_EFORMAT, .part = "'a' is not a file with content" },
	{ "a", "b", .boot = { 0, "a", 4, true }, .code = IG_EFORMAT,
	  .part = "too short for a boot info" },
	{ "a", "b", .label = "a label that is longer than 32 chars",
	  .code = IG_ELIMIT, .part = "longer than 32" },
	{ "a", "b", .label = "\xc3\xa4", .code = IG_EFORMAT,
	  .part = "not plain ASCII" },
	{ "a", "b", .area = 32769, .code = IG_ELIMIT,
	  .part = "room for 32768" },
};

static void refuse(const struct refusal *t)
{
	static const char area[32769] = { 0 };
	IG_AUTO(ig_rope_freep)
	struct ig_rope *a = text_rope(t->empty ? "" : "text");
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(&t_err);
	const struct ig_iso_file files[] = { { t->a, a, 0 }, { t->b, a, 0 } };
	struct ig_iso_opts opts = basic;

	opts.boots = &t->boot;
	opts.boots_n = t->boot.path != NULL;
	opts.system_area = t->area ? area : NULL;
	opts.system_area_len = t->area;
	if (t->label)
		opts.label = t->label;
	ig_err_clear(&t_err);
	assert_int_equal(ig_iso_write(out, files, 2, &opts, &t_err), -1);
	assert_int_equal(t_err.code, t->code);
	if (!strstr(t_err.msg, t->part))
		fail_msg("'%s' has no '%s'", t_err.msg, t->part);
}

static void refuses_what_an_image_cannot_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(refusals); i++)
		refuse(&refusals[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_where_each_file_is),
		cmocka_unit_test(makes_the_same_bytes_whatever_the_order),
		cmocka_unit_test(makes_clashing_names_unique),
		cmocka_unit_test(numbers_many_clashing_names_quickly),
		cmocka_unit_test(puts_files_besides_a_tree),
		cmocka_unit_test(refuses_more_folders_than_path_tables_hold),
		cmocka_unit_test(refuses_links_that_lead_nowhere),
		cmocka_unit_test(leaves_what_is_no_file_out_of_joliet),
		cmocka_unit_test(splits_files_of_4_gib_into_extents),
		cmocka_unit_test(refuses_what_an_image_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
