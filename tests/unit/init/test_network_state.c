/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "network/lease.h"
#include "network/nl.h"
#include "network/state.h"

static const uint8_t router[4] = { 10, 0, 2, 2 };

static struct dhcp_answer a_lease(void)
{
	static const uint8_t own[4] = { 10, 0, 2, 15 };
	struct dhcp_answer a = { .address = addr_ipv4(own, 24),
				 .lease = 60,
				 .t1 = 30,
				 .t2 = 50,
				 .n_routers = 1,
				 .n_dns = 1 };

	memcpy(a.server, router, 4);
	memcpy(a.routers[0], router, 4);
	memcpy(a.dns[0], router, 4);
	return a;
}

static void count_link(void *ctx, const struct nlmsghdr *h)
{
	size_t *n = ctx;

	*n += h->nlmsg_type == RTM_NEWLINK;
}

/* As long as an answer is under way the kernel refuses the next question. */
static void what_was_not_lost_is_read_before_that_is_told(void **state)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} ask = { .head = { .nlmsg_len = sizeof(ask),
			    .nlmsg_type = RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST },
		  .info = { .ifi_index = 1 } };
	int fd = nl_listen(0);
	int small = 1;
	size_t n = 0;

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)),
		0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(send(fd, &ask, sizeof(ask), 0), sizeof(ask));
	assert_int_equal(nl_read(fd, count_link, &n), -1);
	assert_true(n > 0 && n < 100);
	assert_int_equal(nl_read(fd, count_link, &n), 0);
	close(fd);
}

static void a_router_is_the_default_route(void **state)
{
	struct dhcp_answer a = a_lease();
	struct rt_route r[LEASE_ROUTES];

	(void)state;
	assert_int_equal(lease_routes(r, &a, 100), 1);
	assert_int_equal(r[0].to.bits, 0);
	assert_memory_equal(r[0].via.b, router, 4);
	assert_memory_equal(r[0].from.b, a.address.b, 4);
	assert_int_equal(r[0].metric, 100);
	assert_false(r[0].onlink);
	/* as clouds do it: the router is outside of a network of one */
	a.address.bits = 32;
	assert_int_equal(lease_routes(r, &a, 100), 1);
	assert_true(r[0].onlink);
	a.n_routers = 0;
	assert_int_equal(lease_routes(r, &a, 100), 0);
}

static void classless_routes_take_its_place(void **state)
{
	static const uint8_t net[4] = { 192, 0, 2, 0 };
	struct dhcp_answer a = a_lease();
	struct rt_route r[LEASE_ROUTES];

	(void)state;
	a.has_routes = true;
	a.n_routes = 2;
	a.routes[0].to = addr_ipv4(net, 24);
	a.routes[1].to = addr_ipv4(net, 25);
	memcpy(a.routes[1].via, router, 4);
	assert_int_equal(lease_routes(r, &a, 7), 2);
	assert_int_equal(r[0].to.bits, 24);
	assert_int_equal(r[0].via.family, 0);
	assert_int_equal(r[1].via.family, AF_INET);
}

struct scene {
	struct config c;
	struct config_iface want[2];
	struct iface ifaces[2];
	char buf[4096];
	struct text t;
};

static void set_up(struct scene *s)
{
	static char a[] = "a", b[] = "b";

	memset(s, 0, sizeof(*s));
	s->want[0] = (struct config_iface){ .name = a, .dhcp = true };
	s->want[1] = (struct config_iface){ .name = b };
	s->c.ifaces = s->want;
	s->c.n = 2;
	for (unsigned i = 0; i < 2; i++)
		iface_init(&s->ifaces[i], &s->want[i], i);
	s->t = (struct text){ s->buf, 0, sizeof(s->buf) };
}

static void name_servers_come_from_the_lease(void **state)
{
	struct scene s;
	char *search[] = { (char[]){ "x.y" }, (char[]){ "z" } };
	struct addr servers[1];

	(void)state;
	set_up(&s);
	state_resolv(&s.t, &s.c, s.ifaces);
	assert_int_equal(s.t.n, 0);
	s.ifaces[0].dhcp.lease = a_lease();
	s.ifaces[0].dhcp.has_lease = true;
	strcpy(s.ifaces[0].dhcp.lease.domains, "a.b c");
	state_resolv(&s.t, &s.c, s.ifaces);
	assert_string_equal(s.buf, "search a.b c\nnameserver 10.0.2.2\n");
	/* the spec's go before */
	s.t.n = 0;
	assert_int_equal(addr_parse(&servers[0], "2001:db8::53"), 0);
	s.c.servers = (struct addrs){ servers, 1 };
	s.c.search = (struct strings){ search, 2 };
	state_resolv(&s.t, &s.c, s.ifaces);
	assert_string_equal(s.buf, "search x.y z\nnameserver 2001:db8::53\n");
}

static void the_state_says_who_is_ready(void **state)
{
	struct scene s;
	struct addr own[2];

	(void)state;
	set_up(&s);
	assert_false(iface_ready(&s.ifaces[0]));
	s.ifaces[0].link = (struct link){ .index = 2, .mtu = 1500 };
	strcpy(s.ifaces[0].link.name, "eth0");
	assert_false(iface_ready(&s.ifaces[0]));
	s.ifaces[0].dhcp.lease = a_lease();
	s.ifaces[0].dhcp.has_lease = true;
	s.ifaces[0].dhcp.leased = 5000000;
	assert_true(iface_ready(&s.ifaces[0]));
	state_json(&s.t, &s.c, s.ifaces, true);
	assert_non_null(strstr(s.buf, "{\"ready\": true,"));
	assert_non_null(strstr(s.buf, "\"address\": \"10.0.2.15/24\""));
	assert_non_null(strstr(
		s.buf,
		"\"since\": 5, \"renew\": 35, \"rebind\": 55, \"expires\": 65"));
	assert_non_null(strstr(s.buf, "{\"name\": \"b\", \"link\": null"));
	strcpy(s.ifaces[0].link.name, "a\"\\\1\xff\xc3\xa4");
	s.t.n = 0;
	state_json(&s.t, &s.c, s.ifaces, true);
	assert_non_null(strstr(s.buf, "\"link\": \"a\\u0022\\u005c\\u0001"
				      "\xef\xbf\xbd\xc3\xa4\", "));
	/* each address counts */
	addr_parse(&own[0], "192.0.2.1/24");
	addr_parse(&own[1], "2001:db8::1/64");
	s.want[0].addresses = (struct addrs){ own, 2 };
	assert_false(iface_ready(&s.ifaces[0]));
	s.ifaces[0].usable = 1;
	assert_false(iface_ready(&s.ifaces[0]));
	s.ifaces[0].usable = 3;
	assert_true(iface_ready(&s.ifaces[0]));
}

static void a_file_is_never_short(void **state)
{
	char path[] = "/tmp/ingot-network-XXXXXX", got[64];
	int fd = mkstemp(path), again;
	struct stat before, after;
	struct text t = { (char[]){ "nameserver 10.0.0.1\n" }, 20, 64 };

	(void)state;
	assert_true(fd >= 0);
	text_write(fd, &t);
	assert_int_equal(fstat(fd, &before), 0);
	assert_int_equal(before.st_size, 20);
	t = (struct text){ (char[]){ "x\n" }, 2, 64 };
	text_write(fd, &t);
	again = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(again, got, sizeof(got)), 2);
	assert_memory_equal(got, "x\n", 2);
	assert_int_equal(fstat(again, &after), 0);
	assert_true(before.st_ino == after.st_ino);
	close(again);
	close(fd);
	unlink(path);
}

static void a_text_is_cut_at_its_end(void **state)
{
	char buf[8];
	struct text t = { buf, 0, sizeof(buf) };

	(void)state;
	text_put(&t, "%s", "12345");
	text_put(&t, "%s", "67890");
	text_put(&t, "%s", "x");
	assert_string_equal(buf, "1234567");
	assert_int_equal(t.n, 7);
}

/* ---- what the kernel says ---- */

static void count(void *ctx, const struct nlmsghdr *h)
{
	size_t *n = ctx;

	(void)h;
	++*n;
}

static void links_are_read(void **state)
{
	const struct ifinfomsg info = { .ifi_index = 3,
					.ifi_type = 1,
					.ifi_flags = 1 };
	struct nl_msg m;
	struct link l;
	uint8_t up = 1;
	size_t n = 0;

	(void)state;
	nl_begin(&m, RTM_NEWLINK, 0, &info, sizeof(info));
	assert_int_equal(rt_link(&l, &m.head), -1); /* no name */
	nl_put(&m, 3 /* IFLA_IFNAME */, "eth0", 5);
	nl_put(&m, 1 /* IFLA_ADDRESS */, "\1\2\3\4\5\6", 6);
	nl_put_u32(&m, 4 /* IFLA_MTU */, 1500);
	nl_put(&m, 33 /* IFLA_CARRIER */, &up, 1);
	assert_int_equal(rt_link(&l, &m.head), 0);
	assert_string_equal(l.name, "eth0");
	assert_int_equal(l.index, 3);
	assert_true(l.ethernet && l.up && l.carrier);
	assert_memory_equal(l.mac, "\1\2\3\4\5\6", 6);
	assert_int_equal(l.mtu, 1500);
	nl_each(&m, m.head.nlmsg_len, count, &n);
	assert_int_equal(n, 1);
	/* cut anywhere it is no message */
	nl_each(&m, m.head.nlmsg_len - 1, count, &n);
	assert_int_equal(n, 1);
	m.head.nlmsg_len = 4;
	nl_each(&m, sizeof(m), count, &n);
	assert_int_equal(n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_lost_is_read_before_that_is_told),
		cmocka_unit_test(a_router_is_the_default_route),
		cmocka_unit_test(classless_routes_take_its_place),
		cmocka_unit_test(name_servers_come_from_the_lease),
		cmocka_unit_test(the_state_says_who_is_ready),
		cmocka_unit_test(a_file_is_never_short),
		cmocka_unit_test(a_text_is_cut_at_its_end),
		cmocka_unit_test(links_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
