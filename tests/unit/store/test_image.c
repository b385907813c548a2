/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#define NAME "docker.io/test/a:1"

static int load(struct world *w, const char *arch)
{
	struct ig_image image;
	int result = ig_image_load(&image, w->store, NAME, arch, &w->err);

	ig_image_done(&image);
	return result;
}

static void name_it(struct world *w, const char *media,
		    const struct ig_digest *digest, uint64_t size)
{
	ig_autofree char *type = ig_strdup(media, &w->err);
	struct ig_descriptor desc = { .media_type = type,
				      .digest = *digest,
				      .size = size };

	assert_ok(w, ig_store_name(w->store, NAME, &desc, &w->err));
}

static void name_text(struct world *w, const char *media, const char *text)
{
	struct ig_digest digest = put_text(w, text);

	name_it(w, media, &digest, strlen(text));
}

static void loads_a_manifest_that_stands_alone(void **state)
{
	struct world *w = *state;
	struct ig_image image;
	struct image made;

	image_make(&made, "amd64");
	image_put(w, &made);
	name_text(w, IG_MEDIA_MANIFEST, made.manifest);
	assert_ok(w, ig_image_load(&image, w->store, NAME, "amd64", &w->err));
	assert_string_equal(image.name, NAME);
	assert_string_equal(image.manifest.text, made.manifest_id.text);
	assert_string_equal(image.config.arch, "amd64");
	assert_int_equal(image.doc.layers_n, 1);
	assert_true(ig_image_complete(&image, w->store));
	assert_int_equal(unlink(blob_path(w, &made.layer_id)), 0);
	assert_false(ig_image_complete(&image, w->store));
	ig_image_done(&image);
}

static void picks_the_platform_of_an_index(void **state)
{
	struct world *w = *state;
	struct ig_image image;
	struct image a;
	struct image b;
	char index[2048];

	image_make(&a, "amd64");
	image_make(&b, "arm64");
	image_put(w, &a);
	image_put(w, &b);
	index_make(index, &a, "amd64", &b, "arm64");
	name_text(w, IG_MEDIA_INDEX, index);
	assert_ok(w, ig_image_load(&image, w->store, NAME, "arm64", &w->err));
	assert_string_equal(image.manifest.text, b.manifest_id.text);
	ig_image_done(&image);
	assert_fails(w, load(w, "riscv64"), IG_ENOENT, "linux/riscv64");
}

/* Indexes in an index, @deep of them above the manifest. */
static void name_nested(struct world *w, const struct image *made, int deep)
{
	char text[1024];
	const char *media = IG_MEDIA_MANIFEST;
	struct ig_digest digest = made->manifest_id;
	size_t size = strlen(made->manifest);

	for (int i = 0; i < deep; i++) {
		snprintf(text, sizeof(text),
			 "{\"schemaVersion\":2,\"manifests\":[{"
			 "\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu,"
			 "\"platform\":{\"architecture\":\"amd64\","
			 "\"os\":\"linux\"}}]}",
			 media, digest.text, size);
		digest = put_text(w, text);
		size = strlen(text);
		media = IG_MEDIA_INDEX;
	}
	name_it(w, media, &digest, size);
}

static void follows_indexes_three_deep(void **state)
{
	struct world *w = *state;
	struct image made;

	image_make(&made, "amd64");
	image_put(w, &made);
	name_nested(w, &made, 3);
	assert_ok(w, load(w, "amd64"));
	name_nested(w, &made, 4);
	assert_fails(w, load(w, "amd64"), IG_ELIMIT, "nested");
}

static void refuses_another_architecture(void **state)
{
	struct world *w = *state;
	struct image made;

	image_make(&made, "amd64");
	image_put(w, &made);
	name_text(w, IG_MEDIA_MANIFEST, made.manifest);
	assert_fails(w, load(w, "arm64"), IG_ENOENT,
		     "it is for linux/amd64, not linux/arm64");
}

static void says_which_document_is_missing(void **state)
{
	struct world *w = *state;
	struct image made;

	image_make(&made, "amd64");
	assert_fails(w, load(w, "amd64"), IG_ENOENT, "no image '" NAME "'");
	name_it(w, IG_MEDIA_MANIFEST, &made.manifest_id, strlen(made.manifest));
	assert_fails(w, load(w, "amd64"), IG_ENOENT, "manifest: blob sha256:");
	put_text(w, made.manifest);
	assert_fails(w, load(w, "amd64"), IG_ENOENT, "config: blob sha256:");
}

static void refuses_documents_that_do_not_fit(void **state)
{
	static const struct {
		const char *media;
		const char *text;
		const char *message;
	} cases[] = {
		{ "application/x", "x", "'application/x', not an image" },
		{ IG_MEDIA_MANIFEST, "x", "manifest sha256:" },
		{ IG_MEDIA_INDEX, "x", "index sha256:" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		name_text(w, cases[i].media, cases[i].text);
		assert_fails(w, load(w, "amd64"), IG_EFORMAT, cases[i].message);
	}
}

static void refuses_layers_without_diff_ids(void **state)
{
	struct world *w = *state;
	struct image made;
	char *layers;

	image_make(&made, "amd64");
	image_put(w, &made);
	layers = strstr(made.manifest, "\"layers\":[");
	snprintf(layers, 20, "\"layers\":[]}");
	name_text(w, IG_MEDIA_MANIFEST, made.manifest);
	assert_fails(w, load(w, "amd64"), IG_EFORMAT,
		     "0 layers, but config 1 diff ids");
}

static void refuses_a_document_of_another_size(void **state)
{
	struct world *w = *state;
	struct image made;

	image_make(&made, "amd64");
	image_put(w, &made);
	name_it(w, IG_MEDIA_MANIFEST, &made.manifest_id, 5);
	assert_fails(w, load(w, "amd64"), IG_EDIGEST, "5 were promised");
	name_it(w, IG_MEDIA_MANIFEST, &made.manifest_id, IG_DOC_MAX + 1);
	assert_fails(w, load(w, "amd64"), IG_ELIMIT, "document");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(loads_a_manifest_that_stands_alone),
		CASE(picks_the_platform_of_an_index),
		CASE(follows_indexes_three_deep),
		CASE(refuses_another_architecture),
		CASE(says_which_document_is_missing),
		CASE(refuses_documents_that_do_not_fit),
		CASE(refuses_layers_without_diff_ids),
		CASE(refuses_a_document_of_another_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
