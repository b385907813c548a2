/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#define SVC(rest) "services:\n- {name: s, image: i, " rest "}\n"

static void says_what_is_wrong_and_where(void **state)
{
	static const struct spec_case cases[] = {
		{ "sevices: []\n", IG_ESPEC,
		  "a.yml:1:1: sevices: unknown key, did you mean 'services'?" },
		{ SVC("comand: [x]"), IG_ESPEC,
		  "a.yml:2:23: services[0].comand: unknown key, did you mean 'command'?" },
		{ SVC("qqqqqqqq: 1"), IG_ESPEC,
		  "services[0].qqqqqqqq: unknown key" },
		{ SVC("command: /bin/app"), IG_ESPEC,
		  "a.yml:2:32: services[0].command: expected a list of strings, got a string '/bin/app'" },
		{ SVC("command: [1]"), IG_ESPEC,
		  "services[0].command[0]: expected a string, got a number; put it in quotes: \"1\"" },
		{ SVC("readonly: yes"), IG_ESPEC,
		  "services[0].readonly: expected true or false, got a string 'yes'" },
		{ "onboot:\n", IG_ESPEC,
		  "a.yml:1:8: onboot: expected a list, got nothing (null)" },
		{ "init: ~\n", IG_ESPEC, "init: expected a list, got nothing" },
		{ "services:\n- {name: s}\n", IG_ESPEC,
		  "a.yml:2:3: services[0]: the key 'image' is missing" },
		{ "services:\n- {image: s}\n", IG_ESPEC,
		  "services[0]: the key 'name' is missing" },
		{ "services: [{name: '', image: i}]\n", IG_ESPEC,
		  "a.yml:1:19: services[0].name: must not be empty" },
		{ "services: [{name: .., image: i}]\n", IG_ESPEC,
		  "services[0].name: '..' is not a name" },
		{ "services: [{name: a/b, image: i}]\n", IG_ESPEC,
		  "a name cannot contain '/'" },
		{ "services: [{name: \"a\\nb\", image: i}]\n", IG_ESPEC,
		  "control characters" },
		{ "services: [{name: a, image: ''}]\n", IG_ESPEC,
		  "services[0].image: must not be empty" },
		{ "services: [1]\n", IG_ESPEC,
		  "services[0]: expected a mapping, got a number '1'" },
		{ "init: ['']\n", IG_ESPEC, "init[0]: must not be empty" },
		{ "kernel: {cmdline: 5}\n", IG_ESPEC,
		  "a.yml:1:19: kernel.cmdline: expected a string" },
		{ "kernel: {modules: virtio}\n", IG_ESPEC,
		  "kernel.modules: expected a list of strings" },
		{ SVC("uid: -1"), IG_ESPEC,
		  "services[0].uid: -1 is not in the range 0 to 4294967295" },
		{ SVC("uid: [1]"), IG_ESPEC,
		  "services[0].uid: expected a number or the name" },
		{ SVC("uid: 1.5"), IG_ESPEC, "'1.5' is not a whole number" },
		{ SVC("oomScoreAdj: a"), IG_ESPEC,
		  "services[0].oomScoreAdj: expected a number" },
		{ SVC("sysctl: {a: 1}"), IG_ESPEC,
		  "services[0].sysctl.a: expected a string" },
		{ SVC("resources: {cpu: {share: 1}}"), IG_ESPEC,
		  "services[0].resources.cpu.share: unknown key, did you mean 'shares'?" },
		{ SVC("devices: [{path: /dev/x, type: c}]"), IG_ESPEC,
		  "services[0].devices[0]: a device needs a mode" },
		{ SVC("devices: [{path: /dev/x, mode: '9'}]"), IG_ESPEC,
		  "services[0].devices[0].mode: '9' is not an octal mode" },
		{ SVC("devices: [{path: all, type: b}]"), IG_OK, NULL },
		{ SVC("mounts: [{uidmappings: []}]"), IG_OK, NULL },
		{ SVC("runtime: {bindNS: {nett: a}}"), IG_ESPEC,
		  "did you mean 'net'?" },
		{ "trust: {image: [a], org: [b]}\n", IG_OK, NULL },
		{ "volumes: [{name: ''}]\n", IG_ESPEC,
		  "volumes[0].name: must not be empty" },
		{ "volumes: [{name: A}]\n", IG_ESPEC,
		  "volumes[0].name: 'A' is not a volume name" },
		{ "volumes: [{image: a}]\n", IG_ESPEC, "'name' is missing" },
		{ "volumes: [{name: a, format: tar}]\n", IG_ESPEC,
		  "volumes[0].format: expected 'oci' or 'filesystem', got 'tar'" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void checks_what_a_file_may_be(void **state)
{
	static const struct spec_case cases[] = {
		{ "files: [{contents: x}]\n", IG_ESPEC,
		  "a.yml:1:9: files[0]: the key 'path' is missing" },
		{ "files: [{path: d, contents: x, source: y}]\n", IG_ESPEC,
		  "a.yml:1:40: files[0]: a file with contents cannot have a source" },
		{ "files: [{path: d, directory: true, contents: x}]\n",
		  IG_ESPEC, "files[0]: a directory cannot have contents" },
		{ "files: [{path: d, directory: true, source: x}]\n", IG_ESPEC,
		  "a directory cannot have a source" },
		{ "files: [{path: d, symlink: a, metadata: yaml}]\n", IG_ESPEC,
		  "a symlink cannot have metadata" },
		{ "files: [{path: d, source: a, metadata: yaml}]\n", IG_ESPEC,
		  "a source or metadata, not both" },
		{ "files: [{path: d, metadata: toml}]\n", IG_ESPEC,
		  "files[0].metadata: expected 'yaml' or 'json', got 'toml'" },
		{ "files: [{path: d}]\n", IG_ESPEC,
		  "files[0]: what is in it?" },
		{ "files: [{path: d, contents: x, mode: 0644}]\n", IG_ESPEC,
		  "a.yml:1:38: files[0].mode: expected a string, got a number; put it in quotes: \"0644\"" },
		{ "files: [{path: d, contents: x, mode: '0888'}]\n", IG_ESPEC,
		  "files[0].mode: '0888' is not an octal mode" },
		{ "files: [{path: d, contents: x, mode: '100644'}]\n", IG_ESPEC,
		  "is not an octal mode" },
		{ "files: [{path: /, directory: true}]\n", IG_ESPEC,
		  "files[0].path: the path names no file" },
		{ "files: [{path: a/../../b, contents: x}]\n", IG_ESPEC,
		  "files[0].path: a path cannot contain '..'" },
		{ "files: [{path: /etc/x, contents: '', mode: '01777'}]\n",
		  IG_OK, NULL },
		{ "files: [{path: d, directory: false, source: x}]\n", IG_OK,
		  NULL },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void collects_all_problems_up_to_twenty(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(100000);
	IG_AUTO(ig_buf_done) struct ig_buf problems = IG_BUF_INIT(100000);
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(&err);
	size_t lines = 0;

	(void)state;
	for (int i = 0; i < 30; i++)
		ig_buf_printf(&text, &err, "bad%d: 1\n", i);
	assert_int_equal(ig_spec_add(spec, "a.yml", NULL, text.data, text.len,
				     NULL, &problems, &err),
			 -1);
	assert_string_equal(err.msg, "a.yml:1:1: bad0: unknown key");
	assert_true(ig_starts(problems.data, "a.yml:1:1: bad0: unknown key\n"
					     "a.yml:2:1: bad1: unknown key\n"));
	for (size_t i = 0; i < problems.len; i++)
		lines += problems.data[i] == '\n';
	assert_int_equal(lines, 20);
	ig_buf_clear(&problems);
	assert_int_equal(
		ig_spec_add(spec, "a.yml", NULL, "[", 1, NULL, &problems, &err),
		-1);
	assert_int_equal(problems.len, strlen(err.msg) + 1);
	assert_int_equal(spec->services.n, 0);
}

static void fills_what_LinuxKit_loses(void **state)
{
	static const char text[] = SVC(
		"resources: {memory: {kernelTCP: 1, disableOOMKiller: true},"
		" cpu: {realtimeRuntime: 2, realtimePeriod: 3},"
		" blockio: {leafWeight: 4, weightDevice: [{major: 8, minor: 1, weight: 5, leafWeight: 6}],"
		" throttleReadBpsDevice: [{major: 1, minor: 2, rate: 7}]},"
		" hugepageLimits: [{pageSize: 2MB, limit: 8}],"
		" network: {classID: 9, priorities: [{name: eth0, priority: 10}]}},"
		" uidMappings: [{hostID: 1000, containerID: 1, size: 11}]");
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(text);
	const struct ig_entry *e = &spec->services.v[0];
	const struct ig_resources *r = &e->resources;

	(void)state;
	assert_true(r->set && r->memory_set && r->cpu_set && !r->pids_set);
	assert_int_equal(r->mem_kernel_tcp.v, 1);
	assert_true(r->mem_disable_oom_killer.set &&
		    r->mem_disable_oom_killer.v);
	assert_int_equal(r->cpu_rt_runtime.v, 2);
	assert_int_equal(r->cpu_rt_period.v, 3);
	assert_int_equal(r->blkio_leaf_weight.v, 4);
	assert_false(r->blkio_weight.set);
	assert_int_equal(r->blkio_weight_devices[0].leaf_weight.v, 6);
	assert_int_equal(r->read_bps.n, 1);
	assert_int_equal(r->read_bps.v[0].rate, 7);
	assert_string_equal(r->hugepages[0].size, "2MB");
	assert_int_equal(r->net_class_id.v, 9);
	assert_int_equal(r->net_priorities[0].priority, 10);
	assert_int_equal(e->uid_mappings.v[0].host, 1000);
	assert_int_equal(e->uid_mappings.v[0].container, 1);
	assert_int_equal(e->uid_mappings.v[0].size, 11);
}

static void tells_empty_from_absent(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(SVC(
		"capabilities: [], cwd: '', sysctl: {}, uid: root, gid: 0x10, additionalGids: [1, s],"
		" runtime: {namespace: '', bindNS: {net: ''}}"));
	const struct ig_entry *e = &spec->services.v[0];

	(void)state;
	assert_true(e->capabilities.set);
	assert_int_equal(e->capabilities.n, 0);
	assert_false(e->binds.set);
	assert_null(e->cwd);
	assert_true(e->sysctl.set);
	assert_true(e->uid.set && !e->uid.name && e->uid.number == 0);
	assert_int_equal(e->gid.number, 16);
	assert_string_equal(e->additional_gids.v[1].name, "s");
	assert_string_equal(e->runtime.namespace_, "");
	assert_string_equal(e->runtime.bind_ns[IG_NS_NET], "");
	assert_null(e->runtime.bind_ns[IG_NS_PID]);
	assert_int_equal(e->pos.line, 2);
	assert_int_equal(e->pos.col, 3);
	assert_int_equal(e->image_pos.col, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(checks_what_a_file_may_be),
		cmocka_unit_test(collects_all_problems_up_to_twenty),
		cmocka_unit_test(fills_what_LinuxKit_loses),
		cmocka_unit_test(tells_empty_from_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
