/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void merges_files_from_left_to_right(void **state)
{
	struct ig_err err;
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"kernel: {image: k1, cmdline: one, tar: none, ucode: u, modules: [a]}\n"
		"init: [i1]\nonboot: [{name: x, image: x}]\n"
		"services: [{name: s1, image: i}]\n");

	(void)state;
	assert_int_equal(
		add(spec, "b.yml",
		    "kernel: {image: k2, tar: '', ucode: '', modules: []}\n"
		    "init: [i2]\nonboot: [{name: x, image: y}]\n"
		    "services: [{name: s2, image: i}]\n"
		    "files: [{path: f, contents: x}]\nvolumes: [{name: v}]\n",
		    &err),
		0);
	assert_string_equal(spec->kernel.image, "k2");
	assert_string_equal(spec->kernel.image_pos.file, "b.yml");
	assert_string_equal(spec->kernel.cmdline, "one");
	assert_true(spec->kernel.tar_set.set);
	assert_string_equal(spec->kernel.tar, "");
	assert_null(spec->kernel.ucode);
	assert_true(spec->kernel.modules.set);
	assert_int_equal(spec->kernel.modules.n, 0);
	assert_int_equal(spec->init_n, 2);
	assert_string_equal(spec->init[1].image, "i2");
	assert_int_equal(spec->onboot.n, 2);
	assert_int_equal(spec->services.n, 2);
	assert_int_equal(spec->files_n, 1);
	assert_int_equal(spec->volumes_n, 1);
	assert_int_equal(add(spec, "c.yml", "kernel: {cmdline: two}\n", &err),
			 0);
	assert_string_equal(spec->kernel.image, "k2");
	assert_string_equal(spec->kernel.cmdline, "two");
}

static void keeps_service_and_volume_names_unique(void **state)
{
	static const struct spec_case cases[] = {
		{ "services:\n- {name: s, image: a}\n- {name: s, image: b}\n",
		  IG_ESPEC,
		  "a.yml:3:3: services[1]: duplicate service name 's', first used at a.yml:2" },
		{ "onboot: [{name: s, image: a}, {name: s, image: b}]\n", IG_OK,
		  NULL },
		{ "volumes: [{name: v}, {name: v}]\n", IG_ESPEC,
		  "volumes[1]: duplicate volume name 'v', first used at a.yml:1" },
	};
	struct ig_err err;
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;

	(void)state;
	check_cases(cases, IG_COUNT(cases));
	spec = spec_of("services: [{name: s, image: a}]\n"
		       "volumes: [{name: v}]\n");
	assert_int_equal(
		add(spec, "b.yml", "\nservices: [{name: s, image: b}]\n", &err),
		-1);
	assert_string_equal(
		err.msg,
		"b.yml:2:12: services[0]: duplicate service name 's', first used at a.yml:1");
	assert_int_equal(spec->services.n, 1);
	assert_int_equal(add(spec, "b.yml", "volumes: [{name: v}]\n", &err),
			 -1);
}

static void a_refused_file_changes_nothing(void **state)
{
	struct ig_err err;
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of("init: [a]\n");

	(void)state;
	assert_int_equal(add(spec, "b.yml", "init: [b]\nx: 1\n", &err), -1);
	assert_int_equal(spec->init_n, 1);
}

/* Whatever was before it: the place in the file that it stands in. */
static void says_the_place_in_its_own_file(void **state)
{
	static const char first[] =
		"services: [{name: s1, image: i}, {name: s2, image: i}]\n"
		"onboot: [{name: o, image: i}]\n"
		"disks: [{label: d, mount: /d}]\n"
		"mounts: [{type: tmpfs, target: /t}]\n"
		"files: [{path: f, contents: x}]\n"
		"tests: [{name: t, console: x}]\n";
	static const struct spec_case cases[] = {
		{ "services: [{name: a, image: i}, {name: b, image: i, after: [x]}]",
		  IG_ESPEC, "b.yml:1:60: services[1].after[0]: 'x' is no" },
		{ "services: [{name: a, image: i, requires: [a]}]", IG_ESPEC,
		  "b.yml:1:42: services[0].requires[0]: " },
		{ "onboot: [{name: p, image: i, after: [q]}]", IG_ESPEC,
		  "b.yml:1:37: onboot[0].after[0]: 'q' is no" },
		{ "disks: [{label: e, mount: /d}]", IG_ESPEC,
		  "b.yml:1:9: disks[0].mount: '/d' is mounted on twice" },
		{ "mounts: [{type: tmpfs, target: /t}]", IG_ESPEC,
		  "b.yml:1:10: mounts[0].target: '/t' is mounted" },
		{ "files: [{path: d/x, contents: x}]", IG_ESPEC,
		  "b.yml:1:9: files[0].path: 'd/x' would never" },
		{ "tests: [{name: u, exit: {onboot: z, code: 0}}]", IG_ESPEC,
		  "b.yml:1:34: tests[0].exit.onboot: 'z' is no" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(first);
		struct ig_err err = { 0 };
		int rc = add(spec, "b.yml", cases[i].text, &err);

		check_err(&cases[i], rc < 0 ? rc : ig_spec_finish(spec, &err),
			  &err);
	}
}

static void the_last_boot_loader_wins(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf yaml = IG_BUF_INIT(4096);
	struct ig_err err = { 0 };

	(void)state;
	spec = ig_spec_new(&err);
	assert_int_equal(add(spec, "a.yml", "bootloader: {image: b1}\n", &err),
			 0);
	assert_int_equal(
		add(spec, "b.yml", "\nbootloader: {image: b2}\n", &err), 0);
	assert_int_equal(
		add(spec, "c.yml", "init: [i]\nfirmware: {image: f}\n", &err),
		0);
	assert_string_equal(spec->bootloader.image, "b2");
	assert_string_equal(spec->firmware.image, "f");
	assert_string_equal(spec->bootloader.image_pos.file, "b.yml");
	assert_int_equal(spec->bootloader.image_pos.line, 2);
	assert_int_equal(ig_spec_yaml(&yaml, spec, &err), 0);
	assert_non_null(strstr(yaml.data, "bootloader:\n  image: b2\n"
					  "firmware:\n  image: f\n"));
	/* Formats choose them; the initrd, where metadata is, must not know. */
	yaml.len = 0;
	assert_int_equal(ig_spec_metadata(&yaml, spec, "yaml", NULL, &err), 0);
	assert_null(strstr(yaml.data, "bootloader"));
	assert_null(strstr(yaml.data, "firmware"));
	assert_int_equal(add(spec, "d.yml", "bootloader: {}\n", &err), -1);
	assert_non_null(
		strstr(err.msg, "bootloader: the key 'image' is missing"));
}

static void a_target_has_memory(void **state)
{
	static const struct {
		const char *yaml;
		uint64_t mib; /* 0: refused */
	} cases[] = {
		{ "target: {memory: 512M}\n", 512 },
		{ "target: {memory: 2G}\n", 2048 },
		{ "target: {memory: 1GiB}\n", 1024 },
		{ "target: {memory: 64MiB}\n", 64 },
		{ "target: {memory: \"512\"}\n", 0 },
		{ "target: {memory: 31M}\n", 0 },
		{ "target: {memory: 512MB}\n", 0 },
		{ "target: {memory: M}\n", 0 },
		{ "target: {memory: -1G}\n", 0 },
		{ "target: {memory: 99999999999999999999G}\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
		IG_AUTO(ig_buf_done) struct ig_buf yaml = IG_BUF_INIT(4096);
		struct ig_err err = { 0 };

		spec = ig_spec_new(&err);
		if (add(spec, "a.yml", cases[i].yaml, &err) < 0) {
			assert_int_equal(cases[i].mib, 0);
			assert_non_null(strstr(err.msg, "target.memory: "));
			continue;
		}
		assert_int_equal(add(spec, "b.yml", "init: [i]\n", &err), 0);
		assert_int_equal(spec->target.memory_mib, cases[i].mib);
		assert_int_equal(ig_spec_yaml(&yaml, spec, &err), 0);
		assert_non_null(strstr(yaml.data, "target:\n  memory: "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_files_from_left_to_right),
		cmocka_unit_test(keeps_service_and_volume_names_unique),
		cmocka_unit_test(a_refused_file_changes_nothing),
		cmocka_unit_test(says_the_place_in_its_own_file),
		cmocka_unit_test(the_last_boot_loader_wins),
		cmocka_unit_test(a_target_has_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
