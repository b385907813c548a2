/* SPDX-License-Identifier: Apache-2.0 */
#include "privileges.h"

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/err.h>
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
		b->index, b->ref, b->entry->name, what);
}

int cli_privileges(const struct ig_plan *plan, bool strict, struct ig_err *err)
{
	for (size_t i = 0; i < plan->bundles_n; i++) {
		const struct ig_bundle *b = &plan->bundles[i];
		IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(TEXT_MAX);

		if (ig_privileges(&text, b, err) < 0)
			return -1;
		if (!text.len)
			continue;
		if (strict)
			return refuse(b, text.data, err);
		ui_note("%s[%zu] '%s' has by its image's label: %s",
			ig_section_names[b->section], b->index, b->entry->name,
			text.data);
	}
	return 0;
}
