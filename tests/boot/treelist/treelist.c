/* SPDX-License-Identifier: Apache-2.0 */
/*
 * treelist ROOT OUTPUT: what ROOT's file system holds, mounts below it left
 * out, as records "type mode uid gid size nlink digest-or-link" TAB path NUL,
 * the record "end" last.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"

static FILE *out;
static dev_t device;
static size_t root_len;

static void die(const char *what)
{
	fprintf(stderr, "treelist: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void print_digest(const char *path)
{
	static unsigned char data[65536];
	struct sha256 s;
	uint8_t digest[32];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		die(path);
	sha256_begin(&s);
	while ((n = read(fd, data, sizeof(data))) > 0)
		sha256_add(&s, data, (size_t)n);
	if (n < 0)
		die(path);
	close(fd);
	sha256_end(&s, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		fprintf(out, "%02x", digest[i]);
}

static void print_link(const char *path)
{
	char target[4096];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		die(path);
	target[n] = '\0';
	fputs(target, out);
}

static char letter(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return 'd';
	case S_IFREG:
		return 'f';
	case S_IFLNK:
		return 'l';
	case S_IFCHR:
		return 'c';
	case S_IFBLK:
		return 'b';
	default:
		return 'p';
	}
}

static int visit(const char *path, const struct stat *st, int flag,
		 struct FTW *where)
{
	(void)flag;
	if (where->level == 0)
		return FTW_CONTINUE;
	if (st->st_dev != device) { /* something is mounted here */
		fprintf(out, "m 0 0 0 0 0 \t%s", path + root_len);
		fputc('\0', out);
		return FTW_SKIP_SUBTREE;
	}
	fprintf(out, "%c %04o %u %u %lld %lu ", letter(st->st_mode),
		st->st_mode & 07777, st->st_uid, st->st_gid,
		S_ISREG(st->st_mode) ? (long long)st->st_size : 0LL,
		S_ISREG(st->st_mode) ? (unsigned long)st->st_nlink : 0UL);
	if (S_ISREG(st->st_mode))
		print_digest(path);
	else if (S_ISLNK(st->st_mode))
		print_link(path);
	fprintf(out, "\t%s", path + root_len);
	fputc('\0', out);
	return FTW_CONTINUE;
}

int main(int argc, char **argv)
{
	struct stat st;

	if (argc != 3)
		return 2;
	out = fopen(argv[2], "r+");
	if (!out || stat(argv[1], &st) < 0)
		die(argv[out ? 1 : 2]);
	device = st.st_dev;
	root_len = strlen(argv[1]) + 1;
	if (nftw(argv[1], visit, 64, FTW_PHYS | FTW_ACTIONRETVAL) < 0)
		die(argv[1]);
	fprintf(out, "end\t");
	fputc('\0', out);
	if (fflush(out) || fsync(fileno(out)) || fclose(out))
		die(argv[2]);
	puts("treelist: done");
	return 0;
}
