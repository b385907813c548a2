/* SPDX-License-Identifier: Apache-2.0 */
#include "service/net.h"

#include "network/nl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>

static void put_name(struct nl_msg *m, const char *name)
{
	nl_put(m, IFLA_IFNAME, name, strlen(name) + 1);
}

static void begin(struct nl_msg *m, unsigned short flags)
{
	static const struct ifinfomsg info = { .ifi_family = AF_UNSPEC };

	nl_begin(m, RTM_NEWLINK, flags, &info, sizeof(info));
}

/* Names are short: a request has room for all that is put in. */
static int check_name(const char *name)
{
	size_t len = strlen(name);

	if (len > 0 && len < IFNAMSIZ)
		return 0;
	errno = EINVAL;
	return -1;
}

static void put_peer(struct nl_msg *m, const char *peer)
{
	struct rtattr *data = nl_put(m, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *info = nl_put(m, VETH_INFO_PEER, NULL, 0);

	nl_reserve(m, sizeof(struct ifinfomsg));
	put_name(m, peer);
	nl_nest_end(m, info);
	nl_nest_end(m, data);
}

int net_create(const char *name, const char *kind, const char *peer, pid_t pid)
{
	struct nl_msg m;

	if (check_name(name) < 0 || check_name(kind) < 0 ||
	    (peer && check_name(peer) < 0))
		return -1;
	begin(&m, NLM_F_CREATE | NLM_F_EXCL);
	put_name(&m, name);
	if (pid > 0)
		nl_put_u32(&m, IFLA_NET_NS_PID, (uint32_t)pid);
	struct rtattr *link = nl_put(&m, IFLA_LINKINFO, NULL, 0);

	nl_put(&m, IFLA_INFO_KIND, kind, strlen(kind));
	if (peer)
		put_peer(&m, peer);
	nl_nest_end(&m, link);
	return nl_talk(&m);
}

int net_move(const char *name, pid_t pid)
{
	struct nl_msg m;

	if (check_name(name) < 0)
		return -1;
	begin(&m, 0);
	put_name(&m, name);
	nl_put_u32(&m, IFLA_NET_NS_PID, (uint32_t)pid);
	return nl_talk(&m);
}
