/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of an answer, and where they send an upload: to the registry itself
 * with the digest at the end, or nowhere. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "client.h"

#define ORIGIN "https://registry.example"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_headers(struct answer *answer, const char *text, size_t len)
{
	static struct ig_registry registry = {
		.lock = PTHREAD_MUTEX_INITIALIZER
	};

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) + 1 : len;

		answer_header(answer, &registry, text, line);
		text += line;
		len -= line;
	}
}

static bool plain_url(const char *url)
{
	for (; *url; url++)
		if (*url <= ' ' || *url == '#' || *url == 0x7f)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct answer answer;
	struct ig_err err = { 0 };
	ig_autofree char *url = NULL;
	struct ig_digest digest;

	memset(&answer, 0, sizeof(answer));
	ig_digest_from_hex(
		&digest,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	read_headers(&answer, (const char *)data, size);
	url = url_upload(ORIGIN "/v2/a/blobs/uploads/", answer.location,
			 &digest, &err);
	if (!url && (err.code == IG_OK || !err.msg[0]))
		abort();
	if (url && (!ig_ends(url, digest.text) || !plain_url(url) ||
		    strncasecmp(url, ORIGIN, strlen(ORIGIN)) != 0 ||
		    !strchr("/:?", url[strlen(ORIGIN)])))
		abort();
	return 0;
}
