/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <ingot/arena.h>
#include <ingot/log.h>

#include "yaml_tree.h"

static int try_bytes(const void *text, size_t len, struct ig_err *err)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(err);

	assert_non_null(spec);
	return ig_spec_add(spec, "a.yml", NULL, text, len, NULL, NULL, err);
}

static void refuses_what_is_no_yaml_with_its_place(void **state)
{
	static const struct spec_case cases[] = {
		{ "", IG_ESPEC, "a.yml:1:1: the file is empty" },
		{ "# nothing\n\n", IG_ESPEC, "a.yml:1:1: the file is empty" },
		{ "---\n", IG_ESPEC, "the file is empty" },
		{ "kernel: {\n", IG_ESPEC, "a.yml:2:1: " },
		{ "init:\n\t- x\n", IG_ESPEC, "a.yml:2:1: a tab" },
		{ "init: []\n}\n", IG_ESPEC, "a.yml:2:1: " },
		{ "init: []\ninit: []\n", IG_ESPEC,
		  "a.yml:2:1: duplicate key 'init', first given in line 1" },
		{ "init: &s [*s]\n", IG_ESPEC, "a.yml:1:11: the alias '*s'" },
		{ "init: &s {a: {b: *s}}\n", IG_ESPEC, "the alias '*s'" },
		{ "init: [*s]\n", IG_ESPEC, "a.yml:1:8: unknown alias '*s'" },
		{ "? [a]\n: b\n", IG_ESPEC, "a.yml:1:3: a key must be a word" },
		{ "init: [\"a\\0b\"]\n", IG_ESPEC,
		  "a.yml:1:8: a NUL character" },
		{ "init: [!!binary aGk=]\n", IG_ESPEC, "is not supported" },
		{ "init: [!!int x]\n", IG_ESPEC,
		  "a.yml:1:8: 'x' is not a int" },
		{ "init: !!set {}\n", IG_ESPEC, "is not supported" },
		{ "init: [a]\n<<: 3\n", IG_ESPEC, "the merge key '<<'" },
		{ "[]", IG_ESPEC, "a.yml:1:1: expected a mapping, got a list" },
		{ "null", IG_ESPEC, "expected a mapping, got nothing" },
		{ "text", IG_ESPEC, "expected a mapping, got a string 'text'" },
		{ "init: [\"\\x01\"]\n", IG_OK, NULL },
		{ "init: [\x01]\n", IG_ESPEC, "a.yml:1:8: control characters" },
		{ "\xef\xbb\xbfinit: [a]\n", IG_OK, NULL },
		{ "init:\r\n- a\r\n- b\r\n", IG_OK, NULL },
		{ "init: [!!str 5, ! 6]\n", IG_OK, NULL },
		{ "init: [&a x, *a]\n", IG_OK, NULL },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void refuses_bytes_that_are_no_text(void **state)
{
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(try_bytes("init:\n- a\xff", 10, &err), -1);
	assert_string_equal(err.msg, "a.yml:2:4: the text is not valid UTF-8");
	assert_int_equal(try_bytes("init: [\0]", 9, &err), -1);
	assert_string_equal(err.msg, "a.yml:1:8: a NUL byte in the text");
	assert_int_equal(try_bytes("\xff\xfei\0", 4, &err), -1);
	assert_string_equal(err.msg, "a.yml:1:1: the text is not valid UTF-8");
}

static void refuses_more_than_its_limits(void **state)
{
	struct ig_err err = { 0 };
	size_t len = ((size_t)16 << 20) + 1;
	ig_autofree char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	assert_int_equal(try_bytes(text, len, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	memset(text, '[', 100000);
	assert_int_equal(try_bytes(text, 100000, &err), -1);
	assert_string_equal(err.msg, "a.yml:1:65: nested more than 64 deep");
	for (size_t i = 0; i < 100000; i++)
		memcpy(text + 2 * i, "- ", 2);
	assert_int_equal(try_bytes(text, 200000, &err), -1);
	assert_non_null(strstr(err.msg, "nested more than 64 deep"));
	for (size_t i = 0; i < 300000; i++)
		memcpy(text + 3 * i, "- a", 3);
	for (size_t i = 0; i < 300000; i++)
		text[4 * i + 3] = '\n', memcpy(text + 4 * i, "- a", 3);
	assert_int_equal(try_bytes(text, 1200000, &err), -1);
	assert_string_equal(
		err.msg,
		"a.yml:100000:3: more than 100000 values (aliases count as what they stand for)");
}

static void refuses_alias_bombs(void **state)
{
	static const char bomb[] = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
				   "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
				   "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
				   "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
				   "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
				   "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
				   "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(100000);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(try_bytes(bomb, sizeof(bomb) - 1, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	assert_non_null(strstr(err.msg, "a.yml:5:"));
	/* depth by aliases: each level is only two deep where it stands */
	ig_buf_puts(&buf, "a0: &a0 [x]\n", &err);
	for (int i = 1; i < 70; i++)
		ig_buf_printf(&buf, &err, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	assert_int_equal(try_bytes(buf.data, buf.len, &err), -1);
	assert_non_null(strstr(err.msg, "nested more than 64 deep"));
	ig_buf_clear(&buf);
	for (int i = 0; i < 1001; i++)
		ig_buf_printf(&buf, &err, "a%d: &a%d x\n", i, i);
	assert_int_equal(try_bytes(buf.data, buf.len, &err), -1);
	assert_non_null(
		strstr(err.msg, "a.yml:1001:8: more than 1000 anchors"));
}

static void merges_keys_and_lets_the_maps_own_win(void **state)
{
	static const char text[] = "a: &a {x: 1, y: 2}\n"
				   "b: &b {y: 3, z: 4}\n"
				   "c: {<<: [*a, *b], x: 5, w: 6}\n"
				   "d: {<<: *b}\n";
	struct ig_yaml_source source = { .file = "a.yml",
					 .text = text,
					 .len = sizeof(text) - 1 };
	struct ig_err err = { 0 };
	IG_AUTO(ig_arena_freep)
	struct ig_arena *arena = ig_arena_new((size_t)1 << 20, &err);
	const struct ig_ynode *root = ig_yaml_load(&source, arena, &err);
	const struct ig_ynode *c;

	(void)state;
	assert_non_null(root);
	c = ig_yaml_get(root, "c");
	assert_int_equal(c->n, 4);
	assert_string_equal(c->v[0]->text, "x");
	assert_string_equal(c->v[2]->text, "w");
	assert_string_equal(ig_yaml_get(c, "x")->text, "5");
	assert_string_equal(ig_yaml_get(c, "y")->text, "2");
	assert_string_equal(ig_yaml_get(c, "z")->text, "4");
	assert_int_equal(ig_yaml_get(root, "d")->n, 2);
	assert_null(ig_yaml_get(c, "<<"));
}

static int warnings;

static void count_warning(void *ctx, enum ig_level level, const char *text)
{
	(void)ctx;
	assert_int_equal(level, IG_LOG_WARN);
	assert_string_equal(text, "a.yml:2:1: only the first document is used");
	warnings++;
}

static void uses_the_first_document_and_warns(void **state)
{
	static const struct ig_log log = { .say = count_warning };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;

	(void)state;
	ig_log_set(&log);
	spec = spec_of("init: [a]\n---\ninit: [b]\n");
	ig_log_set(NULL);
	assert_int_equal(warnings, 1);
	assert_int_equal(spec->init_n, 1);
	assert_string_equal(spec->init[0].image, "a");
}

static char *resolve(void *ctx, const char *base, const char *dir,
		     struct ig_err *err)
{
	(void)ctx;
	if (strcmp(dir, "bad") == 0) {
		ig_fail(err, IG_ENOENT, "no such folder");
		return NULL;
	}
	return ig_format(err, "docker.io/%s/%s:1", base, dir);
}

static void resolves_packages_wherever_they_stand(void **state)
{
	static const struct ig_spec_resolver resolver = { .pkg = resolve };
	static const char good[] =
		"init: ['@pkg:init']\nservices:\n"
		"- {name: a, image: '@pkg:a', sysctl: {'@pkg:k': '@pkg:v'}}\n";
	static const char bad[] = "init:\n- \"@pkg:bad\"\n";
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(&err);

	(void)state;
	assert_int_equal(ig_spec_add(spec, "a.yml", "org", good,
				     sizeof(good) - 1, &resolver, NULL, &err),
			 0);
	assert_string_equal(spec->init[0].image, "docker.io/org/init:1");
	assert_string_equal(spec->services.v[0].image, "docker.io/org/a:1");
	assert_string_equal(spec->services.v[0].sysctl.v[0].key,
			    "docker.io/org/k:1");
	assert_int_equal(ig_spec_add(spec, "b.yml", "org", bad, sizeof(bad) - 1,
				     &resolver, NULL, &err),
			 -1);
	assert_string_equal(err.msg, "b.yml:2:3: '@pkg:bad': no such folder");
	assert_int_equal(ig_spec_add(spec, "b.yml", NULL, good,
				     sizeof(good) - 1, &resolver, NULL, &err),
			 -1);
	assert_non_null(strstr(err.msg, "b.yml:1:8: '@pkg:init' works only"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_yaml_with_its_place),
		cmocka_unit_test(refuses_bytes_that_are_no_text),
		cmocka_unit_test(refuses_more_than_its_limits),
		cmocka_unit_test(refuses_alias_bombs),
		cmocka_unit_test(merges_keys_and_lets_the_maps_own_win),
		cmocka_unit_test(uses_the_first_document_and_warns),
		cmocka_unit_test(resolves_packages_wherever_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
