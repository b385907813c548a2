/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/spec.h>
#include <ingot/tree.h>

#include "build_internal.h"

/* The guest's agent, which tests of the spec ask: pkg/init/agent.c. */

#define FOLDER "etc/ingot"
#define NAME   "agent.json"
#define TEXT   "{\"port\": \"org.ingot.agent\"}\n"

int ig_agent_check(const struct ig_plan *plan, struct ig_err *err)
{
	const struct ig_tests *tests = &plan->spec->tests;
	const struct ig_test *test = ig_tests_agent(tests);

	if (!test || ig_init_has(plan->spec, plan->lock, IG_INIT_AGENT))
		return 0;
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: tests[%zu].%s: it asks the agent of ingot's init, and no image of 'init' has it (label %s, %d or more): test by http, tcp and console, or add ingot's init",
		test->pos.file, test->pos.line, test->pos.col,
		(size_t)(test - tests->v), ig_test_kinds[test->kind],
		IG_INIT_LABEL, IG_INIT_AGENT);
}

int ig_agent_file(struct ig_tree *tree, const struct ig_spec *spec,
		  struct ig_err *err)
{
	struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	struct ig_node *dir;
	struct ig_inode *inode;

	if (!ig_tests_agent(&spec->tests))
		return 0;
	dir = ig_tree_resolve(tree, FOLDER, &model, err);
	inode = dir ? ig_tree_inode(tree, IG_FILE, err) : NULL;
	if (!inode)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	inode->mem = TEXT;
	inode->size = strlen(TEXT);
	return ig_tree_put(tree, dir, NAME, strlen(NAME), inode, err) ? 0 : -1;
}
