/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "network/acd.h"
#include "network/arp.h"
#include "network/dhcp_option.h"
#include "network/dhcp_packet.h"

#define S INT64_C(1000000)

static const uint8_t own[6] = { 0x52, 0x54, 0, 0, 0, 1 };
static const uint8_t other[6] = { 0x52, 0x54, 0, 0, 0, 2 };
static const uint8_t address[4] = { 10, 9, 0, 77 };
static const uint8_t none[4];

static void a_probe_is_from_nobody(void **state)
{
	static const uint8_t probe[ARP_SIZE] =
		"\0\1\x08\0\6\4\0\1\x52\x54\0\0\0\1\0\0\0\0"
		"\0\0\0\0\0\0\x0a\x09\0\x4d";
	uint8_t p[ARP_SIZE];

	(void)state;
	arp_request(p, own, none, address);
	assert_memory_equal(p, probe, ARP_SIZE);
	arp_request(p, own, address, address);
	assert_memory_equal(p + ARP_SENDER, address, 4);
	p[ARP_SENDER] = p[ARP_SENDER + 1] = p[ARP_SENDER + 3] = 0;
	assert_memory_equal(p, probe, ARP_SIZE);
}

static void who_sends_from_the_address_has_it(void **state)
{
	uint8_t p[64] = { 0 }, who[6] = { 0 };

	(void)state;
	arp_request(p, other, address, address);
	assert_true(arp_conflict(who, p, ARP_SIZE, own, address));
	assert_memory_equal(who, other, 6);
	p[7] = 2; /* a reply, with the padding of a short frame */
	assert_true(arp_conflict(who, p, 46, own, address));
}

static void what_is_no_conflict(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t value;
	} all[] = {
		{ "no Ethernet", 1, 6 },    { "no IPv4", 2, 0x86 },
		{ "long addresses", 4, 8 }, { "operation 257", 6, 1 },
		{ "operation 3", 7, 3 },    { "operation 0", 7, 0 },
		{ "our own card", 13, 1 },  { "another address", 17, 78 },
	};
	uint8_t p[ARP_SIZE], who[6] = { 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		arp_request(p, other, address, none);
		assert_true(arp_conflict(who, p, ARP_SIZE, own, address));
		who[0] = 7;
		p[all[i].at] = all[i].value;
		if (arp_conflict(who, p, ARP_SIZE, own, address))
			fail_msg("%s was taken for one", all[i].what);
		assert_int_equal(who[0], 7);
	}
	/* someone else's probe: switches look so for who is there */
	arp_request(p, other, none, address);
	assert_false(arp_conflict(who, p, ARP_SIZE, own, address));
}

static void a_cut_packet_is_none(void **state)
{
	uint8_t p[ARP_SIZE], who[6];

	(void)state;
	arp_request(p, other, address, address);
	for (size_t n = 0; n < ARP_SIZE; n++) {
		uint8_t *cut = malloc(n + 1);

		memcpy(cut, p, n);
		assert_false(arp_conflict(who, cut, n, own, address));
		free(cut);
	}
}

/* RFC 5227, 1.1: three probes, then two announcements. */
static void the_plan_is_that_of_the_rfc(void **state)
{
	unsigned announced = 0, n = 0;

	(void)state;
	for (;; n++) {
		const struct acd_step s = acd_step(n);

		announced += s.announce;
		assert_int_equal(s.announce, n >= 3);
		if (s.wait == 0)
			break;
		assert_in_range(s.wait, S, 2 * S);
		assert_true(s.wait + s.more <= 2 * S);
	}
	assert_int_equal(n, 4);
	assert_int_equal(announced, 2);
}

static void an_address_in_use_is_defended_once_in_10_s(void **state)
{
	struct acd a = { .fd = -1 };

	(void)state;
	/* the other one was there first */
	for (a.sent = 0; a.sent < 5; a.sent++)
		assert_true(acd_yields(&a, 100 * S));
	assert_false(acd_yields(&a, 100 * S));
	assert_false(acd_yields(&a, 110 * S));
	assert_true(acd_yields(&a, 119 * S));
}

static void one_that_is_not_at_work_does_nothing(void **state)
{
	struct acd a;

	(void)state;
	acd_init(&a);
	acd_use(&a);
	acd_tick(&a);
	assert_false(acd_read(&a));
	assert_int_equal(a.next, 0);
	assert_int_equal(a.sent, 0);
	acd_stop(&a);
	assert_int_equal(a.fd, -1);
}

/* RFC 2131, table 5 */
static void a_decline_has_only_what_it_must(void **state)
{
	struct dhcp_ask ask = { .type = DHCP_DECLINE,
				.xid = 0x01020304,
				.size = 1500,
				.hostname = "web" };
	static const uint8_t options[] = "\x35\1\4\x3d\7\1\x52\x54\0\0\0\1"
					 "\x32\4\x0a\x09\0\x4d"
					 "\x36\4\x0a\x09\0\1\xff";
	uint8_t p[DHCP_SEND];

	(void)state;
	memcpy(ask.mac, own, 6);
	memcpy(ask.requested, address, 4);
	memcpy(ask.server, "\x0a\x09\0\1", 4);
	assert_true(dhcp_encode(p, &ask) >= 240 + sizeof(options) - 1);
	assert_memory_equal(p + 12, none, 4);
	assert_memory_equal(p + 240, options, sizeof(options) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_is_from_nobody),
		cmocka_unit_test(who_sends_from_the_address_has_it),
		cmocka_unit_test(what_is_no_conflict),
		cmocka_unit_test(a_cut_packet_is_none),
		cmocka_unit_test(the_plan_is_that_of_the_rfc),
		cmocka_unit_test(an_address_in_use_is_defended_once_in_10_s),
		cmocka_unit_test(one_that_is_not_at_work_does_nothing),
		cmocka_unit_test(a_decline_has_only_what_it_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
