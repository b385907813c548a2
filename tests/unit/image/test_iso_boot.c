/* SPDX-License-Identifier: Apache-2.0 */
#include "iso_test.h"

static void patches_the_boot_information_table(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *boot = big_rope(200003);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	static unsigned char got[200004], want[200004];
	const struct ig_iso_file file = { "boot.bin", boot, 0 };
	const struct ig_iso_boot entry = { 0, "boot.bin", 4, true };
	struct ig_iso_opts opts = basic;
	uint64_t where;
	uint32_t sum = 0;

	(void)state;
	opts.where = &where;
	opts.boots = &entry;
	opts.boots_n = 1;
	image = make(NULL, &file, 1, &opts);
	get(boot, 0, want, 200003);
	get(image, where, got, 200003);
	for (size_t i = 64; i < 200003; i += 4)
		sum += le(want + i, 4);
	assert_memory_equal(got, want, 8);
	assert_int_equal(le(got + 8, 4), 16);
	assert_int_equal(le(got + 12, 4), where / BLOCK);
	assert_int_equal(le(got + 16, 4), 200003);
	assert_int_equal(le(got + 20, 4), sum);
	for (size_t i = 24; i < 64; i++)
		assert_int_equal(got[i], 0);
	assert_memory_equal(got + 64, want + 64, 200003 - 64);
}

static void lists_boot_images_in_the_catalog(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *a = big_rope(3000);
	IG_AUTO(ig_rope_freep) struct ig_rope *b = ig_rope_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *image = NULL;
	const struct ig_iso_file files[] = { { "a", a, 0 }, { "b", b, 0 } };
	const struct ig_iso_boot boots[] = { { 0, "a", 4, false },
					     { 0xef, "a", 0, false },
					     { 0xef, "b", 0, false } };
	struct ig_iso_opts opts = basic;
	unsigned char c[BLOCK];
	uint32_t sum = 0;
	uint64_t where[2];

	(void)state;
	assert_int_equal(ig_rope_zero(b, 40 * MIB, &t_err), 0);
	opts.where = where;
	opts.boots = boots;
	opts.boots_n = 3;
	image = make(NULL, files, 2, &opts);
	get(image, 17 * BLOCK, c, 32);
	assert_memory_equal(c, "\0CD001\1EL TORITO SPECIFICATION", 31);
	get(image, (uint64_t)get32(image, 17 * BLOCK + 71) * BLOCK, c, BLOCK);
	for (size_t i = 0; i < 32; i += 2)
		sum += le(c + i, 2);
	assert_int_equal(sum & 0xffff, 0);
	assert_int_equal(le(c + 30, 2), 0xaa55);
	assert_int_equal(c[32], 0x88);
	assert_int_equal(le(c + 38, 2), 4);
	assert_int_equal(le(c + 40, 4), where[0] / BLOCK);
	assert_int_equal(c[64], 0x90);
	assert_int_equal(c[65], 0xef);
	assert_int_equal(le(c + 96 + 6, 2), 6);
	assert_int_equal(c[128], 0x91);
	/* More than 32 MiB do not fit into the field. */
	assert_int_equal(le(c + 160 + 6, 2), 0);
	assert_int_equal(le(c + 160 + 8, 4), where[1] / BLOCK);
}

struct hybrid {
	struct ig_rope *bios, *uefi, *image;
	uint64_t where[3];
};

static void hybrid_done(struct hybrid *h)
{
	ig_rope_free(h->bios);
	ig_rope_free(h->uefi);
	ig_rope_free(h->image);
}

static void make_hybrid(struct hybrid *h, const void *area, size_t len,
			bool uefi)
{
	static const struct ig_iso_boot boots[] = { { 0, "bios", 4, true },
						    { 0xef, "efi", 0, false } };
	struct ig_iso_opts opts = basic;
	const struct ig_iso_file files[] = {
		{ "efi", h->uefi = big_rope(1500 * 1024), 0 },
		{ "bios", h->bios = big_rope(30000), 0 },
		{ "last", h->bios, 0 },
	};

	opts.hybrid = true;
	opts.where = h->where;
	opts.boots = boots;
	opts.boots_n = uefi ? 2 : 1;
	opts.system_area = area;
	opts.system_area_len = len;
	h->image = make(NULL, files, 3, &opts);
	assert_int_equal(ig_rope_size(h->image) % MIB, 0);
}

static void shows_the_uefi_image_as_a_partition(void **state)
{
	static const char *const verify[] = { "sgdisk", "-v", "FILE", NULL };
	IG_AUTO(hybrid_done) struct hybrid h = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);
	unsigned char disk[17408], back[512];

	(void)state;
	make_hybrid(&h, NULL, 0, true);
	get(h.image, 0, disk, sizeof(disk));
	get(h.image, ig_rope_size(h.image) - 512, back, 512);
	assert_int_equal(le(disk + 510, 2), 0xaa55);
	assert_int_equal(disk[450], 0xee);
	assert_memory_equal(disk + 512, "EFI PART", 8);
	assert_memory_equal(back, "EFI PART", 8);
	/* The second entry, of the type of system partitions. */
	assert_int_equal(le(disk + 1024 + 128, 4), 0xc12a7328);
	assert_int_equal(le(disk + 1024 + 128 + 32, 4) * 512u, h.where[0]);
	assert_true(h.where[0] > h.where[1] && h.where[0] > h.where[2]);
	ask(&said, h.image, verify);
	assert_non_null(strstr(said.data, "No problems found"));
}

static void has_one_partition_without_a_uefi_image(void **state)
{
	static const char *const verify[] = { "sfdisk", "--verify", "FILE",
					      NULL };
	IG_AUTO(hybrid_done) struct hybrid h = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);
	unsigned char disk[512];

	(void)state;
	make_hybrid(&h, NULL, 0, false);
	get(h.image, 0, disk, sizeof(disk));
	assert_int_equal(disk[446], 0x80);
	assert_int_equal(disk[450], 0x17);
	assert_int_equal(le(disk + 454, 4), 0);
	assert_int_equal(le(disk + 458, 4) * 512u, ig_rope_size(h.image));
	ask(&said, h.image, verify);
	assert_non_null(strstr(said.data, "No errors"));
}

static void tells_the_code_in_the_mbr_where_to_go_on(void **state)
{
	static const struct {
		const char *begin;
		unsigned char kernel;
		uint32_t skip;
	} t[] = {
		{ "\x33\xed\x90\x90", 0, 0 }, /* isolinux */
		{ "\xeb\x63\x90\x90", 1, 4 }, /* GRUB */
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(t); i++) {
		IG_AUTO(hybrid_done) struct hybrid h = { 0 };
		unsigned char area[512] = { 0 };

		memcpy(area, t[i].begin, 4);
		area[432] = t[i].kernel;
		make_hybrid(&h, area, sizeof(area), true);
		assert_int_equal(get32(h.image, 432),
				 h.where[1] / 512 + t[i].skip);
	}
}

static void keeps_other_code_in_the_mbr(void **state)
{
	IG_AUTO(hybrid_done) struct hybrid h = { 0 };
	unsigned char area[440], got[440];

	(void)state;
	memset(area, 0x5a, sizeof(area));
	make_hybrid(&h, area, sizeof(area), true);
	get(h.image, 0, got, sizeof(got));
	assert_memory_equal(got, area, sizeof(got));
}

static void refuses_code_where_the_gpt_must_be(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *text = text_rope("text");
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(&t_err);
	const struct ig_iso_file file = { "efi", text, 0 };
	const struct ig_iso_boot boot = { 0xef, "efi", 0, false };
	struct ig_iso_opts opts = basic;
	char area[1024];

	(void)state;
	memset(area, 1, sizeof(area));
	opts.hybrid = true;
	opts.boots = &boot;
	opts.boots_n = 1;
	opts.system_area = area;
	opts.system_area_len = sizeof(area);
	assert_int_equal(ig_iso_write(out, &file, 1, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_EFORMAT);
	assert_non_null(strstr(t_err.msg, "where the GPT must be"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patches_the_boot_information_table),
		cmocka_unit_test(lists_boot_images_in_the_catalog),
		cmocka_unit_test(shows_the_uefi_image_as_a_partition),
		cmocka_unit_test(has_one_partition_without_a_uefi_image),
		cmocka_unit_test(tells_the_code_in_the_mbr_where_to_go_on),
		cmocka_unit_test(keeps_other_code_in_the_mbr),
		cmocka_unit_test(refuses_code_where_the_gpt_must_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
