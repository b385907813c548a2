/* SPDX-License-Identifier: Apache-2.0 */
#include "run_internal.h"

#include <string.h>

void report_source_init(struct report_source *s, struct ig_report *report)
{
	*s = (struct report_source){ .report = report };
	ig_report_init(&s->serial);
}

void report_source_done(struct report_source *s)
{
	ig_report_done(&s->serial);
}

/* What the console told is the report from here on. */
static void adopt(struct report_source *s)
{
	if (s->report->begun || !s->serial.begun)
		return;
	ig_report_done(s->report);
	*s->report = s->serial;
	ig_report_init(&s->serial);
	s->by_console = true;
}

void report_source_port(struct report_source *s, const char *data, size_t len,
			int64_t now)
{
	if (!s->by_console)
		ig_report_feed(s->report, data, len, now);
}

void report_source_line(struct report_source *s, const char *record,
			int64_t now)
{
	struct ig_report *report = s->by_console ? s->report : &s->serial;

	if (!s->by_console && s->report->begun)
		return;
	ig_report_feed(report, record, strlen(record), now);
	ig_report_feed(report, "\n", 1, now);
	/* the first record is long past the time when a port says its own */
	if (report->booted >= 0 || ig_report_failed(report))
		adopt(s);
}

void report_source_end(struct report_source *s)
{
	adopt(s);
}
