/* SPDX-License-Identifier: Apache-2.0 */
#include "build_test.h"

#include "kernel_facts.h"

static enum ig_kernel_has ask(const char *config, const char *modules,
			      const char *option, const char *module)
{
	IG_AUTO(ig_kernel_facts_done)
	struct ig_kernel_facts facts = IG_KERNEL_FACTS_INIT;

	assert_int_equal(ig_buf_printf(&facts.config, &t_err, "\n%s", config),
			 0);
	assert_int_equal(ig_buf_printf(&facts.modules, &t_err, "\n%s", modules),
			 0);
	return ig_kernel_has(&facts, option, module);
}

static void believes_the_configuration(void **state)
{
	static const char config[] = "# CONFIG_EROFS_FS is not set\n"
				     "CONFIG_SQUASHFS=m\n"
				     "CONFIG_SQUASHFS_ZSTD=y\n"
				     "CONFIG_XSQUASHFS_LZ4=y\n"
				     "CONFIG_NR_CPUS=64\n";
	static const struct {
		const char *modules, *option, *module;
		enum ig_kernel_has has;
	} cases[] = {
		{ "m squashfs\n", "SQUASHFS", "squashfs", IG_KERNEL_MODULE },
		{ "", "SQUASHFS", "squashfs", IG_KERNEL_LACKS },
		{ "m squashfs\n", "SQUASHFS", NULL, IG_KERNEL_LACKS },
		{ "", "SQUASHFS_ZSTD", NULL, IG_KERNEL_BUILTIN },
		{ "", "SQUASHFS_LZ4", NULL, IG_KERNEL_LACKS },
		{ "", "SQUASH", NULL, IG_KERNEL_LACKS },
		{ "m erofs\n", "EROFS_FS", "erofs", IG_KERNEL_LACKS },
		{ "", "NR_CPUS", NULL, IG_KERNEL_LACKS },
		{ "", "ISO9660_FS", "isofs", IG_KERNEL_LACKS },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		if (ask(config, cases[i].modules, cases[i].option,
			cases[i].module) != cases[i].has)
			fail_msg("case %zu: %s", i, cases[i].option);
}

static void believes_the_names_of_modules_without_one(void **state)
{
	static const char modules[] = "m squashfs\nm overlay\nb ext4\n";

	(void)state;
	assert_int_equal(ask("", modules, "SQUASHFS", "squashfs"),
			 IG_KERNEL_MODULE);
	assert_int_equal(ask("", modules, "EXT4_FS", "ext4"),
			 IG_KERNEL_BUILTIN);
	assert_int_equal(ask("", modules, "EROFS_FS", "erofs"),
			 IG_KERNEL_LACKS);
	assert_int_equal(ask("", modules, "EFI_STUB", NULL), IG_KERNEL_UNKNOWN);
}

static void knows_nothing_of_an_image_that_says_nothing(void **state)
{
	(void)state;
	assert_int_equal(ask("", "", "SQUASHFS", "squashfs"),
			 IG_KERNEL_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believes_the_configuration),
		cmocka_unit_test(believes_the_names_of_modules_without_one),
		cmocka_unit_test(knows_nothing_of_an_image_that_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
