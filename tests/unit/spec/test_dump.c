/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void dump(struct ig_buf *out, const struct ig_spec *spec)
{
	struct ig_err err = { 0 };

	if (ig_spec_yaml(out, spec, &err) < 0)
		fail_msg("%s", err.msg);
}

static const char full[] =
	"kernel: {image: k, cmdline: 'a b', binary: b, tar: '', ucode: u, modules: [x, class:net]}\n"
	"init: [i1, i2]\n"
	"onboot:\n"
	"- name: a\n  image: img\n  capabilities: []\n  capabilities.add: [CAP_CHOWN]\n  ambient: [all]\n"
	"  mounts: [{type: bind, source: /a, destination: /b, options: [ro]}, {destination: /c}]\n"
	"  binds: ['/a:/b']\n  binds.add: []\n  tmpfs: ['/x:size=1']\n"
	"  devices: [{path: /dev/a, type: c, major: 1, minor: 2, mode: '0660'}]\n"
	"  command: ['yes', '1', 'true', '', '~', '1:30', '<<', 'x: y', '- z', '#h', ' lead', 'trail ']\n"
	"  env: [\"a\\nb\\n\", \"a\\r\\n\\tb\", \"\\n\\n\", \"x \\ny\", \"\\u2028\", \"\\x85\", \"\\u00fc\\U0001F600\", \"  a\\n b\"]\n"
	"  cwd: /\n  net: host\n  pid: host\n  ipc: new\n  uts: new\n  userns: new\n  hostname: h\n"
	"  readonly: false\n  maskedPaths: [/m]\n  readonlyPaths: [/r]\n  uid: 7\n  gid: a\n  additionalGids: [1, a]\n"
	"  noNewPrivileges: true\n  oomScoreAdj: -800\n  rootfsPropagation: shared\n  cgroupsPath: /p\n"
	"  resources: {devices: [{allow: true, type: c, major: 1, minor: -1, access: rwm}], memory: {limit: 5}, pids: {limit: -1}, cpu: {}}\n"
	"  sysctl: {b: '1', a: '2'}\n  rlimits: ['nofile,1,2']\n  uidMappings: [{hostID: 1, containerID: 2, size: 3}]\n"
	"  gidMappings: []\n  annotations: {}\n"
	"  runtime: {cgroups: [c], mounts: [{source: s}], mkdir: [/d], interfaces: [{name: e}], bindNS: {net: /n}, namespace: ''}\n"
	"onshutdown: [{name: b, image: img}]\n"
	"services: [{name: s, image: img}]\n"
	"files:\n- {path: a, contents: '', mode: '0644', uid: 0, gid: s}\n- {path: d, directory: true}\n"
	"- {path: l, symlink: t}\n- {path: m, metadata: json}\n- {path: s, source: f, optional: true}\n"
	"volumes: [{name: v, image: vi, readonly: true, format: oci, platforms: [linux/amd64]}]\n";

static void a_dump_reads_back_as_the_same(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(full);
	IG_AUTO(ig_spec_freep) struct ig_spec *again = NULL;
	const struct ig_entry *a = &spec->onboot.v[0];
	const struct ig_entry *b;

	(void)state;
	dump(&one, spec);
	again = spec_of(one.data);
	dump(&two, again);
	assert_string_equal(one.data, two.data);
	b = &again->onboot.v[0];
	for (size_t i = 0; i < a->env.n; i++)
		assert_string_equal(a->env.v[i], b->env.v[i]);
	for (size_t i = 0; i < a->command.n; i++)
		assert_string_equal(a->command.v[i], b->command.v[i]);
	assert_true(b->resources.cpu_set && b->gid_mappings.set &&
		    b->annotations.set && again->kernel.tar_set.set);
	assert_true(again->files[0].contents_set);
	assert_string_equal(again->files[0].contents, "");
	assert_string_equal(b->sysctl.v[0].key, "b");
}

static void a_dump_leaves_out_what_is_absent(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"services:\n- {image: i, name: s, binds: ['/a:/b'], capabilities: []}\n"
		"init: [x]\n");

	(void)state;
	dump(&out, spec);
	assert_string_equal(out.data, "init:\n- x\n"
				      "services:\n- name: s\n  image: i\n"
				      "  capabilities: []\n"
				      "  binds:\n  - /a:/b\n");
}

static char *expand(const char *image, struct ig_err *err)
{
	return ig_format(err, "docker.io/library/%s", image);
}

static const char small[] =
	"kernel: {image: k:1, cmdline: 'console=tty0 console=ttyS0 and=quite_a_long_line that=does_not_fit into=eighty_columns'}\n"
	"init: [i:1]\n"
	"services:\n- {name: s, image: 'n:1', command: [a, 'yes', \"<b>\"], mounts: [{type: bind, source: /a}],\n"
	"   uid: 3, runtime: {mkdir: [/d]}, sysctl: {b: '1', a: '2'}}\n"
	"files: [{path: etc/c, metadata: yaml}]\n"
	"volumes: [{name: v, image: img}]\n";

static void metadata_has_the_form_of_LinuxKit(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(small);
	IG_AUTO(ig_spec_freep) struct ig_spec *again = NULL;
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_metadata(&out, spec, "yaml", expand, &err), 0);
	assert_string_equal(
		out.data,
		"kernel:\n"
		"  image: docker.io/library/k:1\n"
		"  cmdline: console=tty0 console=ttyS0 and=quite_a_long_line that=does_not_fit into=eighty_columns\n"
		"init:\n"
		"- docker.io/library/i:1\n"
		"onboot: []\n"
		"onshutdown: []\n"
		"services:\n"
		"- name: s\n"
		"  image: docker.io/library/n:1\n"
		"  mounts:\n"
		"  - destination: \"\"\n"
		"    type: bind\n"
		"    source: /a\n"
		"    options: []\n"
		"    uidmappings: []\n"
		"    gidmappings: []\n"
		"  command:\n"
		"  - a\n"
		"  - \"yes\"\n"
		"  - <b>\n"
		"  uid: 3\n"
		"  sysctl:\n"
		"    a: \"2\"\n"
		"    b: \"1\"\n"
		"  runtime:\n"
		"    mkdir:\n"
		"    - /d\n"
		"files:\n"
		"- path: etc/c\n"
		"  directory: false\n"
		"  metadata: yaml\n"
		"  optional: false\n"
		"volumes:\n"
		"- name: v\n"
		"  image: img\n");
	again = spec_of(out.data);
	assert_string_equal(again->kernel.cmdline, spec->kernel.cmdline);
}

static void metadata_in_json_is_indented_by_four(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(small);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_metadata(&out, spec, "json", NULL, &err), 0);
	assert_string_equal(
		out.data,
		"{\n"
		"    \"kernel\": {\n"
		"        \"image\": \"k:1\",\n"
		"        \"cmdline\": \"console=tty0 console=ttyS0 and=quite_a_long_line that=does_not_fit into=eighty_columns\"\n"
		"    },\n"
		"    \"init\": [\n"
		"        \"i:1\"\n"
		"    ],\n"
		"    \"onboot\": null,\n"
		"    \"onshutdown\": null,\n"
		"    \"services\": [\n"
		"        {\n"
		"            \"name\": \"s\",\n"
		"            \"image\": \"n:1\",\n"
		"            \"mounts\": [\n"
		"                {\n"
		"                    \"type\": \"bind\",\n"
		"                    \"source\": \"/a\"\n"
		"                }\n"
		"            ],\n"
		"            \"command\": [\n"
		"                \"a\",\n"
		"                \"yes\",\n"
		"                \"\\u003cb\\u003e\"\n"
		"            ],\n"
		"            \"uid\": 3,\n"
		"            \"sysctl\": {\n"
		"                \"a\": \"2\",\n"
		"                \"b\": \"1\"\n"
		"            },\n"
		"            \"runtime\": {\n"
		"                \"mkdir\": [\n"
		"                    \"/d\"\n"
		"                ],\n"
		"                \"bindNS\": {}\n"
		"            }\n"
		"        }\n"
		"    ],\n"
		"    \"files\": [\n"
		"        {\n"
		"            \"path\": \"etc/c\",\n"
		"            \"directory\": false,\n"
		"            \"metadata\": \"yaml\",\n"
		"            \"optional\": false\n"
		"        }\n"
		"    ],\n"
		"    \"volumes\": [\n"
		"        {\n"
		"            \"name\": \"v\",\n"
		"            \"image\": \"img\"\n"
		"        }\n"
		"    ]\n"
		"}");
	assert_int_equal(ig_spec_metadata(&out, spec, "toml", NULL, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dump_reads_back_as_the_same),
		cmocka_unit_test(a_dump_leaves_out_what_is_absent),
		cmocka_unit_test(metadata_has_the_form_of_LinuxKit),
		cmocka_unit_test(metadata_in_json_is_indented_by_four),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
