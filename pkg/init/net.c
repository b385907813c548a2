/* SPDX-License-Identifier: Apache-2.0 */
#include "net.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr head;
	char body[1024];
};

static void *reserve(struct request *r, size_t len)
{
	size_t at = NLMSG_ALIGN(r->head.nlmsg_len);
	char *p = (char *)r + at;

	/* names are checked to be short: the body is always large enough */
	memset(p, 0, NLMSG_ALIGN(len));
	r->head.nlmsg_len = (uint32_t)(at + NLMSG_ALIGN(len));
	return p;
}

static struct rtattr *put(struct request *r, unsigned short type,
			  const void *data, size_t len)
{
	struct rtattr *a = reserve(r, RTA_LENGTH(len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	if (len > 0)
		memcpy(RTA_DATA(a), data, len);
	return a;
}

static void close_nest(const struct request *r, struct rtattr *nest)
{
	const char *end = (const char *)r + r->head.nlmsg_len;

	nest->rta_len = (unsigned short)(end - (const char *)nest);
}

static void put_name(struct request *r, const char *name)
{
	put(r, IFLA_IFNAME, name, strlen(name) + 1);
}

static int answer(int fd)
{
	char buf[4096] __attribute__((aligned(8)));
	ssize_t n = recv(fd, buf, sizeof(buf), 0);
	const struct nlmsghdr *h = (const void *)buf;
	struct nlmsgerr e;

	if (n < 0)
		return -1;
	if ((size_t)n < NLMSG_LENGTH(sizeof(e)) ||
	    h->nlmsg_type != NLMSG_ERROR) {
		errno = EPROTO;
		return -1;
	}
	memcpy(&e, buf + NLMSG_LENGTH(0), sizeof(e));
	errno = -e.error;
	return e.error ? -1 : 0;
}

static int talk(const struct request *r)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int rc = -1;

	if (fd < 0)
		return -1;
	if (send(fd, r, r->head.nlmsg_len, 0) >= 0)
		rc = answer(fd);
	int saved = errno;

	close(fd);
	errno = saved;
	return rc;
}

static int begin(struct request *r, unsigned short type, unsigned short flags)
{
	r->head.nlmsg_len = NLMSG_LENGTH(0);
	r->head.nlmsg_type = type;
	r->head.nlmsg_flags =
		(unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
	struct ifinfomsg *info = reserve(r, sizeof(*info));

	info->ifi_family = AF_UNSPEC;
	return 0;
}

static int check_name(const char *name)
{
	size_t len = strlen(name);

	if (len > 0 && len < IFNAMSIZ)
		return 0;
	errno = EINVAL;
	return -1;
}

static void put_peer(struct request *r, const char *peer)
{
	struct rtattr *data = put(r, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *info = put(r, VETH_INFO_PEER, NULL, 0);

	reserve(r, sizeof(struct ifinfomsg));
	put_name(r, peer);
	close_nest(r, info);
	close_nest(r, data);
}

int net_create(const char *name, const char *kind, const char *peer, pid_t pid)
{
	struct request r = { .head.nlmsg_len = 0 };
	uint32_t target = (uint32_t)pid;

	if (check_name(name) < 0 || check_name(kind) < 0 ||
	    (peer && check_name(peer) < 0))
		return -1;
	begin(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	put_name(&r, name);
	if (pid > 0)
		put(&r, IFLA_NET_NS_PID, &target, sizeof(target));
	struct rtattr *link = put(&r, IFLA_LINKINFO, NULL, 0);

	put(&r, IFLA_INFO_KIND, kind, strlen(kind));
	if (peer)
		put_peer(&r, peer);
	close_nest(&r, link);
	return talk(&r);
}

int net_move(const char *name, pid_t pid)
{
	struct request r = { .head.nlmsg_len = 0 };
	uint32_t target = (uint32_t)pid;

	if (check_name(name) < 0)
		return -1;
	begin(&r, RTM_NEWLINK, 0);
	put_name(&r, name);
	put(&r, IFLA_NET_NS_PID, &target, sizeof(target));
	return talk(&r);
}
