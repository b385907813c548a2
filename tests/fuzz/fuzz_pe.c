/* SPDX-License-Identifier: Apache-2.0 */
/* A UKI of any stub that is taken must be a PE that hashes. */
#include <stdint.h>
#include <stdlib.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_fail_well(const struct ig_err *err)
{
	if (err->code == IG_OK || !err->msg[0])
		abort();
}

static void as_stub(const struct ig_rope *pe)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *out = NULL;
	struct ig_uki uki = { .stub = pe, .kernel = pe, .cmdline = "quiet" };
	struct ig_err err = { 0 };
	unsigned char hash[32];

	out = ig_rope_new(&err);
	if (!out)
		abort();
	if (ig_uki_write(out, &uki, &err) < 0) {
		must_fail_well(&err);
		return;
	}
	/* Few data directories: a UKI that boots but cannot be signed. */
	if (!ig_pe_machine(out, &err) || (ig_pe_hash(hash, pe, &err) == 0 &&
					  ig_pe_hash(hash, out, &err) < 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = NULL;
	struct ig_err err = { 0 };
	unsigned char hash[32];

	pe = ig_rope_new(&err);
	if (!pe || ig_rope_mem(pe, data, size, &err) < 0)
		abort();
	if (ig_pe_hash(hash, pe, &err) < 0)
		must_fail_well(&err);
	as_stub(pe);
	return 0;
}
