/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/agentout.h"
#include "control/agentreq.h"

static int parse(struct agentreq *out, const char *text, char msg[200])
{
	return agentreq_parse(out, text, strlen(text), msg, 200);
}

static void reads_every_request(void **state)
{
	struct agentreq r;
	char msg[200];

	(void)state;
	assert_int_equal(
		parse(&r,
		      "{\"id\":3,\"exec\":{\"service\":\"web\",\"command\":[\"nginx\",\"-t\"]}}",
		      msg),
		0);
	assert_int_equal(r.verb, AGENT_EXEC);
	assert_int_equal(r.id, 3);
	assert_string_equal(r.service, "web");
	assert_string_equal(r.command.v[1], "-t");
	agentreq_free(&r);
	assert_int_equal(
		parse(&r, "{\"file\":{\"path\":\"/etc/x\"},\"id\":4}", msg), 0);
	assert_int_equal(r.verb, AGENT_FILE);
	assert_null(r.service);
	agentreq_free(&r);
	assert_int_equal(
		parse(&r,
		      "{\"id\":5,\"exit\":{\"kind\":\"onboot\",\"name\":\"000-s\"}}",
		      msg),
		0);
	assert_int_equal(r.verb, AGENT_EXIT);
	agentreq_free(&r);
	assert_int_equal(parse(&r, "{\"id\":6,\"memory\":{}}", msg), 0);
	assert_int_equal(r.verb, AGENT_MEMORY);
	agentreq_free(&r);
	assert_int_equal(
		parse(&r, "{\"id\":7,\"power\":{\"how\":\"reboot\"}}", msg), 0);
	assert_int_equal(r.verb, AGENT_POWER);
	agentreq_free(&r);
}

static void refuses_what_it_must_not_do(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "", "an object is expected" },
		{ "{\"id\":1}", "not known" },
		{ "{\"id\":1,\"format\":{}}", "not known" },
		{ "{\"id\":1,\"memory\":{},\"file\":{\"path\":\"/x\"}}",
		  "more than one" },
		{ "{\"id\":1,\"exec\":{\"service\":\"../x\",\"command\":[\"a\"]}}",
		  "no service" },
		{ "{\"id\":1,\"exec\":{\"service\":\"--root=x\",\"command\":[\"a\"]}}",
		  "no service" },
		{ "{\"id\":1,\"exec\":{\"service\":\"..\",\"command\":[\"a\"]}}",
		  "no service" },
		{ "{\"id\":1,\"exec\":{\"command\":[\"a\"]}}", "no service" },
		{ "{\"id\":1,\"exec\":{\"service\":\"a\",\"command\":[]}}",
		  "no command" },
		{ "{\"id\":1,\"exec\":{\"service\":\"a\",\"command\":[\"\"]}}",
		  "no command" },
		{ "{\"id\":1,\"exec\":{\"service\":\"a\",\"command\":[\"a\\u0000\"]}}",
		  "NUL" },
		{ "{\"id\":1,\"file\":{\"path\":\"x\"}}", "no absolute path" },
		{ "{\"id\":1,\"file\":{\"service\":\"\",\"path\":\"/x\"}}",
		  "no service" },
		{ "{\"id\":1,\"exit\":{\"kind\":\"x\",\"name\":\"a\"}}",
		  "no step" },
		{ "{\"id\":1,\"exit\":{\"kind\":\"onboot\",\"name\":\"a/b\"}}",
		  "no step" },
		{ "{\"id\":1,\"power\":{\"how\":\"halt\"}}", "neither" },
		{ "{\"id\":1,\"power\":{}}", "neither" },
		{ "{\"id\":1,\"memory\":{}} {}", "text after the end" },
		{ "{\"id\":1,\"memory\":[]}", "an object is expected" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct agentreq r;
		char msg[200] = "";

		if (parse(&r, cases[i].text, msg) == 0)
			fail_msg("'%s' was taken", cases[i].text);
		if (!strstr(msg, cases[i].part))
			fail_msg("'%s': '%s'", cases[i].text, msg);
		/* the answer says which one it was */
		assert_int_equal(r.id, cases[i].text[0] ? 1 : 0);
		assert_null(r.service);
		assert_null(r.path);
	}
}

static void has_limits(void **state)
{
	static char text[AGENTREQ_MAX + 2];
	struct agentreq r;
	char msg[200];
	size_t n;

	(void)state;
	memset(text, ' ', sizeof(text));
	assert_int_equal(agentreq_parse(&r, text, sizeof(text), msg, 200), -1);
	assert_non_null(strstr(msg, "longer than"));
	n = (size_t)snprintf(
		text, sizeof(text),
		"{\"id\":1,\"exec\":{\"service\":\"a\",\"command\":[\"a\"");
	for (int i = 0; i < AGENTREQ_WORDS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ",\"a\"");
	snprintf(text + n, sizeof(text) - n, "]}}");
	assert_int_equal(parse(&r, text, msg), -1);
	assert_non_null(strstr(msg, "too many words"));
}

static void answers_are_one_line_of_utf8(void **state)
{
	static const char bytes[] =
		"a\"\\\n\0\x1b\xc3\xbc\xff\xc3\xe2\x82\xac\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80z";
	static const char want[] =
		"{\"id\":12,\"n\":-1,\"t\":\"a\\\"\\\\\\u000a\xef\xbf\xbd\\u001b\xc3\xbc"
		"\xef\xbf\xbd\xef\xbf\xbd\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\",\"b\":true}\n";
	struct agentout o = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		agentout_begin(&o, 12);
		agentout_number(&o, "n", -1);
		agentout_text(&o, "t", bytes, sizeof(bytes) - 1);
		agentout_bool(&o, "b", true);
		agentout_end(&o);
		assert_false(o.failed);
		assert_int_equal(o.len, sizeof(want) - 1);
		assert_memory_equal(o.text, want, o.len);
	}
	agentout_free(&o);
}

static void a_character_that_is_cut_is_none(void **state)
{
	struct agentout o = { 0 };

	(void)state;
	agentout_begin(&o, 1);
	agentout_text(&o, "t", "\xe2\x82\xac", 2);
	agentout_end(&o);
	assert_memory_equal(o.text,
			    "{\"id\":1,\"t\":\"\xef\xbf\xbd\xef\xbf\xbd\"}\n",
			    o.len);
	agentout_free(&o);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_request),
		cmocka_unit_test(refuses_what_it_must_not_do),
		cmocka_unit_test(has_limits),
		cmocka_unit_test(answers_are_one_line_of_utf8),
		cmocka_unit_test(a_character_that_is_cut_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
