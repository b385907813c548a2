/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <string.h>

#include <ingot/own.h>

#include <ingot/str.h>

/* The guest's limits, pkg/init/service/plan.h. */
#define LEAST_MS   100
#define DELAY_MS   (30 * 1000)
#define GRACE_MS   (5 * 60 * 1000)
#define TIMEOUT_MS (60 * 60 * 1000)

/* Linux' numbers on the architectures that there are images for. */
static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", 1 },	{ "INT", 2 },	 { "QUIT", 3 },	 { "ABRT", 6 },
	{ "KILL", 9 },	{ "USR1", 10 },	 { "USR2", 12 }, { "ALRM", 14 },
	{ "TERM", 15 }, { "WINCH", 28 }, { "PWR", 30 },	 { "RTMIN+3", 37 },
};

int ig_stop_signal(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(signals); i++) {
		if (strcmp(name, signals[i].name) == 0)
			return signals[i].number;
	}
	return 0;
}

int ig_check_signal(struct ig_walk *walk, const struct ig_path *path,
		    const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (!node->text[0] || ig_stop_signal(node->text))
		return 0;
	return ig_problem(
		walk, path, node,
		"'%s' is not a signal to end by: write TERM, INT, QUIT, HUP, USR1, USR2, WINCH, RTMIN+3, ABRT, ALRM, PWR or KILL",
		ig_spec_quote(text, node->text));
}

int64_t ig_spec_ms(const char *text)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 } };
	size_t digits = strspn(text, "0123456789");
	int64_t n = 0;

	if (digits == 0 || digits > 9)
		return -1;
	for (size_t i = 0; i < digits; i++)
		n = n * 10 + (text[i] - '0');
	for (size_t i = 0; i < IG_COUNT(units); i++) {
		if (strcmp(text + digits, units[i].unit) == 0)
			return n * units[i].ms;
	}
	return -1;
}

int ig_check_time(struct ig_walk *walk, const struct ig_path *path,
		  const struct ig_ynode *node, int64_t most)
{
	int64_t ms = ig_spec_ms(node->text);
	char text[IG_QUOTE];

	if (!node->text[0] || (ms >= LEAST_MS && ms <= most))
		return 0;
	if (ms < 0)
		return ig_problem(walk, path, node,
				  "'%s' is not a time: write 500ms, 10s or 2m",
				  ig_spec_quote(text, node->text));
	return ig_problem(walk, path, node, "%s is not between %dms and %llds",
			  node->text, LEAST_MS, (long long)(most / 1000));
}

int ig_check_delay(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node)
{
	return ig_check_time(walk, path, node, DELAY_MS);
}

int ig_check_grace(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node)
{
	return ig_check_time(walk, path, node, GRACE_MS);
}

int ig_check_restart(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_restart *restart = object;

	(void)walk;
	(void)node;
	(void)path;
	if (restart->delay)
		restart->delay_ms = ig_spec_ms(restart->delay);
	return 0;
}

int ig_check_stop(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_stop *stop = object;

	(void)walk;
	(void)node;
	(void)path;
	if (stop->grace)
		stop->grace_ms = ig_spec_ms(stop->grace);
	return 0;
}

int ig_check_timeout(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node)
{
	return ig_check_time(walk, path, node, TIMEOUT_MS);
}

int ig_check_step(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_entry *entry = object;

	(void)walk;
	(void)node;
	(void)path;
	if (entry->timeout)
		entry->timeout_ms = ig_spec_ms(entry->timeout);
	return 0;
}
