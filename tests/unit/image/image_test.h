/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IMAGE_TEST_H
#define IMAGE_TEST_H

/*
 * Trees made by hand and archives read by hand, for the tests of encoders.
 * Everything is static: one binary a test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/format.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/rootfs.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#define T_MAX (64u << 20)
#define T_KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct ig_err t_err;
static size_t t_warnings;

static inline void t_say(void *ctx, enum ig_level level, const char *text)
{
	(void)ctx;
	(void)text;
	t_warnings += level == IG_LOG_WARN;
}

static inline void t_listen(void)
{
	static const struct ig_log log = { NULL, t_say, NULL };

	t_warnings = 0;
	ig_log_set(&log);
}

static inline struct ig_encode_opts t_opts(void)
{
	return (struct ig_encode_opts){ .prefix = "", .max_time = INT64_MAX };
}

static inline struct ig_node *t_name(struct ig_tree *tree, const char *path,
				     struct ig_inode *inode)
{
	const char *slash = strrchr(path, '/');
	size_t dir = slash ? (size_t)(slash - path) : 0;
	ig_autofree char *up = ig_strcopy(path, dir);
	const char *base = slash ? slash + 1 : path;
	struct ig_node *node;

	assert_non_null(ig_tree_find(tree, up));
	node = ig_tree_put(tree, ig_tree_find(tree, up), base, strlen(base),
			   inode, &t_err);
	assert_non_null(node);
	return node;
}

static inline struct ig_inode *t_add(struct ig_tree *tree, const char *path,
				     enum ig_type type, uint32_t mode)
{
	struct ig_inode *inode = ig_tree_inode(tree, type, &t_err);

	assert_non_null(inode);
	inode->mode = mode;
	inode->mtime = 1000;
	t_name(tree, path, inode);
	return inode;
}

static inline struct ig_inode *t_file(struct ig_tree *tree, const char *path,
				      const char *text)
{
	struct ig_inode *inode = t_add(tree, path, IG_FILE, 0644);

	inode->mem = text;
	inode->size = strlen(text);
	return inode;
}

static inline struct ig_inode *t_symlink(struct ig_tree *tree, const char *path,
					 const char *target)
{
	struct ig_inode *inode = t_add(tree, path, IG_SYMLINK, 0777);

	inode->link = target;
	return inode;
}

/* One entry of every type. */
static inline struct ig_tree *t_every_type(void)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_inode *inode;

	assert_non_null(tree);
	t_add(tree, "d", IG_DIR, 01777);
	t_file(tree, "d/f", "hello")->mode = 04755;
	t_file(tree, "d/empty", "");
	t_symlink(tree, "d/l", "../d/f");
	t_add(tree, "d/p", IG_FIFO, 0600);
	inode = t_add(tree, "d/c", IG_CHAR, 0620);
	inode->major = 5;
	inode->minor = 1;
	inode = t_add(tree, "d/b", IG_BLOCK, 0660);
	inode->major = 8;
	inode->minor = 300;
	inode = t_file(tree, "owned", "x");
	inode->uid = 1000;
	inode->gid = 100;
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	return tree;
}

typedef int t_write(struct ig_sink *out, const struct ig_tree *tree,
		    const struct ig_encode_opts *opts, struct ig_err *err);

static inline int t_try(struct ig_buf *out, t_write *write,
			struct ig_tree *tree, const struct ig_encode_opts *opts)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = ig_sink_buf(out, &t_err);

	assert_non_null(sink);
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	if (write(sink, tree, opts, &t_err) < 0)
		return -1;
	return ig_sink_finish(sink, &t_err);
}

static inline void t_encode(struct ig_buf *out, t_write *write,
			    struct ig_tree *tree,
			    const struct ig_encode_opts *opts)
{
	ig_buf_init(out, T_MAX);
	assert_int_equal(t_try(out, write, tree, opts), 0);
}

static inline void t_refuses(t_write *write, struct ig_tree *tree,
			     enum ig_code code, const char *part)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(T_MAX);
	struct ig_encode_opts opts = t_opts();

	ig_err_clear(&t_err);
	assert_int_equal(t_try(&out, write, tree, &opts), -1);
	assert_int_equal(t_err.code, code);
	assert_non_null(strstr(t_err.msg, part));
}

static inline void t_same(const struct ig_buf *a, const struct ig_buf *b)
{
	assert_int_equal(a->len, b->len);
	if (a->len)
		assert_memory_equal(a->data, b->data, a->len);
}

/* What the program of @argv prints about @file; skips when there is none. */
static inline void t_listing(struct ig_buf *out, const char *const *argv,
			     int in)
{
	static const char *const env[] = { "LC_ALL=C", "TZ=UTC", NULL };
	struct ig_proc proc = {
		.argv = argv, .env = env, .in = in, .out = -1, .err = -1
	};
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(4096);

	if (!ig_proc_find(argv[0]))
		skip();
	ig_buf_init(out, T_MAX);
	if (ig_proc_run(&proc, out, &said, &t_err) < 0)
		fail_msg("%s: %s", argv[0], t_err.msg);
}

#endif
