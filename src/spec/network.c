/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <ctype.h>
#include <string.h>

#define IF_NAME_MAX 15u		 /* IFNAMSIZ without the NUL */
#define WAIT_MS	    (120 * 1000) /* PID 1 gives up soon after that */
#define SERVERS_MAX 3u		 /* resolv.conf(5): MAXNS */
#define SEARCH_MAX  6u
#define DOMAIN_MAX  253u /* RFC 1035, 2.3.4, as text */

#define LETTERS	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static bool only(const char *text, const char *what)
{
	return text[strspn(text, what)] == '\0';
}

int ig_check_net_name(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	char text[IG_QUOTE];
	const char *name = node->text;

	if (only(name, LETTERS "_.-") && strlen(name) <= IF_NAME_MAX &&
	    strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	    strcmp(name, "lo") != 0)
		return 0;
	return ig_problem(
		walk, path, node,
		"'%s' is not a name for an interface: 1 to %u letters, digits, '_', '.' and '-'; lo is the kernel's",
		ig_spec_quote(text, name), IF_NAME_MAX);
}

int ig_check_net_pattern(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (only(node->text, LETTERS "_.-*?") &&
	    strlen(node->text) <= IF_NAME_MAX)
		return 0;
	return ig_problem(
		walk, path, node,
		"'%s' is no pattern of an interface's name: letters, digits, '_', '.', '-', '*' and '?'",
		ig_spec_quote(text, node->text));
}

int ig_check_net_mac(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node)
{
	const char *mac = node->text;
	bool good = strlen(mac) == 17;
	char text[IG_QUOTE];

	for (size_t i = 0; good && i < 17; i++)
		good = i % 3 == 2 ? mac[i] == ':'
				  : isxdigit((unsigned char)mac[i]) != 0;
	if (good || !mac[0])
		return 0;
	return ig_problem(
		walk, path, node,
		"'%s' is no MAC address: write it as 52:54:00:12:34:56",
		ig_spec_quote(text, mac));
}

int ig_check_net_driver(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (only(node->text, LETTERS "_-") && strlen(node->text) < 56)
		return 0;
	return ig_problem(walk, path, node, "'%s' is no name of a driver",
			  ig_spec_quote(text, node->text));
}

int ig_check_net_wait(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node)
{
	return ig_check_time(walk, path, node, WAIT_MS);
}

int ig_check_net_route(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_net_route *route = object;
	struct ig_path to = { path, "to", 0 };
	struct ig_path via = { path, "via", 0 };
	const struct ig_ynode *to_node = ig_yaml_get(node, "to");
	const struct ig_ynode *via_node = ig_yaml_get(node, "via");
	struct ig_prefix net, next;
	char text[IG_QUOTE];

	if (ig_prefix_parse(&net, route->to) < 0)
		return ig_problem(walk, &to, to_node,
				  "'%s' is no network: write it as 10.0.0.0/8",
				  ig_spec_quote(text, route->to));
	if (net.bits == 0)
		return ig_problem(walk, &to, to_node,
				  "the default route is 'gateway'");
	if (!ig_prefix_is_net(&net))
		return ig_problem(walk, &to, to_node,
				  "'%s' has bits set behind its prefix",
				  ig_spec_quote(text, route->to));
	if (ig_prefix_address(&next, route->via) < 0)
		return ig_problem(walk, &via, via_node, "'%s' is no address",
				  ig_spec_quote(text, route->via));
	if (next.family != net.family)
		return ig_problem(walk, &via, via_node,
				  "IPv4 and IPv6 in one route");
	return 0;
}

/* ---- dns ---- */

static int check_server(struct ig_walk *walk, const struct ig_strs *servers,
			size_t i, const struct ig_ynode *node,
			const struct ig_path *path)
{
	struct ig_prefix server, other;
	char text[IG_QUOTE];

	if (ig_prefix_address(&server, servers->v[i]) < 0)
		return ig_problem(walk, path, node,
				  "'%s' is no address of a server",
				  ig_spec_quote(text, servers->v[i]));
	for (size_t k = 0; k < i; k++) {
		if (ig_prefix_address(&other, servers->v[k]) == 0 &&
		    ig_prefix_same(&server, &other))
			return ig_problem(walk, path, node,
					  "'%s' stands there twice",
					  ig_spec_quote(text, servers->v[i]));
	}
	return 0;
}

/* Labels of 1 to 63 characters; a dot at the end is fine. */
static bool is_domain(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > DOMAIN_MAX || !only(text, LETTERS "_.-"))
		return false;
	while (*text) {
		size_t label = strcspn(text, ".");

		if (label == 0 || label > 63)
			return false;
		text += label;
		text += *text == '.';
	}
	return true;
}

static int check_domain(struct ig_walk *walk, const struct ig_strs *search,
			size_t i, const struct ig_ynode *node,
			const struct ig_path *path)
{
	char text[IG_QUOTE];

	if (!is_domain(search->v[i]))
		return ig_problem(walk, path, node, "'%s' is no domain",
				  ig_spec_quote(text, search->v[i]));
	for (size_t k = 0; k < i; k++) {
		if (strcmp(search->v[i], search->v[k]) == 0)
			return ig_problem(walk, path, node,
					  "'%s' stands there twice",
					  ig_spec_quote(text, search->v[i]));
	}
	return 0;
}

struct dns_list {
	const char *key;
	const struct ig_strs *strs;
	size_t most;
	int (*check)(struct ig_walk *walk, const struct ig_strs *strs, size_t i,
		     const struct ig_ynode *node, const struct ig_path *path);
};

static int check_dns_list(struct ig_walk *walk, const struct dns_list *list,
			  const struct ig_ynode *node, const struct ig_path *up)
{
	const struct ig_ynode *items = ig_yaml_get(node, list->key);
	struct ig_path path = { up, list->key, 0 };

	if (list->strs->n > list->most)
		return ig_problem(walk, &path, items, "more than %zu",
				  list->most);
	for (size_t i = 0; i < list->strs->n; i++) {
		struct ig_path item = { &path, NULL, i };

		if (list->check(walk, list->strs, i, items->v[i], &item) < 0)
			return -1;
	}
	return 0;
}

int ig_check_net_dns(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	const struct ig_net_dns *dns = object;
	const struct dns_list lists[] = {
		{ "servers", &dns->servers, SERVERS_MAX, check_server },
		{ "search", &dns->search, SEARCH_MAX, check_domain },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (check_dns_list(walk, &lists[i], node, path) < 0)
			return -1;
	}
	return 0;
}
