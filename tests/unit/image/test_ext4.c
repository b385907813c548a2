/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include <errno.h>
#include <sys/stat.h>

#include <ingot/disk.h>

#include "../../support/scratch.h"
#include "outside.h"

#define MIB (1ull << 20)

static struct ig_ext4_opts e_opts(void)
{
	return (struct ig_ext4_opts){ .label = "data",
				      .seed = T_KEY,
				      .time = 1492533000 };
}

static void save(const char *path, uint64_t size,
		 const struct ig_ext4_opts *opts)
{
	ig_autofd int fd = o_create(path);

	if (ig_ext4_write(fd, size, opts, &t_err) < 0)
		fail_msg("%llu bytes: %s", (unsigned long long)size, t_err.msg);
}

static void e2fsck_finds_nothing_at_any_size(void **state)
{
	static const char *const argv[] = { "e2fsck", "-fn", "image", NULL };
	static const uint64_t sizes[] = {
		8 * MIB,	  8 * MIB + 4096,     9 * MIB + 512,
		64 * MIB,	  127 * MIB,	      128 * MIB, /* one group */
		128 * MIB + 4096, 129 * MIB, /* too little for another */
		200 * MIB,	  512 * MIB,	      1000 * MIB,
		2048 * MIB,	  3000 * MIB + 12345, 8192 * MIB,
	};
	struct ig_ext4_opts opts = e_opts();

	(void)state;
	for (size_t i = 0; i < IG_COUNT(sizes); i++) {
		struct stat st;

		save("image", sizes[i], &opts);
		o_tells(argv, "data: 11/");
		assert_int_equal(stat("image", &st), 0);
		assert_true((uint64_t)st.st_size == sizes[i]);
		/* room to grow takes 4 MiB at most */
		assert_true(st.st_blocks * 512 < (off_t)(6 * MIB));
	}
}

static void dumpe2fs_shows_what_mke2fs_makes(void **state)
{
	static const char *const argv[] = { "dumpe2fs", "image", NULL };
	static const char *const lines[] = {
		"Filesystem volume name:   data\n",
		"Filesystem features:      has_journal ext_attr resize_inode dir_index filetype extent 64bit flex_bg sparse_super large_file huge_file dir_nlink extra_isize metadata_csum\n",
		"Filesystem flags:         signed_directory_hash \n",
		"Default mount options:    user_xattr acl\n",
		"Filesystem state:         clean\n",
		"Inode count:              8192\n",
		"Block count:              32768\n",
		"Reserved block count:     1638\n",
		"Block size:               4096\n",
		"Inode size:	          256\n",
		"Flex block group size:    16\n",
		"Filesystem created:       Tue Apr 18 16:30:00 2017\n",
		"Last write time:          Tue Apr 18 16:30:00 2017\n",
		"Maximum mount count:      -1\n",
		"Last checked:             Tue Apr 18 16:30:00 2017\n",
		"Check interval:           0 ",
		"Journal features:         (none)\n",
		"Total journal size:       16M\n",
		"[ITABLE_ZEROED]",
	};
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);
	struct ig_ext4_opts opts = e_opts();

	(void)state;
	save("image", 128 * MIB, &opts);
	o_says(&said, argv);
	for (size_t i = 0; i < IG_COUNT(lines); i++)
		if (!strstr(said.data, lines[i]))
			fail_msg("no '%s' in: %s", lines[i], said.data);
}

static void there_is_a_root_and_lost_and_found(void **state)
{
	static const char *const root[] = { "debugfs", "-R", "ls -l /", "image",
					    NULL };
	static const char *const lost[] = { "debugfs", "-R", "stat /lost+found",
					    "image", NULL };
	struct ig_ext4_opts opts = e_opts();

	(void)state;
	save("image", 16 * MIB, &opts);
	o_tells(root,
		" 2   40755 (2)      0      0    4096 18-Apr-2017 16:30 .\n");
	o_tells(root, "lost+found\n");
	o_tells(lost, "Mode:  0700 ");
	o_tells(lost, "Size: 16384\n");
}

static void the_same_bytes_again_and_others_for_another_seed(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(0);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(0);
	IG_AUTO(ig_buf_done) struct ig_buf other = IG_BUF_INIT(0);
	struct ig_ext4_opts opts = e_opts();

	(void)state;
	save("one", 20 * MIB, &opts);
	setenv("TZ", "Pacific/Kiritimati", 1);
	setenv("SOURCE_DATE_EPOCH", "1", 1);
	setenv("E2FSPROGS_FAKE_TIME", "1", 1);
	umask(077);
	sleep(1); /* the clock goes on */
	save("two", 20 * MIB, &opts);
	umask(022);
	unsetenv("TZ");
	unsetenv("SOURCE_DATE_EPOCH");
	unsetenv("E2FSPROGS_FAKE_TIME");
	opts.seed = "another";
	save("other", 20 * MIB, &opts);
	o_read(&one, "one");
	o_read(&two, "two");
	o_read(&other, "other");
	t_same(&one, &two);
	assert_memory_not_equal(one.data + 1024 + 104, other.data + 1024 + 104,
				16); /* s_uuid */
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		uint64_t size;
		const char *label;
		enum ig_code code;
		const char *part;
	} cases[] = {
		{ 0, "a", IG_ELIMIT, "0 bytes is too small" },
		{ MIB, "a", IG_ELIMIT, "it needs 8388608" },
		{ 8 * MIB - 1, "a", IG_ELIMIT, "too small" },
		{ ((uint64_t)16 << 40) + 4096, "a", IG_ELIMIT,
		  "the most is 16 TiB" },
		{ 8 * MIB, "12345678901234567", IG_EFORMAT, "longer than 16" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_ext4_opts opts = e_opts();
		ig_autofd int fd = o_create("image");

		opts.label = cases[i].label;
		assert_int_equal(
			ig_ext4_write(fd, cases[i].size, &opts, &t_err), -1);
		assert_int_equal(t_err.code, cases[i].code);
		assert_non_null(strstr(t_err.msg, cases[i].part));
		assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	}
}

static void a_file_that_cannot_be_written_is_told(void **state)
{
	struct ig_ext4_opts opts = e_opts();
	ig_autofd int fd = o_create("image");
	ig_autofd int reading = open("image", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(ig_ext4_write(reading, 8 * MIB, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_ESYS);
	/* and a good one stays the caller's */
	assert_int_equal(ig_ext4_write(fd, 8 * MIB, &opts, &t_err), 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(e2fsck_finds_nothing_at_any_size),
		T(dumpe2fs_shows_what_mke2fs_makes),
		T(there_is_a_root_and_lost_and_found),
		T(the_same_bytes_again_and_others_for_another_seed),
		T(what_cannot_be_is_refused),
		T(a_file_that_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
