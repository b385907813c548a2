/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "report_priv.h"

/* Pixels. */
#define LEFT	220
#define PLOT	720
#define RIGHT	140
#define TOP	56
#define ROW	20
#define BAR	12
#define TICKS	8
#define NAME	30
#define ROW_MAX 512 /* rows that are drawn */

struct chart {
	struct ig_buf *out;
	const struct ig_report *report;
	int64_t span; /* µs from one side to the other */
	unsigned row;
	struct ig_err *err;
};

static const char style[] =
	"<style>text{font:12px sans-serif;fill:#222}.h{font-size:15px}"
	".g{stroke:#ddd}.a,.t{fill:#666}.p{fill:#8a96a8}.b{fill:#c9ced6}"
	".o{fill:#5b8fd6}.s{fill:#58a868}.w{fill:#a8d3b0}.x{fill:#d0605a}"
	".m{stroke:#222;stroke-dasharray:3 3}.r{fill:#14532d}</style>\n";

static int put_escaped(struct chart *c, const char *name, size_t most)
{
	char text[4 * NAME + 4];
	const char *end;

	report_visible(text, name, most < NAME ? most : NAME);
	for (const char *p = text; *p; p = end) {
		int len = (int)strcspn(p, "<>&\"'");

		end = p + len;
		if (ig_buf_printf(c->out, c->err, "%.*s", len, p) < 0)
			return -1;
		if (*end && ig_buf_printf(c->out, c->err, "&#%d;", *end++) < 0)
			return -1;
	}
	return 0;
}

/* A tenth of a pixel is enough; no "%f": it asks the locale. */
static int put_x(struct chart *c, const char *attribute, int64_t us,
		 int64_t left)
{
	int64_t tenths = us * PLOT * 10 / c->span + left * 10;

	return ig_buf_printf(c->out, c->err, " %s=\"%lld.%lld\"", attribute,
			     (long long)(tenths / 10),
			     (long long)(tenths % 10));
}

static unsigned y_of(const struct chart *c)
{
	return TOP + c->row * ROW;
}

static int put_bar(struct chart *c, const char *class, int64_t from, int64_t to)
{
	if (ig_buf_printf(c->out, c->err, "<rect class=\"%s\" y=\"%u\"", class,
			  y_of(c) + (ROW - BAR) / 2) < 0 ||
	    put_x(c, "x", from, LEFT) < 0 ||
	    put_x(c, "width", to > from ? to - from : 0, 0) < 0)
		return -1;
	return ig_buf_printf(c->out, c->err, " height=\"%d\"/>\n", BAR);
}

static int put_label(struct chart *c, const char *name)
{
	if (ig_buf_printf(c->out, c->err,
			  "<text x=\"%d\" y=\"%u\" text-anchor=\"end\">",
			  LEFT - 8, y_of(c) + ROW - 6) < 0 ||
	    put_escaped(c, name, NAME) < 0)
		return -1;
	return ig_buf_puts(c->out, "</text>\n", c->err);
}

/* What stands behind a bar. */
static int put_note(struct chart *c, int64_t at, int64_t took,
		    const char *state)
{
	if (ig_buf_printf(c->out, c->err, "<text class=\"t\" y=\"%u\"",
			  y_of(c) + ROW - 6) < 0 ||
	    put_x(c, "x", at, LEFT + 6) < 0)
		return -1;
	return ig_buf_printf(c->out, c->err, ">%lld ms%s%s</text>\n",
			     (long long)(took / 1000), *state ? ", " : "",
			     state);
}

static int put_phase(struct chart *c, const char *class, const char *name,
		     int64_t from, int64_t to)
{
	if (put_label(c, name) < 0 || put_bar(c, class, from, to) < 0 ||
	    put_note(c, to, to - from, "") < 0)
		return -1;
	c->row++;
	return 0;
}

static int put_ready(struct chart *c, int64_t at)
{
	if (ig_buf_printf(c->out, c->err,
			  "<circle class=\"r\" cy=\"%u\" r=\"4\"",
			  y_of(c) + ROW / 2) < 0 ||
	    put_x(c, "cx", at, LEFT) < 0)
		return -1;
	return ig_buf_puts(c->out, "><title>ready</title></circle>\n", c->err);
}

/* A service: dark until it is ready or up, light while it runs. */
static int put_unit(struct chart *c, const struct ig_report_unit *u)
{
	const struct ig_report *r = c->report;
	int64_t from = report_at(r, u->started);
	int64_t to = report_at(r, report_end_of(r, u));
	int64_t up = u->ready >= 0 ? u->ready : u->up;
	bool service = u->kind == IG_REPORT_SERVICE;
	const char *class = report_is_bad(r, u) ? "x" : service ? "s" : "o";
	int64_t dark = service && up >= 0 ? report_at(r, up) : to;
	char state[REPORT_STATE];

	if (dark > to)
		dark = to;
	if (put_label(c, u->name) < 0 ||
	    (dark < to && put_bar(c, "w", dark, to) < 0) ||
	    put_bar(c, class, from, dark) < 0 ||
	    (u->ready >= 0 && put_ready(c, report_at(r, u->ready)) < 0) ||
	    put_note(c, to, dark - from, report_state(state, u)) < 0)
		return -1;
	c->row++;
	return 0;
}

/* 1, 2 or 5 with zeros, so that there are TICKS of them or fewer. */
static int64_t step_of(int64_t span)
{
	static const int64_t factors[] = { 1, 2, 5 };

	for (int64_t ten = 1000;; ten *= 10) {
		for (size_t i = 0; i < IG_COUNT(factors); i++) {
			if (span / (ten * factors[i]) < TICKS)
				return ten * factors[i];
		}
	}
}

static int put_axis(struct chart *c, unsigned bottom)
{
	int64_t step = step_of(c->span);

	for (int64_t at = 0; at <= c->span; at += step) {
		if (ig_buf_printf(c->out, c->err,
				  "<line class=\"g\" y1=\"%d\" y2=\"%u\"",
				  TOP - 6, bottom) < 0 ||
		    put_x(c, "x1", at, LEFT) < 0 ||
		    put_x(c, "x2", at, LEFT) < 0 ||
		    ig_buf_printf(
			    c->out, c->err,
			    "/>\n<text class=\"a\" text-anchor=\"middle\" y=\"%d\"",
			    TOP - 12) < 0 ||
		    put_x(c, "x", at, LEFT) < 0 ||
		    ig_buf_printf(c->out, c->err, ">%lld%s</text>\n",
				  (long long)(at / 1000), at ? "" : " ms") < 0)
			return -1;
	}
	return 0;
}

static bool is_drawn(const struct ig_report_unit *u)
{
	return u->started >= 0 && u->kind != IG_REPORT_ONSHUTDOWN;
}

static unsigned count_rows(struct chart *c)
{
	const struct ig_report *r = c->report;
	unsigned rows = (unsigned)r->phases_n + (r->offset > 0);
	int64_t last = report_at(r, r->booted);

	for (size_t i = 0; i < r->phases_n; i++) {
		int64_t to = report_at(r, r->phases[i].to);

		last = to > last ? to : last;
	}
	for (size_t i = 0; i < r->units_n && rows < ROW_MAX; i++) {
		if (!is_drawn(&r->units[i]))
			continue;
		int64_t to = report_at(r, report_end_of(r, &r->units[i]));

		last = to > last ? to : last;
		rows++;
	}
	c->span = last > 1000 ? last : 1000;
	return rows;
}

static int put_rows(struct chart *c)
{
	const struct ig_report *r = c->report;

	if (r->offset > 0 &&
	    put_phase(c, "b", "before the kernel", 0, r->offset) < 0)
		return -1;
	for (size_t i = 0; i < r->phases_n; i++) {
		const struct ig_report_phase *p = &r->phases[i];

		if (put_phase(c, "p", p->name, report_at(r, p->from),
			      report_at(r, p->to)) < 0)
			return -1;
	}
	for (size_t i = 0; i < r->units_n && c->row < ROW_MAX; i++) {
		if (is_drawn(&r->units[i]) && put_unit(c, &r->units[i]) < 0)
			return -1;
	}
	return 0;
}

/* Where the boot was complete. */
static int put_mark(struct chart *c, unsigned bottom)
{
	int64_t at = report_at(c->report, c->report->booted);

	if (c->report->booted < 0)
		return 0;
	if (ig_buf_printf(c->out, c->err,
			  "<line class=\"m\" y1=\"%d\" y2=\"%u\"", TOP - 6,
			  bottom) < 0 ||
	    put_x(c, "x1", at, LEFT) < 0 || put_x(c, "x2", at, LEFT) < 0)
		return -1;
	return ig_buf_printf(c->out, c->err,
			     "><title>boot complete: %lld ms</title></line>\n",
			     (long long)(at / 1000));
}

int ig_report_svg(struct ig_buf *out, const struct ig_report *report,
		  const char *title, struct ig_err *err)
{
	struct chart c = { .out = out, .report = report, .err = err };
	unsigned bottom = TOP + count_rows(&c) * ROW;
	int width = LEFT + PLOT + RIGHT;

	if (ig_buf_printf(
		    out, err,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\">\n",
		    width, bottom + 12, width, bottom + 12) < 0 ||
	    ig_buf_puts(out, style, err) < 0 ||
	    ig_buf_puts(
		    out,
		    "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text class=\"h\" x=\"12\" y=\"24\">",
		    err) < 0 ||
	    put_escaped(&c, title, NAME) < 0 ||
	    ig_buf_puts(out, "</text>\n", err) < 0)
		return -1;
	if (put_axis(&c, bottom) < 0 || put_rows(&c) < 0 ||
	    put_mark(&c, bottom) < 0)
		return -1;
	return ig_buf_puts(out, "</svg>\n", err);
}
