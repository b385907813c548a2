/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "network/config.h"

static struct config config_of(const char *text)
{
	struct config c;
	char msg[200] = "";

	if (config_parse(&c, text, strlen(text), msg, sizeof(msg)) < 0)
		fail_msg("%s: %s", text, msg);
	return c;
}

static void reads_every_key(void **state)
{
	struct config c = config_of(
		"{\"interfaces\": [{\"name\": \"uplink\", \"match\": {\"name\": \"eth*\",\n"
		" \"mac\": \"52:54:00:aB:cd:Ef\", \"driver\": \"virtio_net\"},\n"
		" \"dhcp\": true, \"dhcpHostname\": true, \"mtu\": 1400,\n"
		" \"addresses\": [\"2001:db8::10/64\"], \"gateway\": [\"fe80::1\"],\n"
		" \"routes\": [{\"to\": \"10.0.0.0/8\", \"via\": \"192.0.2.254\"}],\n"
		" \"acceptRa\": true, \"required\": true},\n"
		" {\"name\": \"v\", \"vlan\": {\"id\": 42, \"parent\": \"uplink\"},\n"
		"  \"acceptRa\": false}],\n"
		" \"dns\": {\"servers\": [\"9.9.9.9\"], \"search\": [\"a.b\"]},\n"
		" \"waitMs\": 5000}");
	const struct config_iface *i = &c.ifaces[0];

	(void)state;
	assert_int_equal(c.n, 2);
	assert_string_equal(i->name, "uplink");
	assert_string_equal(i->match.name, "eth*");
	assert_string_equal(i->match.driver, "virtio_net");
	assert_true(i->match.has_mac);
	assert_memory_equal(i->match.mac, "\x52\x54\0\xab\xcd\xef", 6);
	assert_true(i->dhcp && i->dhcp_hostname && i->required);
	assert_int_equal(i->mtu, 1400);
	assert_int_equal(i->addresses.n, 1);
	assert_int_equal(i->addresses.v[0].bits, 64);
	assert_int_equal(i->gateway.v[0].family, AF_INET6);
	assert_int_equal(i->gateway.v[0].bits, 128);
	assert_int_equal(i->n_routes, 1);
	assert_int_equal(i->routes[0].to.bits, 8);
	assert_int_equal(i->ra, RA_ON);
	assert_int_equal(c.ifaces[1].vlan, 42);
	assert_string_equal(c.ifaces[1].parent, "uplink");
	assert_int_equal(c.ifaces[1].ra, RA_OFF);
	assert_ptr_equal(config_find(&c, "v"), &c.ifaces[1]);
	assert_null(config_find(&c, "w"));
	assert_int_equal(c.servers.n, 1);
	assert_string_equal(c.search.v[0], "a.b");
	assert_int_equal(c.wait, 5000000);
	config_free(&c);
	assert_int_equal(c.n, 0);
}

static void what_is_left_out_has_defaults(void **state)
{
	struct config c = config_of("{\"interfaces\": [{\"name\": \"a\"}],"
				    " \"later\": [1, {}]}");

	(void)state;
	assert_int_equal(c.wait, 30000000);
	assert_int_equal(c.ifaces[0].ra, RA_KERNEL);
	assert_false(c.ifaces[0].dhcp || c.ifaces[0].required);
	assert_int_equal(c.ifaces[0].vlan, 0);
	config_free(&c);
	c = config_of("{}");
	assert_int_equal(c.n, 0);
	config_free(&c);
}

#define ONE(part) "{\"interfaces\": [{\"name\": \"a\", " part "}]}"

static void refuses_with_the_line(void **state)
{
	static const struct {
		const char *text, *msg;
	} cases[] = {
		{ "", "line 1: an object is expected" },
		{ "{\n\"waitMs\": 0}", "line 2: a number that is too small" },
		{ "{\"waitMs\": 120001}", "too large" },
		{ "{\"interfaces\": [{}]}", "an interface without a name" },
		{ "{\"interfaces\": [{\"name\": \"0123456789abcdef\"}]}",
		  "a name that no interface can have" },
		{ "{\"interfaces\": [{\"name\": \"a/b\"}]}", "a name that" },
		{ "{\"interfaces\": [{\"name\": \"..\"}]}", "a name that" },
		{ ONE("\"match\": {\"mac\": \"52:54:00:12:34\"}"),
		  "a MAC address is expected" },
		{ ONE("\"match\": {\"mac\": \"52:54:00:12:34:5g\"}"),
		  "a MAC address is expected" },
		{ ONE("\"mtu\": 100"), "too small" },
		{ ONE("\"vlan\": {\"id\": 4095, \"parent\": \"b\"}"),
		  "too large" },
		{ ONE("\"vlan\": {\"id\": 4}"), "a VLAN without parts" },
		{ ONE("\"addresses\": [\"1.2.3.4/33\"]"),
		  "an address is expected" },
		{ ONE("\"addresses\": [\"1.2.3/24\"]"), "an address" },
		{ ONE("\"addresses\": [\"::1/129\"]"), "an address" },
		{ ONE("\"addresses\": [\"1.2.3.4/\"]"), "an address" },
		{ ONE("\"routes\": [{\"to\": \"10.0.0.0/8\"}]"),
		  "a route needs two" },
		{ ONE("\"routes\": [{\"to\": \"10.0.0.0/8\", \"via\": \"::1\"}]"),
		  "a route needs two" },
		{ "{} x", "line 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config c;
		char msg[200] = "";

		if (config_parse(&c, cases[i].text, strlen(cases[i].text), msg,
				 sizeof(msg)) == 0)
			fail_msg("'%s' was taken", cases[i].text);
		if (!strstr(msg, cases[i].msg))
			fail_msg("'%s': '%s', not '%s'", cases[i].text, msg,
				 cases[i].msg);
		assert_int_equal(c.n, 0);
	}
}

static void patterns(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool fits;
	} cases[] = {
		{ "eth0", "eth0", true },   { "eth0", "eth01", false },
		{ "eth*", "eth", true },    { "eth*", "eth12", true },
		{ "eth*", "wlan0", false }, { "e*0", "enp0s0", true },
		{ "e*0", "enp0s1", false }, { "eth?", "eth", false },
		{ "eth?", "eth7", true },   { "*", "x", true },
		{ "**a**", "bac", true },   { "", "x", false },
		{ "*a*b", "aab", true },    { "*ab", "aaab", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(config_glob(cases[i].pattern, cases[i].name),
				 cases[i].fits);
}

static void all_that_is_given_must_hold(void **state)
{
	static char eth[] = "eth*", driver[] = "virtio_net";
	static const uint8_t mac[6] = { 1, 2, 3, 4, 5, 6 };
	static const uint8_t other[6] = { 1, 2, 3, 4, 5, 7 };
	struct config_match m = { .name = eth };

	(void)state;
	assert_true(config_matches(&m, "eth1", NULL, ""));
	m.driver = driver;
	assert_false(config_matches(&m, "eth1", mac, ""));
	assert_true(config_matches(&m, "eth1", mac, "virtio_net"));
	m.has_mac = true;
	memcpy(m.mac, mac, 6);
	assert_true(config_matches(&m, "eth1", mac, "virtio_net"));
	assert_false(config_matches(&m, "eth1", other, "virtio_net"));
	assert_false(config_matches(&m, "eth1", NULL, "virtio_net"));
	assert_false(config_matches(&m, "lan1", mac, "virtio_net"));
	m = (struct config_match){ 0 };
	assert_false(config_matches(&m, "eth1", mac, "virtio_net"));
}

static struct addr addr(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, text), 0);
	return a;
}

static void addresses(void **state)
{
	struct addr net = addr("192.0.2.10/25"), a = addr("192.0.2.127");
	struct addr b = addr("192.0.2.128"), c = addr("2001:db8::1/33");
	struct addr d = addr("2001:db8:7fff::"), all = { .family = AF_INET };
	char text[ADDR_TEXT];

	(void)state;
	assert_true(addr_covers(&net, &a));
	assert_false(addr_covers(&net, &b));
	assert_true(addr_covers(&c, &d));
	assert_false(addr_covers(&net, &d));
	assert_true(addr_covers(&all, &b));
	assert_string_equal(addr_text(text, &net, true), "192.0.2.10/25");
	assert_string_equal(addr_text(text, &c, false), "2001:db8::1");
	assert_false(addr_same(&a, &b));
	assert_int_equal(addr_parse(&a, "1.2.3.4/1234"), -1);
	assert_int_equal(addr_parse(&a, "1.2.3.4/8x"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_key),
		cmocka_unit_test(what_is_left_out_has_defaults),
		cmocka_unit_test(refuses_with_the_line),
		cmocka_unit_test(patterns),
		cmocka_unit_test(all_that_is_given_must_hold),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
