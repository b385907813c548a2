/* SPDX-License-Identifier: Apache-2.0 */
/* What a reference prints as must parse, and print the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct ig_ref *ref)
{
	struct ig_err err = { 0 };
	struct ig_ref again;

	if (ig_ref_parse(&again, ref->text, strlen(ref->text), &err) < 0 ||
	    strcmp(again.text, ref->text) != 0 ||
	    strcmp(again.path, ref->path) != 0 ||
	    strcmp(again.host, ref->host) != 0 || strstr(ref->path, ".."))
		abort();
	ig_ref_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_err err = { 0 };
	struct ig_ref ref;

	if (ig_ref_parse(&ref, (const char *)data, size, &err) < 0) {
		if (err.code == IG_OK || !err.msg[0] || ref.text)
			abort();
		return 0;
	}
	check(&ref);
	ig_ref_done(&ref);
	return 0;
}
