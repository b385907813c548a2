/* SPDX-License-Identifier: Apache-2.0 */
#include "network/rt.h"

#include "network/nl.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>

int rt_link(struct link *out, const struct nlmsghdr *h)
{
	struct ifinfomsg info;
	size_t len = 0;

	memset(out, 0, sizeof(*out));
	if ((h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK) ||
	    h->nlmsg_len < NLMSG_LENGTH(sizeof(info)))
		return -1;
	memcpy(&info, (const char *)h + NLMSG_LENGTH(0), sizeof(info));
	const char *name = nl_attr(h, sizeof(info), IFLA_IFNAME, 1, &len);

	if (info.ifi_index <= 0 || !name || len > sizeof(out->name) ||
	    !memchr(name, '\0', len))
		return -1;
	memcpy(out->name, name, len);
	out->index = info.ifi_index;
	out->up = info.ifi_flags & IFF_UP;
	const void *mac = nl_attr(h, sizeof(info), IFLA_ADDRESS, 6, &len);
	const void *mtu = nl_attr(h, sizeof(info), IFLA_MTU, 4, NULL);
	const void *parent = nl_attr(h, sizeof(info), IFLA_LINK, 4, NULL);

	const uint8_t *carrier =
		nl_attr(h, sizeof(info), IFLA_CARRIER, 1, NULL);

	/* IFF_RUNNING comes up to a second later, for cards that had a carrier
	 * before they were up: linkwatch gives those changes time */
	out->carrier = out->up && carrier && *carrier;
	out->ethernet = info.ifi_type == ARPHRD_ETHER && mac && len == 6;
	if (out->ethernet)
		memcpy(out->mac, mac, 6);
	if (mtu)
		memcpy(&out->mtu, mtu, 4);
	if (parent)
		memcpy(&out->parent, parent, 4);
	return 0;
}

int rt_addr(struct rt_addr *out, const struct nlmsghdr *h)
{
	struct ifaddrmsg info;

	memset(out, 0, sizeof(*out));
	if ((h->nlmsg_type != RTM_NEWADDR && h->nlmsg_type != RTM_DELADDR) ||
	    h->nlmsg_len < NLMSG_LENGTH(sizeof(info)))
		return -1;
	memcpy(&info, (const char *)h + NLMSG_LENGTH(0), sizeof(info));
	if (info.ifa_family != AF_INET && info.ifa_family != AF_INET6)
		return -1;
	out->addr.family = info.ifa_family;
	out->addr.bits = info.ifa_prefixlen;
	size_t size = addr_size(&out->addr);
	const void *b = nl_attr(h, sizeof(info), IFA_LOCAL, size, NULL);
	const uint32_t *wide = nl_attr(h, sizeof(info), IFA_FLAGS, 4, NULL);
	uint32_t flags = info.ifa_flags;

	if (!b)
		b = nl_attr(h, sizeof(info), IFA_ADDRESS, size, NULL);
	if (!b)
		return -1;
	memcpy(out->addr.b, b, size);
	if (wide)
		memcpy(&flags, wide, 4);
	out->index = (int)info.ifa_index;
	out->failed = flags & IFA_F_DADFAILED;
	out->ready = !(flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
	out->global = info.ifa_scope == RT_SCOPE_UNIVERSE;
	return 0;
}

int rt_up(int index)
{
	const struct ifinfomsg info = { .ifi_index = index,
					.ifi_flags = IFF_UP,
					.ifi_change = IFF_UP };
	struct nl_msg m;

	nl_begin(&m, RTM_NEWLINK, 0, &info, sizeof(info));
	return nl_talk(&m);
}

int rt_mtu(int index, uint32_t mtu)
{
	const struct ifinfomsg info = { .ifi_index = index };
	struct nl_msg m;

	nl_begin(&m, RTM_NEWLINK, 0, &info, sizeof(info));
	nl_put_u32(&m, IFLA_MTU, mtu);
	return nl_talk(&m);
}

int rt_vlan(const char *name, int parent, uint16_t id)
{
	const struct ifinfomsg info = { 0 };
	struct nl_msg m;

	if (strlen(name) >= IFNAMSIZ) {
		errno = EINVAL;
		return -1;
	}
	nl_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info,
		 sizeof(info));
	nl_put(&m, IFLA_IFNAME, name, strlen(name) + 1);
	nl_put_u32(&m, IFLA_LINK, (uint32_t)parent);
	struct rtattr *link = nl_put(&m, IFLA_LINKINFO, NULL, 0);

	nl_put(&m, IFLA_INFO_KIND, "vlan", 4);
	struct rtattr *data = nl_put(&m, IFLA_INFO_DATA, NULL, 0);

	nl_put(&m, IFLA_VLAN_ID, &id, sizeof(id));
	nl_nest_end(&m, data);
	nl_nest_end(&m, link);
	return nl_talk(&m);
}

static void put_addr(struct nl_msg *m, unsigned short type,
		     const struct addr *a)
{
	nl_put(m, type, a->b, addr_size(a));
}

/* All bits of the host set. */
static struct addr broadcast_of(const struct addr *a)
{
	struct addr all = *a;

	for (unsigned i = a->bits; i < 32; i++)
		all.b[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return all;
}

static void begin_address(struct nl_msg *m, unsigned short type,
			  unsigned short flags, int index, const struct addr *a)
{
	struct ifaddrmsg info = { .ifa_family = (unsigned char)a->family,
				  .ifa_prefixlen = (unsigned char)a->bits,
				  .ifa_index = (unsigned)index };

	if (a->family == AF_INET6 && a->b[0] == 0xfe &&
	    (a->b[1] & 0xc0) == 0x80)
		info.ifa_scope = RT_SCOPE_LINK;
	nl_begin(m, type, flags, &info, sizeof(info));
	put_addr(m, IFA_LOCAL, a);
	put_addr(m, IFA_ADDRESS, a);
}

int rt_address(int index, const struct addr *a, uint32_t seconds)
{
	const struct ifa_cacheinfo times = { .ifa_prefered = seconds,
					     .ifa_valid = seconds };
	struct nl_msg m;

	begin_address(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, index, a);
	if (a->family == AF_INET && a->bits < 31) {
		struct addr all = broadcast_of(a);

		put_addr(&m, IFA_BROADCAST, &all);
	}
	/* the kernel takes it away in time, should we be gone */
	nl_put(&m, IFA_CACHEINFO, &times, sizeof(times));
	return nl_talk(&m);
}

int rt_address_drop(int index, const struct addr *a)
{
	struct nl_msg m;

	begin_address(&m, RTM_DELADDR, 0, index, a);
	return nl_talk(&m);
}

static void route_msg(struct nl_msg *m, unsigned short type,
		      unsigned short flags, int index, const struct rt_route *r)
{
	const struct rtmsg info = {
		.rtm_family = (unsigned char)r->to.family,
		.rtm_dst_len = (unsigned char)r->to.bits,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = r->protocol,
		.rtm_scope = r->via.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
		.rtm_type = RTN_UNICAST,
		.rtm_flags = r->onlink ? RTNH_F_ONLINK : 0,
	};

	nl_begin(m, type, flags, &info, sizeof(info));
	if (r->to.bits > 0)
		put_addr(m, RTA_DST, &r->to);
	if (r->via.family)
		put_addr(m, RTA_GATEWAY, &r->via);
	if (r->from.family)
		put_addr(m, RTA_PREFSRC, &r->from);
	nl_put_u32(m, RTA_OIF, (uint32_t)index);
	nl_put_u32(m, RTA_PRIORITY, r->metric);
}

int rt_route(int index, const struct rt_route *r)
{
	struct nl_msg m;

	route_msg(&m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, index, r);
	return nl_talk(&m);
}

int rt_route_drop(int index, const struct rt_route *r)
{
	struct nl_msg m;

	route_msg(&m, RTM_DELROUTE, 0, index, r);
	return nl_talk(&m);
}
