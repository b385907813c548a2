/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>

static void check(const char *spec_text, const char *wanted)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(&err);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1 << 20);

	assert_non_null(spec);
	if (ig_spec_add(spec, "a.yml", NULL, spec_text, strlen(spec_text), NULL,
			NULL, &err) < 0 ||
	    ig_machine_json(&out, spec, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(out.len ? out.data : "", wanted);
}

static void nothing_is_written_for_nothing(void **state)
{
	(void)state;
	check("services: []", "");
	check("disk: {size: 1G, partitions: [{label: p, grow: true}]}", "");
}

static void a_sysctl_keeps_its_place(void **state)
{
	(void)state;
	check("sysctl: {b.a: '2', a.a: '1'}", "{\n"
					      "    \"sysctl\": [\n"
					      "        {\n"
					      "            \"name\": \"b.a\",\n"
					      "            \"value\": \"2\"\n"
					      "        },\n"
					      "        {\n"
					      "            \"name\": \"a.a\",\n"
					      "            \"value\": \"1\"\n"
					      "        }\n"
					      "    ]\n"
					      "}");
}

static void every_other_key_is_told(void **state)
{
	(void)state;
	check("hostname: m\n"
	      "disk: {partitions: [{label: q}, {label: p, format: ext4, mount: /p, grow: true, required: false}]}\n"
	      "disks:\n"
	      "- {label: d, mount: /d, options: [noatime]}\n"
	      "- {label: e, mount: /e, format: none}\n"
	      "mounts: [{type: tmpfs, target: /t}]\n"
	      "random-seed: /d/s\n",
	      "{\n"
	      "    \"hostname\": \"m\",\n"
	      "    \"disks\": [\n"
	      "        {\n"
	      "            \"label\": \"p\",\n"
	      "            \"grow\": true,\n"
	      "            \"mount\": {\n"
	      "                \"target\": \"/p\",\n"
	      "                \"required\": false\n"
	      "            }\n"
	      "        },\n"
	      "        {\n"
	      "            \"label\": \"d\",\n"
	      "            \"format\": \"ext4\",\n"
	      "            \"grow\": true,\n"
	      "            \"mount\": {\n"
	      "                \"target\": \"/d\",\n"
	      "                \"options\": [\n"
	      "                    \"noatime\"\n"
	      "                ],\n"
	      "                \"required\": true\n"
	      "            }\n"
	      "        },\n"
	      "        {\n"
	      "            \"label\": \"e\",\n"
	      "            \"grow\": true,\n"
	      "            \"mount\": {\n"
	      "                \"target\": \"/e\",\n"
	      "                \"required\": true\n"
	      "            }\n"
	      "        }\n"
	      "    ],\n"
	      "    \"mounts\": [\n"
	      "        {\n"
	      "            \"source\": \"tmpfs\",\n"
	      "            \"type\": \"tmpfs\",\n"
	      "            \"target\": \"/t\",\n"
	      "            \"required\": true\n"
	      "        }\n"
	      "    ],\n"
	      "    \"randomSeed\": \"/d/s\"\n"
	      "}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_written_for_nothing),
		cmocka_unit_test(a_sysctl_keeps_its_place),
		cmocka_unit_test(every_other_key_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
