/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/runtime_json.h"

#include <stdio.h>

static const char golden[] =
	"{\n"
	"    \"cgroups\": [],\n"
	"    \"mounts\": [\n"
	"        {\n"
	"            \"destination\": \"/containers/onboot/000-a/tmp\",\n"
	"            \"type\": \"tmpfs\",\n"
	"            \"source\": \"tmpfs\"\n"
	"        },\n"
	"        {\n"
	"            \"destination\": \"/containers/onboot/000-a/tmp\",\n"
	"            \"options\": [\n"
	"                \"remount\",\n"
	"                \"private\"\n"
	"            ]\n"
	"        }\n"
	"    ],\n"
	"    \"mkdir\": [\"var/x\"],\n"
	"    \"interfaces\": [{\"name\": \"eth1\", \"peer\": \"p\", \"createInRoot\": true}],\n"
	"    \"bindNS\": {\n"
	"        \"cgroup\": \"\", \"ipc\": \"\", \"mnt\": \"\",\n"
	"        \"net\": \"/run/netns/a\", \"pid\": \"\", \"user\": \"\", \"uts\": \"\"\n"
	"    },\n"
	"    \"namespace\": \"\"\n"
	"}";

static void linuxkits_own_form_is_read(void **state)
{
	struct runtime r;
	char msg[200];

	(void)state;
	assert_int_equal(
		runtime_parse(&r, golden, sizeof(golden) - 1, msg, sizeof(msg)),
		0);
	assert_int_equal(r.n_mounts, 2);
	assert_string_equal(r.mounts[0].type, "tmpfs");
	assert_null(r.mounts[1].type);
	assert_int_equal(r.mounts[1].options.n, 2);
	assert_string_equal(r.mounts[1].options.v[1], "private");
	assert_int_equal(r.mkdir.n, 1);
	assert_string_equal(r.mkdir.v[0], "var/x");
	assert_int_equal(r.n_ifaces, 1);
	assert_string_equal(r.ifaces[0].peer, "p");
	assert_true(r.ifaces[0].create_in_root);
	assert_string_equal(r.bind_ns[NS_NET], "/run/netns/a");
	assert_string_equal(r.bind_ns[NS_UTS], "");
	assert_string_equal(runtime_ns_name(NS_NET), "net");
	assert_true(runtime_needs_pid(&r));
	runtime_free(&r);
	assert_false(runtime_needs_pid(&r));
}

static void strings_are_decoded(void **state)
{
	static const char text[] =
		"{\"namespace\": \"a\\u0041\\n\\\"\\\\\\/\\u00e9\\u20ac\\ud83d\\ude00\"}";
	struct runtime r;
	char msg[200];

	(void)state;
	assert_int_equal(
		runtime_parse(&r, text, sizeof(text) - 1, msg, sizeof(msg)), 0);
	assert_string_equal(r.space,
			    "aA\n\"\\/\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	runtime_free(&r);
}

static void accepts_what_means_nothing(void **state)
{
	static const char *const good[] = {
		"{}",
		" {\t} \n",
		"{\"mounts\": null, \"cgroups\": null, \"bindNS\": null}",
		"{\"other\": {\"a\": [1, -2.5e+3, true, false, null, \"x\"]}}",
		"{\"other\": 0, \"more\": 0.5, \"mkdir\": []}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct runtime r;
		char msg[200];

		if (runtime_parse(&r, good[i], strlen(good[i]), msg,
				  sizeof(msg)) < 0)
			fail_msg("'%s': %s", good[i], msg);
		assert_false(runtime_needs_pid(&r));
		runtime_free(&r);
	}
}

static void refuses_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		const char *part;
	} bad[] = {
		{ "", "line 1: an object is expected" },
		{ "[]", "an object is expected" },
		{ "{", "a string is expected" },
		{ "{}x", "text after the end" },
		{ "{} {}", "text after the end" },
		{ "{\"a\"}", "':' is expected" },
		{ "{\"a\":}", "a value is expected" },
		{ "{\"a\":1,}", "a string is expected" },
		{ "{\"a\":1 \"b\":2}", "',' or '}' is expected" },
		{ "{\"a\":[1 2]}", "',' or ']' is expected" },
		{ "{\"a\":[1,]}", "a value is expected" },
		{ "{\"a\":01}", "a value is expected" },
		{ "{\"a\":1.}", "bad number" },
		{ "{\"a\":1e}", "bad number" },
		{ "{\"a\":+1}", "a value is expected" },
		{ "{\"a\":nul}", "a value is expected" },
		{ "{\"a\"", "':' is expected" },
		{ "{\"a\":", "ends too early" },
		{ "{\"a", "string has no end" },
		{ "{\"a\\", "string has no end" },
		{ "{\"a\\u12", "string has no end" },
		{ "{\"a\\x\":1}", "unknown escape" },
		{ "{\"a\\u00zz\":1}", "bad \\u escape" },
		{ "{\"a\\u0000\":1}", "NUL in a string" },
		{ "{\"a\\ud800\":1}", "lone surrogate" },
		{ "{\"a\\ud800\\u0041\":1}", "lone surrogate" },
		{ "{\"a\\udc00\":1}", "lone surrogate" },
		{ "{\"a\nb\":1}", "control character" },
		{ "{\n\"mounts\": {}}", "line 2: a list is expected" },
		{ "{\"mounts\": [1]}", "an object is expected" },
		{ "{\"mounts\": [null]}", "an object is expected" },
		{ "{\"mkdir\": [1]}", "a string is expected" },
		{ "{\"mkdir\": [\"x\"", "',' or ']' is expected" },
		{ "{\"namespace\": 1}", "a string is expected" },
		{ "{\"interfaces\": [{\"createInRoot\": 1}]}",
		  "true or false is expected" },
		{ "{\"mkdir\": [], \"mkdir\": []}", "given twice" },
		{ "{\"bindNS\": {\"net\": \"a\", \"net\": \"b\"}}",
		  "given twice" },
		{ "{\"mounts\": [{\"type\": \"a\", \"type\": \"b\"}]}",
		  "given twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct runtime r;
		char msg[200] = "";

		if (runtime_parse(&r, bad[i].text, strlen(bad[i].text), msg,
				  sizeof(msg)) == 0)
			fail_msg("'%s' was accepted", bad[i].text);
		if (!strstr(msg, bad[i].part))
			fail_msg("'%s': '%s'", bad[i].text, msg);
		assert_null(r.mounts);
	}
}

static void every_cut_and_every_changed_byte_is_survived(void **state)
{
	size_t len = sizeof(golden) - 1;
	struct runtime r;
	char msg[200];

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		/* an own block each time, so that a read past it is seen */
		char *part = malloc(cut + 1);

		assert_non_null(part);
		memcpy(part, golden, cut);
		assert_int_equal(runtime_parse(&r, part, cut, msg, sizeof(msg)),
				 -1);
		free(part);
	}
	for (size_t i = 0; i < len; i++) {
		static const char bytes[] = "\0\"\\{}[],:0x\xff";

		for (size_t b = 0; b < sizeof(bytes) - 1; b++) {
			char *copy = malloc(len);

			assert_non_null(copy);
			memcpy(copy, golden, len);
			copy[i] = bytes[b];
			if (runtime_parse(&r, copy, len, msg, sizeof(msg)) == 0)
				runtime_free(&r);
			free(copy);
		}
	}
}

static void depth_and_sizes_are_limited(void **state)
{
	struct runtime r;
	char msg[200];
	char deep[400];
	size_t cap = 60000;
	char *wide = malloc(cap);

	(void)state;
	assert_non_null(wide);
	memcpy(deep, "{\"a\":", 5);
	memset(deep + 5, '[', sizeof(deep) - 5);
	assert_int_equal(
		runtime_parse(&r, deep, sizeof(deep), msg, sizeof(msg)), -1);
	assert_non_null(strstr(msg, "too many levels"));

	memcpy(wide, "{\"mkdir\":[", 10);
	size_t used = 10;

	while (used + 3 < cap) {
		memcpy(wide + used, "\"\",", 3);
		used += 3;
	}
	assert_int_equal(runtime_parse(&r, wide, used, msg, sizeof(msg)), -1);
	assert_non_null(strstr(msg, "too many list entries"));
	free(wide);

	assert_int_equal(
		runtime_parse(&r, "", RUNTIME_MAX + 1, msg, sizeof(msg)), -1);
	assert_non_null(strstr(msg, "larger than"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linuxkits_own_form_is_read),
		cmocka_unit_test(strings_are_decoded),
		cmocka_unit_test(accepts_what_means_nothing),
		cmocka_unit_test(refuses_what_is_wrong),
		cmocka_unit_test(every_cut_and_every_changed_byte_is_survived),
		cmocka_unit_test(depth_and_sizes_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
