/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_fill.h"

#include <stdio.h>
#include <string.h>

#include <ingot/own.h>

/* Single values: text, numbers, truth, users. */

static const char *what_is(const struct ig_ynode *node)
{
	static const char *const scalars[] = { [IG_Y_STR] = "a string",
					       [IG_Y_BOOL] = "a boolean",
					       [IG_Y_INT] = "a number",
					       [IG_Y_FLOAT] = "a number",
					       [IG_Y_NULL] = "nothing (null)" };

	if (node->kind == IG_Y_SEQ)
		return "a list";
	if (node->kind == IG_Y_MAP)
		return "a mapping";
	return scalars[node->type];
}

int ig_schema_wrong(struct ig_walk *walk, const struct ig_path *path,
		    const struct ig_ynode *node, const char *expected)
{
	char text[IG_QUOTE];

	if (node->kind == IG_Y_SCALAR && node->type != IG_Y_NULL)
		return ig_problem(walk, path, node, "expected %s, got %s '%s'",
				  expected, what_is(node),
				  ig_spec_quote(text, node->text));
	return ig_problem(walk, path, node, "expected %s, got %s", expected,
			  what_is(node));
}

bool ig_ynode_is_str(const struct ig_ynode *node)
{
	return node->kind == IG_Y_SCALAR && node->type == IG_Y_STR;
}

static bool is_number(const struct ig_ynode *node)
{
	return node->kind == IG_Y_SCALAR &&
	       (node->type == IG_Y_INT || node->type == IG_Y_FLOAT);
}

/* 1: a string; 0: a problem, noted. */
int ig_schema_need_str(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (ig_ynode_is_str(node))
		return 1;
	if (node->kind == IG_Y_SCALAR && node->type != IG_Y_NULL)
		return ig_problem(
			walk, path, node,
			"expected a string, got %s; put it in quotes: \"%s\"",
			what_is(node), ig_spec_quote(text, node->text));
	return ig_schema_wrong(walk, path, node, "a string");
}

static bool is_word(const struct ig_field *f, const char *text)
{
	for (size_t i = 0; f->words[i]; i++) {
		if (strcmp(text, f->words[i]) == 0)
			return true;
	}
	return false;
}

static int check_words(struct ig_walk *walk, const struct ig_field *f,
		       const struct ig_path *path, const struct ig_ynode *node)
{
	char text[IG_QUOTE];
	char list[160] = "";
	size_t len = 0;

	if (is_word(f, node->text))
		return 0;
	for (size_t i = 0; f->words[i]; i++) {
		const char *more = i ? " or " : "";

		/* room for the end of a list that is too long */
		if (len + strlen(more) + strlen(f->words[i]) + 10 >
		    sizeof(list)) {
			snprintf(list + len, sizeof(list) - len, " or …");
			break;
		}
		len += (size_t)snprintf(list + len, sizeof(list) - len,
					"%s'%s'", more, f->words[i]);
	}
	return ig_problem(walk, path, node, "expected %s, got '%s'", list,
			  ig_spec_quote(text, node->text));
}

int ig_fill_str(struct ig_walk *walk, const struct ig_field *f, void *out,
		const struct ig_ynode *node, const struct ig_path *path)
{
	const char *text = node->text;
	bool decimal = f->flags & IG_F_DECIMAL;
	int rc = decimal ? is_number(node)
			 : ig_schema_need_str(walk, path, node);

	if (decimal && !rc)
		return ig_schema_wrong(walk, path, node, "a number");
	if (rc <= 0)
		return rc;
	if (!text[0] && (f->flags & IG_F_REQUIRED))
		return ig_problem(walk, path, node, "must not be empty");
	if (text[0] && f->words && check_words(walk, f, path, node) < 0)
		return -1;
	if (f->check && f->check(walk, path, node) < 0)
		return -1;
	if (!text[0] && !(f->flags & IG_F_EMPTY))
		text = NULL;
	ig_schema_store(out, f->at, &text, sizeof(text));
	return 0;
}

int ig_fill_bool(struct ig_walk *walk, const struct ig_field *f, void *out,
		 const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_opt_bool opt = { .set = true };

	if (node->kind != IG_Y_SCALAR || node->type != IG_Y_BOOL)
		return ig_schema_wrong(walk, path, node, "true or false");
	opt.v = ig_scalar_bool(node->text);
	if (f->kind == IG_K_BOOL)
		ig_schema_store(out, f->at, &opt.v, sizeof(opt.v));
	else
		ig_schema_store(out, f->at, &opt, sizeof(opt));
	return 0;
}

int ig_fill_int(struct ig_walk *walk, const struct ig_field *f, void *out,
		const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_opt_int opt = { .set = true };
	char text[IG_QUOTE];

	if (!is_number(node))
		return ig_schema_wrong(walk, path, node, "a number");
	if (ig_scalar_int(&opt.v, node->text) < 0)
		return ig_problem(walk, path, node,
				  "'%s' is not a whole number of 64 bits",
				  ig_spec_quote(text, node->text));
	if ((f->min || f->max) && (opt.v < f->min || opt.v > f->max))
		return ig_problem(walk, path, node,
				  "%lld is not in the range %lld to %lld",
				  (long long)opt.v, (long long)f->min,
				  (long long)f->max);
	if (f->kind == IG_K_INT)
		ig_schema_store(out, f->at, &opt.v, sizeof(opt.v));
	else
		ig_schema_store(out, f->at, &opt, sizeof(opt));
	return 0;
}

int ig_schema_read_id(struct ig_walk *walk, struct ig_id *id,
		      const struct ig_ynode *node, const struct ig_path *path)
{
	static const struct ig_field range = { .kind = IG_K_INT,
					       .min = 0,
					       .max = UINT32_MAX };

	id->set = true;
	id->pos = ig_schema_pos(walk, node, path);
	if (is_number(node))
		return ig_fill_int(walk, &range, &id->number, node, path);
	if (!ig_ynode_is_str(node))
		return ig_schema_wrong(walk, path, node,
				       "a number or the name of a container");
	if (node->text[0] && strcmp(node->text, "root") != 0)
		id->name = node->text;
	return 0;
}

int ig_fill_id(struct ig_walk *walk, const struct ig_field *f, void *out,
	       const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_id id = { 0 };

	if (ig_schema_read_id(walk, &id, node, path) < 0)
		return -1;
	ig_schema_store(out, f->at, &id, sizeof(id));
	return 0;
}
