/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logbook.h"

#include "log/logsend.h"

#include <stdio.h>
#include <string.h>

#define HALVES 2

static struct ring rings[HALVES]; /* calm, loud */
static uint64_t seq;

int logbook_open(size_t size)
{
	if (rings[0].size > 0)
		return 0;
	for (int i = 0; i < HALVES; i++) {
		if (ring_init(&rings[i], size / HALVES) < 0)
			return -1;
	}
	return 0;
}

void logbook_close(void)
{
	for (int i = 0; i < HALVES; i++)
		ring_free(&rings[i]);
	seq = 0;
}

void logbook_put(const struct log_entry *entry)
{
	/* too large for PID 1's stack at every line */
	static struct ring_record rec;

	if (logsend_put(entry))
		return;
	rec.seq = ++seq;
	rec.us = entry->us;
	rec.level = (uint8_t)entry->level;
	rec.len = entry->len < RING_TEXT ? entry->len : RING_TEXT;
	snprintf(rec.name, sizeof(rec.name), "%s", entry->name);
	memcpy(rec.text, entry->text, rec.len);
	ring_put(&rings[entry->loud], &rec);
}

int logbook_read(struct logbook_cursor *at, struct ring_record *out,
		 uint64_t *lost)
{
	static struct ring_record other;
	int calm = ring_peek(&rings[0], &at->at[0], out, lost);
	int loud = ring_peek(&rings[1], &at->at[1], &other, lost);

	if (loud && (!calm || other.seq < out->seq)) {
		*out = other;
		ring_skip(&at->at[1], out);
		return 1;
	}
	if (calm)
		ring_skip(&at->at[0], out);
	return calm;
}

static bool counts(const struct ring_record *rec, const char *name)
{
	return !name || strcmp(rec->name, name) == 0;
}

struct logbook_cursor logbook_last(uint64_t n, const char *name)
{
	struct logbook_cursor at = { 0 };
	struct ring_record rec;
	uint64_t lost = 0;
	uint64_t all = 0;

	while (logbook_read(&at, &rec, &lost))
		all += counts(&rec, name);
	memset(&at, 0, sizeof(at));
	while (all > n && logbook_read(&at, &rec, &lost))
		all -= counts(&rec, name);
	/* what was overwritten before is not missing here */
	for (int i = 0; i < HALVES; i++)
		ring_peek(&rings[i], &at.at[i], &rec, &lost);
	return at;
}
