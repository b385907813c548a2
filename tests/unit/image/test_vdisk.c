/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include <ingot/disk.h>

#include "../../support/scratch.h"
#include "outside.h"

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

typedef int make(struct ig_rope *out, const struct ig_rope *disk,
		 const struct ig_vdisk_opts *opts, struct ig_err *err);

static struct ig_vdisk_opts options(void)
{
	return (struct ig_vdisk_opts){ .seed = T_KEY, .time = 1700000000 };
}

/* As VMDK goes to a sink and the others to a rope. */
static int make_vmdk(struct ig_rope *out, const struct ig_rope *disk,
		     const struct ig_vdisk_opts *opts, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(T_MAX);
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = ig_sink_buf(&buf, err);

	assert_non_null(sink);
	if (ig_vmdk_write(sink, disk, opts, err) < 0 ||
	    ig_sink_finish(sink, err) < 0)
		return -1;
	return ig_rope_mem(out, buf.data, buf.len, err);
}

static const struct kind {
	const char *name, *qemu;
	make *make;
	uint64_t unit; /* of sizes */
} kinds[] = {
	{ "qcow2", "qcow2", ig_qcow2_write, 512 },
	{ "fixed VHD", "vpc", ig_vhd_fixed, MIB },
	{ "dynamic VHD", "vpc", ig_vhd_dynamic, MIB },
	{ "VMDK", "vmdk", make_vmdk, 512 },
};

/* A disk: gaps and data by turns. */
struct shape {
	const char *name;
	uint64_t lengths[8]; /* gap, data, gap, …; 0 ends */
	uint64_t size;	     /* wanted; 0: as it comes */
};

static const struct shape shapes[] = {
	{ "data at once", { 1, 100 * KIB }, 0 },
	{ "one sector", { 1, 511 }, 0 },
	{ "only a gap", { 5 * MIB }, 0 },
	{ "data at the end", { 3 * MIB, 64 * KIB }, 0 },
	{ "an odd end", { 64 * KIB, 64 * KIB + 7 }, 0 },
	{ "neighbours", { 60 * KIB, 8 * KIB, 1, 1, 130 * KIB, 1, 1, 9 }, 0 },
	{ "over tables", { 512 * MIB - 70 * KIB, 140 * KIB, 9 * GIB, 1 }, 0 },
	{ "room behind", { 1 * MIB, 3 * MIB }, 4096000512 },
};

static struct ig_rope *disk_of(const struct shape *shape)
{
	struct ig_rope *disk = o_rope();

	for (size_t i = 0; i < IG_COUNT(shape->lengths); i++) {
		size_t len = (size_t)shape->lengths[i];

		if (i % 2 == 0)
			assert_int_equal(ig_rope_zero(disk, len, &t_err), 0);
		else if (len)
			o_noise(ig_rope_room(disk, len, &t_err), len,
				(uint32_t)i);
	}
	return disk;
}

static uint64_t round_up(uint64_t size, uint64_t unit)
{
	return (size + unit - 1) / unit * unit;
}

static void save_raw(const struct ig_rope *disk, uint64_t size)
{
	ig_autofd int fd = o_create("raw");

	assert_int_equal(ig_rope_write(disk, fd, &t_err), 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
}

static void check(const struct kind *kind, const struct shape *shape)
{
	struct ig_vdisk_opts opts = options();
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = disk_of(shape);
	IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();
	const char *compare[] = { "qemu-img", "compare", "-q",	"-f",  "raw",
				  "-F",	      NULL,	 "raw", "out", NULL };
	const char *look[] = { "qemu-img", "check", "-f", NULL, "out", NULL };

	compare[6] = kind->qemu;
	look[3] = kind->qemu;
	opts.size = shape->size;
	if (kind->make(out, disk, &opts, &t_err) < 0)
		fail_msg("%s of %s: %s", kind->name, shape->name, t_err.msg);
	o_save(out, "out");
	save_raw(disk, round_up(shape->size ? shape->size : ig_rope_size(disk),
				kind->unit));
	o_passes(compare);
	if (strcmp(kind->qemu, "vpc") != 0)
		o_passes(look);
}

static void qemu_reads_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(kinds); i++)
		for (size_t j = 0; j < IG_COUNT(shapes); j++)
			check(&kinds[i], &shapes[j]);
}

static void qemu_sees_the_exact_size(void **state)
{
	static const uint64_t sizes[] = { MIB,	     7 * MIB,	 33 * MIB,
					  505 * MIB, 1025 * MIB, 127 * GIB,
					  300 * GIB, 2040 * GIB };
	struct ig_vdisk_opts opts = options();
	struct shape shape = { "", { 1, 512 }, 0 };
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = disk_of(&shape);
	char said[64];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(kinds); i++)
		for (size_t j = 0; j < IG_COUNT(sizes); j++) {
			const char *argv[] = { "qemu-img",    "info", "-f",
					       kinds[i].qemu, "out",  NULL };
			IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();

			opts.size = sizes[j];
			assert_int_equal(
				kinds[i].make(out, disk, &opts, &t_err), 0);
			o_save(out, "out");
			snprintf(said, sizeof(said), "(%llu bytes)",
				 (unsigned long long)sizes[j]);
			o_tells(argv, said);
		}
}

static void gaps_take_no_room(void **state)
{
	static const uint64_t most[] = { 8 * 64 * KIB, UINT64_MAX, 3 * 2 * MIB,
					 512 * KIB };
	struct ig_vdisk_opts opts = options();
	struct shape shape = { "", { 100 * MIB, 512, GIB, 512 }, 0 };
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = disk_of(&shape);

	(void)state;
	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();

		assert_int_equal(kinds[i].make(out, disk, &opts, &t_err), 0);
		assert_true(ig_rope_size(out) <= most[i]);
	}
}

static void a_vmdk_leaves_out_data_that_is_zeros(void **state)
{
	struct ig_vdisk_opts opts = options();
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = o_rope();
	IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();

	(void)state;
	assert_non_null(ig_rope_room(disk, 4 * MIB, &t_err));
	assert_int_equal(make_vmdk(out, disk, &opts, &t_err), 0);
	assert_int_equal(ig_rope_size(out), 128 * 512 + 5 * 512);
}

static const struct {
	const char *what;
	make *make;
	uint64_t has, wants;
	const char *message;
} refusals[] = {
	{ "nothing", ig_qcow2_write, 0, 0, "no size" },
	{ "nothing", make_vmdk, 0, 0, "no size" },
	{ "too little", ig_qcow2_write, 2 * MIB, MIB, "do not fit" },
	{ "too little", ig_vhd_fixed, MIB + 1, MIB, "do not fit" },
	{ "too much", ig_vhd_dynamic, 0, 2040 * GIB + 1, "too large" },
	{ "too much", ig_vhd_fixed, 2041 * GIB, 0, "too large" },
	{ "too much", make_vmdk, 0, 2041 * GIB, "too large" },
	{ "too much", ig_qcow2_write, 0, UINT64_MAX, "too large" },
};

static void sizes_out_of_range_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(refusals); i++) {
		struct ig_vdisk_opts opts = options();
		IG_AUTO(ig_rope_freep) struct ig_rope *disk = o_rope();
		IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();

		opts.size = refusals[i].wants;
		assert_int_equal(ig_rope_zero(disk, refusals[i].has, &t_err),
				 0);
		assert_int_equal(refusals[i].make(out, disk, &opts, &t_err),
				 -1);
		assert_true(t_err.code == IG_ELIMIT ||
			    t_err.code == IG_EFORMAT);
		assert_non_null(strstr(t_err.msg, refusals[i].message));
	}
}

static void save_with(const struct kind *kind, const struct ig_rope *disk,
		      const char *threads, const char *path)
{
	struct ig_vdisk_opts opts = options();
	IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();

	setenv("INGOT_THREADS", threads, 1);
	assert_int_equal(kind->make(out, disk, &opts, &t_err), 0);
	unsetenv("INGOT_THREADS");
	o_save(out, path);
}

static void bytes_do_not_depend_on_threads(void **state)
{
	struct shape shape = { "", { 1, 5 * MIB, 40 * MIB, 12 * MIB }, 0 };
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = disk_of(&shape);

	(void)state;
	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(0);
		IG_AUTO(ig_buf_done) struct ig_buf many = IG_BUF_INIT(0);

		save_with(&kinds[i], disk, "1", "one");
		save_with(&kinds[i], disk, "5", "many");
		o_read(&one, "one");
		o_read(&many, "many");
		t_same(&one, &many);
	}
}

static uint32_t big32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static void a_vhd_footer_has_its_checksum_and_time(void **state)
{
	struct ig_vdisk_opts opts = options();
	struct shape shape = { "", { 3 * MIB }, 0 };
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = disk_of(&shape);
	IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();
	unsigned char footer[512];
	uint32_t sum = 0;

	(void)state;
	assert_int_equal(ig_vhd_fixed(out, disk, &opts, &t_err), 0);
	assert_int_equal(ig_rope_size(out), 3 * MIB + 512);
	assert_int_equal(
		ig_rope_read(out, footer, sizeof(footer), 3 * MIB, &t_err), 0);
	assert_memory_equal(footer, "conectix", 8);
	for (size_t i = 0; i < sizeof(footer); i++)
		sum += i < 64 || i >= 68 ? footer[i] : 0;
	assert_int_equal(big32(footer + 64), ~sum);
	assert_int_equal(big32(footer + 24), 1700000000 - 946684800);
	opts.time = 0; /* before 2000 */
	assert_int_equal(ig_vhd_fixed(out, disk, &opts, &t_err), 0);
}

static void a_qcow2_is_whole_clusters_of_version_3(void **state)
{
	struct ig_vdisk_opts opts = options();
	struct shape shape = { "", { 64 * KIB, 1 }, 0 };
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = disk_of(&shape);
	IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();
	unsigned char head[8];

	(void)state;
	assert_int_equal(ig_qcow2_write(out, disk, &opts, &t_err), 0);
	/* header, refcount table and block, L1, L2, the byte */
	assert_int_equal(ig_rope_size(out), 6 * 64 * KIB);
	assert_int_equal(ig_rope_read(out, head, 8, 0, &t_err), 0);
	assert_memory_equal(head, "QFI\xfb\0\0\0\3", 8);
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(qemu_reads_all),
		T(qemu_sees_the_exact_size),
		T(gaps_take_no_room),
		T(a_vmdk_leaves_out_data_that_is_zeros),
		T(sizes_out_of_range_are_refused),
		T(bytes_do_not_depend_on_threads),
		T(a_vhd_footer_has_its_checksum_and_time),
		T(a_qcow2_is_whole_clusters_of_version_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
