/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define BOOT_FILE "/proc/sys/kernel/random/boot_id"
#define MARK_MAX  256

void ig_boot_id(char out[IG_BOOT_LEN])
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(MARK_MAX);
	struct ig_err err;

	/* "?" equals nothing: all is as if it came from before the boot. */
	snprintf(out, IG_BOOT_LEN, "?");
	if (ig_read_file(&text, AT_FDCWD, BOOT_FILE, &err) < 0 ||
	    text.len != 37 || text.data[36] != '\n' ||
	    strspn(text.data, "0123456789abcdef-") != 36)
		return;
	memcpy(out, text.data, 36);
	out[36] = '\0';
}

/* All but the boot. A mark is compared as text, so nothing is parsed. */
static int print(char out[MARK_MAX], const struct stat *st)
{
	return snprintf(out, MARK_MAX, "%llu %llu %lld.%09ld %lld.%09ld ",
			(unsigned long long)st->st_size,
			(unsigned long long)st->st_ino,
			(long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
			(long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

enum ig_mark ig_mark_check(const struct ig_store *store, int dir,
			   const char *name, const struct stat *st)
{
	IG_AUTO(ig_buf_done) struct ig_buf mark = IG_BUF_INIT(MARK_MAX);
	char want[MARK_MAX];
	struct ig_err err;
	char *boot;

	if (ig_read_file(&mark, dir, name, &err) < 0 || mark.len == 0 ||
	    mark.data[mark.len - 1] != '\n')
		return IG_MARK_NONE;
	mark.data[mark.len - 1] = '\0';
	print(want, st);
	if (!ig_starts(mark.data, want))
		return IG_MARK_NONE;
	boot = mark.data + strlen(want);
	if (ig_streq(boot, IG_BOOT_SYNCED))
		return IG_MARK_GOOD;
	if (ig_streq(boot, store->boot) && !ig_streq(boot, "?"))
		return IG_MARK_GOOD;
	return IG_MARK_OLD;
}

void ig_mark_write(const struct ig_store *store, int dir, const char *name,
		   const struct stat *st, const char *boot)
{
	IG_AUTO(ig_newfile_done) struct ig_newfile nf = IG_NEWFILE_INIT;
	char text[MARK_MAX];
	size_t len;
	struct ig_err err;

	if (store->readonly)
		return;
	print(text, st);
	len = strlen(text);
	snprintf(text + len, sizeof(text) - len, "%s\n", boot);
	/* Not synced: a mark that is lost or torn only costs a hash. */
	if (ig_newfile_open(&nf, dir, name, 0600, &err) < 0 ||
	    ig_write_all(nf.fd, text, strlen(text), &err) < 0 ||
	    ig_newfile_commit(&nf, false, &err) < 0)
		ig_debug("mark '%s': %s", name, err.msg);
}

int ig_mark_settle(int fd, struct ig_err *err)
{
	const struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_sec = 1 },
	};

	if (futimens(fd, times) < 0)
		return ig_fail_sys(err, errno, "set the time");
	return 0;
}
