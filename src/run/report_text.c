/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>

#include "report_priv.h"

#define NAME 28
#define BOLD "\033[1m"
#define RED  "\033[31m"
#define END  "\033[0m"

struct table {
	struct ig_buf *out;
	const struct ig_report *report;
	bool colour;
	struct ig_err *err;
};

/* Columns are counted in characters, not in bytes. */
static int put_name(struct table *t, const char *kind, const char *name)
{
	char text[NAME * 4 + 4];
	size_t width = strlen(kind);

	report_visible(text, name, NAME - width - 1);
	for (const char *c = text; *c; c++)
		width += ((unsigned char)*c & 0xc0) != 0x80;
	return ig_buf_printf(t->out, t->err, "%s%s%*s", kind, text,
			     (int)(NAME > width ? NAME - width : 0), "");
}

static int put_ms(struct table *t, int64_t us)
{
	return ig_buf_printf(t->out, t->err, "%9lld.%lld",
			     (long long)(us / 1000),
			     (long long)(us % 1000 / 100));
}

/* @from, @to: of the machine's start; @to below @from: not known. */
static int put_row(struct table *t, const char *kind, const char *name,
		   int64_t from, int64_t to)
{
	if (put_name(t, kind, name) < 0 || put_ms(t, from) < 0)
		return -1;
	return to < from ? ig_buf_printf(t->out, t->err, "%11s", "-")
			 : put_ms(t, to - from);
}

static int put_phases(struct table *t)
{
	const struct ig_report *r = t->report;

	if (r->offset > 0 &&
	    (put_row(t, "", "before the kernel", 0, r->offset) < 0 ||
	     ig_buf_putc(t->out, '\n', t->err) < 0))
		return -1;
	for (size_t i = 0; i < r->phases_n; i++) {
		const struct ig_report_phase *p = &r->phases[i];

		if (put_row(t, "", p->name, report_at(r, p->from),
			    report_at(r, p->to)) < 0 ||
		    ig_buf_putc(t->out, '\n', t->err) < 0)
			return -1;
	}
	return 0;
}

/* How long: a step until its end, a service until it was ready or up. */
static int64_t done_at(const struct ig_report_unit *u)
{
	if (u->kind != IG_REPORT_SERVICE || u->up < 0)
		return u->ended;
	return u->ready >= 0 ? u->ready : u->up;
}

static int put_unit(struct table *t, const struct ig_report_unit *u)
{
	static const char *const kinds[IG_REPORT_KINDS] = { "  onboot ",
							    "  service ",
							    "  onshutdown " };
	bool bad = t->colour && report_is_bad(t->report, u);
	char state[REPORT_STATE];
	int64_t done = done_at(u);
	int64_t from = u->started >= 0 ? u->started : t->report->booted;

	if (put_row(t, kinds[u->kind], u->name,
		    report_at(t->report, from > 0 ? from : 0),
		    done >= 0 ? report_at(t->report, done) : -1) < 0)
		return -1;
	return ig_buf_printf(t->out, t->err, "  %s%s%s\n", bad ? RED : "",
			     report_state(state, u), bad ? END : "");
}

static int put_end(struct table *t)
{
	const struct ig_report *r = t->report;

	if (r->booted < 0)
		return ig_buf_puts(t->out, "the boot is not complete\n",
				   t->err);
	if (put_name(t, "", "boot complete") < 0 ||
	    put_ms(t, report_at(r, r->booted)) < 0)
		return -1;
	if (!r->memory_kib)
		return ig_buf_putc(t->out, '\n', t->err);
	return ig_buf_printf(t->out, t->err,
			     "             memory: %lld of %lld MiB free\n",
			     (long long)(r->available_kib / 1024),
			     (long long)(r->memory_kib / 1024));
}

int ig_report_text(struct ig_buf *out, const struct ig_report *report,
		   bool colour, struct ig_err *err)
{
	struct table t = { out, report, colour, err };

	if (ig_buf_printf(out, err, "%s%-*s%11s%11s%s\n", colour ? BOLD : "",
			  NAME, "boot report", "at ms", "took ms",
			  colour ? END : "") < 0 ||
	    put_phases(&t) < 0)
		return -1;
	for (size_t i = 0; i < report->units_n; i++) {
		if (put_unit(&t, &report->units[i]) < 0)
			return -1;
	}
	return put_end(&t);
}
