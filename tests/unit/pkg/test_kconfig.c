/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

#include "kconfig.h"

static int read_text(struct pkg_kconfig *config, const char *file,
		     const char *text, struct ig_err *err)
{
	memset(config, 0, sizeof(*config));
	if (pkg_kconfig_add(config, file, text, strlen(text), err) < 0)
		return -1;
	return pkg_kconfig_end(config, err);
}

static void must_read(struct pkg_kconfig *config, const char *file,
		      const char *text)
{
	struct ig_err err = { 0 };

	if (read_text(config, file, text, &err) < 0)
		fail_msg("%s", err.msg);
}

static void reads_options_and_what_is_not_set(void **state)
{
	static const char text[] = "#\n# Automatically generated\n#\n\n"
				   "CONFIG_B=y\n# CONFIG_A is not set\n"
				   "CONFIG_TEXT=\"a b\"\nCONFIG_NR=-1\n"
				   "# CONFIG_C is set by what is above\n"
				   "# CONFIG_D is not set at all\n"
				   "CONFIG_LAST=m";
	IG_AUTO(pkg_kconfig_done) struct pkg_kconfig config = { 0 };

	(void)state;
	must_read(&config, "x", text);
	assert_int_equal(config.n, 5);
	assert_string_equal(pkg_kconfig_get(&config, "A"), "n");
	assert_string_equal(pkg_kconfig_get(&config, "B"), "y");
	assert_string_equal(pkg_kconfig_get(&config, "TEXT"), "\"a b\"");
	assert_string_equal(pkg_kconfig_get(&config, "NR"), "-1");
	assert_string_equal(pkg_kconfig_get(&config, "LAST"), "m");
	assert_string_equal(pkg_kconfig_get(&config, "NOT_THERE"), "n");
}

static void refuses_what_is_no_configuration(void **state)
{
	static const struct bad bads[] = {
		{ "CONFIG_A\n", IG_EFORMAT, "x:1: neither" },
		{ "\nCONFIG_A=\n", IG_EFORMAT, "x:2: neither" },
		{ "CONFIG_=y\n", IG_EFORMAT, "x:1: neither" },
		{ "# y\nCONFIG_A-B=y\n", IG_EFORMAT, "x:2: neither" },
		{ "A=y\n", IG_EFORMAT, "x:1: neither" },
		{ " CONFIG_A=y\n", IG_EFORMAT, "x:1: neither" },
		{ "CONFIG_A=y\n\n# CONFIG_A is not set\n", IG_ESPEC,
		  "x:3: CONFIG_A stands in x:1 too" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		IG_AUTO(pkg_kconfig_done) struct pkg_kconfig config = { 0 };
		struct ig_err err = { 0 };
		int rc = read_text(&config, "x", bads[i].input, &err);

		assert_failed(rc, &err, &bads[i]);
	}
}

static void an_option_is_named_in_one_fragment_only(void **state)
{
	static const struct bad bad = { "two fragments", IG_ESPEC,
					"b:1: CONFIG_A stands in a:2 too" };
	IG_AUTO(pkg_kconfig_done) struct pkg_kconfig config = { 0 };
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(
		pkg_kconfig_add(&config, "a", "\nCONFIG_A=y\n", 12, &err), 0);
	assert_int_equal(
		pkg_kconfig_add(&config, "b", "CONFIG_A=y\n", 11, &err), 0);
	assert_failed(pkg_kconfig_end(&config, &err), &err, &bad);
}

static void what_the_kernel_drops_is_an_error(void **state)
{
	static const struct {
		const char *asked;
		const char *why; /* NULL: as asked */
	} cases[] = {
		{ "CONFIG_A=y\n# CONFIG_GONE is not set\n", NULL },
		{ "CONFIG_GONE=y\n",
		  "f:1: CONFIG_GONE=y: the kernel makes it n" },
		{ "CONFIG_A=y\nCONFIG_B=y\n",
		  "f:2: CONFIG_B=y: the kernel makes it m" },
		{ "# CONFIG_A is not set\n",
		  "f:1: CONFIG_A=n: the kernel makes it y" },
		{ "CONFIG_N=3\n", "f:1: CONFIG_N=3: the kernel makes it 2" },
	};
	IG_AUTO(pkg_kconfig_done) struct pkg_kconfig got = { 0 };

	(void)state;
	must_read(&got, ".config", "CONFIG_A=y\nCONFIG_B=m\nCONFIG_N=2\n");
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(pkg_kconfig_done) struct pkg_kconfig asked = { 0 };
		struct bad bad = { cases[i].asked, IG_ESPEC, cases[i].why };
		struct ig_err err = { 0 };
		int rc;

		must_read(&asked, "f", cases[i].asked);
		rc = pkg_kconfig_asked(&asked, &got, &err);
		if (cases[i].why)
			assert_failed(rc, &err, &bad);
		else
			assert_int_equal(rc, 0);
	}
}

static void differences_are_counted_once(void **state)
{
	static const struct {
		const char *a, *b;
		size_t n;
		const char *first;
	} cases[] = {
		{ "CONFIG_A=y\n", "CONFIG_A=y\n# CONFIG_B is not set\n", 0,
		  NULL },
		{ "CONFIG_B=y\n", "CONFIG_B=m\n", 1, "B" },
		{ "CONFIG_B=y\n", "", 1, "B" },
		{ "", "CONFIG_B=y\n", 1, "B" },
		{ "CONFIG_B=y\nCONFIG_C=1\n", "CONFIG_A=y\nCONFIG_C=2\n", 3,
		  "A" },
		{ "CONFIG_GCC_VERSION=120200\nCONFIG_CC_VERSION_TEXT=\"a\"\n",
		  "CONFIG_GCC_VERSION=130000\n", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(pkg_kconfig_done) struct pkg_kconfig a = { 0 };
		IG_AUTO(pkg_kconfig_done) struct pkg_kconfig b = { 0 };
		const char *first;

		must_read(&a, "a", cases[i].a);
		must_read(&b, "b", cases[i].b);
		assert_int_equal(pkg_kconfig_differ(&first, &a, &b),
				 cases[i].n);
		if (cases[i].first)
			assert_string_equal(first, cases[i].first);
		else
			assert_null(first);
	}
}

static void a_record_has_what_is_on(void **state)
{
	static const char text[] =
		"#\n# Automatically generated file; DO NOT EDIT.\n"
		"# Linux/x86 6.1.2 Kernel Configuration\n#\n"
		"CONFIG_CC_VERSION_TEXT=\"gcc 12\"\nCONFIG_PAHOLE_VERSION=124\n"
		"CONFIG_B=y\n# CONFIG_C is not set\nCONFIG_A=\"x\"\n";
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(4096);
	struct ig_err err = { 0 };
	const char *title;
	size_t len;

	(void)state;
	assert_int_equal(pkg_kconfig_record(&out, text, &err), 0);
	assert_string_equal(out.data, "# Linux/x86 6.1.2 Kernel Configuration\n"
				      "CONFIG_B=y\nCONFIG_A=\"x\"\n");
	title = pkg_kconfig_title(text, &len);
	assert_int_equal(len, strlen("# Linux/x86 6.1.2 Kernel Configuration"));
	assert_memory_equal(title, out.data, len);
	pkg_kconfig_title("CONFIG_A=\"x Kernel Configuration\"\n", &len);
	assert_int_equal(len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_options_and_what_is_not_set),
		cmocka_unit_test(refuses_what_is_no_configuration),
		cmocka_unit_test(an_option_is_named_in_one_fragment_only),
		cmocka_unit_test(what_the_kernel_drops_is_an_error),
		cmocka_unit_test(differences_are_counted_once),
		cmocka_unit_test(a_record_has_what_is_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
