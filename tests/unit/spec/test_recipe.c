/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <ingot/spec_recipe.h>

static int parse(struct ig_recipe **out, const char *text, struct ig_err *err)
{
	return ig_recipe_parse(out, "build.yml", text, strlen(text), NULL, err);
}

static void reads_a_recipe(void **state)
{
	static const char text[] =
		"org: ingot\nimage: init\narches: [amd64, arm64]\n"
		"config: {binds: ['/dev:/dev'], capabilities: [all], readonly: true}\n"
		"labels: {org.ingot.init: '1'}\nentrypoint: [/init]\n"
		"network: true\ndepends: {docker-images: {list: [a]}}\n"
		"content:\n"
		"- debian: {packages: [a, b], exclude: ['usr/share/doc/**'], suite: bookworm}\n"
		"- files: [{path: /etc/x, source: x}]\n"
		"- base: alpine\n"
		"- compile: {folder: ../f, sources: [a.c], flags: [-O2], output: /init}\n"
		"- kernel: {packages: [linux-image-cloud-amd64],\n"
		"    components: [main, non-free]}\n"
		"- linux: {packages: [linux-source-6.1], fragments: [a, b],\n"
		"    resolved: c}\n"
		"  arches: [arm64]\n"
		"- compile: {from: crun, packages: [libcap-dev], suite: sid,\n"
		"    sources: ['src/*.c'], output: /crun}\n";
	IG_AUTO(ig_recipe_freep) struct ig_recipe *r = NULL;
	struct ig_err err = { 0 };

	(void)state;
	if (parse(&r, text, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(r->org, "ingot");
	assert_string_equal(r->image, "init");
	assert_null(r->tag);
	assert_int_equal(r->arches.n, 2);
	assert_string_equal(
		r->label,
		"{\"capabilities\":[\"all\"],\"binds\":[\"/dev:/dev\"],\"readonly\":true}");
	assert_string_equal(r->labels.v[0].key, "org.ingot.init");
	assert_int_equal(r->steps_n, 7);
	assert_int_equal(r->steps[0].kind, IG_STEP_DEBIAN);
	assert_int_equal(r->steps[0].packages.n, 2);
	assert_string_equal(r->steps[0].suite, "bookworm");
	assert_null(r->steps[0].mirror);
	assert_int_equal(r->steps[1].kind, IG_STEP_FILES);
	assert_string_equal(r->steps[1].files[0].source, "x");
	assert_int_equal(r->steps[2].kind, IG_STEP_BASE);
	assert_string_equal(r->steps[2].base, "alpine");
	assert_int_equal(r->steps[3].kind, IG_STEP_COMPILE);
	assert_string_equal(r->steps[3].folder, "../f");
	assert_string_equal(r->steps[3].output, "/init");
	assert_int_equal(r->steps[5].kind, IG_STEP_LINUX);
	assert_string_equal(r->steps[5].packages.v[0], "linux-source-6.1");
	assert_int_equal(r->steps[5].fragments.n, 2);
	assert_string_equal(r->steps[5].resolved, "c");
	assert_int_equal(r->steps[6].kind, IG_STEP_COMPILE);
	assert_string_equal(r->steps[6].from, "crun");
	assert_string_equal(r->steps[6].packages.v[0], "libcap-dev");
	assert_string_equal(r->steps[6].suite, "sid");
	assert_null(r->steps[3].from);
	assert_int_equal(r->steps[4].kind, IG_STEP_KERNEL);
	assert_int_equal(r->steps[4].pos.line, 14);
	assert_int_equal(r->steps[0].components.n, 0);
	assert_int_equal(r->steps[4].components.n, 2);
	assert_string_equal(r->steps[4].components.v[1], "non-free");
}

static void reads_steps_that_shape_boot_loaders(void **state)
{
	static const char text[] =
		"image: b\ncontent:\n"
		"- debian: {packages: [a], depends: false}\n"
		"  arches: [amd64]\n"
		"- grub: {format: i386-pc, modules: [fat, linux], prefix: /g,\n"
		"    config: 'set timeout=0', output: /bios/core.img}\n"
		"- rename: {/a/b: /c, /d: /e}\n"
		"- arches: [arm64, riscv64]\n"
		"  keep: [/c, /e]\n";
	IG_AUTO(ig_recipe_freep) struct ig_recipe *r = NULL;
	struct ig_err err = { 0 };

	(void)state;
	if (parse(&r, text, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(r->steps_n, 4);
	assert_true(r->steps[0].depends.set && !r->steps[0].depends.v);
	assert_int_equal(r->steps[0].arches.n, 1);
	assert_int_equal(r->steps[1].kind, IG_STEP_GRUB);
	assert_string_equal(r->steps[1].format, "i386-pc");
	assert_int_equal(r->steps[1].modules.n, 2);
	assert_string_equal(r->steps[1].config, "set timeout=0");
	assert_string_equal(r->steps[1].prefix, "/g");
	assert_string_equal(r->steps[1].output, "/bios/core.img");
	assert_int_equal(r->steps[1].arches.n, 0);
	assert_int_equal(r->steps[2].kind, IG_STEP_RENAME);
	assert_int_equal(r->steps[2].renames.n, 2);
	assert_string_equal(r->steps[2].renames.v[1].value, "/e");
	assert_int_equal(r->steps[3].kind, IG_STEP_KEEP);
	assert_int_equal(r->steps[3].arches.n, 2);
	assert_string_equal(r->steps[3].keep.v[1], "/e");
}

static void refuses_wrong_recipes(void **state)
{
	static const struct spec_case cases[] = {
		{ "content: [{base: a}]\n", IG_ESPEC,
		  "build.yml:1:1: the key 'image' is missing" },
		{ "image: a\n", IG_ESPEC, "the recipe has no 'content'" },
		{ "image: a\ncontent: []\n", IG_ESPEC, "has no 'content'" },
		{ "image: a\ncontent: [{}]\n", IG_ESPEC,
		  "build.yml:2:11: content[0]: a step has exactly one key, this has 0" },
		{ "image: a\ncontent: [{base: b, files: []}]\n", IG_ESPEC,
		  "exactly one key, this has 2" },
		{ "image: a\ncontent: [{base: b, files: [], arches: [x]}]\n",
		  IG_ESPEC, "exactly one key, this has 2 besides 'arches'" },
		{ "image: a\ncontent: [{arches: [amd64]}]\n", IG_ESPEC,
		  "exactly one key, this has 0 besides 'arches'" },
		{ "image: a\ncontent: [{keep: []}]\n", IG_ESPEC,
		  "content[0]: keep: nothing would be left" },
		{ "image: a\ncontent: [{rename: {}}]\n", IG_ESPEC,
		  "content[0]: rename: nothing is named" },
		{ "image: a\ncontent: [{grub: {format: x, modules: [a], prefix: /g, output: /o}}]\n",
		  IG_ESPEC, "content[0].grub.format" },
		{ "image: a\ncontent: [{grub: {format: i386-pc, modules: [], prefix: /g, output: /o}}]\n",
		  IG_ESPEC, "modules: none is named" },
		{ "image: a\ncontent: [{grub: {format: i386-pc, modules: [a], prefix: /g}}]\n",
		  IG_ESPEC, "the key 'output' is missing" },
		{ "image: a\ncontent: [{kernel: {packages: [a], depends: true}}]\n",
		  IG_ESPEC, "kernel.depends: unknown key" },
		{ "image: a\ncontent: [{linux: {packages: [a]}}]\n", IG_ESPEC,
		  "content[0].linux: the key 'fragments' is missing" },
		{ "image: a\ncontent: [{linux: {packages: [], fragments: [a]}}]\n",
		  IG_ESPEC, "packages: none is named" },
		{ "image: a\ncontent: [{linux: {packages: [a], fragments: []}}]\n",
		  IG_ESPEC, "fragments: none is named" },
		{ "image: a\ncontent: [{debain: {}}]\n", IG_ESPEC,
		  "content[0].debain: unknown key, did you mean 'debian'?" },
		{ "image: a\ncontent: [{debian: {}}]\n", IG_ESPEC,
		  "content[0].debian: the key 'packages' is missing" },
		{ "image: a\ncontent: [{debian: {packages: []}}]\n", IG_ESPEC,
		  "content[0]: packages: none is named" },
		{ "image: a\ncontent: [{compile: {sources: [a.c]}}]\n",
		  IG_ESPEC, "the key 'output' is missing" },
		{ "image: a\ncontent: [{compile: {sources: [], output: /a}}]\n",
		  IG_ESPEC, "sources: none is named" },
		{ "image: a\ncontent: [{compile: {sources: [a], output: /a, suite: sid}}]\n",
		  IG_ESPEC,
		  "content[0]: suite, components and mirror are of 'from' and 'packages'" },
		{ "image: a\ncontent: [{compile: {from: [a], sources: [a], output: /a}}]\n",
		  IG_ESPEC, "content[0].compile.from: " },
		{ "image: a\ncontent: [{base: ''}]\n", IG_ESPEC,
		  "content[0]: base: none is named" },
		{ "image: a\ncontent: [{files: [{path: a, metadata: yaml}]}]\n",
		  IG_ESPEC, "content[0].files[0]: metadata is of specs only" },
		{ "image: a\ncontent: [{files: [{path: a, source: b, uid: x}]}]\n",
		  IG_ESPEC, "uid and gid are numbers in a recipe" },
		{ "image: a\nconfig: {capabilites: []}\ncontent: [{base: b}]\n",
		  IG_ESPEC,
		  "config.capabilites: unknown key, did you mean 'capabilities'?" },
		{ "image: a\nconfig: {name: b}\ncontent: [{base: b}]\n",
		  IG_ESPEC, "config.name: name cannot be set" },
		{ "image: a\ncontent: [{base: '@pkg:x'}]\n", IG_ESPEC,
		  "'@pkg:x' works only" },
		{ "image: a/b\ncontent: [{base: b}]\n", IG_ESPEC,
		  "a name cannot contain '/'" },
		{ "", IG_ESPEC, "build.yml:1:1: the file is empty" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_recipe_freep) struct ig_recipe *r = NULL;
		struct ig_err err = { 0 };

		check_err(&cases[i], parse(&r, cases[i].text, &err), &err);
		assert_null(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_recipe),
		cmocka_unit_test(reads_steps_that_shape_boot_loaders),
		cmocka_unit_test(refuses_wrong_recipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
