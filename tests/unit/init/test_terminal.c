/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "base/sys.h"
#include "log/terminal.h"

#include "../../support/scratch.h"

#define TREE "firmware/devicetree/base"

static void put(const char *path, const char *text)
{
	assert_int_equal(sys_mkparent(path, 0755), 0);
	scratch_write(path, text, strlen(text) + 1);
}

static void link_to(const char *target, const char *path)
{
	assert_int_equal(sys_mkparent(path, 0755), 0);
	assert_int_equal(symlink(target, path), 0);
}

/* A sysfs in the current folder. */
static int begin(void **state)
{
	static const char *const folders[] = {
		"sys/" TREE "/soc/uart@1",
		"sys/" TREE "/soc/uart@2",
		"sys/" TREE "/soc/uart@3",
		"sys/devices/old.uart",
		"sys/devices/new.uart/new:0/new:0.0",
		"sys/devices/none",
		"sys/class/tty/tty1",
	};

	if (scratch_setup(state) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		assert_int_equal(sys_mkdirs(folders[i], 0755), 0);
	link_to("../../" TREE "/soc/uart@1", "sys/devices/old.uart/of_node");
	link_to("../../" TREE "/soc/uart@2", "sys/devices/new.uart/of_node");
	link_to("../../../devices/old.uart", "sys/class/tty/ttyOLD0/device");
	link_to("../../../devices/new.uart/new:0/new:0.0",
		"sys/class/tty/ttyNEW1/device");
	link_to("../../../devices/none", "sys/class/tty/ttyS0/device");
	scratch_write("sys/class/tty/ttyS0/type", "0\n", 2);
	scratch_write("sys/class/tty/ttyOLD0/type", "32\n", 3);
	put("sys/" TREE "/aliases/serial0", "/soc/uart@2");
	put("sys/" TREE "/aliases/odd", "soc/uart@2");
	return 0;
}

static void a_port_without_hardware_is_empty(void **state)
{
	(void)state;
	assert_true(terminal_empty("sys", "ttyS0"));
	assert_false(terminal_empty("sys", "ttyOLD0"));
	assert_false(terminal_empty("sys", "tty1"));
	assert_false(terminal_empty("sys", "nothing"));
}

static void the_tree_names_a_terminal(void **state)
{
	static const struct {
		const char *path;
		const char *want; /* NULL: none */
	} cases[] = {
		{ "/soc/uart@1", "ttyOLD0" },
		{ "/soc/uart@1:115200n8", "ttyOLD0" },
		{ "serial0:115200n8", "ttyNEW1" },
		{ "serial0", "ttyNEW1" },
		{ "/soc/uart@3", NULL }, /* there is no driver for it */
		{ "/soc/uart@4", NULL },
		{ "/soc", NULL },
		{ "serial1", NULL },
		{ "odd", NULL },
		{ "../aliases/serial0", NULL },
		{ "..", NULL },
		{ ":", NULL },
		{ "", NULL },
	};
	char out[CMDLINE_NAME];

	(void)state;
	assert_int_equal(terminal_stdout(out, "sys"), -1);
	assert_int_equal(terminal_stdout(out, "elsewhere"), -1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put("sys/" TREE "/chosen/stdout-path", cases[i].path);
		int rc = terminal_stdout(out, "sys");

		assert_int_equal(rc, cases[i].want ? 0 : -1);
		if (cases[i].want)
			assert_string_equal(out, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_without_hardware_is_empty),
		cmocka_unit_test(the_tree_names_a_terminal),
	};

	return cmocka_run_group_tests(tests, begin, scratch_teardown);
}
