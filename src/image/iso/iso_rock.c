/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

#include <ingot/err.h>

/*
 * IEEE P1281 (SUSP) and P1282 (RRIP), version 1.12. No TF: a directory
 * record has a time of its own, and readers take that.
 */
#define ENTRY_MAX 255u
#define NM_MAX	  (ENTRY_MAX - 5)
#define LINK_MAX_ 4095u

enum {
	MORE = 0x01, /* of NM, of SL and of a component of SL */
	CURRENT = 0x02,
	PARENT = 0x04,
	ROOT = 0x08,
};

static unsigned char *entry(struct iso_susp *out, const char *sign, size_t len)
{
	unsigned char *at = out->v + out->len;

	assert(len <= ENTRY_MAX && len <= sizeof(out->v) - out->len);
	memset(at, 0, len);
	memcpy(at, sign, 2);
	at[2] = (unsigned char)len;
	at[3] = 1;
	out->len += len;
	return at;
}

static uint32_t posix_mode(const struct iso_node *node)
{
	static const uint32_t types[] = {
		[IG_DIR] = S_IFDIR,	[IG_FILE] = S_IFREG,
		[IG_SYMLINK] = S_IFLNK, [IG_CHAR] = S_IFCHR,
		[IG_BLOCK] = S_IFBLK,	[IG_FIFO] = S_IFIFO,
	};

	return types[node->type] | node->mode;
}

static void put_px(struct iso_susp *out, const struct iso_node *node)
{
	unsigned char *px = entry(out, "PX", 44);
	uint32_t links = node->type == IG_DIR ? 2 + node->subdirs : 1;

	iso_both32(px + 4, posix_mode(node));
	iso_both32(px + 12, node->file ? node->file->nlink : links);
	iso_both32(px + 20, node->uid);
	iso_both32(px + 28, node->gid);
	iso_both32(px + 36, node->file ? node->file->serial : node->serial);
}

/*
 * Linux takes the low half for an old 16-bit number when the high half is
 * zero, else the halves for major and minor; others take it for the dev_t of
 * their system. What 16 bits hold is written so that all agree.
 */
static void put_pn(struct iso_susp *out, const struct iso_node *node)
{
	unsigned char *pn = entry(out, "PN", 20);
	bool old = node->major && node->major <= 0xff && node->minor <= 0xff;

	iso_both32(pn + 4, old ? 0 : node->major);
	iso_both32(pn + 12, old ? node->major << 8 | node->minor : node->minor);
}

static void put_nm(struct iso_susp *out, const char *name)
{
	size_t left = strlen(name);

	while (left) {
		size_t n = left < NM_MAX ? left : NM_MAX;
		unsigned char *nm = entry(out, "NM", 5 + n);

		left -= n;
		nm[4] = left ? MORE : 0;
		memcpy(nm + 5, name, n);
		name += n;
	}
}

/* The entry that is being filled. */
struct sl {
	struct iso_susp *out;
	unsigned char *at;
};

static int sl_next(struct sl *sl, struct ig_err *err)
{
	if (sl->at)
		sl->at[4] = MORE;
	if (sizeof(sl->out->v) - sl->out->len < ENTRY_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "a symbolic link with too many parts");
	sl->at = entry(sl->out, "SL", 5);
	return 0;
}

static size_t sl_room(const struct sl *sl)
{
	return ENTRY_MAX - sl->at[2];
}

static void sl_put(struct sl *sl, unsigned char flags, const char *text,
		   size_t len)
{
	unsigned char *to = sl->out->v + sl->out->len;

	to[0] = flags;
	to[1] = (unsigned char)len;
	memcpy(to + 2, text, len);
	sl->at[2] = (unsigned char)(sl->at[2] + 2 + len);
	sl->out->len += 2 + len;
}

static int sl_component(struct sl *sl, const char *text, size_t len,
			struct ig_err *err)
{
	size_t n;

	do {
		/* Two bytes before the text, and some text. */
		if (sl_room(sl) < 2 + (len > 0) && sl_next(sl, err) < 0)
			return -1;
		n = sl_room(sl) - 2 < len ? sl_room(sl) - 2 : len;
		sl_put(sl, n < len ? MORE : 0, text, n);
		text += n;
		len -= n;
	} while (len);
	return 0;
}

static int sl_special(struct sl *sl, unsigned char flag, struct ig_err *err)
{
	if (sl_room(sl) < 2 && sl_next(sl, err) < 0)
		return -1;
	sl_put(sl, flag, "", 0);
	return 0;
}

static int put_sl(struct iso_susp *out, const char *link, struct ig_err *err)
{
	struct sl sl = { out, NULL };

	if (sl_next(&sl, err) < 0)
		return -1;
	if (*link == '/') {
		if (sl_special(&sl, ROOT, err) < 0)
			return -1;
		link += strspn(link, "/");
	}
	/* Several slashes mean one, and readers stumble over empty parts. */
	for (size_t len; *link; link += len, link += strspn(link, "/")) {
		int result;

		len = strcspn(link, "/");
		if (len == 1 && link[0] == '.')
			result = sl_special(&sl, CURRENT, err);
		else if (len == 2 && link[0] == '.' && link[1] == '.')
			result = sl_special(&sl, PARENT, err);
		else
			result = sl_component(&sl, link, len, err);
		if (result < 0)
			return -1;
	}
	return 0;
}

static int check_link(const struct iso_node *node, struct ig_err *err)
{
	size_t len = node->link ? strlen(node->link) : 0;

	if (!len)
		return ig_fail(err, IG_EFORMAT,
			       "the symbolic link '%s' has no target",
			       node->name);
	if (len > LINK_MAX_)
		return ig_fail(
			err, IG_ELIMIT,
			"the symbolic link '%s' has a target of %zu bytes: Linux follows at most %u",
			node->name, len, LINK_MAX_);
	return 0;
}

int iso_rock(struct iso_susp *out, const struct iso_node *node, bool name,
	     struct ig_err *err)
{
	out->len = 0;
	put_px(out, node);
	if (!name)
		return 0;
	put_nm(out, node->name);
	if (node->type == IG_CHAR || node->type == IG_BLOCK)
		put_pn(out, node);
	if (node->type != IG_SYMLINK)
		return 0;
	return check_link(node, err) < 0 ? -1 : put_sl(out, node->link, err);
}

int iso_rock_root(struct iso_susp *out, const struct iso_node *root,
		  struct ig_err *err)
{
	static const char id[] = "IEEE_P1282";
	static const char about[] =
		"THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS";
	static const char source[] =
		"PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE P1282 SPECIFICATION";
	size_t a = sizeof(id) - 1, b = sizeof(about) - 1;
	size_t c = sizeof(source) - 1;
	unsigned char *at;

	(void)err;
	out->len = 0;
	/* SUSP, 5.3: the first entry of all. */
	at = entry(out, "SP", 7);
	at[4] = 0xbe;
	at[5] = 0xef;
	put_px(out, root);
	at = entry(out, "ER", 8 + a + b + c);
	at[4] = (unsigned char)a;
	at[5] = (unsigned char)b;
	at[6] = (unsigned char)c;
	at[7] = 1;
	memcpy(at + 8, id, a);
	memcpy(at + 8 + a, about, b);
	memcpy(at + 8 + a + b, source, c);
	return 0;
}

size_t iso_susp_fit(const struct iso_susp *susp, size_t at, size_t room)
{
	size_t end = at;

	if (susp->len - at <= room)
		return susp->len - at;
	while (end < susp->len && end + susp->v[end + 2] - at + ISO_CE <= room)
		end += susp->v[end + 2];
	return end - at;
}

void iso_susp_ce(unsigned char out[ISO_CE], uint32_t lba, size_t off,
		 size_t len)
{
	memcpy(out, "CE", 2);
	out[2] = ISO_CE;
	out[3] = 1;
	iso_both32(out + 4, lba);
	iso_both32(out + 12, (uint32_t)off);
	iso_both32(out + 20, (uint32_t)len);
}
