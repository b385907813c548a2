/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/stream.h>

/*
 * deb(5): an ar archive of debian-binary, control.tar.* and data.tar.*. Read
 * here rather than unpacked by dpkg, so that owners and permissions are those
 * of the package also when an ordinary user builds, and so that nothing of it
 * touches the file system.
 */
#define AR_MAGIC     "!<arch>\n"
#define AR_MAGIC_LEN 8
#define AR_HEAD_LEN  60
#define MEMBERS_MAX  16
#define CONTROL_MAX  (1u << 20)

void pkg_deb_done(struct pkg_deb *deb)
{
	ig_freep(&deb->name);
	ig_freep(&deb->version);
}

/* A decimal number padded with spaces. */
static int ar_number(uint64_t *out, const char *text, size_t len,
		     struct ig_err *err)
{
	char copy[16];

	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len >= sizeof(copy))
		return ig_fail(err, IG_EFORMAT, "not a Debian package");
	memcpy(copy, text, len);
	copy[len] = '\0';
	return ig_parse_u64(out, copy, err);
}

static void member(struct pkg_deb *deb, const char *name, uint64_t off,
		   uint64_t len)
{
	if (strncmp(name, "control.tar", 11) == 0) {
		deb->control_off = off;
		deb->control_len = len;
	} else if (strncmp(name, "data.tar", 8) == 0) {
		deb->data_off = off;
		deb->data_len = len;
	}
}

static int members(struct pkg_deb *deb, uint64_t off, uint64_t end,
		   struct ig_err *err)
{
	char head[AR_HEAD_LEN];
	uint64_t size;

	for (int i = 0; off < end && i < MEMBERS_MAX; i++) {
		if (end - off < AR_HEAD_LEN)
			return ig_fail(err, IG_EFORMAT, "a cut Debian package");
		if (ig_pread_all(deb->fd, head, AR_HEAD_LEN, off, err) < 0)
			return -1;
		if (head[58] != '`' || head[59] != '\n')
			return ig_fail(err, IG_EFORMAT, "not a Debian package");
		if (ar_number(&size, head + 48, 10, err) < 0)
			return ig_wrap(err, "size of an ar member");
		off += AR_HEAD_LEN;
		if (size > end - off)
			return ig_fail(err, IG_EFORMAT, "a cut Debian package");
		member(deb, head, off, size);
		off += size + (size & 1);
	}
	if (!deb->control_len || !deb->data_len)
		return ig_fail(err, IG_EFORMAT,
			       "a Debian package without control or data");
	return 0;
}

/* The value of "Field: value" at the beginning of a line. */
char *pkg_deb_field(const char *text, const char *name, struct ig_err *err)
{
	size_t len = strlen(name);

	for (const char *line = text; line && *line;
	     line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
		const char *value = line + len + 1;
		size_t end;

		if (strncasecmp(line, name, len) != 0 || line[len] != ':')
			continue;
		value += strspn(value, " \t");
		end = strcspn(value, "\n");
		while (end > 0 && strchr(" \t\r", value[end - 1]))
			end--;
		if (end > 0)
			return ig_strcopy(value, end);
	}
	ig_fail(err, IG_EFORMAT, "no %s in a package's control file", name);
	return NULL;
}

int pkg_deb_control(struct pkg_deb *deb, const char *text, struct ig_err *err)
{
	deb->name = pkg_deb_field(text, "Package", err);
	if (!deb->name)
		return -1;
	deb->version = pkg_deb_field(text, "Version", err);
	return deb->version ? 0 : -1;
}

static int read_control(struct pkg_deb *deb, struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *raw = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *tar = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(CONTROL_MAX);

	raw = ig_source_range(deb->fd, deb->control_off, deb->control_len, err);
	tar = raw ? pkg_unpack(raw, err) : NULL;
	if (!tar || pkg_deb_read_control(&text, tar, err) < 0)
		return -1;
	return pkg_deb_control(deb, text.data ? text.data : "", err);
}

int pkg_deb_open(struct pkg_deb *deb, int fd, uint64_t off, uint64_t len,
		 struct ig_err *err)
{
	char magic[AR_MAGIC_LEN];
	uint64_t end;

	memset(deb, 0, sizeof(*deb));
	deb->fd = fd;
	if (len < AR_MAGIC_LEN || ig_add_overflow(off, len, &end))
		return ig_fail(err, IG_EFORMAT, "not a Debian package");
	if (ig_pread_all(fd, magic, AR_MAGIC_LEN, off, err) < 0)
		return -1;
	if (memcmp(magic, AR_MAGIC, AR_MAGIC_LEN) != 0)
		return ig_fail(err, IG_EFORMAT, "not a Debian package");
	if (members(deb, off + AR_MAGIC_LEN, end, err) < 0)
		return -1;
	if (read_control(deb, err) < 0) {
		pkg_deb_done(deb);
		return -1;
	}
	return 0;
}

int pkg_deb_tree(struct ig_tree *tree, struct ig_spool *spool,
		 const struct pkg_deb *deb, struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *raw = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *tar = NULL;

	raw = ig_source_range(deb->fd, deb->data_off, deb->data_len, err);
	tar = raw ? pkg_unpack(raw, err) : NULL;
	if (!tar || ig_tar_tree(tree, spool, tar, deb->name, false, err) < 0)
		return ig_wrap(err, "package '%s'", deb->name);
	return 0;
}
