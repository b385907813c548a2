/* SPDX-License-Identifier: Apache-2.0 */
#include "tarmake.h"

#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define LAYERS	4
#define MEMBERS 8

/* Layers, and the tree that they make; or "!" and a part of the message. */
struct layer_case {
	struct member layers[LAYERS][MEMBERS]; /* zeros end all lists */
	const char *want;
};

static void check(const struct layer_case *c, enum ig_layer_rules rules)
{
	struct bench b;
	int rc = 0;

	bench_init(&b, rules);
	for (size_t i = 0; i < LAYERS && rc == 0; i++)
		rc = bench_apply(&b, c->layers[i]);
	if (c->want[0] == '!') {
		assert_int_equal(rc, -1);
		assert_int_not_equal(t_err.code, IG_OK);
		if (!strstr(t_err.msg, c->want + 1))
			fail_msg("'%s' is not in '%s'", c->want + 1, t_err.msg);
	} else {
		if (rc != 0)
			fail_msg("wanted '%s', got: %s", c->want, t_err.msg);
		t_expect_tree(b.tree, c->want);
	}
	bench_done(&b);
}

/* Rules that both sets have in common. */
static void check_all(const struct layer_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		check(&cases[i], IG_LAYERS_OCI);
		check(&cases[i], IG_LAYERS_LINUXKIT);
	}
}

#define LOW                                                                    \
	{                                                                      \
		DIR_("a"), FILE_("a/f", "old"), FILE_("a/k", "k")              \
	}

static void whiteouts_hide_lower_layers(void **state)
{
	static const struct layer_case cases[] = {
		{ { LOW, { FILE_("a/.wh.f", "") } }, "d a|f a/k=k" },
		{ { LOW, { FILE_(".wh.a", "") } }, "" },
		{ { LOW, { FILE_("a/f", "new"), FILE_("a/.wh.f", "") } },
		  "d a|f a/f=new|f a/k=k" },
		{ { LOW, { FILE_("a/.wh.f", ""), FILE_("a/f", "new") } },
		  "d a|f a/f=new|f a/k=k" },
		{ { LOW, { FILE_("a/n", "n"), FILE_(".wh.a", "") } },
		  "d a|f a/n=n" },
		{ { LOW, { FILE_(".wh.a", ""), FILE_("a/n", "n") } },
		  "d a|f a/n=n" },
		{ { LOW, { FILE_(".wh.a", ""), DIR_("a") } }, "d a" },
		{ { LOW, { DIR_("a"), FILE_(".wh.a", "") } }, "d a" },
		{ { LOW, { FILE_("q/.wh.none", "") } },
		  "d a|f a/f=old|f a/k=k" },
		{ { LOW, { DIR_("a/.wh.f") } }, "d a|f a/k=k" },
		{ { LOW, { SYM_("a/.wh.f", "x") } }, "d a|f a/k=k" },
		{ { LOW, { FILE_("a/.wh.f", "") }, { FILE_("a/f", "3") } },
		  "d a|f a/f=3|f a/k=k" },
		{ { { SYM_("l", "a") }, LOW, { FILE_(".wh.l", "") } },
		  "d a|f a/f=old|f a/k=k" },
		{ { { SYM_("l", "a") }, LOW, { FILE_("l/.wh.f", "") } },
		  "d a|f a/k=k|l l>a" },
		{ { LOW, { LINK_("h", "a/f") }, { FILE_("a/.wh.f", "") } },
		  "d a|f a/k=k|f h=old" },
		{ { LOW, { FILE_("../../.wh.a", "") } }, "" },
	};

	(void)state;
	check_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void opaque_markers_hide_lower_layers(void **state)
{
	static const struct layer_case cases[] = {
		{ { LOW, { FILE_("a/.wh..wh..opq", ""), FILE_("a/n", "n") } },
		  "d a|f a/n=n" },
		{ { LOW, { FILE_("a/n", "n"), FILE_("a/.wh..wh..opq", "") } },
		  "d a|f a/n=n" },
		{ { LOW,
		    { DIR_("a/d"), FILE_("a/d/x", "old"), FILE_("b", "b") },
		    { FILE_("a/d/y/z", "z"), FILE_("a/.wh..wh..opq", "") } },
		  "d a|d a/d|d a/d/y|f a/d/y/z=z|f b=b" },
		{ { LOW,
		    { DIR_("a/d"), FILE_("a/d/x", "old") },
		    { FILE_("a/d/.wh..wh..opq", "") } },
		  "d a|d a/d|f a/f=old|f a/k=k" },
		{ { LOW, { FILE_(".wh..wh..opq", ""), FILE_("n", "n") } },
		  "f n=n" },
		{ { { FILE_("a/x", "x"), FILE_("a/.wh..wh..opq", "") } },
		  "d a|f a/x=x" },
		{ { { FILE_("q/.wh..wh..opq", "") } }, "" },
		{ { LOW,
		    { FILE_(".wh.a", "") },
		    { DIR_("a"), FILE_("a/.wh..wh..opq", "") } },
		  "d a" },
		{ { LOW,
		    { FILE_(".wh.a", "") },
		    { FILE_("a/.wh..wh..opq", ""), DIR_("a") } },
		  "d a" },
	};

	(void)state;
	check_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void entries_replace_what_is_there(void **state)
{
	static const struct layer_case cases[] = {
		{ { LOW, { FILE_("a", "file") } }, "f a=file" },
		{ { { FILE_("a", "file") }, LOW }, "d a|f a/f=old|f a/k=k" },
		{ { LOW, { DIR_("e"), SYM_("a", "e") } }, "l a>e|d e" },
		{ { LOW, { SYM_("l", "a") }, { DIR_("l"), FILE_("l/n", "n") } },
		  "d a|f a/f=old|f a/k=k|d l|f l/n=n" },
		{ { LOW, { SYM_("l", "a/f") }, { FILE_("l", "n") } },
		  "d a|f a/f=old|f a/k=k|f l=n" },
		{ { { FILE_("f", "f") }, { { "f", '6', NULL, 0, 0, NULL } } },
		  "p f" },
		{ { { FILE_("p", "file") }, { FILE_("p/c", "c") } },
		  "d p|f p/c=c" },
		{ { { DIR_("etc"), SYM_("e", "/etc") }, { FILE_("e/f", "f") } },
		  "l e>/etc|d etc|f etc/f=f" },
		{ { { FILE_("f", "1"), FILE_("f", "2") } }, "f f=2" },
		{ { { FILE_("a", "old"), LINK_("b", "a") },
		    { FILE_("a", "new") } },
		  "f a=new|f b=old" },
		{ { { FILE_("a", "a"), FILE_("b", "b") }, { LINK_("b", "a") } },
		  "h a=a|h b=a" },
	};

	(void)state;
	check_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void nothing_gets_out(void **state)
{
	static const struct layer_case cases[] = {
		{ { { FILE_("../../etc/x", "x") } }, "d etc|f etc/x=x" },
		{ { { FILE_("/etc/x", "x") } }, "d etc|f etc/x=x" },
		{ { { FILE_("a/../../../x", "x") } }, "f x=x" },
		{ { { FILE_("./a//b/.", "x") } }, "d a|f a/b=x" },
		{ { { SYM_("l", "../../../tmp"), FILE_("l/x", "x") } },
		  "l l>../../../tmp|d tmp|f tmp/x=x" },
		{ { { SYM_("p", ".."), SYM_("p/e", ".."), FILE_("e/x", "x") } },
		  "l e>..|l p>..|f x=x" },
		{ { { SYM_("s", "/etc/passwd"), LINK_("h", "s"),
		      FILE_("h", "x") } },
		  "f h=x|l s>/etc/passwd" },
		{ { { LINK_("h", "../../etc/passwd") } }, "!is not there" },
		{ { { LINK_("h", "/etc/shadow") } }, "!is not there" },
		{ { { SYM_("l", "/"), LINK_("h", "l/etc/x") } },
		  "!is not there" },
		{ { { DIR_("d"), LINK_("h", "d") } }, "!directory" },
		{ { { LINK_("h", "h") } }, "!is not there" },
		{ { { LINK_("b", "a"), FILE_("a", "a") } }, "!is not there" },
		{ { { SYM_("a", "b"), SYM_("b", "a"), FILE_("a/x", "x") } },
		  "!symbolic links" },
		{ { { SYM_(".", "etc") } }, "!root" },
		{ { { SYM_("/.", "etc") } }, "!root" },
		{ { { FILE_("..", "x") } }, "!root" },
		{ { { FILE_("", "x") } }, "!without a name" },
		{ { { SYM_("l", "") } }, "!without a target" },
		{ { { FILE_("a/.wh.", "") } }, "!names no file" },
		{ { { FILE_("a/.wh..", "") } }, "!names no file" },
		{ { { FILE_("a/.wh...", "") } }, "!names no file" },
		{ { { FILE_(".wh.x/y", "") } }, "!whiteout" },
		{ { { { "f", '0', "x", 0, 0, "uid=4294967296" } } }, "!owner" },
		{ { { { "f", '0', "x", 0, 0, "uid=-1" } } }, "!owner" },
		{ { { { "f", '0', "x", 0, 0, "size=-1" } } }, "!damaged" },
		{ { { { "f", 'V', NULL, 0, 0, NULL } } }, "!type 'V'" },
		{ { { { "f", 'Q', NULL, 0, 0, NULL } } }, "!type 'Q'" },
	};

	(void)state;
	check_all(cases, sizeof(cases) / sizeof(cases[0]));
}

/* { layers, with LinuxKit's rules }, { the same, with OCI's } */
static void linuxkit_shows_again_what_is_made_again(void **state)
{
	static const struct layer_case cases[][2] = {
		{ { { LOW, { FILE_(".wh.a", "") }, { DIR_("a") } },
		    "d a|f a/f=old|f a/k=k" },
		  { { { DIR_("a") } }, "d a" } },
		{ { { LOW, { FILE_(".wh.a", "") }, { FILE_("a/n", "n") } },
		    "d a|f a/n=n" }, /* no entry for the directory */
		  { { { FILE_("a/n", "n") } }, "d a|f a/n=n" } },
		{ { { LOW,
		      { FILE_(".wh.a", ""), FILE_("a/m", "m") },
		      { DIR_("a"), FILE_("a/f", "new") } },
		    "d a|f a/f=new|f a/k=k|f a/m=m" },
		  { { { FILE_("a/m", "m"), FILE_("a/f", "new") } },
		    "d a|f a/f=new|f a/m=m" } },
		{ { { LOW,
		      { FILE_(".wh.a", "") },
		      { FILE_("a/.wh.f", "") },
		      { DIR_("a") } },
		    "d a|f a/k=k" },
		  { { { DIR_("a") } }, "d a" } },
		{ { { LOW,
		      { FILE_(".wh.a", "") },
		      { DIR_("a"), FILE_("a/.wh.f", "") } },
		    "d a|f a/k=k" },
		  { { { DIR_("a") } }, "d a" } },
		{ { { LOW,
		      { FILE_("a/m", "m"), FILE_(".wh.a", "") },
		      { DIR_("a") } },
		    "d a|f a/f=old|f a/k=k|f a/m=m" },
		  { { { FILE_("a/m", "m") } }, "d a|f a/m=m" } },
		{ { { { FILE_("x/a/s/f", "f"), FILE_("x/g", "g") },
		      { FILE_("x/a/.wh.s", "") },
		      { FILE_(".wh.x", "") },
		      { DIR_("x") } },
		    "d x|d x/a|f x/g=g" },
		  { { { DIR_("x") } }, "d x" } },
		{ { { { FILE_("x/a/s/f", "f"), FILE_("x/g", "g") },
		      { FILE_("x/a/.wh.s", "") },
		      { FILE_(".wh.x", "") },
		      { DIR_("x"), DIR_("x/a/s") } },
		    "d x|d x/a|d x/a/s|f x/a/s/f=f|f x/g=g" },
		  { { { DIR_("x"), DIR_("x/a/s") } }, "d x|d x/a|d x/a/s" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct layer_case oci = cases[i][0];

		check(&cases[i][0], IG_LAYERS_LINUXKIT);
		oci.want = cases[i][1].want;
		check(&oci, IG_LAYERS_OCI);
	}
}

static void warns_once_of_what_shows_again(void **state)
{
	static const struct member low[] = { FILE_("a/f", "f"),
					     FILE_("b/f", "f"), END_ };
	static const struct member gone[] = { FILE_(".wh.a", ""),
					      FILE_(".wh.b", ""), END_ };
	static const struct member again[] = { DIR_("a"), END_ };
	static const struct member too[] = { DIR_("b"), END_ };
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_LINUXKIT);
	assert_int_equal(bench_apply(&b, low), 0);
	assert_int_equal(bench_apply(&b, gone), 0);
	assert_int_equal(t_warnings, 0);
	assert_int_equal(bench_apply(&b, again), 0);
	assert_int_equal(t_warnings, 1);
	assert_non_null(strstr(t_warning, "'a'"));
	assert_int_equal(bench_apply(&b, too), 0);
	assert_int_equal(t_warnings, 1);
	t_expect_tree(b.tree, "d a|f a/f=f|d b|f b/f=f");
	bench_done(&b);
}

static void counts_links_across_the_stash(void **state)
{
	static const struct member low[] = { FILE_("a/f", "f"),
					     LINK_("h", "a/f"), END_ };
	static const struct member gone[] = { FILE_(".wh.a", ""), END_ };
	static const struct member again[] = { DIR_("a"), END_ };
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_LINUXKIT);
	assert_int_equal(bench_apply(&b, low), 0);
	assert_int_equal(ig_tree_find(b.tree, "h")->inode->nlink, 2);
	assert_int_equal(bench_apply(&b, gone), 0);
	assert_int_equal(ig_tree_find(b.tree, "h")->inode->nlink, 1);
	assert_int_equal(bench_apply(&b, again), 0);
	assert_int_equal(ig_tree_find(b.tree, "h")->inode->nlink, 2);
	bench_done(&b);
}

static void warns_of_what_it_ignores(void **state)
{
	static const struct {
		struct member list[MEMBERS];
		const char *part, *tree;
	} cases[] = {
		{ { FILE_("f", "1"), FILE_("f", "2") }, "twice", "f f=2" },
		{ { DIR_("d"), DIR_("d") }, "", "d d" },
		{ { FILE_(".wh..wh.aufs", ""), DIR_(".wh..wh.plnk"),
		    FILE_(".wh..wh.plnk/1.2", "") },
		  "another layer format; and 2 more",
		  "" },
		{ { { "f", '0', "x", 0, 0,
		      "SCHILY.acl.access=user::rw-,user:daemon:r--:1,"
		      "group::r--,mask::r--,other::r--" } },
		  "access control lists",
		  "f f=x" },
		{ { { "f", '0', "x", 0, 0, "uid=4294967295" } },
		  "gives to no file",
		  "f f=x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;
		char part[64];
		char *more;

		bench_init(&b, IG_LAYERS_OCI);
		assert_int_equal(bench_apply(&b, cases[i].list), 0);
		t_expect_tree(b.tree, cases[i].tree);
		assert_int_equal(t_warnings, cases[i].part[0] ? 1 : 0);
		snprintf(part, sizeof(part), "%s", cases[i].part);
		more = strchr(part, ';');
		if (more) {
			assert_non_null(strstr(t_warning, more + 2));
			*more = '\0';
		}
		assert_non_null(strstr(t_warning, part));
		bench_done(&b);
	}
}

static void attributes_are_replaced(void **state)
{
	static const struct member low[] = {
		{ "d", '5', NULL, 0755, 1, "SCHILY.xattr.user.a=1" },
		FILE_("d/x", "x"),
		{ "d/s", '0', "s", 04755, 5, "SCHILY.xattr.user.z=3" },
		{ "c", '3', NULL, 0600, 0, NULL },
		END_
	};
	static const struct member high[] = { { "d", '5', NULL, 0555, 2,
						"SCHILY.xattr.user.b=22" },
					      FILE_("d/y", "y"),
					      END_ };
	struct bench b;
	const struct ig_inode *d;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, low), 0);
	assert_int_equal(bench_apply(&b, high), 0);
	d = ig_tree_find(b.tree, "d")->inode;
	assert_int_equal(d->mode, 0555);
	assert_int_equal(d->uid, 2);
	assert_int_equal(d->mtime, 1600000000);
	assert_int_equal(d->xattrs_n, 1);
	assert_string_equal(d->xattrs[0].name, "user.b");
	assert_int_equal(d->xattrs[0].len, 2);
	assert_int_equal(ig_tree_find(b.tree, "d/s")->inode->mode, 04755);
	assert_int_equal(ig_tree_find(b.tree, "c")->inode->type, IG_CHAR);
	assert_int_equal(ig_tree_find(b.tree, "c")->inode->major, 5);
	assert_int_equal(ig_tree_find(b.tree, "c")->inode->minor, 1);
	bench_done(&b);
}

static void keeps_names_byte_by_byte(void **state)
{
	static const struct member list[] = {
		FILE_("new\nline", "1"),
		FILE_("bad\xff\xfe", "2"),
		FILE_("\xc3\xbc", "3"),
		SYM_("l", "\xc3\xbc\xff"),
		{ "x", '0', "4", 0, 0, "path=p\xc3\xa4\xff/f" },
		{ "y", '2', "t", 0, 0, "linkpath=\xc3\xa4\xff" },
		{ "z", '1', "t", 0, 0, "linkpath=p\xc3\xa4\xff/f" },
		END_
	};
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	if (bench_apply(&b, list) < 0)
		fail_msg("%s", t_err.msg);
	t_expect_tree(b.tree, "f bad\xff\xfe=2|l l>\xc3\xbc\xff|f new\nline=1|"
			      "d p\xc3\xa4\xff|h p\xc3\xa4\xff/f=4|"
			      "l y>\xc3\xa4\xff|h z=4|f \xc3\xbc=3");
	bench_done(&b);
}

static void hashes_files(void **state)
{
	static const struct member list[] = { FILE_("a", "abc"), FILE_("e", ""),
					      END_ };
	struct bench b;
	char hex[65];

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, list), 0);
	ig_hex(hex, ig_tree_find(b.tree, "a")->inode->sha256, 32);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a"
			    "9cb410ff61f20015ad");
	ig_hex(hex, ig_tree_find(b.tree, "e")->inode->sha256, 32);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b93"
			    "4ca495991b7852b855");
	b.opts.hash = false;
	assert_int_equal(bench_apply(&b, list), 0);
	assert_false(ig_tree_find(b.tree, "a")->inode->has_hash);
	bench_done(&b);
}

static void only_the_named_files_get_data(void **state)
{
	static const char *const only[] = { "kernel", NULL };
	static const struct member list[] = { FILE_("kernel", "k"),
					      FILE_("other", "o"),
					      FILE_("d/kernel", "x"), END_ };
	static const struct member link[] = { FILE_("boot/k", "k"),
					      LINK_("kernel", "boot/k"), END_ };
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	b.opts.only = only;
	assert_int_equal(bench_apply(&b, list), 0);
	assert_int_equal(b.spool.end, 1);
	assert_true(ig_tree_find(b.tree, "kernel")->inode->fd >= 0);
	assert_true(ig_tree_find(b.tree, "other")->inode->fd < 0);
	assert_true(ig_tree_find(b.tree, "d/kernel")->inode->fd < 0);
	assert_int_equal(bench_apply(&b, link), -1);
	assert_non_null(strstr(t_err.msg, "hard link"));
	bench_done(&b);
}

static void a_tar_in_an_image_knows_no_whiteouts(void **state)
{
	static const struct member list[] = { FILE_("lib/x", "x"),
					      FILE_("lib/.wh.x", "w"), END_ };
	struct ig_buf tar;
	struct ig_source *src;
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	t_tar(&tar, list);
	src = ig_source_mem(tar.data, tar.len, &t_err);
	assert_int_equal(
		ig_tar_tree(b.tree, &b.spool, src, "kernel.tar", true, &t_err),
		0);
	t_expect_tree(b.tree, "d lib|f lib/.wh.x=w|f lib/x=x");
	ig_source_close(src);
	ig_buf_done(&tar);
	bench_done(&b);
}

/* Old GNU format: two pieces in a file of 10,000 bytes. */
static void honours_the_holes_of_sparse_files(void **state)
{
	struct bench b;
	struct ig_buf tar;
	const struct ig_inode *inode;
	char *h;
	char data[10000];
	unsigned sum = 0;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	ig_buf_init(&tar, 1 << 20);
	t_header(&tar, "s", 'S', 1024, NULL);
	h = tar.data;
	memcpy(h + 257, "ustar  ", 8);
	snprintf(h + 386, 12, "%011o", 1024u);
	snprintf(h + 398, 12, "%011o", 512u);
	snprintf(h + 410, 12, "%011o", 4096u);
	snprintf(h + 422, 12, "%011o", 512u);
	snprintf(h + 483, 12, "%011o", 10000u);
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	memset(data, 'd', 1024);
	t_padded(&tar, data, 1024);
	ig_buf_zero(&tar, 1024, &t_err);
	if (bench_apply_bytes(&b, tar.data, tar.len) < 0)
		fail_msg("%s", t_err.msg);
	inode = ig_tree_find(b.tree, "s")->inode;
	assert_int_equal(inode->size, 10000);
	assert_int_equal(
		ig_pread_all(inode->fd, data, sizeof(data), inode->off, &t_err),
		0);
	for (size_t i = 0; i < sizeof(data); i++)
		assert_int_equal(data[i], (i >= 1024 &&
					   i < 1536) || (i >= 4096 && i < 4608)
						  ? 'd'
						  : 0);
	ig_buf_done(&tar);
	bench_done(&b);
}

static void reads_to_the_end(void **state)
{
	static const struct member one[] = { FILE_("a", "a"), END_ };
	static const struct member two[] = { FILE_("b", "b"), END_ };
	struct ig_buf tar;
	struct ig_buf more;
	struct ig_source *mem;
	struct ig_source *src;
	struct ig_hash *hash = ig_hash_new(&t_err);
	uint64_t count = 0;
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	t_tar(&tar, one);
	t_tar(&more, two);
	assert_int_equal(ig_buf_zero(&tar, 3u << 20, &t_err), 0);
	assert_int_equal(ig_buf_add(&tar, more.data, more.len, &t_err), 0);
	mem = ig_source_mem(tar.data, tar.len, &t_err);
	src = ig_source_hash(mem, hash, &count, &t_err);
	assert_int_equal(
		ig_layer_apply(b.tree, &b.spool, src, "image", &b.opts, &t_err),
		0);
	assert_int_equal(count, tar.len);
	assert_int_equal(t_warnings, 1);
	assert_non_null(strstr(t_warning, "ends before"));
	t_expect_tree(b.tree, "f a=a");
	ig_source_close(src);
	ig_source_close(mem);
	ig_hash_free(hash);
	ig_buf_done(&tar);
	ig_buf_done(&more);
	bench_done(&b);
}

static void a_tar_may_be_cut_only_between_entries(void **state)
{
	static const struct member list[] = { { "a", '0', "data", 0, 0,
						"path=aaaa" },
					      FILE_("b", "data"),
					      END_ };
	struct ig_buf tar;

	(void)state;
	t_tar(&tar, list);
	for (size_t len = 0; len < tar.len; len += 128) {
		/* header, record, header, data; header, data; end */
		bool edge =
			len == 0 || len == 2048 || len == 3072 || len >= 3584;
		/* without its padding, data may pass: the digest will tell */
		bool data = (len > 1536 && len < 2048) ||
			    (len > 2560 && len < 3072);
		struct bench b;
		int rc;

		bench_init(&b, IG_LAYERS_OCI);
		rc = bench_apply_bytes(&b, tar.data, len);
		if (!data && (rc == 0) != edge)
			fail_msg("%zu bytes: %d %s", len, rc, t_err.msg);
		bench_done(&b);
	}
	ig_buf_done(&tar);
}

static void refuses_damaged_headers(void **state)
{
	static const char *const records[] = {
		"0 path=x\n", "99 path=x\n",   "99999999999999999999 path=x\n",
		"9 path=xyz", "10 path-xyz\n", "path=x\n",
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		static const struct member file = FILE_("f", "x");
		struct ig_buf tar;

		ig_buf_init(&tar, 1 << 20);
		t_header(&tar, "x", 'x', strlen(records[i]), NULL);
		t_padded(&tar, records[i], strlen(records[i]));
		t_member(&tar, &file);
		ig_buf_zero(&tar, 1024, &t_err);
		bench_init(&b, IG_LAYERS_OCI);
		assert_int_equal(bench_apply_bytes(&b, tar.data, tar.len), -1);
		assert_int_equal(t_err.code, IG_EFORMAT);
		bench_done(&b);
		ig_buf_done(&tar);
	}
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply_bytes(&b, "<html>", 6), -1);
	assert_int_equal(t_err.code, IG_EFORMAT);
	bench_done(&b);
}

static void refuses_a_nul_in_a_name(void **state)
{
	static const char record[] = "12 path=a\0b\n";
	static const struct member file = FILE_("f", "x");
	struct ig_buf tar;
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	ig_buf_init(&tar, 1 << 20);
	t_header(&tar, "x", 'x', 12, NULL);
	t_padded(&tar, record, 12);
	t_member(&tar, &file);
	assert_int_equal(bench_apply_bytes(&b, tar.data, tar.len), -1);
	assert_non_null(strstr(t_err.msg, "NUL"));
	ig_buf_done(&tar);
	bench_done(&b);
}

static void names_the_limit_that_was_passed(void **state)
{
	static char record[70000];
	struct ig_buf tar;
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	ig_buf_init(&tar, 4u << 20);
	memset(record, 'v', sizeof(record));
	memcpy(record, "69990 SCHILY.xattr.user.a=", 26);
	record[69989] = '\n';
	t_header(&tar, "x", 'x', 69990, NULL);
	t_padded(&tar, record, 69990);
	t_header(&tar, "f", '0', 0, NULL);
	assert_int_equal(bench_apply_bytes(&b, tar.data, tar.len), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "65536 bytes of extended"));
	ig_buf_clear(&tar);
	t_header(&tar, "x", 'x', 900000, NULL);
	assert_int_equal(ig_buf_zero(&tar, 900000 / 512 * 512 + 512, &t_err),
			 0);
	t_header(&tar, "f", '0', 0, NULL);
	assert_int_equal(bench_apply_bytes(&b, tar.data, tar.len), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "headers"));
	ig_buf_done(&tar);
	bench_done(&b);
}

/* Headers that lie in two blocks of the reader. */
static void headers_may_lie_anywhere(void **state)
{
	static char filler[1 << 20];
	static const struct member last = { "x", '0', "end",
					    0,	 0,   "path=a/long/name" };

	(void)state;
	for (size_t len = 520192; len <= 525312; len += 512) {
		struct ig_buf tar;
		struct bench b;

		bench_init(&b, IG_LAYERS_OCI);
		ig_buf_init(&tar, 4u << 20);
		t_header(&tar, "f", '0', len, NULL);
		t_padded(&tar, filler, len);
		t_member(&tar, &last);
		ig_buf_zero(&tar, 1024, &t_err);
		if (bench_apply_bytes(&b, tar.data, tar.len) < 0)
			fail_msg("%zu: %s", len, t_err.msg);
		t_expect_tree(b.tree, "d a|d a/long|f a/long/name=end|f f");
		ig_buf_done(&tar);
		bench_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whiteouts_hide_lower_layers),
		cmocka_unit_test(opaque_markers_hide_lower_layers),
		cmocka_unit_test(entries_replace_what_is_there),
		cmocka_unit_test(nothing_gets_out),
		cmocka_unit_test(linuxkit_shows_again_what_is_made_again),
		cmocka_unit_test(warns_once_of_what_shows_again),
		cmocka_unit_test(counts_links_across_the_stash),
		cmocka_unit_test(warns_of_what_it_ignores),
		cmocka_unit_test(attributes_are_replaced),
		cmocka_unit_test(keeps_names_byte_by_byte),
		cmocka_unit_test(hashes_files),
		cmocka_unit_test(only_the_named_files_get_data),
		cmocka_unit_test(a_tar_in_an_image_knows_no_whiteouts),
		cmocka_unit_test(honours_the_holes_of_sparse_files),
		cmocka_unit_test(reads_to_the_end),
		cmocka_unit_test(a_tar_may_be_cut_only_between_entries),
		cmocka_unit_test(refuses_damaged_headers),
		cmocka_unit_test(refuses_a_nul_in_a_name),
		cmocka_unit_test(names_the_limit_that_was_passed),
		cmocka_unit_test(headers_may_lie_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
