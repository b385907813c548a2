/* SPDX-License-Identifier: Apache-2.0 */
#include "run_report.h"

#include <fcntl.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/report.h>

#include "cli.h"

#define TEXT_MAX (4u << 20)

static const struct run_report *wanted;

void run_report_begin(const struct run_report *how)
{
	wanted = how;
}

static int write_json(const struct ig_report *report, const char *end,
		      struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(TEXT_MAX);

	if (!wanted->json)
		return 0;
	if (ig_report_json(&text, report, end, err) < 0)
		return ig_wrap(err, "--report");
	return ig_write_file(AT_FDCWD, wanted->json, text.data, text.len, 0666,
			     err);
}

static int write_chart(const struct ig_report *report, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(TEXT_MAX);

	if (!wanted->chart)
		return 0;
	if (ig_report_svg(&text, report, wanted->title, err) < 0)
		return ig_wrap(err, "--chart");
	return ig_write_file(AT_FDCWD, wanted->chart, text.data, text.len, 0666,
			     err);
}

static void show(const struct ig_report *report)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(TEXT_MAX);
	struct ig_err err = { 0 };

	if (ig_report_text(&text, report, ui_colour(), &err) < 0)
		ig_warn("boot report: %s", err.msg);
	else
		ui_table(text.data);
}

void run_report_booted(const struct ig_report *report)
{
	struct ig_err ignored = { 0 };

	show(report);
	/* what fails now fails again at the end, and is said then */
	if (write_json(report, NULL, &ignored) < 0 ||
	    write_chart(report, &ignored) < 0)
		ig_err_clear(&ignored);
}

static const char *word_of(enum ig_guest_end end)
{
	static const char *const words[] = {
		[IG_GUEST_OFF] = "off",
		[IG_GUEST_FAILED] = "failed",
		[IG_GUEST_PANIC] = "panic",
		[IG_GUEST_TIMEOUT] = "timeout",
		[IG_GUEST_NO_QEMU] = "no-qemu",
		[IG_GUEST_INCOMPLETE] = "incomplete",
	};

	return words[end];
}

static void judge(enum ig_guest_end *end, const struct ig_report *report)
{
	if (*end != IG_GUEST_OFF)
		return;
	if (ig_report_failed(report)) {
		ig_warn("a service was given up, or a step failed for good");
		*end = IG_GUEST_FAILED;
	}
	if (wanted->until_boot && report->booted < 0) {
		ig_warn("the guest ended before its boot was complete");
		*end = IG_GUEST_FAILED;
	}
}

int run_report_end(enum ig_guest_end *end, const struct ig_report *report,
		   struct ig_err *err)
{
	bool asked = wanted->json || wanted->chart || wanted->until_boot;

	if (*end == IG_GUEST_NO_QEMU)
		return 0;
	if (!report->begun && asked)
		ig_warn("the guest sent no boot report: its init is not ingot's, or its kernel has no driver for virtio's console (add ingot.report=serial to its command line)");
	if (report->begun && report->version != IG_REPORT_VERSION)
		ig_warn("the guest's boot report is of version %lld, not %d",
			(long long)report->version, IG_REPORT_VERSION);
	if (report->begun && report->booted < 0 && asked)
		show(report);
	judge(end, report);
	if (!report->begun)
		return 0;
	if (write_json(report, word_of(*end), err) < 0)
		return -1;
	return write_chart(report, err);
}
