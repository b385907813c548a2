/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "network.h"

#define NET(text) "network:\n  interfaces:\n  - " text "\n"
/* one interface with its match */
#define ONE(text) NET("{name: a, match: {name: eth0}, " text "}")
/* and a second one */
#define TWO(one, two)                                                          \
	NET("{name: a, match: {name: eth0}, " one "}\n  - {" two "}")
#define DNS(text) "network: {dns: {" text "}}\n"

static const char full[] =
	"network:\n"
	"  interfaces:\n"
	"  - name: uplink\n"
	"    match:\n      name: eth*\n      mac: \"52:54:00:12:34:56\"\n"
	"      driver: virtio_net\n"
	"    dhcp: true\n    dhcp-hostname: true\n"
	"    addresses:\n    - 2001:db8::10/64\n"
	"    gateway:\n    - 2001:db8::1\n"
	"    routes:\n    - to: 10.0.0.0/8\n      via: 192.0.2.254\n"
	"    mtu: 1400\n    accept-ra: true\n    required: true\n"
	"  - name: lan42\n"
	"    vlan:\n      id: 42\n      parent: uplink\n"
	"    addresses:\n    - 10.42.0.2/24\n"
	"    accept-ra: false\n    required: false\n"
	"  dns:\n    servers:\n    - 9.9.9.9\n    - 2620:fe::fe\n"
	"    search:\n    - example.org\n"
	"  wait: 10s\n";

static void a_network_has_its_parts(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(full);
	const struct ig_network *n = &spec->network;
	const struct ig_net_interface *i = &n->interfaces[0];

	(void)state;
	assert_true(n->set);
	assert_int_equal(n->pos.line, 2);
	assert_int_equal(n->interfaces_n, 2);
	assert_string_equal(i->match.driver, "virtio_net");
	assert_true(i->dhcp && i->dhcp_hostname);
	assert_int_equal(i->mtu.v, 1400);
	assert_string_equal(i->routes[0].via, "192.0.2.254");
	assert_true(i->accept_ra.set && i->accept_ra.v);
	assert_int_equal(n->interfaces[1].vlan.id, 42);
	assert_false(n->interfaces[1].match.set);
	assert_true(n->interfaces[1].required.set);
	assert_int_equal(n->wait_ms, 10000);
	assert_int_equal(n->dns.servers.n, 2);
}

static void a_dump_reads_back_as_the_same(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(full);
	IG_AUTO(ig_spec_freep) struct ig_spec *again = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(8192);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(8192);
	IG_AUTO(ig_buf_done) struct ig_buf meta = IG_BUF_INIT(8192);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_yaml(&one, spec, &err), 0);
	assert_non_null(strstr(one.data, "    - to: 10.0.0.0/8\n"));
	again = spec_of(one.data);
	assert_int_equal(ig_spec_yaml(&two, again, &err), 0);
	assert_string_equal(one.data, two.data);
	assert_int_equal(ig_spec_metadata(&meta, spec, "json", NULL, &err), 0);
	assert_non_null(strstr(meta.data, "\"search\": ["));
}

static void later_files_override_fields(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(full);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(add(spec, "b.yml", "network: {wait: 5s}\n", &err), 0);
	assert_int_equal(spec->network.interfaces_n, 2);
	assert_int_equal(spec->network.wait_ms, 5000);
	assert_string_equal(spec->network.pos.file, "b.yml");
	assert_int_equal(add(spec, "c.yml", DNS("servers: [1.1.1.1]"), &err),
			 0);
	assert_int_equal(spec->network.dns.servers.n, 1);
	assert_int_equal(spec->network.dns.search.n, 1);
	assert_int_equal(add(spec, "d.yml", ONE("dhcp: true"), &err), 0);
	assert_int_equal(spec->network.interfaces_n, 1);
	assert_int_equal(add(spec, "e.yml", "init: [x]\n", &err), 0);
	assert_int_equal(spec->network.interfaces_n, 1);
}

static void one_interface_is_checked(void **state)
{
	static const struct spec_case cases[] = {
		{ ONE("dhcp: true"), IG_OK, NULL },
		{ NET("{name: a, match: 'eth*', dhcp: true}"), IG_OK, NULL },
		{ NET("{name: a, dhcp: true}"), IG_ESPEC,
		  "a.yml:3:5: network.interfaces[0].match: which network card?" },
		{ NET("{name: a, match: {}, dhcp: true}"), IG_ESPEC,
		  "give name, mac or driver" },
		{ NET("{name: lo, match: {name: lo}}"), IG_ESPEC,
		  "'lo' is not a name for an interface" },
		{ NET("{name: 0123456789abcdef, match: {name: e}}"), IG_ESPEC,
		  "is not a name for an interface" },
		{ NET("{name: a b, match: {name: e}}"), IG_ESPEC,
		  "is not a name for an interface" },
		{ NET("{name: a, match: {name: 'e[0]'}}"), IG_ESPEC,
		  "is no pattern" },
		{ NET("{name: a, match: {mac: '52:54:00:12:34'}}"), IG_ESPEC,
		  "match.mac: '52:54:00:12:34' is no MAC address" },
		{ NET("{name: a, match: {mac: '52-54-00-12-34-56'}}"), IG_ESPEC,
		  "is no MAC address" },
		{ NET("{name: a, match: {driver: 'a/b'}}"), IG_ESPEC,
		  "is no name of a driver" },
		{ ONE("addresses: [192.0.2.10/24]"), IG_OK, NULL },
		{ ONE("addresses: [192.0.2.10]"), IG_ESPEC,
		  "addresses[0]: '192.0.2.10' is no address with a prefix" },
		{ ONE("addresses: [192.0.2.10/33]"), IG_ESPEC,
		  "is no address" },
		{ ONE("addresses: [192.0.2.10/024]"), IG_ESPEC,
		  "is no address" },
		{ ONE("addresses: ['2001:db8::/129']"), IG_ESPEC,
		  "is no address" },
		{ ONE("addresses: [192.0.2.0/24]"), IG_ESPEC,
		  "is the network itself" },
		{ ONE("addresses: [192.0.2.255/24]"), IG_ESPEC,
		  "broadcast address" },
		{ ONE("addresses: [192.0.2.0/31]"), IG_OK, NULL },
		{ ONE("addresses: [127.0.0.2/8]"), IG_ESPEC, "loopback" },
		{ ONE("addresses: [224.0.0.1/4]"), IG_ESPEC, "multicast" },
		{ ONE("addresses: [0.1.2.3/8]"), IG_ESPEC, "0.0.0.0/8" },
		{ ONE("addresses: [10.0.0.1/0]"), IG_ESPEC, "no bits" },
		{ ONE("addresses: ['::1/128']"), IG_ESPEC, "loopback" },
		{ ONE("addresses: ['ff02::1/64']"), IG_ESPEC, "multicast" },
		{ ONE("addresses: ['::ffff:1.2.3.4/96']"), IG_ESPEC,
		  "written as IPv6" },
		{ ONE("addresses: ['2001:db8::1/64', '2001:db8:0::1/64']"),
		  IG_ESPEC, "stands there twice" },
		{ ONE("dhcp: true, addresses: [192.0.2.10/24]"), IG_ESPEC,
		  "is IPv4, which dhcp gives" },
		{ ONE("dhcp: true, addresses: ['2001:db8::1/64']"), IG_OK,
		  NULL },
		{ ONE("addresses: [192.0.2.10/24], gateway: [192.0.2.1]"),
		  IG_OK, NULL },
		{ ONE("addresses: [192.0.2.10/24], gateway: [192.0.3.1]"),
		  IG_ESPEC, "gateway[0]: '192.0.3.1' is in no network" },
		{ ONE("addresses: [192.0.2.10/24], gateway: [192.0.2.10]"),
		  IG_ESPEC, "is in no network" },
		{ ONE("addresses: ['2001:db8::1/64'], gateway: ['fe80::1']"),
		  IG_OK, NULL },
		{ ONE("addresses: [10.0.0.2/8], gateway: [10.0.0.1, 10.0.0.3]"),
		  IG_ESPEC, "is the second of its family" },
		{ ONE("dhcp: true, gateway: [192.0.2.1]"), IG_ESPEC,
		  "which dhcp gives" },
		{ ONE("addresses: [10.0.0.2/8], gateway: [x]"), IG_ESPEC,
		  "'x' is no address" },
		{ ONE("dhcp-hostname: true"), IG_ESPEC, "no dhcp here" },
		{ ONE("required: true"), IG_ESPEC, "never gets an address" },
		{ ONE("accept-ra: true, required: true"), IG_OK, NULL },
		{ ONE("mtu: 100"), IG_ESPEC, "mtu: 100 is not in the range" },
		{ ONE("mtu: 1000, addresses: ['2001:db8::1/64']"), IG_ESPEC,
		  "IPv6 needs at least 1280" },
		{ ONE("dhpc: true"), IG_ESPEC, "did you mean 'dhcp'?" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void routes_are_checked(void **state)
{
	static const struct spec_case cases[] = {
#define R(to, via)                                                             \
	ONE("addresses: [192.0.2.10/24], routes: [{to: " to ", via: " via "}]")
		{ R("10.0.0.0/8", "192.0.2.1"), IG_OK, NULL },
		{ R("10.0.0.0/8", "192.0.3.1"), IG_ESPEC,
		  "routes[0]: '192.0.3.1' is in no network" },
		{ R("10.0.0.0", "192.0.2.1"), IG_ESPEC,
		  "routes[0].to: '10.0.0.0' is no network" },
		{ R("10.0.0.1/8", "192.0.2.1"), IG_ESPEC, "bits set behind" },
		{ R("0.0.0.0/0", "192.0.2.1"), IG_ESPEC,
		  "the default route is 'gateway'" },
		{ R("10.0.0.0/8", "'fe80::1'"), IG_ESPEC,
		  "IPv4 and IPv6 in one route" },
		{ R("10.0.0.0/8", "x"), IG_ESPEC, "'x' is no address" },
		{ ONE("dhcp: true, routes: [{to: 10.0.0.0/8, via: 1.2.3.4}]"),
		  IG_OK, NULL },
		{ ONE("addresses: [192.0.2.10/24], routes: [{to: 10.0.0.0/8, via: 192.0.2.1}, {to: 10.0.0.0/8, via: 192.0.2.2}]"),
		  IG_ESPEC, "has a route already" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void several_interfaces_are_checked(void **state)
{
	static const struct spec_case cases[] = {
		{ TWO("dhcp: true", "name: v, vlan: {id: 1, parent: a}"), IG_OK,
		  NULL },
		{ TWO("dhcp: true", "name: a, match: {name: e}"), IG_ESPEC,
		  "network.interfaces[1].name: another interface has that name" },
		{ TWO("dhcp: true", "name: v, vlan: {id: 1, parent: b}"),
		  IG_ESPEC, "no interface of this network" },
		{ TWO("dhcp: true", "name: v, vlan: {id: 1, parent: v}"),
		  IG_ESPEC, "its own parent" },
		{ TWO("dhcp: true", "name: v, vlan: {id: 0, parent: a}"),
		  IG_ESPEC, "0 is not in the range 1 to 4094" },
		{ TWO("dhcp: true", "name: v, vlan: {id: 4095, parent: a}"),
		  IG_ESPEC, "4095 is not in the range" },
		{ TWO("dhcp: true",
		      "name: v, vlan: {id: 1, parent: a}, match: {name: e}"),
		  IG_ESPEC, "a VLAN is made" },
		{ TWO("dhcp: true",
		      "name: v, vlan: {id: 1, parent: a}}\n  - {name: w, vlan: {id: 1, parent: a}"),
		  IG_ESPEC, "another interface is that VLAN" },
		{ TWO("dhcp: true",
		      "name: v, vlan: {id: 1, parent: a}}\n  - {name: w, vlan: {id: 2, parent: v}"),
		  IG_ESPEC, "its parent is a VLAN itself" },
		{ TWO("mtu: 1400",
		      "name: v, mtu: 1500, vlan: {id: 1, parent: a}"),
		  IG_ESPEC, "larger than that of its parent" },
		{ TWO("addresses: [10.0.0.1/8]",
		      "name: b, match: {name: e}, addresses: [10.0.0.1/16]"),
		  IG_ESPEC, "is another interface's address" },
		{ TWO("addresses: ['fe80::1/64']",
		      "name: b, match: {name: e}, addresses: ['fe80::1/64']"),
		  IG_OK, NULL },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void dns_and_times_are_checked(void **state)
{
	static const struct spec_case cases[] = {
		{ DNS("servers: [9.9.9.9, '2620:fe::fe']"), IG_OK, NULL },
		{ DNS("servers: [dns.example]"), IG_ESPEC,
		  "network.dns.servers[0]: 'dns.example' is no address" },
		{ DNS("servers: ['::1', '0:0::1']"), IG_ESPEC, "twice" },
		{ DNS("servers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]"),
		  IG_ESPEC, "more than 3" },
		{ DNS("search: [example.org, a_b.c-d.]"), IG_OK, NULL },
		{ DNS("search: ['a b']"), IG_ESPEC, "'a b' is no domain" },
		{ DNS("search: [a..b]"), IG_ESPEC, "is no domain" },
		{ DNS("search: ['']"), IG_ESPEC, "is no domain" },
		{ DNS("search: [a, a]"), IG_ESPEC, "twice" },
		{ DNS("search: [a, b, c, d, e, f, g]"), IG_ESPEC,
		  "more than 6" },
		{ "network: {wait: 3m}\n", IG_ESPEC, "is not between" },
		{ "network: {wait: soon}\n", IG_ESPEC, "is not a time" },
		{ "network: []\n", IG_ESPEC, "expected a mapping" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_has_its_parts),
		cmocka_unit_test(a_dump_reads_back_as_the_same),
		cmocka_unit_test(later_files_override_fields),
		cmocka_unit_test(one_interface_is_checked),
		cmocka_unit_test(routes_are_checked),
		cmocka_unit_test(several_interfaces_are_checked),
		cmocka_unit_test(dns_and_times_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
