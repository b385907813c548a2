/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TESTS_OCI_TEST_H
#define IG_TESTS_OCI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>

#define HEX_A	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B	 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DIGEST_A "sha256:" HEX_A
#define DIGEST_B "sha256:" HEX_B

#define DESC(type, digest, size)                                               \
	"{\"mediaType\":\"" type "\",\"digest\":\"" digest "\",\"size\":" size \
	"}"

struct bad {
	const char *input;
	enum ig_code code;
	const char *part;
};

static inline void assert_failed(int rc, const struct ig_err *err,
				 const struct bad *bad)
{
	if (rc >= 0)
		fail_msg("accepted: %s", bad->input);
	if (err->code != bad->code || !strstr(err->msg, bad->part))
		fail_msg("%s: code %d, '%s' instead of code %d, '%s'",
			 bad->input, (int)err->code, err->msg, (int)bad->code,
			 bad->part);
}

#endif
