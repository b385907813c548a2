/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ingot/log.h>
#include <ingot/str.h>

#include "cli.h"

#define ITEMS	 32
#define BAR	 24
#define REDRAW_S 0.1

/* One download or the like that goes on. */
struct item {
	char id[96];
	uint64_t done, total;
};

static struct {
	pthread_mutex_t lock;
	bool quiet, terminal, drawn;
	int verbose;
	double began, redrawn;
	struct item items[ITEMS];
	size_t n;
} ui = { .lock = PTHREAD_MUTEX_INITIALIZER };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void erase(void)
{
	if (ui.drawn)
		fputs("\r\033[K", stderr);
	ui.drawn = false;
}

/* All that goes on, summed up in one line. */
static void draw(void)
{
	uint64_t done = 0, total = 0;
	char a[16], b[16], bar[BAR + 1];
	size_t full;

	for (size_t i = 0; i < ui.n; i++) {
		done += ui.items[i].done;
		total += ui.items[i].total;
	}
	if (!ui.n || !total)
		return;
	full = done >= total ? BAR : (size_t)(done * BAR / total);
	memset(bar, '.', BAR);
	memset(bar, '#', full);
	bar[BAR] = '\0';
	fprintf(stderr, "\r\033[K[%s] %s of %s  %s", bar, ig_size_text(a, done),
		ig_size_text(b, total), ui.n == 1 ? ui.items[0].id : "");
	if (ui.n > 1)
		fprintf(stderr, "%zu downloads", ui.n);
	fflush(stderr);
	ui.drawn = true;
}

static struct item *find_item(const char *id)
{
	for (size_t i = 0; i < ui.n; i++)
		if (!strncmp(ui.items[i].id, id, sizeof(ui.items[i].id) - 1))
			return &ui.items[i];
	if (ui.n == ITEMS)
		return NULL;
	snprintf(ui.items[ui.n].id, sizeof(ui.items[0].id), "%s", id);
	return &ui.items[ui.n++];
}

static void finish_item(struct item *item)
{
	char size[16];

	if (!ui.terminal && ui.verbose >= 0)
		fprintf(stderr, "fetched %s (%s)\n", item->id,
			ig_size_text(size, item->done));
	*item = ui.items[--ui.n];
	if (!ui.n)
		erase();
}

static void on_progress(void *ctx, const char *id, uint64_t done,
			uint64_t total)
{
	struct item *item;
	double t = now();

	(void)ctx;
	if (ui.quiet)
		return;
	pthread_mutex_lock(&ui.lock);
	item = find_item(id);
	if (item) {
		item->done = done;
		item->total = total;
		if (total && done >= total)
			finish_item(item);
	}
	if (ui.terminal && t - ui.redrawn > REDRAW_S) {
		ui.redrawn = t;
		draw();
	}
	pthread_mutex_unlock(&ui.lock);
}

/* Control characters, C1 (U+0080 to U+009F) in UTF-8 included. */
static bool is_control(const unsigned char *c)
{
	if (*c == 0xc2)
		return c[1] >= 0x80 && c[1] < 0xa0;
	return (*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f;
}

/* Text of registries and labels may hold anything: no control characters
 * reach the terminal. */
static void put_clean(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	for (; *c; c++) {
		bool bad = is_control(c);

		fputc(bad ? '?' : *c, stderr);
		if (bad && *c == 0xc2)
			c++;
	}
}

static void on_say(void *ctx, enum ig_level level, const char *text)
{
	(void)ctx;
	if (level == IG_LOG_DEBUG && ui.verbose < 1)
		return;
	if (ui.quiet && level != IG_LOG_WARN)
		return;
	pthread_mutex_lock(&ui.lock);
	erase();
	if (level == IG_LOG_WARN)
		fputs("ingot: warning: ", stderr);
	put_clean(text);
	fputc('\n', stderr);
	pthread_mutex_unlock(&ui.lock);
}

void ui_begin(bool quiet, int verbose)
{
	static const struct ig_log log = { NULL, on_say, on_progress };

	if (ui.began <= 0)
		ui.began = now();
	ui.quiet = quiet;
	ui.verbose = verbose;
	ui.terminal = isatty(STDERR_FILENO) == 1;
	ig_log_set(&log);
}

void ui_end(void)
{
	pthread_mutex_lock(&ui.lock);
	erase();
	fflush(stderr);
	pthread_mutex_unlock(&ui.lock);
}

void ui_say(const char *fmt, ...)
{
	va_list ap;

	ui_end();
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void ui_note(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	on_say(NULL, IG_LOG_INFO, text);
}

void ui_table(const char *text)
{
	if (ui.quiet)
		return;
	ui_end();
	fputs(text, stderr);
	fflush(stderr);
}

bool ui_colour(void)
{
	return ui.terminal;
}

void ui_error(const char *where, const char *text)
{
	ui_end();
	fputs("ingot: ", stderr);
	put_clean(where);
	fputs(*where ? ": " : "", stderr);
	put_clean(text);
	fputc('\n', stderr);
}

double ui_seconds(void)
{
	return now() - ui.began;
}
