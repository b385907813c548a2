/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <errno.h>

#define NAME "docker.io/test/a:1"
#define KEY  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void collect(struct world *w, int64_t age, uint64_t blobs,
		    uint64_t parts)
{
	struct ig_gc_report report;

	assert_ok(w, ig_store_gc(w->store, age, false, &report, &w->err));
	assert_int_equal(report.blobs, blobs);
	assert_int_equal(report.parts, parts);
}

static void name_image(struct world *w, struct image *image)
{
	struct ig_descriptor desc;

	image_make(image, "amd64");
	image_put(w, image);
	desc = image_desc(image);
	assert_ok(w, ig_store_name(w->store, NAME, &desc, &w->err));
}

static void removes_what_no_name_reaches(void **state)
{
	struct world *w = *state;
	struct ig_digest stray = put_text(w, "stray");
	struct image image;

	name_image(w, &image);
	collect(w, 0, 1, 0);
	assert_false(ig_store_has(w->store, &stray, 5));
	assert_true(exists(blob_path(w, &image.manifest_id)));
	assert_true(exists(blob_path(w, &image.config_id)));
	assert_true(exists(blob_path(w, &image.layer_id)));
	collect(w, 0, 0, 0);
	assert_ok(w, ig_store_unname(w->store, NAME, &w->err));
	collect(w, 0, 3, 0);
	assert_int_equal(files_in(w, "store/blobs"), 0);
	assert_int_equal(files_in(w, "store/verified"), 0);
}

static void keeps_all_platforms_of_an_index(void **state)
{
	struct world *w = *state;
	static char media[] = IG_MEDIA_INDEX;
	struct ig_descriptor desc = { .media_type = media };
	struct image a;
	struct image b;
	char index[2048];

	image_make(&a, "amd64");
	image_make(&b, "arm64");
	image_put(w, &a);
	image_put(w, &b);
	index_make(index, &a, "amd64", &b, "arm64");
	desc.digest = put_text(w, index);
	desc.size = strlen(index);
	assert_ok(w, ig_store_name(w->store, NAME, &desc, &w->err));
	collect(w, 0, 0, 0);
	assert_int_equal(files_in(w, "store/blobs"), 6);
}

/* A hostile image lists somebody's manifest as its layer: walked first as a
 * leaf, the manifest must still keep its own blobs. */
static void keeps_a_manifest_that_is_also_a_layer(void **state)
{
	struct world *w = *state;
	struct image image;
	struct image evil;
	struct ig_descriptor desc;

	name_image(w, &image);
	assert_ok(w, ig_store_unname(w->store, NAME, &w->err));
	evil = image;
	snprintf(evil.manifest, sizeof(evil.manifest),
		 "{\"schemaVersion\":2,\"mediaType\":\"" IG_MEDIA_MANIFEST
		 "\",\"config\":{\"mediaType\":\"" IG_MEDIA_CONFIG
		 "\",\"digest\":\"%s\",\"size\":%zu},\"layers\":[{"
		 "\"mediaType\":\"" IG_MEDIA_LAYER
		 "\",\"digest\":\"%s\",\"size\":%zu}]}",
		 image.config_id.text, strlen(image.config),
		 image.manifest_id.text, strlen(image.manifest));
	evil.manifest_id = put_text(w, evil.manifest);
	desc = image_desc(&evil);
	assert_ok(w, ig_store_name(w->store, "a.io/evil:1", &desc, &w->err));
	desc = image_desc(&image);
	assert_ok(w, ig_store_name(w->store, NAME, &desc, &w->err));
	collect(w, 0, 0, 0);
	assert_true(exists(blob_path(w, &image.layer_id)));
}

static void make_part(struct world *w, const char *kind)
{
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;

	assert_ok(w, ig_part_begin(&put, w->store, KEY, kind, &w->err));
	assert_ok(w, ig_part_commit(put, &w->err));
}

static void removes_parts_by_their_last_use(void **state)
{
	struct world *w = *state;
	const struct timespec old[2] = { { .tv_sec = 5 }, { .tv_sec = 5 } };
	ig_autofd int fd = -1;

	make_part(w, "cpio");
	make_part(w, "tar");
	assert_int_equal(utimensat(AT_FDCWD,
				   below(w, "store/parts/01/" KEY ".tar.mark"),
				   old, 0),
			 0);
	collect(w, 3600, 0, 1);
	assert_ok(w, ig_part_open(&fd, w->store, KEY, "cpio", &w->err));
	collect(w, 0, 0, 1);
	assert_int_equal(files_in(w, "store/parts"), 0);
	assert_false(exists(below(w, "store/parts/01")));
}

static void removes_what_dead_programs_left(void **state)
{
	struct world *w = *state;
	const struct timespec old[2] = { { .tv_sec = 5 }, { .tv_sec = 5 } };

	write_text(below(w, "store/partial/.put-1-1"), "dead");
	write_text(below(w, "store/.ingot-1-1.tmp"), "dead");
	write_text(below(w, "store/partial/new"), "download");
	write_text(below(w, "store/partial/old"), "download");
	assert_int_equal(
		utimensat(AT_FDCWD, below(w, "store/partial/old"), old, 0), 0);
	write_text(below(w, "store/blobs/sha256/foreign"), "");
	collect(w, 0, 0, 0);
	assert_int_equal(files_in(w, "store/partial"), 1);
	assert_true(exists(below(w, "store/partial/new")));
	assert_false(exists(below(w, "store/.ingot-1-1.tmp")));
	assert_true(exists(below(w, "store/blobs/sha256/foreign")));
}

static void waits_for_nobody_when_told_so(void **state)
{
	struct world *w = *state;
	struct ig_gc_report report;
	struct ig_store *second;

	put_text(w, "stray");
	assert_ok(w, ig_store_open(&second, w->path, &w->err));
	assert_fails(w, ig_store_gc(w->store, 0, false, &report, &w->err),
		     IG_ESYS, "another program uses the store");
	assert_int_equal(w->err.sys, EWOULDBLOCK);
	ig_store_close(second);
	collect(w, 0, 1, 0);
}

static void holds_its_shared_lock_again_after(void **state)
{
	struct world *w = *state;
	struct ig_gc_report report;
	struct ig_store *second;

	collect(w, 0, 0, 0);
	assert_ok(w, ig_store_open(&second, w->path, &w->err));
	assert_fails(w, ig_store_gc(second, 0, false, &report, &w->err),
		     IG_ESYS, "another program");
	assert_fails(w, ig_store_gc(w->store, 0, false, &report, &w->err),
		     IG_ESYS, "another program");
	ig_store_close(second);
}

static void does_not_run_beside_a_put_of_its_own(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;
	struct ig_gc_report report;

	assert_ok(w, ig_put_begin(&put, w->store, NULL, UINT64_MAX, &w->err));
	assert_fails(w, ig_store_gc(w->store, 0, false, &report, &w->err),
		     IG_ESYS, "collect");
}

static void removes_nothing_when_the_index_is_damaged(void **state)
{
	struct world *w = *state;
	struct ig_gc_report report;
	struct ig_digest digest = put_text(w, "abc");

	write_text(below(w, "store/index.json"), "{");
	assert_fails(w, ig_store_gc(w->store, 0, false, &report, &w->err),
		     IG_EFORMAT, "index.json");
	assert_true(ig_store_has(w->store, &digest, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(removes_what_no_name_reaches),
		CASE(keeps_all_platforms_of_an_index),
		CASE(keeps_a_manifest_that_is_also_a_layer),
		CASE(removes_parts_by_their_last_use),
		CASE(removes_what_dead_programs_left),
		CASE(waits_for_nobody_when_told_so),
		CASE(holds_its_shared_lock_again_after),
		CASE(does_not_run_beside_a_put_of_its_own),
		CASE(removes_nothing_when_the_index_is_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
