/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TEST_SCRATCH_H
#define IG_TEST_SCRATCH_H

/*
 * A fresh folder for one cmocka test, which becomes the current one, and is
 * removed after. Include after <cmocka.h>:
 * cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown).
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline int scratch_setup(void **state)
{
	const char *base = getenv("TMPDIR");
	char *path = NULL;

	if (asprintf(&path, "%s/ingot-test-XXXXXX", base ? base : "/tmp") < 0)
		return -1;
	*state = path;
	return mkdtemp(path) ? chdir(path) : -1;
}

static inline int scratch_remove(const char *path, const struct stat *st,
				 int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline int scratch_teardown(void **state)
{
	int ret = chdir("/");

	nftw(*state, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(*state);
	return ret;
}

/* How many entries @path has, hidden ones too. */
static inline int scratch_count(const char *path)
{
	DIR *dir = opendir(path);
	int count = -2; /* "." and ".." */

	if (!dir)
		return -1;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static inline void scratch_write(const char *path, const void *data, size_t len)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0)
		abort();
}

/* The text of a small file; static memory. */
static inline const char *scratch_read(const char *path)
{
	static char data[4096];
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file)
		return NULL;
	len = fread(data, 1, sizeof(data) - 1, file);
	data[len] = '\0';
	fclose(file);
	return data;
}

#endif
