/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

static void change_byte(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "X", 1, 1), 1);
	close(fd);
}

static void cut(const char *path)
{
	assert_int_equal(truncate(path, 2), 0);
}

static void empty(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

static void make_longer(const char *path)
{
	assert_int_equal(truncate(path, 1000), 0);
}

static void make_link(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
}

static void make_folder(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_fifo(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
}

/* The hard one: size and mtime are as before. */
static void change_and_turn_back_the_clock(const char *path)
{
	struct stat st;
	struct timespec times[2];

	assert_int_equal(stat(path, &st), 0);
	usleep(20000); /* longer than a tick of the file system's clock */
	change_byte(path);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void (*const damages[])(const char *path) = {
	change_byte, cut,	  empty,     make_longer,
	make_link,   make_folder, make_fifo, change_and_turn_back_the_clock,
};

static void finds_damage_before_use(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < IG_COUNT(damages); i++) {
		struct ig_digest digest = put_text(w, "abc");
		int fd = -1;

		assert_true(ig_store_has(w->store, &digest, 3));
		warnings = 0;
		damages[i](blob_path(w, &digest));
		assert_fails(
			w,
			ig_store_open_blob(&fd, w->store, &digest, 3, &w->err),
			IG_EDIGEST, digest.text);
		assert_int_equal(fd, -1);
		assert_int_equal(warnings, 1);
		assert_false(exists(blob_path(w, &digest)));
		assert_false(ig_store_has(w->store, &digest, 3));
		assert_fails(
			w,
			ig_store_open_blob(&fd, w->store, &digest, 3, &w->err),
			IG_ENOENT, "is not in the store");
	}
}

static void repairs_damage_by_putting_again(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < IG_COUNT(damages); i++) {
		struct ig_digest digest = put_text(w, "abc");

		damages[i](blob_path(w, &digest));
		put_text(w, "abc");
		assert_true(ig_store_has(w->store, &digest, 3));
	}
}

static void keeps_a_sound_blob_that_was_promised_wrongly(void **state)
{
	struct world *w = *state;
	struct ig_digest digest = put_text(w, "abc");
	int fd;

	assert_fails(w, ig_store_open_blob(&fd, w->store, &digest, 4, &w->err),
		     IG_EDIGEST, "has 3 bytes, but 4 were promised");
	assert_true(ig_store_has(w->store, &digest, 3));
	assert_int_equal(warnings, 0);
}

static void checks_a_blob_without_a_mark(void **state)
{
	struct world *w = *state;
	struct ig_digest good = put_text(w, "abc");
	struct ig_digest bad = digest_text("abd");
	char mark[128];

	snprintf(mark, sizeof(mark), "store/verified/%s", ig_digest_hex(&good));
	assert_int_equal(unlink(below(w, mark)), 0);
	write_text(blob_path(w, &bad), "xyz");
	assert_true(ig_store_has(w->store, &good, 3));
	assert_false(ig_store_has(w->store, &bad, 3));
	assert_true(exists(below(w, mark)));
	assert_false(exists(blob_path(w, &bad)));
}

/* A mark of an earlier boot does not vouch for what was not synced. */
static void hashes_again_after_a_boot(void **state)
{
	struct world *w = *state;
	struct ig_digest digest = put_text(w, "abc");
	IG_AUTO(ig_buf_done) struct ig_buf mark = IG_BUF_INIT(256);
	IG_AUTO(ig_buf_done) struct ig_buf after = IG_BUF_INIT(256);
	char name[128];
	char *boot;

	snprintf(name, sizeof(name), "store/verified/%s",
		 ig_digest_hex(&digest));
	assert_ok(w, ig_read_file(&mark, AT_FDCWD, below(w, name), &w->err));
	boot = strrchr(mark.data, ' ') + 1;
	memset(boot, 'f', 36);
	write_text(below(w, name), mark.data);
	assert_true(ig_store_has(w->store, &digest, 3));
	assert_ok(w, ig_read_file(&after, AT_FDCWD, below(w, name), &w->err));
	assert_true(ig_ends(after.data, " -\n"));
}

static void counts_good_and_bad(void **state)
{
	struct world *w = *state;
	struct ig_digest a = put_text(w, "abc");
	uint64_t good;
	uint64_t bad;

	put_text(w, "def");
	put_text(w, "ghi");
	change_and_turn_back_the_clock(blob_path(w, &a));
	write_text(below(w, "store/blobs/sha256/not-a-blob"), "");
	assert_ok(w, ig_store_verify(w->store, &good, &bad, &w->err));
	assert_int_equal(good, 2);
	assert_int_equal(bad, 1);
	assert_ok(w, ig_store_verify(w->store, &good, &bad, &w->err));
	assert_int_equal(good, 2);
	assert_int_equal(bad, 0);
	assert_true(exists(below(w, "store/blobs/sha256/not-a-blob")));
}

static void refuses_a_document_that_is_too_large(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_buf_done) struct ig_buf small = IG_BUF_INIT(2);
	struct ig_digest digest = put_text(w, "abc");

	assert_fails(w, ig_store_read_blob(&small, w->store, &digest, &w->err),
		     IG_ELIMIT, digest.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(finds_damage_before_use),
		CASE(repairs_damage_by_putting_again),
		CASE(keeps_a_sound_blob_that_was_promised_wrongly),
		CASE(checks_a_blob_without_a_mark),
		CASE(hashes_again_after_a_boot),
		CASE(counts_good_and_bad),
		CASE(refuses_a_document_that_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
