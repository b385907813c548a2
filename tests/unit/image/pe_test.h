/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PE_TEST_H
#define PE_TEST_H

/* PE files made by hand, and programs that read what we wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/keys.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/rope.h>
#include <ingot/str.h>

#include "support/scratch.h"

#define T_COFF	   0x80u
#define T_OPTIONAL (T_COFF + 24)
#define T_SECURITY (T_OPTIONAL + 112 + 32)
#define T_TABLE	   (T_OPTIONAL + 240)
#define T_HEADERS  1024u
#define T_PE_LEN   2048u
#define T_TIME	   1700000000

static struct ig_err t_err;

static inline uint32_t t_get(const void *data, size_t at, unsigned width)
{
	const unsigned char *p = (const unsigned char *)data + at;
	uint32_t value = 0;

	while (width--)
		value = value << 8 | p[width];
	return value;
}

static inline void t_put(void *data, size_t at, uint32_t value, unsigned width)
{
	unsigned char *p = (unsigned char *)data + at;

	for (; width--; value >>= 8)
		*p++ = (unsigned char)value;
}

static inline void t_section(unsigned char *pe, size_t i, const char *name,
			     const uint32_t place[4])
{
	size_t at = T_TABLE + i * 40;

	memcpy(pe + at, name, strlen(name));
	for (size_t k = 0; k < 4; k++)
		t_put(pe, at + 8 + k * 4, place[k], 4);
}

/* Two sections of 512 bytes each: .text at 0x1000, .data at 0x2000. */
static inline void t_pe(unsigned char pe[T_PE_LEN], uint16_t machine)
{
	memset(pe, 0, T_PE_LEN);
	memcpy(pe, "MZ", 2);
	t_put(pe, 0x3c, T_COFF, 4);
	memcpy(pe + T_COFF, "PE\0\0", 4);
	t_put(pe, T_COFF + 4, machine, 2);
	t_put(pe, T_COFF + 6, 2, 2);
	t_put(pe, T_COFF + 12, 0x99999999, 4); /* symbols */
	t_put(pe, T_COFF + 20, 240, 2);
	t_put(pe, T_OPTIONAL, 0x20b, 2);
	t_put(pe, T_OPTIONAL + 8, 512, 4);
	t_put(pe, T_OPTIONAL + 16, 0x1000, 4);
	t_put(pe, T_OPTIONAL + 32, 4096, 4);
	t_put(pe, T_OPTIONAL + 36, 512, 4);
	t_put(pe, T_OPTIONAL + 56, 0x3000, 4);
	t_put(pe, T_OPTIONAL + 60, T_HEADERS, 4);
	t_put(pe, T_OPTIONAL + 64, 0x77777777, 4); /* CheckSum */
	t_put(pe, T_OPTIONAL + 68, 10, 2);	   /* EFI application */
	t_put(pe, T_OPTIONAL + 108, 16, 4);
	t_section(pe, 0, ".text", (uint32_t[]){ 500, 0x1000, 512, 1024 });
	t_section(pe, 1, ".data", (uint32_t[]){ 0x900, 0x2000, 512, 1536 });
	memset(pe + 1024, 'T', 500);
	memset(pe + 1536, 'D', 512);
}

static inline struct ig_rope *t_rope(const void *data, size_t len)
{
	struct ig_rope *rope = ig_rope_new(&t_err);

	assert_non_null(rope);
	assert_int_equal(ig_rope_mem(rope, data, len, &t_err), 0);
	return rope;
}

static inline struct ig_rope *t_text(const char *text)
{
	return t_rope(text, strlen(text));
}

static inline struct ig_rope *t_pe_rope(uint16_t machine)
{
	unsigned char pe[T_PE_LEN];

	t_pe(pe, machine);
	return t_rope(pe, sizeof(pe));
}

/* All of a rope in memory. */
static inline unsigned char *t_bytes(const struct ig_rope *rope)
{
	size_t len = (size_t)ig_rope_size(rope);
	unsigned char *data = malloc(len + 1);

	assert_non_null(data);
	assert_int_equal(ig_rope_read(rope, data, len, 0, &t_err), 0);
	return data;
}

static inline void t_save(const struct ig_rope *rope, const char *path)
{
	ig_autofd int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(ig_rope_write(rope, fd, &t_err), 0);
}

/* Whether the program of @argv is content; skips when there is none. */
static inline bool t_runs(struct ig_buf *out, const char *const *argv)
{
	static const char *const env[] = { "LC_ALL=C", "TZ=UTC", NULL };
	struct ig_proc proc = {
		.argv = argv, .env = env, .in = -1, .out = -1, .err = -1
	};
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(4096);

	if (!ig_proc_find(argv[0]))
		skip();
	ig_err_clear(&t_err);
	return ig_proc_run(&proc, out, &said, &t_err) == 0;
}

/* PK, KEK and db keys in the scratch folder, once for all tests. */
static inline int t_setup(void **state)
{
	struct ig_keys_opts opts = { .name = "test", .time = T_TIME };

	if (scratch_setup(state) != 0)
		return -1;
	return ig_keys_make(AT_FDCWD, &opts, &t_err);
}

#endif
