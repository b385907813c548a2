/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

static void knows_the_names_that_go_gives(void **state)
{
	(void)state;
	assert_true(ig_arch_known("amd64"));
	assert_true(ig_arch_known("arm64"));
	assert_true(ig_arch_known("riscv64"));
	assert_false(ig_arch_known("x86_64"));
	assert_false(ig_arch_known("aarch64"));
	assert_false(ig_arch_known(""));
}

static void this_machine_has_a_known_name(void **state)
{
	(void)state;
	assert_true(ig_arch_known(ig_host_arch()));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_names_that_go_gives),
		cmocka_unit_test(this_machine_has_a_known_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
