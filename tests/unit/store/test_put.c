/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#define ABC_HEX                                                                \
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void keeps_what_is_put_under_its_digest(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(100);
	struct ig_digest digest = put_text(w, "abc");
	struct stat st;

	assert_string_equal(digest.text, "sha256:" ABC_HEX);
	assert_true(ig_store_has(w->store, &digest, 3));
	assert_ok(w, ig_store_read_blob(&text, w->store, &digest, &w->err));
	assert_string_equal(text.data, "abc");
	assert_int_equal(stat(blob_path(w, &digest), &st), 0);
	assert_int_equal(st.st_mode & 0111, 0);
	assert_int_equal(files_in(w, "store/partial"), 0);
}

static void keeps_the_empty_blob(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(100);
	struct ig_digest digest = put_text(w, "");

	assert_true(ig_store_has(w->store, &digest, 0));
	assert_ok(w, ig_store_read_blob(&text, w->store, &digest, &w->err));
	assert_int_equal(text.len, 0);
}

static void tells_digest_and_size_that_were_not_known(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;
	struct ig_digest digest;
	uint64_t size;

	assert_ok(w, ig_put_begin(&put, w->store, NULL, UINT64_MAX, &w->err));
	assert_ok(w, ig_put_write(put, "a", 1, &w->err));
	assert_ok(w, ig_put_write(put, "bc", 2, &w->err));
	assert_ok(w, ig_put_commit(put, &digest, &size, &w->err));
	assert_string_equal(digest.text, "sha256:" ABC_HEX);
	assert_int_equal(size, 3);
}

static void refuses_other_content_and_leaves_nothing(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
		const char *message;
	} cases[] = {
		{ "abd", 3, "has other content" },
		{ "ab", 3, "has 2 bytes, but 3" },
		{ "abcd", 3, "more than the 3 bytes" },
		{ "abd", UINT64_MAX, "has other content" },
	};
	struct world *w = *state;
	struct ig_digest want = digest_text("abc");

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_put_freep) struct ig_put *put = NULL;
		size_t len = strlen(cases[i].text);
		int result;

		assert_ok(w, ig_put_begin(&put, w->store, &want, cases[i].size,
					  &w->err));
		result = ig_put_write(put, cases[i].text, len, &w->err);
		if (result == 0)
			result = ig_put_commit(put, NULL, NULL, &w->err);
		assert_fails(w, result, IG_EDIGEST, cases[i].message);
	}
	assert_false(ig_store_has(w->store, &want, 3));
	assert_int_equal(files_in(w, "store/blobs"), 0);
	assert_int_equal(files_in(w, "store/partial"), 0);
}

static void drops_what_is_not_committed(void **state)
{
	struct world *w = *state;
	struct ig_put *put = NULL;

	assert_ok(w, ig_put_begin(&put, w->store, NULL, UINT64_MAX, &w->err));
	assert_ok(w, ig_put_write(put, "abc", 3, &w->err));
	assert_int_equal(files_in(w, "store/partial"), 1);
	ig_put_free(put);
	assert_int_equal(files_in(w, "store/partial"), 0);
}

static void checks_what_it_has_already(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;
	struct ig_digest want = put_text(w, "abc");

	assert_ok(w, ig_put_begin(&put, w->store, &want, 3, &w->err));
	assert_ok(w, ig_put_write(put, "abd", 3, &w->err));
	assert_fails(w, ig_put_commit(put, NULL, NULL, &w->err), IG_EDIGEST,
		     "other content");
	assert_true(ig_store_has(w->store, &want, 3));
}

static void says_early_that_a_blob_is_too_large(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;

	assert_ok(w,
		  ig_put_begin(&put, w->store, NULL, UINT64_MAX - 1, &w->err));
	assert_fails(w, ig_put_write(put, "a", 1, &w->err), IG_ESYS, "blob");
}

static void reads_a_store_that_cannot_be_written(void **state)
{
	struct world *w = *state;
	struct ig_digest digest = put_text(w, "abc");
	struct ig_store *second = NULL;

	if (geteuid() == 0)
		skip(); /* root may write anywhere */
	ig_store_close(w->store);
	w->store = NULL;
	assert_int_equal(chmod(w->path, 0500), 0);
	assert_ok(w, ig_store_open(&second, w->path, &w->err));
	assert_true(ig_store_has(second, &digest, 3));
	ig_store_close(second);
	assert_int_equal(chmod(w->path, 0700), 0);
}

static void makes_a_layout_that_only_the_user_reads(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(100);
	struct stat st;

	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_ok(w, ig_read_file(&text, AT_FDCWD, below(w, "store/oci-layout"),
				  &w->err));
	assert_string_equal(text.data, "{\"imageLayoutVersion\":\"1.0.0\"}");
	assert_true(exists(below(w, "store/index.json")));
}

static void refuses_a_layout_of_the_future(void **state)
{
	static const char *const texts[][2] = {
		{ "{\"imageLayoutVersion\":\"2.0.0\"}", "version '2.0.0'" },
		{ "{}", "does not tell" },
		{ "", "does not tell" },
		{ "[", "does not tell" },
	};
	struct world *w = *state;
	struct ig_store *second;

	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		write_text(below(w, "store/oci-layout"), texts[i][0]);
		assert_fails(w, ig_store_open(&second, w->path, &w->err),
			     IG_EFORMAT, texts[i][1]);
		assert_null(second);
	}
}

static void opens_again_when_the_lock_file_is_gone(void **state)
{
	struct world *w = *state;
	struct ig_store *second = NULL;

	assert_int_equal(unlink(below(w, "store/lock")), 0);
	assert_ok(w, ig_store_open(&second, w->path, &w->err));
	ig_store_close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(keeps_what_is_put_under_its_digest),
		CASE(keeps_the_empty_blob),
		CASE(tells_digest_and_size_that_were_not_known),
		CASE(refuses_other_content_and_leaves_nothing),
		CASE(drops_what_is_not_committed),
		CASE(checks_what_it_has_already),
		CASE(says_early_that_a_blob_is_too_large),
		CASE(reads_a_store_that_cannot_be_written),
		CASE(makes_a_layout_that_only_the_user_reads),
		CASE(refuses_a_layout_of_the_future),
		CASE(opens_again_when_the_lock_file_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
