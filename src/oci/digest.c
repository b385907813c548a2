/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/oci.h>

#include <string.h>

#include <ingot/err.h>

#define PREFIX	   "sha256:"
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define HEX_LEN	   64

int ig_digest_parse(struct ig_digest *out, const char *text, size_t len,
		    struct ig_err *err)
{
	memset(out, 0, sizeof(*out));
	if (len < PREFIX_LEN || memcmp(text, PREFIX, PREFIX_LEN) != 0)
		return ig_fail(err, IG_EFORMAT,
			       "digest is not of the form sha256:<64 digits>");
	if (len != PREFIX_LEN + HEX_LEN)
		return ig_fail(err, IG_EFORMAT,
			       "sha256 digest has %zu digits instead of 64",
			       len - PREFIX_LEN);
	/* image-spec, descriptor.md: upper case is not another spelling */
	for (size_t i = PREFIX_LEN; i < len; i++) {
		if ((text[i] < '0' || text[i] > '9') &&
		    (text[i] < 'a' || text[i] > 'f'))
			return ig_fail(
				err, IG_EFORMAT,
				"sha256 digest has a character that is not one of 0-9a-f");
	}
	memcpy(out->text, text, len);
	return 0;
}

const char *ig_digest_hex(const struct ig_digest *digest)
{
	return digest->text[0] ? digest->text + PREFIX_LEN : "";
}

void ig_digest_from_hex(struct ig_digest *out, const char hex[65])
{
	memset(out, 0, sizeof(*out));
	memcpy(out->text, PREFIX, PREFIX_LEN);
	memcpy(out->text + PREFIX_LEN, hex, HEX_LEN);
}

bool ig_digest_equal(const struct ig_digest *a, const struct ig_digest *b)
{
	return strcmp(a->text, b->text) == 0;
}
