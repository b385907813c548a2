/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#define PART(keys)  "disk: {partitions: [{label: p, " keys "}]}\n"
#define DISK(keys)  "disks: [{label: d, " keys "}]\n"
#define MOUNT(keys) "mounts: [{" keys "}]\n"

static int add_and_finish(struct ig_spec *spec, const char *text,
			  struct ig_err *err)
{
	return add(spec, "a.yml", text, err) < 0 ? -1
						 : ig_spec_finish(spec, err);
}

static void check_finished(const struct spec_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ig_err err = { 0 };
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = ig_spec_new(&err);

		check_err(&cases[i], add_and_finish(spec, cases[i].text, &err),
			  &err);
	}
}

static void reads_what_a_machine_gets(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"hostname: web-1.example\nsysctl: {vm.swappiness: '1'}\n"
		"random-seed: /d/seed\n"
		"mounts: [{source: s, target: /s, type: virtiofs, options: [ro], required: false}]\n" DISK(
			"mount: /d, options: [noatime], format: none"));
	const struct ig_machine *m = &spec->machine;

	(void)state;
	assert_string_equal(m->hostname, "web-1.example");
	assert_string_equal(m->sysctl.v[0].value, "1");
	assert_string_equal(m->random_seed, "/d/seed");
	assert_int_equal(m->mounts_n, 1);
	assert_string_equal(m->mounts[0].options.v[0], "ro");
	assert_true(m->mounts[0].required.set && !m->mounts[0].required.v);
	assert_string_equal(m->disks[0].mount, "/d");
	assert_false(ig_data_disk_formats(&m->disks[0]));
	assert_false(m->disks[0].required.set);
}

static void says_the_first_key_of_ours(void **state)
{
	static const struct {
		const char *text, *key;
	} all[] = {
		{ "services: []", NULL },
		{ "sysctl: {}", NULL },
		{ "disk: {partitions: [{label: p, grow: true}]}", NULL },
		{ "hostname: a", "hostname" },
		{ "sysctl: {a.b: '1'}", "sysctl" },
		{ PART("format: ext4, mount: /p"), "disk.partitions.mount" },
		{ DISK("mount: /d"), "disks" },
		{ MOUNT("type: tmpfs, target: /t"), "mounts" },
		{ "random-seed: /d/s", "random-seed" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(all); i++) {
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = spec_of(all[i].text);
		struct ig_pos pos;
		const char *key = ig_machine_wants(&pos, spec);

		if (!all[i].key) {
			assert_null(key);
			continue;
		}
		assert_string_equal(key, all[i].key);
		assert_int_equal(pos.line, 1);
	}
}

static void refuses_what_cannot_be(void **state)
{
	static const struct spec_case cases[] = {
		{ "hostname: -a", IG_ESPEC,
		  "a.yml:1:11: hostname: '-a' is not" },
		{ "hostname: a b", IG_ESPEC, "'a b' is not a host name" },
		{ "hostname: a.", IG_ESPEC, "is not a host name" },
		{ "hostname: "
		  "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaa",
		  IG_ESPEC, "longer than 64" },
		{ "sysctl: {vm.x: 1}", IG_ESPEC, "put it in quotes" },
		{ "sysctl: {/etc/x: '1'}", IG_ESPEC,
		  "sysctl./etc/x: '/etc/x' is not the name" },
		{ "sysctl: {a..b: '1'}", IG_ESPEC, "is not the name" },
		{ "sysctl: {'a b': '1'}", IG_ESPEC, "is not the name" },
		{ PART("mount: /p"), IG_ESPEC,
		  "disk.partitions[0].mount: the partition has no file system" },
		{ PART("format: ext4, options: [ro]"), IG_ESPEC,
		  "partitions[0].options: there is no mount" },
		{ PART("format: ext4, required: true"), IG_ESPEC,
		  "partitions[0].required: there is no mount" },
		{ PART("format: ext4, mount: p"), IG_ESPEC,
		  "expected a path below the root" },
		{ PART("format: ext4, mount: /"), IG_ESPEC,
		  "expected a path below the root" },
		{ PART("format: ext4, mount: /a//b"), IG_ESPEC, "has '//'" },
		{ PART("format: ext4, mount: /a/"), IG_ESPEC,
		  "'/' at its end" },
		{ PART("format: ext4, mount: /a/../b"), IG_ESPEC, "'..'" },
		{ DISK("format: ext4"), IG_ESPEC,
		  "the key 'mount' is missing" },
		{ DISK("mount: /d, format: xfs"), IG_ESPEC,
		  "expected 'ext4' or 'none'" },
		{ "disks: [{mount: /d}]", IG_ESPEC,
		  "the key 'label' is missing" },
		{ "disks: [{mount: /d, label: seventeen-letters}]", IG_ESPEC,
		  "longer than the 16" },
		{ "disks: [{mount: /d, label: seventeen-letters, format: none}]",
		  IG_OK, NULL },
		{ "disks: [{mount: /d, label: ESP}]", IG_ESPEC,
		  "name of the boot partition" },
		{ MOUNT("target: /t"), IG_ESPEC,
		  "the key 'source' is missing" },
		{ MOUNT("type: tmpfs"), IG_ESPEC,
		  "the key 'target' is missing" },
		{ MOUNT("source: x, target: /t"), IG_ESPEC,
		  "the key 'type' is missing" },
		{ MOUNT("source: x, target: /t, type: bind"), IG_ESPEC,
		  "the source of a bind is a path" },
		{ MOUNT("target: /t, options: [bind]"), IG_ESPEC,
		  "the key 'source' is missing" },
		{ MOUNT("source: /x, target: /t, options: [bind]"), IG_OK,
		  NULL },
		{ MOUNT("source: label=x, target: /t"), IG_OK, NULL },
		/* what reaches a console of the guest */
		{ MOUNT("type: tmpfs, target: \"/a\\eb\""), IG_ESPEC,
		  "mounts[0].target: it cannot contain control" },
		{ MOUNT("type: \"a\\rb\", target: /t"), IG_ESPEC,
		  "mounts[0].type: it cannot contain control" },
		{ MOUNT("type: ext4, source: \"/d\\x9b\", target: /t"),
		  IG_ESPEC, "mounts[0].source: it cannot contain control" },
		{ MOUNT("type: tmpfs, target: /t, options: [ro, \"a\\nb\"]"),
		  IG_ESPEC, "mounts[0].options[1]: it cannot contain control" },
		{ DISK("mount: /d, options: [\"\\b\"]"), IG_ESPEC,
		  "disks[0].options[0]: it cannot contain control" },
		{ PART("format: ext4, mount: /p, options: [\"\\x7f\"]"),
		  IG_ESPEC, "partitions[0].options[0]: it cannot contain" },
		{ MOUNT("type: tmpfs, target: /tä"), IG_OK, NULL },
		{ "random-seed: \"/d/\\n\"", IG_ESPEC,
		  "a.yml:1:14: random-seed: it cannot contain control" },
		{ "sysctl: {a.b: \"1\\n2\"}", IG_ESPEC,
		  "a.yml:1:15: sysctl.a.b: it cannot contain control" },
		{ "sysctl: {a.b: \"1\\t2\"}", IG_OK, NULL },
		{ "kernel: {image: k, cmdline: \"a\\eb\"}", IG_ESPEC,
		  "kernel.cmdline: it cannot contain control" },
		{ "kernel:\n  image: k\n  cmdline: >\n    a\n    b\n", IG_OK,
		  NULL },
		{ "random-seed: seed", IG_ESPEC,
		  "random-seed: expected a path" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void refuses_places_that_do_not_go_together(void **state)
{
	static const struct spec_case cases[] = {
		{ DISK("mount: /d") MOUNT("type: tmpfs, target: /d"), IG_ESPEC,
		  "mounts[0].target: '/d' is mounted on twice" },
		{ PART("format: ext4, mount: /d") DISK("mount: /d"), IG_ESPEC,
		  "disks[0].mount: '/d' is mounted on twice" },
		{ DISK("mount: /d/e") MOUNT("type: tmpfs, target: /d"),
		  IG_ESPEC, "'/d' would hide what is mounted below it" },
		{ DISK("mount: /d") MOUNT("type: tmpfs, target: /d/e"), IG_OK,
		  NULL },
		{ DISK("mount: /d") MOUNT("type: tmpfs, target: /dd"), IG_OK,
		  NULL },
		{ DISK("mount: /run/d"), IG_ESPEC, "is below /dev, /proc" },
		{ MOUNT("type: ext4, source: /dev/x, target: /run/x"), IG_ESPEC,
		  "is below /dev, /proc" },
		{ MOUNT("type: tmpfs, target: /run/x"), IG_OK, NULL },
		{ "disks: [{label: d, mount: /a}, {label: D, mount: /b}]",
		  IG_ESPEC, "'D' is the label of another disk" },
		{ "disk: {partitions: [{label: d}]}\n" DISK("mount: /a"),
		  IG_ESPEC, "disks[0].label: 'd' is the label of another" },
	};

	(void)state;
	check_finished(cases, IG_COUNT(cases));
}

static void refuses_what_init_needs(void **state)
{
	static const struct spec_case cases[] = {
		{ DISK("mount: /containers"), IG_ESPEC,
		  "a.yml:1:9: disks[0].mount: '/containers' would hide /containers, where" },
		{ PART("format: ext4, mount: /containers/services/a"), IG_ESPEC,
		  "disk.partitions[0].mount: '/containers/services/a' is below /containers, where" },
		{ MOUNT("type: tmpfs, target: /etc"), IG_ESPEC,
		  "mounts[0].target: '/etc' would hide /etc/ingot, which tells" },
		{ MOUNT("type: tmpfs, target: /etc/ingot/x"), IG_ESPEC,
		  "is below /etc/ingot" },
		{ MOUNT("type: tmpfs, target: /etc/app"), IG_OK, NULL },
		{ MOUNT("type: tmpfs, target: /etc/ingots"), IG_OK, NULL },
		{ MOUNT("type: proc, target: /proc"), IG_ESPEC,
		  "would hide /proc" },
		{ MOUNT("type: sysfs, target: /sys"), IG_ESPEC,
		  "would hide /sys" },
		{ MOUNT("type: tmpfs, target: /sys/fs"), IG_ESPEC,
		  "would hide /sys/fs/cgroup" },
		{ MOUNT("type: tmpfs, target: /dev"), IG_ESPEC,
		  "would hide /dev" },
		{ MOUNT("type: hugetlbfs, target: /dev/hugepages"), IG_OK,
		  NULL },
		{ MOUNT("type: tmpfs, target: /run"), IG_ESPEC,
		  "would hide /run" },
		{ MOUNT("type: tmpfs, target: /run/crun/x"), IG_ESPEC,
		  "is below /run/crun" },
		{ MOUNT("type: tmpfs, target: /usr"), IG_ESPEC,
		  "would hide /usr/bin" },
		{ MOUNT("type: tmpfs, target: /usr/local"), IG_OK, NULL },
		{ MOUNT("source: m, type: 9p, target: /lib/modules/6.12"),
		  IG_ESPEC, "is below /lib/modules" },
		{ MOUNT("type: bind, source: /x, target: /sbin/init"), IG_ESPEC,
		  "would hide /sbin/init, which is process 1" },
		{ DISK("mount: /var"), IG_OK, NULL },
		/* what leaves to be seen what is there */
		{ MOUNT("type: bind, source: /etc, target: /etc"), IG_OK,
		  NULL },
		{ MOUNT("type: overlay, target: /etc, options: ['lowerdir=/d:/etc', upperdir=/u]"),
		  IG_OK, NULL },
		{ MOUNT("type: overlay, target: /etc, options: ['lowerdir=/etcd:/et']"),
		  IG_ESPEC, "would hide /etc/ingot" },
	};

	(void)state;
	check_finished(cases, IG_COUNT(cases));
}

#define TEXT(path) "files: [{path: " path ", contents: x}]\n"

static void refuses_files_that_init_believes_or_nobody_sees(void **state)
{
	static const struct spec_case cases[] = {
		{ TEXT("etc/ingot/logs.json"), IG_ESPEC,
		  "a.yml:1:9: files[0].path: 'etc/ingot/logs.json' is what the build writes" },
		{ TEXT("/etc/.//ingot"), IG_ESPEC, "is what the build writes" },
		{ TEXT(".ingot-complete"), IG_ESPEC,
		  "is what the build writes" },
		{ TEXT("/.ingot-stage1/x"), IG_ESPEC,
		  "is what the build writes" },
		{ TEXT("etc/ingots"), IG_OK, NULL },
		{ DISK("mount: /d") TEXT("d/x"), IG_ESPEC,
		  "files[0].path: 'd/x' would never be seen: 'd' is mounted on '/d'" },
		{ DISK("mount: /d, required: false") TEXT("d/x"), IG_OK, NULL },
		{ DISK("mount: /d") TEXT("dd/x"), IG_OK, NULL },
		{ DISK("mount: /d") "files: [{path: d, directory: true}]\n",
		  IG_OK, NULL },
		{ MOUNT("type: tmpfs, target: /t") TEXT("t/x"), IG_OK, NULL },
	};

	(void)state;
	check_finished(cases, IG_COUNT(cases));
}

static void a_seed_lies_on_what_lasts(void **state)
{
	static const struct spec_case cases[] = {
		{ "random-seed: /var/lib/seed", IG_ESPEC,
		  "a.yml:1:14: random-seed: '/var/lib/seed' is on nothing" },
		{ "random-seed: /t/seed\n" MOUNT("type: tmpfs, target: /t"),
		  IG_ESPEC, "is on nothing that keeps it" },
		{ "random-seed: /d/t/s\n" DISK("mount: /d")
			  MOUNT("type: tmpfs, target: /d/t"),
		  IG_ESPEC, "is on nothing that keeps it" },
		{ "random-seed: /d/seed\n" DISK("mount: /d, options: [ro]"),
		  IG_ESPEC, "is on nothing that keeps it" },
		{ "random-seed: /d\n" DISK("mount: /d"), IG_ESPEC,
		  "is on nothing that keeps it" },
		{ "random-seed: /d/a/seed\n" DISK("mount: /d"), IG_OK, NULL },
		{ "random-seed: /s/seed\n" MOUNT(
			  "source: share, type: virtiofs, target: /s"),
		  IG_OK, NULL },
	};

	(void)state;
	check_finished(cases, IG_COUNT(cases));
}

static void later_documents_win(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec =
		spec_of("hostname: a\nsysctl: {x.a: '1', x.b: '2'}\n" DISK(
			"mount: /d"));
	const struct ig_machine *m = &spec->machine;

	(void)state;
	assert_int_equal(add(spec, "b.yml",
			     "hostname: b\nsysctl: {x.c: '4', x.a: '3'}\n"
			     "disks: [{label: e, mount: /e}]\n",
			     &err),
			 0);
	assert_string_equal(m->hostname, "b");
	assert_int_equal(m->sysctl.n, 3);
	assert_string_equal(m->sysctl.v[0].key, "x.a");
	assert_string_equal(m->sysctl.v[0].value, "3");
	assert_string_equal(m->sysctl.v[2].key, "x.c");
	assert_int_equal(m->disks_n, 2);
	assert_string_equal(m->disks[1].label, "e");
}

static void is_written_as_it_was_read(void **state)
{
	static const char text[] =
		"disk:\n  partitions:\n  - label: p\n    format: ext4\n"
		"    mount: /p\n    options:\n    - ro\n    required: false\n"
		"hostname: a\nsysctl:\n  vm.swappiness: \"1\"\n"
		"disks:\n- label: d\n  mount: /d\n"
		"mounts:\n- target: /t\n  type: tmpfs\n"
		"random-seed: /d/seed\n";
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(text);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1 << 20);

	(void)state;
	assert_int_equal(ig_spec_yaml(&out, spec, &err), 0);
	assert_string_equal(out.data, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_machine_gets),
		cmocka_unit_test(says_the_first_key_of_ours),
		cmocka_unit_test(refuses_what_cannot_be),
		cmocka_unit_test(refuses_places_that_do_not_go_together),
		cmocka_unit_test(refuses_what_init_needs),
		cmocka_unit_test(
			refuses_files_that_init_believes_or_nobody_sees),
		cmocka_unit_test(a_seed_lies_on_what_lasts),
		cmocka_unit_test(later_documents_win),
		cmocka_unit_test(is_written_as_it_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
