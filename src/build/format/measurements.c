/* SPDX-License-Identifier: Apache-2.0 */
#include "measurements.h"

#include <ingot/buf.h>
#include <ingot/hash.h>
#include <ingot/str.h>

static const unsigned char zeros[32]; /* a PCR that nothing extended */

/* "sha256": {"4": …, …}; @pcr4 may be NULL. */
static int put_pcrs(struct ig_buf *out, const char *key,
		    const unsigned char *pcr4, const unsigned char pcr11[32],
		    struct ig_err *err)
{
	char hex4[IG_SHA256_HEX], hex11[IG_SHA256_HEX], hex12[IG_SHA256_HEX];

	ig_hex(hex4, pcr4 ? pcr4 : zeros, 32);
	ig_hex(hex11, pcr11, 32);
	ig_hex(hex12, zeros, 32);
	return ig_buf_printf(out, err,
			     ",\n  \"%s\": {\n"
			     "    \"sha256\": {\n"
			     "%s%s%s"
			     "      \"11\": \"%s\",\n"
			     "      \"12\": \"%s\"\n"
			     "    }\n"
			     "  }",
			     key, pcr4 ? "      \"4\": \"" : "",
			     pcr4 ? hex4 : "", pcr4 ? "\",\n" : "", hex11,
			     hex12);
}

static int put_file(struct ig_buf *out, const char *key,
		    const unsigned char sha256[32], uint64_t size,
		    struct ig_err *err)
{
	char hex[IG_SHA256_HEX];

	ig_hex(hex, sha256, 32);
	return ig_buf_printf(out, err,
			     ",\n  \"%s\": {\n"
			     "    \"digest\": \"sha256:%s\",\n"
			     "    \"size\": %llu\n"
			     "  }",
			     key, hex, (unsigned long long)size);
}

int ig_measurements_json(struct ig_buf *out, const struct ig_measurements *m,
			 struct ig_err *err)
{
	char uki[IG_SHA256_HEX];

	ig_hex(uki, m->uki, 32);
	if (ig_buf_printf(out, err,
			  "{\n"
			  "  \"image\": \"%s\",\n"
			  "  \"uki\": {\n"
			  "    \"authenticode\": \"sha256:%s\"\n"
			  "  }",
			  m->image, uki) < 0 ||
	    put_pcrs(out, "pcrs", m->no_pcr4_off ? NULL : m->pcr4_off, m->pcr11,
		     err) < 0 ||
	    put_pcrs(out, "pcrs-secure-boot", m->pcr4, m->pcr11, err) < 0)
		return -1;
	if (m->roothash && ig_buf_printf(out, err,
					 ",\n  \"verity\": {\n"
					 "    \"roothash\": \"%s\"\n"
					 "  }",
					 m->roothash) < 0)
		return -1;
	if (put_file(out, "kernel", m->kernel, m->kernel_size, err) < 0 ||
	    put_file(out, "initrd", m->initrd, m->initrd_size, err) < 0)
		return -1;
	return ig_buf_puts(out, "\n}\n", err);
}
