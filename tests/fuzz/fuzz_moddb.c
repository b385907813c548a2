/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modules.dep, .softdep, .alias, .builtin and a device's alias, with a zero
 * byte between them. No module is tried twice, and reading ends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/moddb.h"

#define PARTS 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	const struct moddb *db;
	size_t loads;
};

static int load(void *ctx, const struct mod *m)
{
	struct seen *seen = ctx;

	if (++seen->loads > seen->db->n || m->name.len > m->path.len)
		abort();
	/* some modules are not for this machine */
	return m->name.len % 5 == 4 ? -1 : 0;
}

static void hit(void *ctx, struct text name, size_t alias)
{
	struct seen *seen = ctx;

	if (alias != 0)
		abort();
	moddb_find(seen->db, name);
}

static void split(struct text parts[PARTS], const char *p, size_t len)
{
	for (size_t i = 0; i < PARTS; i++) {
		const char *zero = len ? memchr(p, '\0', len) : NULL;
		size_t n = zero && i < PARTS - 1 ? (size_t)(zero - p) : len;

		parts[i].p = p;
		parts[i].len = n;
		p += n;
		len -= n;
		if (len > 0) {
			p++;
			len--;
		}
	}
}

static void use(struct moddb *db, struct text alias)
{
	struct seen seen = { .db = db };
	char word[64];
	const char *list[] = { word };
	size_t n = alias.len < sizeof(word) - 1 ? alias.len : sizeof(word) - 1;

	memcpy(word, alias.p, n);
	word[n] = '\0';
	moddb_match(db, list, 1, hit, &seen);
	moddb_load(db, alias, load, &seen);
	for (size_t i = 0; i < db->n && i < 64; i++)
		moddb_load(db, db->mods[i].name, load, &seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text parts[PARTS];
	/* of its own length, so that reading past the end is seen */
	char *copy = malloc(size + 1);

	if (!copy)
		return 0;
	if (size > 0)
		memcpy(copy, data, size);
	copy[size] = 'x';
	split(parts, copy, size);
	struct moddb db = { .dep = parts[0],
			    .softdep = parts[1],
			    .alias = parts[2],
			    .builtin = parts[3] };

	if (moddb_index(&db) == 0)
		use(&db, parts[4]);
	moddb_done(&db);
	free(copy);
	return 0;
}
