/* SPDX-License-Identifier: Apache-2.0 */
#include "privileges.h"

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>

#include "cli.h"

#define TEXT_MAX (1u << 20)

static int refuse(const struct ig_bundle *b, const char *what,
		  struct ig_err *err)
{
	const struct ig_pos *pos = &b->entry->pos;

	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: %s[%zu]: the label of %s gives '%s' what the spec does not: %s: say it in the spec too, or build without --strict-labels",
		pos->file, pos->line, pos->col, ig_section_names[b->section],
		pos->index, b->ref, b->entry->name, what);
}

/* Who built it before has read it before. */
static void tell(const struct ig_bundle *b, const char *what, bool fresh)
{
	static const char line[] =
		"%s:%d:%d: %s[%zu] '%s' has by its image's label: %s";
	const struct ig_pos *pos = &b->entry->pos;

	(fresh ? ui_note : ig_debug)(line, pos->file, pos->line, pos->col,
				     ig_section_names[b->section], pos->index,
				     b->entry->name, what);
}

int cli_privileges(const struct ig_plan *plan, bool fresh, bool strict,
		   struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf names = IG_BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < plan->bundles_n; i++) {
		const struct ig_bundle *b = &plan->bundles[i];
		IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(TEXT_MAX);

		if (ig_privileges(&text, b, err) < 0)
			return -1;
		if (!text.len)
			continue;
		if (strict)
			return refuse(b, text.data, err);
		tell(b, text.data, fresh);
		if (ig_buf_printf(&names, err, "%s%s", names.len ? ", " : "",
				  b->entry->name) < 0)
			return -1;
	}
	if (names.len && !fresh)
		ui_note("privileges by image labels (-v lists them): %s",
			names.data);
	return 0;
}
