/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes as an appliance, a label and a recipe. What is taken as an
 * appliance must come back the same from its own dump, and its metadata must
 * be readable.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/spec_recipe.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static struct ig_spec *read_spec(const void *text, size_t len,
				 struct ig_err *err)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(err);
	IG_AUTO(ig_buf_done) struct ig_buf problems = IG_BUF_INIT(1 << 20);

	must(spec != NULL);
	if (ig_spec_add(spec, "f", NULL, text, len, NULL, &problems, err) < 0) {
		must(problems.len > 0 && err->msg[0]);
		return NULL;
	}
	must(problems.len == 0);
	return ig_take(&spec);
}

static void try_metadata(const struct ig_spec *spec, const char *format,
			 int again)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT((size_t)64 << 20);
	IG_AUTO(ig_spec_freep) struct ig_spec *read = NULL;
	struct ig_err err = { 0 };

	if (ig_spec_metadata(&out, spec, format, NULL, &err) < 0) {
		must(err.code == IG_ELIMIT);
		return;
	}
	if (!again)
		return;
	read = read_spec(out.data, out.len, &err);
	must(read != NULL || err.code == IG_ELIMIT);
}

static void try_dump(const struct ig_spec *spec)
{
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT((size_t)64 << 20);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT((size_t)64 << 20);
	IG_AUTO(ig_spec_freep) struct ig_spec *again = NULL;
	struct ig_err err = { 0 };

	if (ig_spec_yaml(&one, spec, &err) < 0) {
		must(err.code == IG_ELIMIT);
		return;
	}
	again = read_spec(one.data, one.len, &err);
	if (!again) { /* aliases written out are longer than allowed */
		must(err.code == IG_ELIMIT);
		return;
	}
	must(ig_spec_yaml(&two, again, &err) == 0);
	must(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	IG_AUTO(ig_spec_freep) struct ig_spec *owner = ig_spec_new(&err);
	IG_AUTO(ig_recipe_freep) struct ig_recipe *recipe = NULL;
	struct ig_entry label;

	must(owner != NULL);
	spec = read_spec(data, size, &err);
	if (spec) {
		try_dump(spec);
		try_metadata(spec, "yaml", 1);
		try_metadata(spec, "json", 0);
		ig_spec_finish(spec, &err);
	}
	ig_label_parse(&label, owner, "r", (const char *)data, size, &err);
	ig_recipe_parse(&recipe, "f", data, size, NULL, &err);
	return 0;
}
