/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest tells of its boot: read in the limits, and every writer takes
 * what was read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/report.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(const struct ig_report *r)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(16u << 20);
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(16u << 20);
	IG_AUTO(ig_buf_done) struct ig_buf svg = IG_BUF_INIT(16u << 20);
	struct ig_err err = { 0 };

	if (ig_report_text(&text, r, false, &err) < 0 ||
	    ig_report_json(&json, r, "off", &err) < 0 ||
	    ig_report_svg(&svg, r, "x", &err) < 0)
		abort();
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if ((c < ' ' && c != '\n') || c == 0x7f)
			abort();
	}
	/* no number of the chart is negative, no text is a tag */
	if (strstr(svg.data, "=\"-") || strstr(svg.data, "<script"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	IG_AUTO(ig_report_done) struct ig_report r;

	ig_report_init(&r);
	for (size_t at = 0; at < size; at += 7)
		ig_report_feed(&r, (const char *)data + at,
			       size - at < 7 ? size - at : 7,
			       (int64_t)at * 1000);
	if (r.units_n > IG_REPORT_UNITS || r.phases_n > IG_REPORT_PHASES ||
	    (!r.begun && r.booted >= 0))
		abort();
	write_all(&r);
	return 0;
}
