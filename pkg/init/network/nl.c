/* SPDX-License-Identifier: Apache-2.0 */
#include "network/nl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's: NLMSG_GOODSIZE is a page or 8192 bytes. */
#define READ_MAX  32768
#define READS_MAX 64 /* of one turn: others wait */

void *nl_reserve(struct nl_msg *m, size_t len)
{
	size_t at = NLMSG_ALIGN(m->head.nlmsg_len);
	char *p = (char *)m + at;

	memset(p, 0, NLMSG_ALIGN(len));
	m->head.nlmsg_len = (uint32_t)(at + NLMSG_ALIGN(len));
	return p;
}

void nl_begin(struct nl_msg *m, unsigned short type, unsigned short flags,
	      const void *fixed, size_t len)
{
	memset(&m->head, 0, sizeof(m->head));
	m->head.nlmsg_len = NLMSG_LENGTH(0);
	m->head.nlmsg_type = type;
	m->head.nlmsg_flags =
		(unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
	memcpy(nl_reserve(m, len), fixed, len);
}

struct rtattr *nl_put(struct nl_msg *m, unsigned short type, const void *data,
		      size_t len)
{
	struct rtattr *a = nl_reserve(m, RTA_LENGTH(len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	if (len > 0)
		memcpy(RTA_DATA(a), data, len);
	return a;
}

void nl_put_u32(struct nl_msg *m, unsigned short type, uint32_t value)
{
	nl_put(m, type, &value, sizeof(value));
}

void nl_nest_end(const struct nl_msg *m, struct rtattr *nest)
{
	const char *end = (const char *)m + m->head.nlmsg_len;

	nest->rta_len = (unsigned short)(end - (const char *)nest);
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

int nl_talk(const struct nl_msg *m)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int rc = -1;

	if (fd < 0)
		return -1;
	if (send(fd, m, m->head.nlmsg_len, 0) >= 0)
		rc = answer(fd);
	int saved = errno;

	close(fd);
	errno = saved;
	return rc;
}

int nl_listen(uint32_t groups)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK,
				    .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_ROUTE);

	if (fd < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

int nl_dump(int fd, unsigned short type)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg gen;
	} m = {
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
			  .nlmsg_type = type,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.gen = { .rtgen_family = AF_UNSPEC },
	};

	return send(fd, &m, m.head.nlmsg_len, 0) < 0 ? -1 : 0;
}

void nl_each(const void *buf, size_t len, nl_fn *fn, void *ctx)
{
	const char *p = buf;

	while (len >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *h = (const void *)p;
		size_t n = h->nlmsg_len;

		if (n < sizeof(*h) || n > len)
			return;
		fn(ctx, h);
		n = NLMSG_ALIGN(n) < len ? NLMSG_ALIGN(n) : len;
		p += n;
		len -= n;
	}
}

int nl_read(int fd, nl_fn *fn, void *ctx)
{
	static char buf[READ_MAX] __attribute__((aligned(8)));
	int rc = 0;

	for (int i = 0; i < READS_MAX; i++) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, buf, sizeof(buf), 0,
				     (struct sockaddr *)&from, &size);

		if (n < 0 && errno == EINTR)
			continue;
		/* the rest goes first: while the kernel answers one question it
		 * takes no other */
		if (n < 0 && errno == ENOBUFS) {
			rc = -1;
			continue;
		}
		if (n < 0)
			return errno == EAGAIN ? rc : -1;
		/* other processes may send to it, too */
		if (from.nl_pid == 0)
			nl_each(buf, (size_t)n, fn, ctx);
	}
	return rc;
}

const void *nl_attr(const struct nlmsghdr *h, size_t fixed, unsigned short type,
		    size_t least, size_t *len)
{
	size_t at = NLMSG_LENGTH(NLMSG_ALIGN(fixed));

	while (at + sizeof(struct rtattr) <= h->nlmsg_len) {
		const struct rtattr *a = (const void *)((const char *)h + at);
		size_t n = a->rta_len;

		if (n < sizeof(*a) || n > h->nlmsg_len - at)
			return NULL;
		if ((a->rta_type & NLA_TYPE_MASK) == type &&
		    n - RTA_LENGTH(0) >= least) {
			if (len)
				*len = n - RTA_LENGTH(0);
			return (const char *)a + RTA_LENGTH(0);
		}
		at += RTA_ALIGN(n);
	}
	return NULL;
}
