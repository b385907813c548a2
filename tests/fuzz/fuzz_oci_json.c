/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every document parser gets the same bytes. What is an index is no manifest;
 * what was written is read again and writes the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUT_MAX (8u * IG_DOC_MAX)

static bool same(const struct ig_buf *a, const struct ig_buf *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static bool try_index(const void *data, size_t size, struct ig_buf *out)
{
	struct ig_err err = { 0 };
	struct ig_index index;

	if (ig_index_parse(&index, data, size, &err) < 0)
		return false;
	ig_index_pick(&index, "amd64", &err);
	if (ig_index_write(out, &index, &err) < 0)
		abort();
	ig_index_done(&index);
	return true;
}

static bool try_manifest(const void *data, size_t size, struct ig_buf *out)
{
	struct ig_err err = { 0 };
	struct ig_manifest man;

	if (ig_manifest_parse(&man, data, size, &err) < 0)
		return false;
	if (ig_manifest_write(out, &man, &err) < 0)
		abort();
	ig_manifest_done(&man);
	return true;
}

static bool try_config(const void *data, size_t size, struct ig_buf *out)
{
	struct ig_err err = { 0 };
	struct ig_image_config config;

	if (ig_image_config_parse(&config, data, size, &err) < 0)
		return false;
	if (ig_image_config_write(out, &config, &err) < 0)
		abort();
	ig_image_config_done(&config);
	return true;
}

static bool twice(bool (*try)(const void *, size_t, struct ig_buf *),
		  const void *data, size_t size)
{
	IG_AUTO(ig_buf_done) struct ig_buf once = IG_BUF_INIT(OUT_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf again = IG_BUF_INIT(OUT_MAX);

	if (!try(data, size, &once))
		return false;
	if (once.len > IG_DOC_MAX) /* escapes made it longer than allowed */
		return true;
	if (!try(once.data, once.len, &again) || !same(&once, &again))
		abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_err err = { 0 };
	struct ig_docker_save *v;
	bool index;
	size_t n;

	if (ig_docker_save_parse(&v, &n, data, size, &err) == 0)
		ig_docker_save_free(v, n);
	else if (err.code == IG_OK || v || n)
		abort();
	free(ig_error_doc_text(data, size, &err));
	free(ig_media_of_doc(data, size, NULL, &err));
	twice(try_config, data, size);
	index = twice(try_index, data, size);
	if (twice(try_manifest, data, size) && index)
		abort();
	return 0;
}
