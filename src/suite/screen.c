/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>

#include "suite_internal.h"

void screen_init(struct screen *screen)
{
	pthread_mutex_init(&screen->lock, NULL);
	ig_buf_init(&screen->text, SCREEN_MAX);
}

void screen_done(struct screen *screen)
{
	ig_buf_done(&screen->text);
	pthread_mutex_destroy(&screen->lock);
}

/* A guest may print for ever: only the beginning is looked at. */
void screen_add(struct screen *screen, const char *data, size_t len)
{
	struct ig_err full;

	pthread_mutex_lock(&screen->lock);
	(void)ig_buf_add(&screen->text, data, len, &full);
	pthread_mutex_unlock(&screen->lock);
}

bool screen_match(struct screen *screen, const char *regex, size_t *seen)
{
	bool found;

	pthread_mutex_lock(&screen->lock);
	found = screen->text.len &&
		judge_lines(regex, screen->text.data, screen->text.len, seen);
	pthread_mutex_unlock(&screen->lock);
	return found;
}
