/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#define KEY  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PART "store/parts/01/" KEY ".cpio"

static void make(struct world *w, const char *text)
{
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;
	int fd;

	assert_ok(w, ig_part_begin(&put, w->store, KEY, "cpio", &w->err));
	fd = ig_part_fd(put);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_ok(w, ig_part_commit(put, &w->err));
}

static int open_part(struct world *w)
{
	ig_autofd int fd = -1;

	return ig_part_open(&fd, w->store, KEY, "cpio", &w->err);
}

static void gives_back_what_was_made(void **state)
{
	struct world *w = *state;
	ig_autofd int fd = -1;
	char text[10] = "";

	assert_fails(w, open_part(w), IG_ENOENT, "is not in the store");
	make(w, "part");
	assert_ok(w, ig_part_open(&fd, w->store, KEY, "cpio", &w->err));
	assert_int_equal(read(fd, text, sizeof(text) - 1), 4);
	assert_string_equal(text, "part");
	assert_fails(w, ig_part_open(&fd, w->store, KEY, "tar", &w->err),
		     IG_ENOENT, "is not in the store");
	assert_int_equal(warnings, 0);
}

static void leaves_nothing_of_a_part_that_is_not_committed(void **state)
{
	struct world *w = *state;
	struct ig_part_put *put;

	assert_ok(w, ig_part_begin(&put, w->store, KEY, "cpio", &w->err));
	assert_int_equal(write(ig_part_fd(put), "x", 1), 1);
	ig_part_free(put);
	assert_fails(w, open_part(w), IG_ENOENT, "");
	assert_int_equal(files_in(w, "store/parts"), 0);
	assert_int_equal(files_in(w, "store/partial"), 0);
}

static void damage_content(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_int_equal(pwrite(fd, "X", 1, 0), 1);
	close(fd);
}

static void damage_size(const char *path)
{
	assert_int_equal(truncate(path, 1), 0);
}

static void damage_type(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void damage_link(const char *path)
{
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
}

static void damage_inode(const char *path)
{
	assert_int_equal(unlink(path), 0);
	write_text(path, "part");
}

static void removes_a_part_that_was_changed(void **state)
{
	static void (*const damages[])(const char *path) = {
		damage_content, damage_size,  damage_type,
		damage_link,	damage_inode,
	};
	struct world *w = *state;

	for (size_t i = 0; i < IG_COUNT(damages); i++) {
		make(w, "part");
		assert_ok(w, open_part(w));
		warnings = 0;
		damages[i](below(w, PART));
		assert_fails(w, open_part(w), IG_ENOENT, "");
		assert_int_equal(warnings, 1);
		assert_false(exists(below(w, PART)));
		assert_false(exists(below(w, PART ".mark")));
	}
}

static void age_mark(struct world *w)
{
	IG_AUTO(ig_buf_done) struct ig_buf mark = IG_BUF_INIT(256);

	assert_ok(w, ig_read_file(&mark, AT_FDCWD, below(w, PART ".mark"),
				  &w->err));
	memset(strrchr(mark.data, ' ') + 1, 'f', 36);
	write_text(below(w, PART ".mark"), mark.data);
}

static void keeps_a_whole_part_over_a_boot(void **state)
{
	struct world *w = *state;

	make(w, "part");
	age_mark(w);
	assert_ok(w, open_part(w));
	assert_ok(w, open_part(w));
}

static void drops_a_part_with_a_hole_after_a_boot(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;

	assert_ok(w, ig_part_begin(&put, w->store, KEY, "cpio", &w->err));
	assert_int_equal(ftruncate(ig_part_fd(put), 1 << 20), 0);
	assert_ok(w, ig_part_commit(put, &w->err));
	assert_ok(w, open_part(w));
	age_mark(w);
	assert_fails(w, open_part(w), IG_ENOENT, "");
}

static void drops_a_part_without_a_mark(void **state)
{
	struct world *w = *state;

	make(w, "part");
	assert_int_equal(unlink(below(w, PART ".mark")), 0);
	assert_fails(w, open_part(w), IG_ENOENT, "");
	make(w, "again");
	assert_ok(w, open_part(w));
}

static void remembers_its_last_use_outside_the_part(void **state)
{
	struct world *w = *state;
	const struct timespec old[2] = { { .tv_sec = 5 }, { .tv_sec = 5 } };
	struct stat before;
	struct stat after;
	struct stat mark;

	make(w, "part");
	assert_int_equal(utimensat(AT_FDCWD, below(w, PART ".mark"), old, 0),
			 0);
	assert_int_equal(stat(below(w, PART), &before), 0);
	assert_ok(w, open_part(w));
	assert_int_equal(stat(below(w, PART), &after), 0);
	assert_int_equal(stat(below(w, PART ".mark"), &mark), 0);
	assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	assert_int_equal(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
	assert_true(mark.st_mtim.tv_sec > 5);
}

static void refuses_names_that_are_no_keys(void **state)
{
	static const char *const names[][2] = {
		{ "", "cpio" },	     { "../../../../etc/passwd", "cpio" },
		{ KEY "0", "cpio" }, { KEY, "" },
		{ KEY, "../x" },     { KEY, "mark" },
		{ KEY, "a.mark" },   { KEY, "longer-than-sixteen" },
	};
	struct world *w = *state;
	struct ig_part_put *put;

	for (size_t i = 0; i < IG_COUNT(names); i++)
		assert_fails(w,
			     ig_part_begin(&put, w->store, names[i][0],
					   names[i][1], &w->err),
			     IG_EUSAGE, "is not a part's");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(gives_back_what_was_made),
		CASE(leaves_nothing_of_a_part_that_is_not_committed),
		CASE(removes_a_part_that_was_changed),
		CASE(keeps_a_whole_part_over_a_boot),
		CASE(drops_a_part_with_a_hole_after_a_boot),
		CASE(drops_a_part_without_a_mark),
		CASE(remembers_its_last_use_outside_the_part),
		CASE(refuses_names_that_are_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
