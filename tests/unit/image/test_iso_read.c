/* SPDX-License-Identifier: Apache-2.0 */
#include "iso_test.h"

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

/* Names of every length, targets of every shape; libisofs reads no target
 * over 1024 bytes. */
static struct ig_tree *odd_tree(char names[3][256], char *target,
				size_t target_len)
{
	struct ig_tree *tree = t_every_type();
	static const size_t len[3] = { 180, 250, 255 };
	size_t at = 0;

	for (size_t i = 0; i < 3; i++) {
		memset(names[i], 'a' + (int)i, len[i]);
		names[i][len[i]] = '\0';
		t_file(tree, names[i], "x");
	}
	while (at < target_len) {
		memset(target + at, 'x', at % 290);
		at += at % 290;
		memcpy(target + at, "/../y/", 6);
		at += 6;
	}
	target[at - 1] = '\0';
	t_symlink(tree, "long", target);
	t_symlink(tree, "abs", "/etc/../x");
	t_symlink(tree, "root", "/");
	t_name(tree, "d/hard", ig_tree_find(tree, "d/f")->inode);
	return tree;
}

/* The link of the record named "long", its entries gathered over blocks. */
struct link {
	const struct ig_rope *image;
	struct ig_buf text;
	size_t continuations;
};

static void add_part(struct link *link, const unsigned char *part, bool *inside)
{
	if (!*inside && link->text.len &&
	    link->text.data[link->text.len - 1] != '/')
		ig_buf_putc(&link->text, '/', &t_err);
	if (part[0] & 8)
		ig_buf_putc(&link->text, '/', &t_err);
	else if (part[0] & 4)
		ig_buf_puts(&link->text, "..", &t_err);
	else
		ig_buf_add(&link->text, part + 2, part[1], &t_err);
	*inside = part[0] & 1;
}

static void see_link(void *ctx, const unsigned char *record)
{
	struct link *link = ctx;
	unsigned char block[BLOCK];
	const unsigned char *at = record + 33 + record[32] + !(record[32] % 2);
	const unsigned char *end = record + record[0];
	const unsigned char *next = NULL;
	bool inside = false;

	if (memcmp(record + 33, "LONG", 4) != 0)
		return;
	for (; end - at >= 4 || next; at += at[2]) {
		if (end - at < 4) {
			uint32_t off = le(next + 12, 4), len = le(next + 20, 4);
			uint64_t lba = le(next + 4, 4);

			assert_true(off + len <= BLOCK);
			get(link->image, lba * BLOCK + off, block, len);
			at = block;
			end = at + len;
			next = NULL;
			link->continuations++;
		}
		assert_true(at[2] >= 4 && at + at[2] <= end);
		if (memcmp(at, "CE", 2) == 0)
			next = at;
		if (memcmp(at, "SL", 2) != 0)
			continue;
		for (size_t i = 5; i < at[2]; i += 2u + at[i + 1])
			add_part(link, at + i, &inside);
	}
}

static void continues_long_links_over_blocks(void **state)
{
	char names[3][256], target[5000] = "";
	IG_AUTO(ig_tree_freep)
	struct ig_tree *tree = odd_tree(names, target, 3700);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	struct link link = { NULL, IG_BUF_INIT(T_MAX), 0 };

	(void)state;
	image = make(tree, NULL, 0, &basic);
	link.image = image;
	walk_volume(image, 16, see_link, &link);
	assert_string_equal(link.text.data, target);
	assert_int_equal(link.continuations, 3);
	ig_buf_done(&link.text);
}

/* libarchive 3.6 loses a slash where an SL entry ends with a component: the
 * target is one where none does. */
static void reads_back_with_bsdtar(void **state)
{
	static const char *const list[] = { "bsdtar", "-tvf", "FILE", NULL };
	static const char *const show[] = { "bsdtar", "-xOf", "FILE",
					    "d/hard", "d/f",  NULL };
	char names[3][256], target[5000] = "";
	IG_AUTO(ig_tree_freep)
	struct ig_tree *tree = odd_tree(names, target, 700);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(0);

	(void)state;
	image = make(tree, NULL, 0, &basic);
	ask(&said, image, list);
	for (size_t i = 0; i < 3; i++)
		assert_non_null(strstr(said.data, names[i]));
	assert_non_null(strstr(said.data, target));
	assert_non_null(strstr(said.data, "abs -> /etc/../x\n"));
	assert_non_null(strstr(said.data, "root -> /\n"));
	assert_non_null(strstr(said.data, "d/l -> ../d/f\n"));
	assert_non_null(strstr(said.data, "drwxrwxrwt"));
	assert_non_null(strstr(said.data, "prw-------"));
	assert_non_null(strstr(said.data, "crw--w----"));
	assert_non_null(strstr(said.data, "5,1 "));
	assert_non_null(strstr(said.data, "-rw-r--r--  1 1000   100"));
	assert_non_null(strstr(said.data, "-rwsr-xr-x  2"));
	assert_int_equal(count(said.data, " link to "), 1);
	ask(&text, image, show);
	assert_string_equal(text.data, "hello");
}

static void reads_back_with_xorriso(void **state)
{
	static const char *const list[] = {
		"xorriso", "-report_about", "NOTE", "-abort_on",
		"WARNING", "-indev",	    "FILE", "-find",
		"/",	   "-exec",	    "lsdl", "--",
		NULL
	};
	char names[3][256], target[5000] = "";
	IG_AUTO(ig_tree_freep)
	struct ig_tree *tree = odd_tree(names, target, 700);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);

	(void)state;
	image = make(tree, NULL, 0, &basic);
	ask(&said, image, list);
	for (size_t i = 0; i < 3; i++)
		assert_non_null(strstr(said.data, names[i]));
	assert_non_null(strstr(said.data, target));
	assert_non_null(strstr(said.data, "'/abs' -> '/etc/../x'\n"));
	assert_non_null(strstr(said.data, "'/d/l' -> '../d/f'\n"));
	assert_non_null(strstr(said.data, "Jan  1  1970"));
}

static void holds_deep_trees(void **state)
{
	static const char *const list[] = { "isoinfo", "-R",   "-f",
					    "-i",      "FILE", NULL };
	IG_AUTO(ig_rope_freep) struct ig_rope *text = text_rope("deep");
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);
	char path[302] = "/";
	const struct ig_iso_file file = { path + 1, text, 0 };
	size_t plain = 0, joliet = 0;

	(void)state;
	for (size_t i = 1; i < 300; i++)
		path[i] = i % 3 == 0 ? '/' : 'd';
	path[300] = '\0';
	path[299] = 'f';
	image = make(NULL, &file, 1, &basic);
	walk_volume(image, 16, add_count, &plain);
	walk_volume(image, 17, add_count, &joliet);
	assert_int_equal(plain, 100);
	assert_int_equal(joliet, 100);
	ask(&said, image, list);
	assert_non_null(strstr(said.data, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(continues_long_links_over_blocks),
		cmocka_unit_test(reads_back_with_bsdtar),
		cmocka_unit_test(reads_back_with_xorriso),
		cmocka_unit_test(holds_deep_trees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
