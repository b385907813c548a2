/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <stdio.h>

#include <cmocka.h>

#include "disk/setup_json.h"

static struct setup setup_of(const char *text)
{
	struct setup s;
	char msg[200] = "";

	if (setup_parse(&s, text, strlen(text), msg, sizeof(msg)) < 0)
		fail_msg("%s: %s", text, msg);
	return s;
}

static void reads_every_key(void **state)
{
	struct setup s = setup_of(
		"{\"hostname\": \"m\", \"sysctl\": [{\"name\": \"a.b\", \"value\": \"1\"}],\n"
		" \"disks\": [{\"label\": \"d\", \"format\": \"ext4\", \"grow\": true,\n"
		"   \"mount\": {\"target\": \"/d\", \"options\": [\"ro\"],\n"
		"     \"required\": true}}, {\"label\": \"e\"}],\n"
		" \"mounts\": [{\"source\": \"tmpfs\", \"target\": \"/t\",\n"
		"   \"type\": \"tmpfs\", \"required\": false}],\n"
		" \"randomSeed\": \"/d/seed\"}");

	(void)state;
	assert_string_equal(s.hostname, "m");
	assert_int_equal(s.n_sysctl, 1);
	assert_string_equal(s.sysctl[0].name, "a.b");
	assert_string_equal(s.sysctl[0].value, "1");
	assert_int_equal(s.n_disks, 2);
	assert_string_equal(s.disks[0].label, "d");
	assert_string_equal(s.disks[0].format, "ext4");
	assert_true(s.disks[0].grow && s.disks[0].mount.required);
	assert_string_equal(s.disks[0].mount.target, "/d");
	assert_string_equal(s.disks[0].mount.options.v[0], "ro");
	assert_null(s.disks[1].format);
	assert_null(s.disks[1].mount.target);
	assert_int_equal(s.n_mounts, 1);
	assert_string_equal(s.mounts[0].type, "tmpfs");
	assert_false(s.mounts[0].required);
	assert_string_equal(s.seed, "/d/seed");
	setup_free(&s);
	assert_int_equal(s.n_disks, 0);
}

static void keys_of_later_builders_are_passed_over(void **state)
{
	struct setup s = setup_of(
		"{\"clock\": {\"x\": [1, null]}, \"disks\": [{\"label\": \"d\",\n"
		" \"raid\": 1}]}");

	(void)state;
	assert_int_equal(s.n_disks, 1);
	setup_free(&s);
}

static void refuses_with_the_line(void **state)
{
	static const struct {
		const char *text, *msg;
	} all[] = {
		{ "", "line 1: an object is expected" },
		{ "{\"sysctl\": [{\"name\": \"a\"}]}",
		  "line 1: a sysctl without name or value" },
		{ "{\n\"disks\": [{\"grow\": true}]}",
		  "line 2: a disk without label" },
		{ "{\"disks\": [{\"label\": \"\"}]}",
		  "line 1: a disk without label" },
		{ "{\"mounts\": [{\"source\": \"a\"}]}",
		  "line 1: a mount without source or target" },
		{ "{\"mounts\": [{\"source\": \"a\",\n\"target\": \"b\"}]}",
		  "line 2: a path from the root is expected" },
		{ "{\"randomSeed\": \"seed\"}",
		  "line 1: a path from the root is expected" },
		{ "{\"hostname\": \"a\", \"hostname\": \"b\"}",
		  "line 1: a key is given twice" },
		{ "{\"disks\": {}}", "line 1: a list is expected" },
	};
	struct setup s;
	char msg[200];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(setup_parse(&s, all[i].text,
					     strlen(all[i].text), msg,
					     sizeof(msg)),
				 -1);
		assert_string_equal(msg, all[i].msg);
		assert_null(s.disks);
	}
	assert_int_equal(setup_parse(&s, "{}", SETUP_MAX + 1, msg, sizeof(msg)),
			 -1);
	assert_string_equal(msg, "larger than 262144 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_key),
		cmocka_unit_test(keys_of_later_builders_are_passed_over),
		cmocka_unit_test(refuses_with_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
