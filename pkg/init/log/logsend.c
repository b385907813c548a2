/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logsend.h"

#include "log/logbook.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* One write, which is atomic as it is not longer than PIPE_BUF. */
struct head {
	int64_t us;
	int level;
	bool loud;
	size_t name, text; /* bytes of each behind this */
};
_Static_assert(sizeof(struct head) + RING_NAME + RING_TEXT <= PIPE_BUF,
	       "a line is one write");

static int out = -1;

void logsend_to(int fd)
{
	out = fd;
}

static size_t at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

bool logsend_put(const struct log_entry *entry)
{
	struct head h = { .us = entry->us,
			  .level = entry->level,
			  .loud = entry->loud,
			  .name = at_most(strlen(entry->name), RING_NAME),
			  .text = at_most(entry->len, RING_TEXT) };
	char bytes[sizeof(h) + RING_NAME + RING_TEXT];

	if (out < 0)
		return false;
	memcpy(bytes, &h, sizeof(h));
	memcpy(bytes + sizeof(h), entry->name, h.name);
	memcpy(bytes + sizeof(h) + h.name, entry->text, h.text);
	(void)!write(out, bytes, sizeof(h) + h.name + h.text);
	return true;
}

static bool get(int fd, void *to, size_t n)
{
	return n == 0 || read(fd, to, n) == (ssize_t)n;
}

void logsend_take(int fd)
{
	char name[RING_NAME + 1];
	char text[RING_TEXT];
	struct head h;

	while (get(fd, &h, sizeof(h))) {
		if (h.name > RING_NAME || h.text > RING_TEXT ||
		    !get(fd, name, h.name) || !get(fd, text, h.text))
			return;
		name[h.name] = '\0';
		logbook_put(&(struct log_entry){ .name = name,
						 .text = text,
						 .len = h.text,
						 .us = h.us,
						 .level = h.level,
						 .loud = h.loud });
	}
}
