/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel's configuration. What is recorded of it is one too, and says the
 * same; every option is found again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "kconfig.h"

#define RECORD_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int parse(struct pkg_kconfig *out, const char *text, size_t len)
{
	struct ig_err err = { 0 };

	if (pkg_kconfig_add(out, "f", text, len, &err) < 0)
		return -1;
	return pkg_kconfig_end(out, &err);
}

static void check(const struct pkg_kconfig *config, const char *text)
{
	IG_AUTO(ig_buf_done) struct ig_buf record = IG_BUF_INIT(RECORD_MAX);
	IG_AUTO(pkg_kconfig_done) struct pkg_kconfig again = { 0 };
	struct ig_err err = { 0 };
	const char *first;

	for (size_t i = 0; i < config->n; i++)
		if (!ig_streq(pkg_kconfig_get(config, config->v[i].name),
			      config->v[i].value))
			abort();
	if (pkg_kconfig_asked(config, config, &err) < 0)
		abort();
	if (pkg_kconfig_record(&record, text, &err) < 0)
		return;
	if (parse(&again, record.data ? record.data : "", record.len) < 0 ||
	    pkg_kconfig_differ(&first, config, &again) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	IG_AUTO(pkg_kconfig_done) struct pkg_kconfig config = { 0 };
	ig_autofree char *text = ig_strcopy((const char *)data, size);

	/* a whole one has no NUL: it is read as text too */
	if (text && parse(&config, text, size) == 0 && strlen(text) == size)
		check(&config, text);
	return 0;
}
