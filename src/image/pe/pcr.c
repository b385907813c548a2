/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/stream.h>

#include "uki.h"

/* systemd 252, src/fundamental/tpm-pcr.h: the order of measuring, which is
 * not that of the file. It does not measure .uname. */
static const char *const measured[] = {
	".linux", ".osrel", ".cmdline", ".initrd", ".splash", ".dtb",
};

/* TPM 2.0 part 1, "Extend of a PCR": new = H(old || digest). */
static void extend(unsigned char pcr[32], struct ig_hash *hash,
		   const unsigned char digest[32])
{
	ig_hash_add(hash, pcr, 32);
	ig_hash_add(hash, digest, 32);
	ig_hash_end(hash, pcr);
}

static int hash_part(unsigned char out[32], struct ig_hash *hash,
		     const struct uki_part *part, struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;

	if (part->sha256) {
		memcpy(out, part->sha256, 32);
		return 0;
	}
	src = part->data ? ig_rope_source(part->data, err)
			 : ig_source_mem(part->text, strlen(part->text), err);
	if (!src)
		return -1;
	sink = ig_sink_hash(NULL, hash, NULL, err);
	if (!sink || ig_pump(sink, src, NULL, err) < 0)
		return -1;
	ig_hash_end(hash, out);
	return 0;
}

static int measure(unsigned char pcr[32], struct ig_hash *hash,
		   const struct uki_part *part, struct ig_err *err)
{
	unsigned char digest[32];

	ig_hash_add(hash, part->name, strlen(part->name) + 1);
	ig_hash_end(hash, digest);
	extend(pcr, hash, digest);
	if (hash_part(digest, hash, part, err) < 0)
		return ig_wrap(err, "measure '%s'", part->name);
	extend(pcr, hash, digest);
	return 0;
}

int ig_uki_pcr11(unsigned char out[32], const struct ig_uki *uki,
		 struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	struct uki_part parts[UKI_PARTS];

	memset(out, 0, 32);
	if (!hash)
		return -1;
	uki_parts(parts, uki);
	for (size_t m = 0; m < IG_COUNT(measured); m++)
		for (size_t i = 0; i < UKI_PARTS; i++)
			if (strcmp(parts[i].name, measured[m]) == 0 &&
			    uki_part_size(&parts[i]) &&
			    measure(out, hash, &parts[i], err) < 0)
				return -1;
	return 0;
}

int ig_pcr4(unsigned char out[32], const unsigned char *programs, size_t n,
	    struct ig_err *err)
{
	static const char action[] = "Calling EFI Application from Boot Option";
	static const unsigned char separator[4];
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	unsigned char digest[32];

	memset(out, 0, 32);
	if (!hash)
		return -1;
	ig_hash_add(hash, action, sizeof(action) - 1);
	ig_hash_end(hash, digest);
	extend(out, hash, digest);
	ig_hash_add(hash, separator, sizeof(separator));
	ig_hash_end(hash, digest);
	extend(out, hash, digest);
	for (size_t i = 0; i < n; i++)
		extend(out, hash, programs + i * 32);
	return 0;
}
