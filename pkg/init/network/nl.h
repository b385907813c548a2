/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_NL_H
#define INIT_NETWORK_NL_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

/** A request to rtnetlink. What is put in is checked to be short. */
struct nl_msg {
	struct nlmsghdr head;
	char body[1024];
};

/** nl_begin() - an empty request; @fixed, @len bytes, follows its header. */
void nl_begin(struct nl_msg *m, unsigned short type, unsigned short flags,
	      const void *fixed, size_t len);

/** nl_reserve() - @len zeroed bytes at the end. */
void *nl_reserve(struct nl_msg *m, size_t len);

/** nl_put() - an attribute; with @len 0 one that others can follow inside. */
struct rtattr *nl_put(struct nl_msg *m, unsigned short type, const void *data,
		      size_t len);
void nl_put_u32(struct nl_msg *m, unsigned short type, uint32_t value);

/** nl_nest_end() - all since @nest was put is inside it. */
void nl_nest_end(const struct nl_msg *m, struct rtattr *nest);

/** nl_talk() - send and wait for the kernel's verdict. 0, or -1 with errno. */
int nl_talk(const struct nl_msg *m);

/** nl_listen() - a non-blocking socket that hears of @groups (RTMGRP_*).
 * Returns the descriptor, or -1 with errno. */
int nl_listen(uint32_t groups);

/** nl_dump() - ask on @fd for all of @type (RTM_GETLINK, RTM_GETADDR). */
int nl_dump(int fd, unsigned short type);

/** Receives one message, which is complete and lies in @h->nlmsg_len bytes. */
typedef void nl_fn(void *ctx, const struct nlmsghdr *h);

/** nl_each() - hand on every complete message in @len bytes at @buf. */
void nl_each(const void *buf, size_t len, nl_fn *fn, void *ctx);

/** nl_read() - hand on what is there. 0, or -1 when something was lost, so that
 * all has to be asked for again. */
int nl_read(int fd, nl_fn *fn, void *ctx);

/** nl_attr() - the attribute @type behind the @fixed bytes of @h, with at least
 * @least bytes; NULL: there is none. @len receives its length. */
const void *nl_attr(const struct nlmsghdr *h, size_t fixed, unsigned short type,
		    size_t least, size_t *len);

#endif
