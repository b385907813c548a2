/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>
#include <ingot/tree.h>

#include "build_internal.h"

/* The guest's limit of the file, pkg/init/network/config.h. */
#define JSON_MAX (64u << 10)
#define INIT_NETWORK                                                           \
	3u /* ig_init_version() from which it knows the section                \
	    */

int ig_network_check(const struct ig_plan *plan, struct ig_err *err)
{
	const struct ig_network *net = &plan->spec->network;

	if (!net->set || ig_init_has(plan->spec, plan->lock, IG_INIT_NETWORK))
		return 0;
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: network: no image of init knows this section (label %s, %u or more): add ingot's init, or configure the network by a container",
		net->pos.file, net->pos.line, net->pos.col, IG_INIT_LABEL,
		IG_INIT_NETWORK);
}

void ig_network_modules(const char *out[IG_NETWORK_MODULES + 1],
			const struct ig_network *net)
{
	bool dhcp = false, vlan = false;
	size_t n = 0;

	for (size_t i = 0; i < net->interfaces_n; i++) {
		dhcp = dhcp || net->interfaces[i].dhcp;
		vlan = vlan || net->interfaces[i].vlan.set;
	}
	if (dhcp)
		out[n++] = "af_packet";
	if (vlan)
		out[n++] = "8021q";
	out[n] = NULL;
}

int ig_network_file(struct ig_tree *tree, const struct ig_network *net,
		    struct ig_err *err)
{
	static const struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(JSON_MAX);
	struct ig_node *dir;
	struct ig_inode *inode;

	if (!net->set)
		return 0;
	if (ig_network_json(&text, net, err) < 0)
		return ig_wrap(err, "network");
	dir = ig_tree_resolve(tree, "etc/ingot", &model, err);
	inode = dir ? ig_tree_inode(tree, IG_FILE, err) : NULL;
	if (!inode)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	inode->mem =
		ig_arena_strn(ig_tree_arena(tree), text.data, text.len, err);
	inode->size = text.len;
	if (!inode->mem)
		return -1;
	return ig_tree_put(tree, dir, "network.json", 12, inode, err) ? 0 : -1;
}
