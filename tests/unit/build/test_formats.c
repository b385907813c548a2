/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/build.h>
#include <ingot/own.h>

static void check_clash(const char *a, const char *b, const char *want)
{
	const struct ig_build_format *fa = ig_build_format(a);
	const struct ig_build_format *fb = ig_build_format(b);
	size_t len = 0;
	const char *file;

	assert_non_null(fa);
	assert_non_null(fb);
	file = ig_build_clash(&len, fa, fb);
	if (!want) {
		assert_null(file);
		return;
	}
	assert_non_null(file);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(file, want, len);
}

static void two_formats_with_one_file_clash(void **state)
{
	static const struct {
		const char *a, *b, *file; /* NULL: no clash */
	} cases[] = {
		{ "vhd", "dynamic-vhd", "NAME.vhd" },
		{ "iso", "iso-bios", "NAME.iso" },
		{ "kernel+iso", "iso", "NAME.iso" },
		{ "kernel+squashfs", "kernel+erofs", NULL },
		{ "tar", "rpi3", "NAME.tar" },
		{ "raw", "raw", NULL },
		{ "raw", "raw-efi", NULL },
		{ "tar", "tar-kernel-initrd", NULL },
		{ "kernel+initrd", "pxe", NULL },
		{ "pxe", "firecracker", NULL },
		{ "uki", "qcow2-efi", NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		check_clash(cases[i].a, cases[i].b, cases[i].file);
		check_clash(cases[i].b, cases[i].a, cases[i].file);
	}
}

/* The name of a format is how it is found, in messages too. */
static void every_format_has_a_name_of_its_own(void **state)
{
	const struct ig_build_format *const *all = ig_build_formats();

	(void)state;
	for (size_t i = 0; all[i]; i++) {
		assert_ptr_equal(ig_build_format(all[i]->name), all[i]);
		assert_ptr_equal(strstr(all[i]->files, "NAME"), all[i]->files);
	}
	assert_null(ig_build_format("raw-"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_formats_with_one_file_clash),
		cmocka_unit_test(every_format_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
