/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

static const struct pkg_archive bookworm = { "bookworm", "main" };

/* The lines without what they are signed by, which the host decides. */
static char *lines_of(const char *etc, const struct pkg_archive *archive)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	IG_AUTO(ig_buf_done) struct ig_buf plain = IG_BUF_INIT(1u << 20);
	struct ig_err err = { 0 };
	char *rest;
	char *line;

	if (pkg_apt_lines(&out, archive, etc, &err) < 0) {
		if (strstr(err.msg, "debian-archive-keyring"))
			skip();
		fail_msg("%s", err.msg);
	}
	rest = out.data;
	while ((line = strsep(&rest, "\n"))) {
		const char *end = strchr(line, ']');

		if (end)
			assert_int_equal(
				ig_buf_printf(&plain, &err, "%s\n", end + 2),
				0);
	}
	return ig_buf_give(&plain, &err);
}

#define DEFAULT                                                                \
	"http://deb.debian.org/debian bookworm main\n"                         \
	"http://deb.debian.org/debian bookworm-updates main\n"                 \
	"http://deb.debian.org/debian-security bookworm-security main\n"

static void check(const char *etc, const char *want)
{
	ig_autofree char *got = lines_of(etc, &bookworm);

	assert_string_equal(got, want);
}

static void without_sources_it_is_debians_own_archive(void **state)
{
	check(*state, DEFAULT);
}

static void reads_one_line_sources(void **state)
{
	put_text(*state, "sources.list",
		 "# deb http://no.example/debian bookworm main\n"
		 "deb-src http://no.example/debian bookworm main\n"
		 "deb http://mirror.example/debian bookworm main contrib\n"
		 "deb [arch=amd64 signed-by=/x.gpg] "
		 "http://sec.example/debian-security bookworm-security main\n"
		 "deb http://mirror.example/debian trixie main\n"
		 "deb http://mirror.example/debian bookworm-backports main\n");
	check(*state,
	      "http://mirror.example/debian bookworm main\n"
	      "http://sec.example/debian-security bookworm-security main\n");
}

static void reads_deb822_sources(void **state)
{
	put_text(*state, "sources.list.d/debian.sources",
		 "Types: deb deb-src\n"
		 "# a comment\n"
		 "URIs: http://mirror.example/debian/\n"
		 "Suites: bookworm bookworm-updates\n"
		 "Components: main\n"
		 "\n"
		 "Types: deb\n"
		 "Enabled: no\n"
		 "URIs: http://off.example/debian\n"
		 "Suites: bookworm\n"
		 "Components: main\n");
	check(*state, "http://mirror.example/debian/ bookworm main\n"
		      "http://mirror.example/debian/ bookworm-updates main\n");
}

static void asks_known_archives_for_other_components(void **state)
{
	static const struct pkg_archive archive = { "bookworm",
						    "main non-free-firmware" };
	ig_autofree char *none = lines_of(*state, &archive);
	ig_autofree char *got = NULL;

	assert_non_null(strstr(none, "debian bookworm main non-free-firmware\n"
				     "http://"));
	assert_non_null(strstr(none, " bookworm-security main non-free-f"));
	put_text(*state, "sources.list",
		 "deb http://mirror.example/debian bookworm main\n"
		 "deb http://mirror.example/debian bookworm main contrib\n"
		 "deb http://mirror.example/debian bookworm contrib\n");
	got = lines_of(*state, &archive);
	assert_string_equal(got, "http://mirror.example/debian bookworm "
				 "main non-free-firmware\n");
}

static void components_are_words(void **state)
{
	static const char *const good[] = { "main", "non-free-firmware" };
	static const char *const bads[] = { "", "main contrib", "a\nb", "x]" };
	struct ig_strs list = { false, 0, NULL };
	ig_autofree char *none = NULL;
	ig_autofree char *two = NULL;
	struct ig_err err = { 0 };

	(void)state;
	none = pkg_debs_components(&list, &err);
	assert_string_equal(none, "main");
	list = (struct ig_strs){ true, 2, (const char **)(uintptr_t)good };
	two = pkg_debs_components(&list, &err);
	assert_string_equal(two, "main non-free-firmware");
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		const char *one[] = { "main", bads[i] };

		list = (struct ig_strs){ true, 2, one };
		assert_null(pkg_debs_components(&list, &err));
		assert_int_equal(err.code, IG_ESPEC);
		assert_non_null(strstr(err.msg, "components[1]: '"));
	}
}

static void others_archives_are_not_debians(void **state)
{
	put_text(*state, "sources.list.d/a.list",
		 "deb http://packages.example/apt bookworm main\n"
		 "deb http://packages.example/linux/debian bookworm stable\n");
	put_text(*state, "sources.list.d/b.txt",
		 "deb http://mirror.example/debian bookworm main\n");
	check(*state, DEFAULT);
}

static void security_alone_is_not_enough(void **state)
{
	put_text(
		*state, "sources.list",
		"deb http://s.example/debian-security bookworm-security main\n");
	check(*state, DEFAULT);
}

static void a_mirror_is_an_uri_or_a_line(void **state)
{
	static const struct bad bads[] = {
		{ "mirror.example", IG_ESPEC, "neither an URI nor a line" },
		{ "http://a/debian x", IG_ESPEC, "neither an URI" },
		{ "deb http://a/debian\ndeb b", IG_ESPEC, "one line" },
	};
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(4096);
	struct ig_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++)
		assert_failed(
			pkg_mirror_line(&out, &bookworm, bads[i].input, &err),
			&err, &bads[i]);
	assert_int_equal(pkg_mirror_line(&out, &bookworm,
					 "deb [trusted=yes] file:/repo ./",
					 &err),
			 0);
	assert_string_equal(out.data, "deb [trusted=yes] file:/repo ./\n");
}

#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(without_sources_it_is_debians_own_archive),
		IN_FOLDER(reads_one_line_sources),
		IN_FOLDER(reads_deb822_sources),
		IN_FOLDER(asks_known_archives_for_other_components),
		IN_FOLDER(others_archives_are_not_debians),
		IN_FOLDER(security_alone_is_not_enough),
		cmocka_unit_test(a_mirror_is_an_uri_or_a_line),
		cmocka_unit_test(components_are_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
