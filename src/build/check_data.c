/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/str.h>

#include "check.h"

#define LINKS_MAX 40
#define PAGE	  4096u

/* ---- a file in a list ---- */

/* Lists are large and read at every build: the line is looked for as text. */
static const char *find_line(const struct ig_buf *list, const char *path)
{
	char needle[IG_CHECK_PATH + 8];
	size_t len = strlen(path);
	const char *at = list->data;
	const char *end = list->data + list->len;

	if (len >= IG_CHECK_PATH)
		return NULL;
	len = (size_t)snprintf(needle, sizeof(needle), "\n./%s ", path);
	while (at && (size_t)(end - at) >= len) {
		at = memchr(at, '\n', (size_t)(end - at) - len + 1);
		if (at && memcmp(at, needle, len) == 0)
			return at + len;
		if (at)
			at++;
	}
	return NULL;
}

/* Characters that stand as they are in a list. */
static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' ||
		    strchr("\\#=*?[", text[i]))
			return false;
	return true;
}

/* A way through the image: @at is done, @rest is to come. */
struct way {
	const struct ig_buf *list;
	const char *prefix;
	char *at;
	char rest[IG_CHECK_PATH];
	unsigned links;
};

static void go_up(char *at)
{
	char *slash = strrchr(at, '/');

	if (slash)
		*slash = '\0';
}

/* The link at @line instead of the component that @way is at. */
static enum ig_found follow(struct way *way, const char *line)
{
	const char *link = strstr(line, " link=");
	size_t len = link ? strcspn(link += 6, "\n") : 0;
	char rest[IG_CHECK_PATH];
	int n;

	if (++way->links > LINKS_MAX || !len)
		return IG_FOUND_NONE;
	if (memchr(link, '\\', len))
		return IG_FOUND_UNSURE;
	n = snprintf(rest, sizeof(rest), "%.*s/%s", (int)len, link, way->rest);
	if (n < 0 || (size_t)n >= sizeof(rest))
		return IG_FOUND_UNSURE;
	memcpy(way->rest, rest, (size_t)n + 1);
	if (*link == '/')
		way->at[0] = '\0';
	else
		go_up(way->at);
	return IG_FOUND_DIR;
}

/* One component; IG_FOUND_DIR: go on. */
static enum ig_found step(struct way *way, const char *name, size_t len)
{
	char path[2 * IG_CHECK_PATH];
	size_t have = strlen(way->at);
	const char *line;

	if (len == 0 || (len == 1 && *name == '.'))
		return IG_FOUND_DIR;
	if (len == 2 && memcmp(name, "..", 2) == 0) {
		go_up(way->at);
		return IG_FOUND_DIR;
	}
	if (!is_plain(name, len) || have + len + 2 > IG_CHECK_PATH)
		return IG_FOUND_UNSURE;
	snprintf(way->at + have, IG_CHECK_PATH - have, "/%.*s", (int)len, name);
	snprintf(path, sizeof(path), "%s%s", way->prefix,
		 *way->prefix ? way->at : way->at + 1);
	line = find_line(way->list, path);
	if (!line)
		return IG_FOUND_NONE;
	if (ig_starts(line, "type=link"))
		return follow(way, line);
	return ig_starts(line, "type=dir") ? IG_FOUND_DIR : IG_FOUND_FILE;
}

enum ig_found ig_check_find(char *at, const struct ig_buf *list,
			    const char *prefix, const char *path)
{
	struct way way = { .list = list, .prefix = prefix, .at = at };
	enum ig_found found = IG_FOUND_DIR;

	at[0] = '\0';
	if (strlen(path) >= sizeof(way.rest) ||
	    !is_plain(prefix, strlen(prefix)))
		return IG_FOUND_UNSURE;
	snprintf(way.rest, sizeof(way.rest), "%s", path);
	while (way.rest[0]) {
		char name[IG_CHECK_PATH];
		size_t len = strcspn(way.rest, "/");
		size_t skip = len + (way.rest[len] == '/');

		memcpy(name, way.rest, len);
		memmove(way.rest, way.rest + skip, strlen(way.rest + skip) + 1);
		found = step(&way, name, len);
		if (found == IG_FOUND_FILE && !way.rest[strspn(way.rest, "/")])
			return found;
		if (found == IG_FOUND_FILE) /* as a folder */
			return IG_FOUND_NONE;
		if (found != IG_FOUND_DIR)
			return found;
	}
	return found;
}

uint64_t ig_check_unpacked(const struct ig_buf *list)
{
	const char *at = list->data;
	uint64_t total = 0;

	/* Blanks in names are escaped, so this is no part of one. */
	while (at && (at = strstr(at, " size="))) {
		char *end;
		uint64_t size = strtoull(at + 6, &end, 10);
		uint64_t links = 1;

		if (ig_starts(end, " nlink="))
			links = strtoull(end + 7, &end, 10);
		total += (size / PAGE + (size % PAGE != 0)) * PAGE /
			 (links ? links : 1);
		at = end;
	}
	return total;
}

/* ---- kernels ---- */

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

struct machine {
	uint16_t elf, pe;
	const char *arch;
};
static const struct machine machines[] = {
	{ 62, 0x8664, "amd64" },    { 183, 0xaa64, "arm64" },
	{ 243, 0x5064, "riscv64" }, { 3, 0x14c, "386" },
	{ 40, 0x1c2, "arm" },
};

static const char *by_machine(unsigned value, bool pe)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if ((pe ? machines[i].pe : machines[i].elf) == value)
			return machines[i].arch;
	return "";
}

/* PE/COFF: the header's place stands at 0x3c. */
static const char *pe_arch(const unsigned char *h)
{
	uint32_t at = le32(h + 0x3c);

	if (at > IG_CHECK_HEAD - 6 || memcmp(h + at, "PE\0\0", 4) != 0)
		return NULL;
	return by_machine(h[at + 4] | (unsigned)h[at + 5] << 8, true);
}

const char *ig_check_kernel_arch(const unsigned char h[IG_CHECK_HEAD])
{
	const char *pe;

	/* Linux: Documentation/arch/x86/boot.rst. A 32-bit kernel has the
	 * same header; without an EFI stub it does not tell. */
	if (memcmp(h + 0x202, "HdrS", 4) == 0) {
		pe = h[0] == 'M' && h[1] == 'Z' ? pe_arch(h) : NULL;
		return pe && *pe ? pe : "amd64";
	}
	/* Documentation/arch/arm64/booting.rst, …/riscv/boot-image-header.rst
	 */
	if (memcmp(h + 0x38, "ARM\x64", 4) == 0)
		return "arm64";
	if (memcmp(h + 0x38, "RSC\x05", 4) == 0)
		return "riscv64";
	if (memcmp(h, "\177ELF", 4) == 0)
		return by_machine(h[18] | (unsigned)h[19] << 8, false);
	if (h[0] == 0x1f && h[1] == 0x8b)
		return "";
	return h[0] == 'M' && h[1] == 'Z' ? pe_arch(h) : NULL;
}

#define LOAD_MAX 0x7fffffffu
#define MIB	 (1u << 20)

int ig_check_load(const char *format, uint64_t kernel, uint64_t initrd,
		  struct ig_err *err)
{
	if (kernel <= LOAD_MAX && initrd <= LOAD_MAX - kernel)
		return 0;
	return ig_fail(
		err, IG_ELIMIT,
		"format %s: the kernel (%llu MiB) and the initrd (%llu MiB) are more than the 2047 MiB that firmware and boot loaders take: use raw-verity or kernel+squashfs, whose root is not loaded to memory",
		format, (unsigned long long)(kernel / MIB),
		(unsigned long long)(initrd / MIB));
}
