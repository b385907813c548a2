/* SPDX-License-Identifier: Apache-2.0 */
#include "tests.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

#define NAME_MAX_BYTES	200
#define REGEX_MAX_BYTES 4096
#define PATH_MAX_BYTES	4000
#define WORDS_MAX_BYTES                                                        \
	8192 /* of a command; the agent's line has more room                   \
	      */
#define WITHIN_LEAST 1000
#define WITHIN_MOST  (60 * 60 * 1000)

const char *const ig_test_kinds[IG_TEST_KINDS] = {
	[IG_TEST_HTTP] = "http",       [IG_TEST_TCP] = "tcp",
	[IG_TEST_CONSOLE] = "console", [IG_TEST_EXEC] = "exec",
	[IG_TEST_EXIT] = "exit",       [IG_TEST_FILE] = "file",
	[IG_TEST_MEMORY] = "memory",
};

/* Text of one line, of which a request or a report is made. */
static int check_line(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node, size_t most)
{
	if (strlen(node->text) > most)
		return ig_problem(walk, path, node,
				  "it is longer than %zu bytes", most);
	return ig_check_plain(walk, path, node);
}

int ig_check_test_name(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node)
{
	return check_line(walk, path, node, NAME_MAX_BYTES);
}

int ig_check_test_within(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node)
{
	int64_t ms = ig_spec_ms(node->text);
	char text[IG_QUOTE];

	if (!node->text[0] || (ms >= WITHIN_LEAST && ms <= WITHIN_MOST))
		return 0;
	if (ms < 0)
		return ig_problem(walk, path, node,
				  "'%s' is not a time: write 1500ms, 10s or 2m",
				  ig_spec_quote(text, node->text));
	return ig_problem(walk, path, node, "%s is not between 1s and 60m",
			  node->text);
}

int ig_check_test_regex(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node)
{
	char text[IG_QUOTE];
	char why[100];
	regex_t regex;
	int rc;

	if (strlen(node->text) > REGEX_MAX_BYTES)
		return ig_problem(walk, path, node,
				  "it is longer than %d bytes",
				  REGEX_MAX_BYTES);
	rc = regcomp(&regex, node->text, REG_EXTENDED | REG_NOSUB);
	if (rc != 0) {
		regerror(rc, &regex, why, sizeof(why));
		return ig_problem(
			walk, path, node,
			"'%s' is not an extended regular expression: %s",
			ig_spec_quote(text, node->text), why);
	}
	regfree(&regex);
	return 0;
}

int ig_check_test_url(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (!node->text[0])
		return 0;
	if (node->text[0] != '/' || strpbrk(node->text, " #"))
		return ig_problem(
			walk, path, node,
			"'%s' is not a path of a URL: it begins with '/' and has no blank and no '#'",
			ig_spec_quote(text, node->text));
	return check_line(walk, path, node, PATH_MAX_BYTES);
}

int ig_check_test_host(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (strspn(node->text,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789.-_:[]") != strlen(node->text))
		return ig_problem(walk, path, node, "'%s' is no host",
				  ig_spec_quote(text, node->text));
	return check_line(walk, path, node, NAME_MAX_BYTES);
}

int ig_check_test_path(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (node->text[0] != '/')
		return ig_problem(walk, path, node,
				  "'%s' is no path that begins with '/'",
				  ig_spec_quote(text, node->text));
	return check_line(walk, path, node, PATH_MAX_BYTES);
}

int ig_check_test_exec(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_test_exec *exec = object;
	struct ig_path command = { path, "command", 0 };
	size_t bytes = 0;

	for (size_t i = 0; i < exec->command.n; i++)
		bytes += strlen(exec->command.v[i]) + 1;
	if (exec->command.n == 0 || !exec->command.v[0][0])
		return ig_problem(walk, &command, ig_yaml_get(node, "command"),
				  "names no program");
	if (exec->command.n <= 256 && bytes <= WORDS_MAX_BYTES)
		return 0;
	return ig_problem(walk, &command, ig_yaml_get(node, "command"),
			  "has more than 256 words or %d bytes",
			  WORDS_MAX_BYTES);
}

int ig_check_test_exit(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_test_exit *exit = object;

	if (!exit->onboot == !exit->service)
		return ig_problem(walk, path, node,
				  "whose? Give one of 'onboot' and 'service'");
	return 0;
}

static void take_kind(struct ig_test *test, size_t *n, bool given,
		      enum ig_test_kind kind)
{
	if (!given)
		return;
	test->kind = kind;
	++*n;
}

int ig_check_test(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_test *test = object;
	struct ig_err err = { 0 };
	size_t n = 0;

	take_kind(test, &n, test->http.set, IG_TEST_HTTP);
	take_kind(test, &n, test->tcp.set, IG_TEST_TCP);
	take_kind(test, &n, test->console, IG_TEST_CONSOLE);
	take_kind(test, &n, test->exec.set, IG_TEST_EXEC);
	take_kind(test, &n, test->exit.set, IG_TEST_EXIT);
	take_kind(test, &n, test->file.set, IG_TEST_FILE);
	take_kind(test, &n, test->memory.set, IG_TEST_MEMORY);
	if (n != 1)
		return ig_problem(
			walk, path, node,
			"what is tested? Give one of http, tcp, console, exec, exit, file and memory");
	if (test->within && test->kind == IG_TEST_MEMORY)
		return ig_problem(
			walk, path, ig_yaml_get(node, "within"),
			"memory is measured when the other tests are done: it has no 'within'");
	test->within_ms = test->within ? ig_spec_ms(test->within) : 0;
	if (test->memory.set)
		return ig_parse_size(&test->memory.bytes, test->memory.below, 0,
				     &err);
	return 0;
}

/* ---- what tests name ---- */

static bool has_service(const struct ig_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->services.n; i++)
		if (ig_streq(spec->services.v[i].name, name))
			return true;
	return false;
}

static int name_problem(struct ig_walk *walk, const struct ig_path *kind,
			const char *key, const struct ig_pos *pos,
			const char *text)
{
	struct ig_path path = { kind, key, 0 };

	return ig_problem_pos(walk, &path, pos, "%s", text);
}

static int check_service(struct ig_walk *walk, const struct ig_spec *spec,
			 const struct ig_path *kind, const char *name,
			 const struct ig_pos *pos)
{
	char text[IG_QUOTE + 40];
	char quoted[IG_QUOTE];

	if (!name || has_service(spec, name))
		return 0;
	snprintf(text, sizeof(text), "'%s' is no service of this spec",
		 ig_spec_quote(quoted, name));
	return name_problem(walk, kind, "service", pos, text);
}

static int check_step(struct ig_walk *walk, const struct ig_spec *spec,
		      const struct ig_path *kind, struct ig_test_exit *exit)
{
	char text[IG_QUOTE + 60];
	char quoted[IG_QUOTE];
	size_t n = 0;

	if (!exit->onboot)
		return 0;
	for (size_t i = 0; i < spec->onboot.n; i++) {
		if (!ig_streq(spec->onboot.v[i].name, exit->onboot))
			continue;
		exit->step = i;
		n++;
	}
	if (n == 1)
		return 0;
	snprintf(text, sizeof(text), "'%s' is %s",
		 ig_spec_quote(quoted, exit->onboot),
		 n ? "the name of several onboot entries"
		   : "no onboot entry of this spec");
	return name_problem(walk, kind, "onboot", &exit->onboot_pos, text);
}

static int check_names(struct ig_walk *walk, const struct ig_spec *spec,
		       struct ig_test *test, const struct ig_path *item)
{
	struct ig_path kind = { item, ig_test_kinds[test->kind], 0 };

	if (check_service(walk, spec, &kind, test->exec.service,
			  &test->exec.pos) < 0 ||
	    check_service(walk, spec, &kind, test->exit.service,
			  &test->exit.service_pos) < 0 ||
	    check_service(walk, spec, &kind, test->file.service,
			  &test->file.pos) < 0)
		return -1;
	return check_step(walk, spec, &kind, &test->exit);
}

int ig_check_tests(struct ig_walk *walk, struct ig_spec *spec)
{
	struct ig_path section = { NULL, "tests", 0 };

	if (spec->tests.n > IG_TESTS_MAX)
		return ig_problem_pos(
			walk, &section, &spec->tests.v[IG_TESTS_MAX].pos,
			"there are more than %d tests", IG_TESTS_MAX);
	for (size_t i = 0; i < spec->tests.n; i++) {
		struct ig_test *test = &spec->tests.v[i];
		struct ig_path item = { &section, NULL, test->pos.index };

		if (check_names(walk, spec, test, &item) < 0)
			return -1;
	}
	return 0;
}

/* ---- about them ---- */

const struct ig_test *ig_tests_agent(const struct ig_tests *tests)
{
	for (size_t i = 0; i < tests->n; i++)
		if (tests->v[i].kind >= IG_TEST_EXEC)
			return &tests->v[i];
	return NULL;
}

bool ig_tests_reboot(const struct ig_tests *tests)
{
	for (size_t i = 0; i < tests->n; i++)
		if (tests->v[i].after_reboot)
			return true;
	return false;
}
