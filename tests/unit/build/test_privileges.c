/* SPDX-License-Identifier: Apache-2.0 */
#include "build_test.h"

struct entry_case {
	const char *spec, *label, *text;
};

/* What the label of a service with the keys @c->spec adds. */
static void check_as(const struct entry_case *c, enum ig_section section)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(10000);
	struct ig_bundle bundle = { .section = section };
	struct ig_entry label;
	char yaml[1000];

	snprintf(yaml, sizeof(yaml), "services: [{name: a, image: i, %s}]",
		 c->spec);
	assert_non_null(spec);
	if (ig_spec_add(spec, "a.yml", NULL, yaml, strlen(yaml), NULL, NULL,
			&t_err) < 0 ||
	    ig_label_parse(&label, spec, "r", c->label, strlen(c->label),
			   &t_err) < 0)
		fail_msg("%s", t_err.msg);
	bundle.entry = &spec->services.v[0];
	bundle.label = &label;
	assert_int_equal(ig_privileges(&text, &bundle, &t_err), 0);
	assert_string_equal(text.data ? text.data : "", c->text);
}

static void check(const struct entry_case *c)
{
	check_as(c, IG_SERVICES);
}

static void what_the_label_adds_is_listed(void **state)
{
	static const struct entry_case cases[] = {
		{ "", "{}", "" },
		{ "", "capabilities: [CAP_NET_ADMIN, CAP_NET_RAW]",
		  "CAP_NET_ADMIN, CAP_NET_RAW" },
		{ "", "capabilities: [all]", "all capabilities" },
		{ "", "{capabilities: [CAP_KILL], ambient: [CAP_KILL]}",
		  "CAP_KILL" },
		{ "", "ambient: [CAP_KILL]", "ambient CAP_KILL" },
		{ "", "binds: [\"/:/host\", \"/dev:/dev\"]",
		  "bind /:/host, bind /dev:/dev" },
		{ "",
		  "mounts: [{type: bind, source: /, destination: /x}, {type: tmpfs, destination: /t}]",
		  "mount /x" },
		{ "",
		  "mounts: [{type: tmpfs, source: /, destination: /x, options: [ro, rbind]}]",
		  "mount /x" },
		{ "", "devices: [{path: all, type: a}]", "device all" },
		{ "", "{pid: host, net: host, ipc: host, userns: /run/ns}",
		  "pid host, userns /run/ns" },
		{ "", "{pid: new, net: new}", "" },
		{ "", "seccomp: none", "seccomp none" },
		{ "", "{maskedPaths: [], readonlyPaths: []}",
		  "maskedPaths, readonlyPaths" },
		{ "", "cgroupsPath: /other", "cgroupsPath /other" },
		{ "", "rootfsPropagation: shared", "rootfsPropagation shared" },
		{ "", "sysctl: {net.ipv4.ip_forward: \"1\"}",
		  "sysctl net.ipv4.ip_forward" },
		{ "",
		  "runtime: {mounts: [{type: bind, source: /, destination: /y}], bindNS: {net: /run/n}, interfaces: [{name: eth0}]}",
		  "runtime.mounts, runtime.interfaces, runtime.bindNS net" },
		{ "",
		  "annotations: {run.oci.seccomp_bpf_data: BgAAAAAA/38=, org.x: y}",
		  "annotation run.oci.seccomp_bpf_data" },
		{ "", "additionalGids: [6, disk]",
		  "additionalGids 6, additionalGids disk" },
		{ "",
		  "{uidMappings: [{containerID: 0, hostID: 0, size: 9}], gidMappings: [{containerID: 0, hostID: 0, size: 9}]}",
		  "uidMappings, gidMappings" },
		{ "", "oomScoreAdj: -998", "oomScoreAdj -998" },
		{ "", "rlimits: [\"rtprio,9,9\"]", "rlimits rtprio,9,9" },
		{ "",
		  "resources: {devices: [{allow: true}], memory: {disableOOMKiller: true}, cpu: {realtimeRuntime: 9}}",
		  "resources.devices, resources.memory.disableOOMKiller, resources.cpu.realtimeRuntime" },
		{ "", "runtime: {cgroups: [x], mkdir: [/etc/y]}",
		  "runtime.cgroups x, runtime.mkdir /etc/y" },
		{ "", "on-failure: poweroff", "on-failure poweroff" },
		{ "", "binds: [\"/a:/b\\nmade\\e[2J\\u202e\"]",
		  "bind /a:/b?made?[2J?" },
		/* what takes something away, or gives nothing */
		{ "", "capabilities: [none]", "" },
		{ "",
		  "{oomScoreAdj: 500, on-failure: ignore, resources: {memory: {limit: 9}, cpu: {shares: 9}}}",
		  "" },
		{ "",
		  "{noNewPrivileges: true, readonly: true, seccomp: default, uid: 33, tmpfs: [/tmp]}",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		check(&cases[i]);
}

static void what_the_spec_says_itself_is_not(void **state)
{
	static const struct entry_case cases[] = {
		{ "capabilities: []", "capabilities: [all]", "" },
		{ "capabilities: [all]", "capabilities: [all]", "" },
		{ "capabilities.add: [CAP_KILL]",
		  "capabilities: [CAP_KILL, CAP_CHOWN]", "CAP_CHOWN" },
		{ "capabilities.add: [ALL]", "capabilities: [all]", "" },
		{ "capabilities.add: [all]", "capabilities: [CAP_KILL]", "" },
		{ "annotations: {a: b}",
		  "annotations: {run.oci.seccomp_bpf_data: BgAAAAAA/38=}", "" },
		{ "binds: []", "binds: [\"/:/host\"]", "" },
		{ "binds.add: [\"/a:/a\"]", "binds: [\"/a:/a\", \"/b:/b\"]",
		  "bind /b:/b" },
		{ "devices: []", "devices: [{path: all, type: a}]", "" },
		{ "pid: new", "pid: host", "" },
		{ "cgroupsPath: /a", "cgroupsPath: /b", "" },
		{ "seccomp: default", "seccomp: none", "" },
		{ "additionalGids: [], oomScoreAdj: 0, rlimits: [\"nofile,1,1\"]",
		  "{additionalGids: [0], oomScoreAdj: -1, rlimits: [\"nofile,9,9\"]}",
		  "" },
		{ "uidMappings: [], gidMappings: [], resources: {}",
		  "{uidMappings: [{containerID: 0, hostID: 0, size: 9}], gidMappings: [{containerID: 0, hostID: 0, size: 9}], resources: {devices: [{allow: true}]}}",
		  "" },
		{ "runtime: {mkdir: [], cgroups: []}",
		  "runtime: {mkdir: [/x], cgroups: [y]}", "" },
		{ "on-failure: ignore", "on-failure: reboot", "" },
		{ "maskedPaths: [/x]", "maskedPaths: []", "" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		check(&cases[i]);
}

static void a_step_does_not_stop_the_machine_by_its_label(void **state)
{
	static const struct entry_case step = { "", "on-failure: reboot", "" };

	(void)state;
	check_as(&step, IG_ONBOOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_label_adds_is_listed),
		cmocka_unit_test(what_the_spec_says_itself_is_not),
		cmocka_unit_test(a_step_does_not_stop_the_machine_by_its_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
