/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/str.h>

#define MEMORY_LEAST (1u << 20)
#define CPUS_MOST    102400u /* hundredths */

static int check_memory(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node)
{
	struct ig_err err = { 0 };
	uint64_t bytes;

	if (!node->text[0])
		return 0;
	if (ig_parse_size(&bytes, node->text, 0, &err) < 0)
		return ig_problem(walk, path, node, "%s", err.msg);
	if (bytes >= MEMORY_LEAST && bytes <= INT64_MAX)
		return 0;
	return ig_problem(walk, path, node, "'%s' is less than 1M", node->text);
}

/* "2", "1.5", "0.25" in hundredths; 0: none of these. */
static uint64_t hundredths(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	const char *point = text + whole;
	size_t part = *point == '.' ? strspn(point + 1, "0123456789") : 0;
	uint64_t n = 0;

	if (whole == 0 || whole > 4 || (*point == '.' && part == 0) ||
	    part > 2 || point[part + (*point == '.')])
		return 0;
	for (size_t i = 0; i < whole; i++)
		n = n * 10 + (uint64_t)(text[i] - '0');
	for (size_t i = 1; i <= 2; i++)
		n = n * 10 + (i <= part ? (uint64_t)(point[i] - '0') : 0);
	return n <= CPUS_MOST ? n : 0;
}

static int check_cpus(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (hundredths(node->text) > 0)
		return 0;
	return ig_problem(
		walk, path, node,
		"'%s' is no number of processors: write 2, 1.5 or 0.25",
		ig_spec_quote(text, node->text));
}

static int check_limits(struct ig_walk *walk, void *object,
			const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_limits *limits = object;

	(void)walk;
	(void)node;
	(void)path;
	limits->memory_bytes = ig_spec_bytes(limits->memory);
	if (limits->cpus)
		limits->cpus_hundredths = hundredths(limits->cpus);
	return 0;
}

static const struct ig_field limits_fields[] = {
	{ .key = "memory",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_limits, memory),
	  .check = check_memory },
	{ .key = "pids",
	  .kind = IG_K_OPT_INT,
	  .at = offsetof(struct ig_limits, pids),
	  .min = 1,
	  .max = 4194304 },
	{ .key = "cpus",
	  .kind = IG_K_STR,
	  .flags = IG_F_DECIMAL,
	  .at = offsetof(struct ig_limits, cpus),
	  .check = check_cpus },
	IG_FIELDS_END
};
const struct ig_object ig_schema_limits = {
	.size = sizeof(struct ig_limits),
	.fields = limits_fields,
	.check = check_limits,
};
