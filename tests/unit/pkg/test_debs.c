/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

static void a_name_may_hold_the_architecture(void **state)
{
	static const struct {
		const char *text, *arch, *want;
	} cases[] = {
		{ "busybox-static", "amd64", "busybox-static" },
		{ "linux-image-cloud-{arch}", "arm64",
		  "linux-image-cloud-arm64" },
		{ "linux-image-{arch}-x", "arm", "linux-image-armhf-x" },
		{ "libc6:amd64", "amd64", "libc6:amd64" },
		{ "bash=5.2.15-2+b2", "amd64", "bash=5.2.15-2+b2" },
		{ "linux-image-{arch}", "ppc64le", "linux-image-ppc64el" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		ig_autofree char *got =
			pkg_debs_name(cases[i].text, cases[i].arch, &err);

		assert_non_null(got);
		assert_string_equal(got, cases[i].want);
	}
}

static void refuses_names_that_a_shell_could_run(void **state)
{
	static const struct bad bads[] = {
		{ "a;reboot", IG_ESPEC, "not the name" },
		{ "$(reboot)", IG_ESPEC, "not the name" },
		{ "a b", IG_ESPEC, "not the name" },
		{ "a\nb", IG_ESPEC, "not the name" },
		{ "-oFoo=bar", IG_ESPEC, "not the name" },
		{ "/tmp/x.deb", IG_ESPEC, "not the name" },
		{ "{arch}{arch}", IG_ESPEC, "not the name" },
		{ "", IG_ESPEC, "not the name" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct ig_err err = { 0 };
		ig_autofree char *got =
			pkg_debs_name(bads[i].input, "amd64", &err);

		assert_failed(got ? 0 : -1, &err, &bads[i]);
	}
}

static void an_architecture_of_others_is_an_error(void **state)
{
	struct ig_err err = { 0 };

	(void)state;
	assert_null(pkg_debs_name("bash", "wasm", &err));
	assert_non_null(strstr(err.msg, "Debian has no architecture 'wasm'"));
}

static void hook(struct ig_buf *out, const struct pkg_debs_ask *ask)
{
	struct ig_err err = { 0 };

	assert_int_equal(pkg_debs_hook(out, ask, &err), 0);
}

static void the_hook_takes_packages_with_or_without_dependencies(void **state)
{
	static const char *const names[] = { "a", "b" };
	struct pkg_debs_ask ask = { .names = names, .n = 2 };
	IG_AUTO(ig_buf_done) struct ig_buf with = IG_BUF_INIT(4096);
	IG_AUTO(ig_buf_done) struct ig_buf alone = IG_BUF_INIT(4096);

	(void)state;
	hook(&with, &ask);
	assert_non_null(strstr(with.data, " install a b "));
	assert_null(strstr(with.data, " source "));
	ask.alone = true;
	hook(&alone, &ask);
	assert_non_null(strstr(alone.data, "for p in a b\n"));
	assert_null(strstr(alone.data, " install "));
}

static void the_hook_takes_a_source_package_of_that_name_only(void **state)
{
	static const char *const names[] = { "a" };
	struct pkg_debs_ask ask = { .source = "s" };
	IG_AUTO(ig_buf_done) struct ig_buf only = IG_BUF_INIT(4096);
	IG_AUTO(ig_buf_done) struct ig_buf both = IG_BUF_INIT(4096);

	(void)state;
	hook(&only, &ask);
	assert_non_null(
		strstr(only.data, " --download-only --only-source source s "));
	assert_null(strstr(only.data, "for p in"));
	ask = (struct pkg_debs_ask){ names, 1, true, "s" };
	hook(&both, &ask);
	assert_non_null(strstr(both.data, "for p in a\n"));
	assert_non_null(strstr(both.data, " source s "));
}

static void sources_come_from_the_same_archives(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf lines = IG_BUF_INIT(4096);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(
		ig_buf_puts(&lines,
			    "deb [x=y] http://a s main\ndeb copy:/b ./\n",
			    &err),
		0);
	assert_int_equal(pkg_debs_source_lines(&lines, &err), 0);
	assert_string_equal(
		lines.data,
		"deb [x=y] http://a s main\ndeb copy:/b ./\n"
		"deb-src [x=y] http://a s main\ndeb-src copy:/b ./\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_may_hold_the_architecture),
		cmocka_unit_test(refuses_names_that_a_shell_could_run),
		cmocka_unit_test(an_architecture_of_others_is_an_error),
		cmocka_unit_test(
			the_hook_takes_packages_with_or_without_dependencies),
		cmocka_unit_test(
			the_hook_takes_a_source_package_of_that_name_only),
		cmocka_unit_test(sources_come_from_the_same_archives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
