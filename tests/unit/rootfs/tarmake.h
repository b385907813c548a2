/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TARMAKE_H
#define TARMAKE_H

/*
 * Tars written by hand, so that they can be wrong, and what tests of layers
 * share. Everything is static: one binary a test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/rootfs.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

/* One member. A NULL name ends a list; name "\1": what is in @data, as is. */
struct member {
	const char *name;
	char type; /* '0' file '1' hard link '2' symlink '3' '4' '5' '6' */
	const char *data; /* or the target of a link */
	unsigned mode;	  /* 0: 0644, directories 0755 */
	unsigned uid;
	const char *pax; /* "key=value", one record; NULL */
};

#define DIR_(n)                                                                \
	{                                                                      \
		n, '5', NULL, 0, 0, NULL                                       \
	}
#define FILE_(n, d)                                                            \
	{                                                                      \
		n, '0', d, 0, 0, NULL                                          \
	}
#define SYM_(n, t)                                                             \
	{                                                                      \
		n, '2', t, 0777, 0, NULL                                       \
	}
#define LINK_(n, t)                                                            \
	{                                                                      \
		n, '1', t, 0, 0, NULL                                          \
	}
#define END_                                                                   \
	{                                                                      \
		NULL, 0, NULL, 0, 0, NULL                                      \
	}

static struct ig_err t_err;
static size_t t_warnings;
static char t_warning[512];

static inline void t_say(void *ctx, enum ig_level level, const char *text)
{
	(void)ctx;
	if (level != IG_LOG_WARN)
		return;
	t_warnings++;
	snprintf(t_warning, sizeof(t_warning), "%s", text);
}

static inline void t_listen(void)
{
	static const struct ig_log log = { NULL, t_say, NULL };

	ig_log_set(&log);
	t_warnings = 0;
	t_warning[0] = '\0';
}

static inline void t_header(struct ig_buf *out, const char *name, char type,
			    size_t size, const struct member *m)
{
	char h[512] = { 0 };
	unsigned sum = 0;
	unsigned mode = m && m->mode ? m->mode : type == '5' ? 0755 : 0644;
	size_t len = strlen(name);

	memcpy(h, name, len < 100 ? len : 100);
	snprintf(h + 100, 8, "%07o", mode);
	snprintf(h + 108, 8, "%07o", m ? m->uid : 0);
	snprintf(h + 116, 8, "%07o", 0u);
	snprintf(h + 124, 12, "%011lo", (unsigned long)size);
	snprintf(h + 136, 12, "%011lo", 1600000000ul);
	memset(h + 148, ' ', 8);
	h[156] = type;
	if (m && (type == '1' || type == '2') && m->data) {
		len = strlen(m->data);
		memcpy(h + 157, m->data, len < 100 ? len : 100);
	}
	memcpy(h + 257, "ustar\00000", 8);
	if (type == '3' || type == '4') {
		snprintf(h + 329, 8, "%07o", 5u);
		snprintf(h + 337, 8, "%07o", 1u);
	}
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	assert_int_equal(ig_buf_add(out, h, 512, &t_err), 0);
}

static inline void t_padded(struct ig_buf *out, const void *data, size_t len)
{
	assert_int_equal(ig_buf_add(out, data, len, &t_err), 0);
	assert_int_equal(ig_buf_zero(out, (512 - len % 512) % 512, &t_err), 0);
}

static inline void t_pax(struct ig_buf *out, const char *record)
{
	char text[8192];
	size_t body = strlen(record) + 2; /* space and newline */
	size_t len = body + 1;

	while (len != body + (size_t)snprintf(NULL, 0, "%zu", len))
		len++;
	snprintf(text, sizeof(text), "%zu %s\n", len, record);
	t_header(out, "PaxHeaders/x", 'x', strlen(text), NULL);
	t_padded(out, text, strlen(text));
}

static inline void t_member(struct ig_buf *out, const struct member *m)
{
	size_t len = m->type == '0' && m->data ? strlen(m->data) : 0;

	if (m->pax)
		t_pax(out, m->pax);
	t_header(out, m->name, m->type, len, m);
	if (len > 0)
		t_padded(out, m->data, len);
}

static inline void t_tar(struct ig_buf *out, const struct member *list)
{
	ig_buf_init(out, 64u << 20);
	for (; list->name; list++)
		t_member(out, list);
	assert_int_equal(ig_buf_zero(out, 1024, &t_err), 0);
}

/* A tree that layers are applied to. */
struct bench {
	struct ig_tree *tree;
	struct ig_spool spool;
	struct ig_layers_opts opts;
};

static inline void bench_init(struct bench *b, enum ig_layer_rules rules)
{
	t_listen();
	b->tree = ig_tree_new(&t_err);
	assert_non_null(b->tree);
	b->spool.fd = memfd_create("spool", MFD_CLOEXEC);
	b->spool.end = 0;
	b->opts.rules = rules;
	b->opts.hash = true;
	b->opts.only = NULL;
	assert_true(b->spool.fd >= 0);
}

static inline void bench_done(struct bench *b)
{
	ig_tree_free(b->tree);
	close(b->spool.fd);
	ig_log_set(NULL);
}

static inline int bench_apply_bytes(struct bench *b, const void *data,
				    size_t len)
{
	struct ig_source *src = ig_source_mem(data, len, &t_err);
	int rc;

	assert_non_null(src);
	rc = ig_layer_apply(b->tree, &b->spool, src, "image", &b->opts, &t_err);
	ig_source_close(src);
	return rc;
}

static inline int bench_apply(struct bench *b, const struct member *list)
{
	struct ig_buf tar;
	int rc;

	t_tar(&tar, list);
	rc = bench_apply_bytes(b, tar.data, tar.len);
	ig_buf_done(&tar);
	return rc;
}

/* The tree as text: "d a|f a/f=data|l x>target|h b=data", sorted. */
static inline void t_show_one(struct ig_buf *out, const struct ig_node *n)
{
	static const char letters[] = "dflcbp";
	const struct ig_inode *i = n->inode;
	char path[4096];

	assert_int_equal(ig_node_path(path, sizeof(path), "", n, &t_err), 0);
	ig_buf_printf(out, &t_err, "%s%c %s", out->len ? "|" : "",
		      i->type == IG_FILE && i->nlink > 1 ? 'h'
							 : letters[i->type],
		      path);
	if (i->type == IG_SYMLINK)
		ig_buf_printf(out, &t_err, ">%s", i->link);
	if (i->type == IG_FILE && i->size < 100) {
		char data[100];

		memset(data, 0, sizeof(data));
		if (i->mem)
			memcpy(data, i->mem, (size_t)i->size);
		else if (i->fd >= 0)
			assert_int_equal(ig_pread_all(i->fd, data,
						      (size_t)i->size, i->off,
						      &t_err),
					 0);
		ig_buf_printf(out, &t_err, "=%s", data);
	}
}

static inline void t_expect_tree(struct ig_tree *tree, const char *want)
{
	struct ig_buf out;

	ig_buf_init(&out, 1 << 20);
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	for (struct ig_node *n = ig_node_next(ig_tree_root(tree)); n;
	     n = ig_node_next(n))
		t_show_one(&out, n);
	assert_string_equal(out.len ? out.data : "", want);
	ig_buf_done(&out);
}

#endif
