/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CONTAINER_TEST_H
#define IG_CONTAINER_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>

#include "../../../src/rootfs/container.h"

/* A service 'a' at line 3, its label, and an image that runs /bin/x. */
struct fixture {
	struct ig_spec spec;
	struct ig_entry entry, label;
	struct ig_image_config config;
	struct ig_bundle bundle;
	char *cmd[1], *env[1];
	char cmd0[8], env0[16], path[32];
};

#define TEXTS(...)                                                             \
	((struct ig_strs){                                                     \
		.set = true,                                                   \
		.n = IG_COUNT(((const char *[]){ __VA_ARGS__ })),              \
		.v = (const char *[]){ __VA_ARGS__ },                          \
	})
#define NO_TEXTS ((struct ig_strs){ .set = true })

static inline void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->entry.name = "a";
	f->entry.pos = (struct ig_pos){ "x.yml", 3, 5, 0 };
	f->label.pos = (struct ig_pos){ "label of img", 1, 1, 0 };
	memcpy(f->cmd0, "/bin/x", 7);
	memcpy(f->env0, "PATH=/bin", 10);
	memcpy(f->path, "containers/onboot/000-a", 24);
	f->cmd[0] = f->cmd0;
	f->env[0] = f->env0;
	f->config.cmd_n = 1;
	f->config.cmd = f->cmd;
	f->config.env_n = 1;
	f->config.env = f->env;
	f->bundle.section = IG_ONBOOT;
	f->bundle.entry = &f->entry;
	f->bundle.config = &f->config;
	f->bundle.ref = "docker.io/library/img";
	f->bundle.path = f->path;
	f->bundle.owner = &f->bundle;
}

/* Without white space, so that a test need not know the indentation. */
static inline void squeeze(struct ig_buf *buf)
{
	size_t len = 0;

	for (size_t i = 0; i < buf->len; i++) {
		if (buf->data[i] != ' ' && buf->data[i] != '\n')
			buf->data[len++] = buf->data[i];
	}
	buf->data[len] = '\0';
	buf->len = len;
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in: %s", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' in: %s", part, text);
}

/* config.json, squeezed, holds @part. */
static inline void assert_config(const struct fixture *f, const char *part)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };

	if (ig_bundle_config(&buf, &f->spec, &f->bundle, &err) < 0)
		fail_msg("%s", err.msg);
	squeeze(&buf);
	assert_contains(buf.data, part);
}

static inline void assert_config_lacks(const struct fixture *f,
				       const char *part)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };

	if (ig_bundle_config(&buf, &f->spec, &f->bundle, &err) < 0)
		fail_msg("%s", err.msg);
	squeeze(&buf);
	assert_lacks(buf.data, part);
}

static inline void assert_refused(const struct fixture *f, const char *begin,
				  const char *part)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };

	assert_int_equal(ig_bundle_config(&buf, &f->spec, &f->bundle, &err),
			 -1);
	assert_int_equal(err.code, IG_ESPEC);
	if (strncmp(err.msg, begin, strlen(begin)) != 0)
		fail_msg("'%s' does not begin with '%s'", err.msg, begin);
	assert_contains(err.msg, part);
}

#endif
