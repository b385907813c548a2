/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "network/dhcp_frame.h"
#include "network/dhcp_option.h"
#include "network/dhcp_packet.h"

#define OPTIONS 240

/* A server's answer with the options that a test puts in. */
struct packet {
	uint8_t b[1500];
	size_t n;
};

static void add(struct packet *p, uint8_t code, const void *data, size_t len)
{
	p->b[p->n++] = code;
	p->b[p->n++] = (uint8_t)len;
	memcpy(p->b + p->n, data, len);
	p->n += len;
}

static void add_end(struct packet *p)
{
	p->b[p->n++] = OPT_END;
}

static struct packet head(void)
{
	static const uint8_t cookie[4] = { 99, 130, 83, 99 };
	struct packet p = { .n = OPTIONS };

	p.b[0] = 2;
	p.b[1] = 1;
	p.b[2] = 6;
	memcpy(p.b + 4, "\x01\x02\x03\x04", 4);
	memcpy(p.b + 16, "\x0a\x00\x02\x0f", 4);
	memcpy(p.b + 28, "\x52\x54\x00\x12\x34\x56", 6);
	memcpy(p.b + 236, cookie, 4);
	return p;
}

static struct packet offer(void)
{
	struct packet p = head();

	add(&p, OPT_TYPE, "\x02", 1);
	add(&p, OPT_SERVER, "\x0a\x00\x02\x02", 4);
	add(&p, OPT_LEASE, "\x00\x00\x0e\x10", 4);
	add(&p, OPT_NETMASK, "\xff\xff\xff\x00", 4);
	return p;
}

static struct dhcp_answer decoded(struct packet p)
{
	struct dhcp_answer a;

	add_end(&p);
	assert_int_equal(dhcp_decode(&a, p.b, p.n), 0);
	return a;
}

static void an_offer_has_its_parts(void **state)
{
	struct packet p = offer();
	struct dhcp_answer a;

	(void)state;
	add(&p, OPT_ROUTER, "\x0a\x00\x02\x02\x0a\x00\x02\x03", 8);
	add(&p, OPT_DNS, "\x0a\x00\x02\x03\x7f\x00\x00\x01", 8);
	add(&p, OPT_DOMAIN, "example.org", 12); /* with a NUL */
	add(&p, OPT_HOSTNAME, "web.example.org", 15);
	add(&p, OPT_MTU, "\x05\x78", 2);
	a = decoded(p);
	assert_int_equal(a.type, DHCP_OFFER);
	assert_int_equal(a.xid, 0x01020304);
	assert_memory_equal(a.address.b, "\x0a\x00\x02\x0f", 4);
	assert_int_equal(a.address.bits, 24);
	assert_memory_equal(a.server, "\x0a\x00\x02\x02", 4);
	assert_int_equal(a.lease, 3600);
	assert_int_equal(a.t1, 1800);
	assert_int_equal(a.t2, 3150);
	assert_int_equal(a.n_routers, 2);
	assert_int_equal(a.n_dns, 1); /* a loopback is no server */
	assert_int_equal(a.mtu, 1400);
	assert_string_equal(a.domains, "example.org");
	assert_string_equal(a.hostname, "web");
	assert_false(a.has_routes);
}

static void refuses_what_is_no_answer(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t value;
	} bad[] = {
		{ "a request", 0, 1 },	      { "no Ethernet", 1, 6 },
		{ "a long address", 2, 8 },   { "another cookie", 236, 98 },
		{ "address 0.…", 16, 0 },     { "loopback", 16, 127 },
		{ "multicast", 16, 224 },     { "type 1", OPTIONS + 2, 1 },
		{ "type 9", OPTIONS + 2, 9 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct packet p = offer();
		struct dhcp_answer a;

		add_end(&p);
		assert_int_equal(dhcp_decode(&a, p.b, p.n), 0);
		p.b[bad[i].at] = bad[i].value;
		if (dhcp_decode(&a, p.b, p.n) == 0)
			fail_msg("%s was taken", bad[i].what);
	}
}

static void refuses_every_cut(void **state)
{
	struct packet p = offer();
	struct dhcp_answer a;

	(void)state;
	for (size_t n = 0; n < p.n; n++) {
		/* memory of that very size, so that a sanitizer sees more */
		uint8_t *cut = malloc(n + 1);

		memcpy(cut, p.b, n);
		/* without the mask a class counts; all before is needed */
		if (n != p.n - 6)
			assert_int_equal(dhcp_decode(&a, cut, n), -1);
		free(cut);
	}
}

static void what_is_missing_is_refused(void **state)
{
	static const uint8_t needed[] = { OPT_TYPE, OPT_SERVER, OPT_LEASE };

	(void)state;
	for (size_t i = 0; i < sizeof(needed); i++) {
		struct packet p = offer();
		struct dhcp_answer a;

		add_end(&p);
		for (size_t at = OPTIONS; p.b[at] != OPT_END;
		     at += 2 + (size_t)p.b[at + 1]) {
			if (p.b[at] == needed[i])
				p.b[at] = 224; /* for private use */
		}
		assert_int_equal(dhcp_decode(&a, p.b, p.n), -1);
	}
}

static void masks_are_whole(void **state)
{
	static const struct {
		const char *mask;
		int bits; /* -1: refused */
	} cases[] = {
		{ "\xff\xff\xff\xff", 32 }, { "\xff\xff\xff\xfe", 31 },
		{ "\x80\x00\x00\x00", 1 },  { "\x00\x00\x00\x00", -1 },
		{ "\xff\x00\xff\x00", -1 }, { "\x7f\xff\xff\xff", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet p = offer();
		struct dhcp_answer a;

		memcpy(p.b + p.n - 4, cases[i].mask, 4);
		add_end(&p);
		int rc = dhcp_decode(&a, p.b, p.n);

		assert_int_equal(rc == 0 ? (int)a.address.bits : -1,
				 cases[i].bits);
	}
}

static void times_that_make_no_sense_have_defaults(void **state)
{
	static const struct {
		const char *t1, *t2;
		uint32_t want1, want2;
	} cases[] = {
		{ "\x00\x00\x00\x64", "\x00\x00\x00\xc8", 100, 200 },
		{ "\x00\x00\x00\xc8", "\x00\x00\x00\x64", 1800, 3150 },
		{ "\x00\x00\x00\x00", "\x00\x00\x00\xc8", 1800, 3150 },
		{ "\x00\x00\x00\x64", "\x00\x00\x0e\x10", 1800, 3150 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet p = offer();

		add(&p, OPT_T1, cases[i].t1, 4);
		add(&p, OPT_T2, cases[i].t2, 4);
		struct dhcp_answer a = decoded(p);

		assert_int_equal(a.t1, cases[i].want1);
		assert_int_equal(a.t2, cases[i].want2);
	}
}

static void routes_are_compact(void **state)
{
	struct packet p = offer();
	struct dhcp_answer a;

	(void)state;
	/* 10.0.0.0/8, 0.0.0.0/0, 192.0.2.128/25 on the link */
	add(&p, OPT_ROUTES,
	    "\x08\x0a\x0a\x00\x02\x02"
	    "\x00\x0a\x00\x02\x03"
	    "\x19\xc0\x00\x02\xff\x00\x00\x00\x00",
	    20);
	a = decoded(p);
	assert_true(a.has_routes);
	assert_int_equal(a.n_routes, 3);
	assert_int_equal(a.routes[0].to.bits, 8);
	assert_memory_equal(a.routes[0].to.b, "\x0a\x00\x00\x00", 4);
	assert_int_equal(a.routes[1].to.bits, 0);
	assert_memory_equal(a.routes[1].via, "\x0a\x00\x02\x03", 4);
	assert_memory_equal(a.routes[2].to.b, "\xc0\x00\x02\x80", 4);
	assert_memory_equal(a.routes[2].via, "\0\0\0\0", 4);
}

static void broken_routes_are_none(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "\x21\x0a\x00\x00\x00\x00\x0a\x00\x02\x02", 10 },
		{ "\x08\x0a\x0a\x00\x02", 5 },
		{ "\x08\x0a\x0a\x00\x02\x02\x18", 7 },
		{ "\x08\x0a\x7f\x00\x00\x01", 6 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet p = offer();

		add(&p, OPT_ROUTES, cases[i].text, cases[i].len);
		struct dhcp_answer a = decoded(p);

		assert_false(a.has_routes);
		assert_int_equal(a.n_routes, 0);
	}
}

static void options_may_lie_in_other_fields(void **state)
{
	struct packet p = offer();
	struct dhcp_answer a;

	(void)state;
	add(&p, OPT_OVERLOAD, "\x03", 1);
	memcpy(p.b + 108, "\x0c\x03web\xff", 6);     /* file */
	memcpy(p.b + 44, "\x1a\x02\x05\xdc\xff", 5); /* sname */
	a = decoded(p);
	assert_string_equal(a.hostname, "web");
	assert_int_equal(a.mtu, 1500);
	/* one that does not end in its field is none */
	memcpy(p.b + 108, "\x0c\xffweb", 5);
	add_end(&p);
	assert_int_equal(dhcp_decode(&a, p.b, p.n), -1);
}

static void pieces_of_an_option_are_joined(void **state)
{
	struct packet p = offer();
	struct dhcp_answer a;

	(void)state;
	add(&p, OPT_DNS, "\x0a\x00", 2);
	add(&p, OPT_DNS, "\x02\x03", 2);
	a = decoded(p);
	assert_int_equal(a.n_dns, 1);
	assert_memory_equal(a.dns[0], "\x0a\x00\x02\x03", 4);
}

static void domains_are_names_or_nothing(void **state)
{
	static const struct {
		uint8_t code;
		const char *text;
		size_t len;
		const char *want;
	} cases[] = {
		{ OPT_SEARCH, "\3lab\7example\0\3sub\xc0\0", 19,
		  "lab.example sub.lab.example" },
		/* to itself, forward, behind the end, a label of 64 */
		{ OPT_SEARCH, "\xc0\0", 2, "" },
		{ OPT_SEARCH, "\1a\xc0\5\0", 5, "" },
		{ OPT_SEARCH, "\1a\xc1\xff", 4, "" },
		{ OPT_SEARCH, "\5abc", 4, "" },
		{ OPT_SEARCH, "\x40", 1, "" },
		/* what would be a line of its own in resolv.conf */
		{ OPT_SEARCH, "\3a\nb\0\1c\0", 8, "c" },
		{ OPT_DOMAIN, "a.b\nnameserver 6.6.6.6", 22, "" },
		{ OPT_DOMAIN, "a..b", 4, "" },
		{ OPT_DOMAIN, "a b", 3, "" },
		{ OPT_DOMAIN, "corp.example.", 13, "corp.example" },
		{ OPT_HOSTNAME, "-x", 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet p = offer();

		add(&p, cases[i].code, cases[i].text, cases[i].len);
		struct dhcp_answer a = decoded(p);

		assert_string_equal(a.domains, cases[i].want);
		assert_string_equal(a.hostname, "");
	}
}

static void the_longest_domain_fits(void **state)
{
	uint8_t text[255], longer[255];
	struct packet p = offer();
	size_t n = 0;

	(void)state;
	/* 63 + 63 + 63 + 61 and the dots: 253 */
	for (int i = 0; i < 4; i++) {
		size_t len = i < 3 ? 63 : 61;

		text[n++] = (uint8_t)len;
		memset(text + n, 'a', len);
		n += len;
	}
	text[n++] = 0;
	assert_int_equal(n, 255);
	add(&p, OPT_SEARCH, text, n);
	struct dhcp_answer a = decoded(p);

	assert_int_equal(strlen(a.domains), 253);
	memset(longer, 'a', sizeof(longer));
	p = offer();
	add(&p, OPT_DOMAIN, longer, sizeof(longer));
	a = decoded(p);
	assert_string_equal(a.domains, "");
}

static const uint8_t *option_in(const uint8_t *p, size_t len, uint8_t code)
{
	for (size_t at = OPTIONS; at < len && p[at] != OPT_END;
	     at += 2 + (size_t)p[at + 1]) {
		if (p[at] == code)
			return p + at;
	}
	return NULL;
}

static void a_request_has_what_it_is_about(void **state)
{
	struct dhcp_ask ask = { .type = DHCP_REQUEST,
				.xid = 0xa1b2c3d4,
				.secs = 258,
				.mac = { 0x52, 0x54, 0, 1, 2, 3 },
				.requested = { 10, 0, 2, 15 },
				.server = { 10, 0, 2, 2 },
				.size = 1500,
				.hostname = "web" };
	uint8_t out[DHCP_SEND];
	size_t len = dhcp_encode(out, &ask);

	(void)state;
	assert_true(len >= 300 && len <= DHCP_SEND);
	assert_memory_equal(out, "\1\1\6\0\xa1\xb2\xc3\xd4\1\2\0\0", 12);
	assert_memory_equal(out + 28, ask.mac, 6);
	assert_memory_equal(option_in(out, len, OPT_TYPE), "\x35\1\3", 3);
	assert_memory_equal(option_in(out, len, OPT_CLIENT),
			    "\x3d\7\1\x52\x54\0\1\2\3", 9);
	assert_memory_equal(option_in(out, len, OPT_REQUESTED),
			    "\x32\4\x0a\0\2\x0f", 6);
	assert_memory_equal(option_in(out, len, OPT_SERVER), "\x36\4\x0a\0\2\2",
			    6);
	assert_memory_equal(option_in(out, len, OPT_SIZE), "\x39\2\5\xdc", 4);
	assert_memory_equal(option_in(out, len, OPT_HOSTNAME), "\x0c\3web", 5);
	memset(ask.requested, 0, 4);
	memset(ask.server, 0, 4);
	ask.hostname[0] = '\0';
	len = dhcp_encode(out, &ask);
	assert_null(option_in(out, len, OPT_REQUESTED));
	assert_null(option_in(out, len, OPT_SERVER));
	assert_null(option_in(out, len, OPT_HOSTNAME));
}

/* ---- IP and UDP ---- */

static uint16_t sum_of(const uint8_t *p, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* What the client sends, turned round: as from a server. */
static size_t answer_frame(uint8_t *p, const char *text)
{
	static const uint8_t from[4] = { 10, 0, 2, 2 };

	memcpy(p + FRAME_HEADS, text, strlen(text));
	size_t len = frame_wrap(p, from, strlen(text));

	/* the sums stay the same */
	memcpy(p + 20, "\0\x43\0\x44", 4);
	return len;
}

static void a_frame_has_right_sums(void **state)
{
	static const uint8_t none[4];
	uint8_t p[FRAME_HEADS + 5];

	(void)state;
	memcpy(p + FRAME_HEADS, "hello", 5);
	assert_int_equal(frame_wrap(p, none, 5), sizeof(p));
	assert_int_equal(sum_of(p, 20, 0), 0xffff);
	assert_int_equal(sum_of(p + 20, 13, 17 + 13 + 2 * 0xffff), 0xffff);
	assert_memory_equal(p + 16, "\xff\xff\xff\xff\0\x44\0\x43", 8);
}

static void an_answer_is_unwrapped(void **state)
{
	uint8_t p[64] = { 0 };
	size_t len = answer_frame(p, "hello"), n = 0;
	const uint8_t *got = frame_unwrap(p, len, true, &n);

	(void)state;
	assert_ptr_equal(got, p + FRAME_HEADS);
	assert_int_equal(n, 5);
	/* short frames are filled up by the link */
	assert_non_null(frame_unwrap(p, sizeof(p), true, &n));
	assert_int_equal(n, 5);
}

static void frames_with_a_fault_are_none(void **state)
{
	uint8_t p[64], bad[64];
	size_t len, n;

	(void)state;
	memset(p, 0, sizeof(p));
	len = answer_frame(p, "hello");
	for (size_t i = 0; i < len; i++) {
		memcpy(bad, p, sizeof(p));
		bad[i] ^= 0x10;
		/* the sum of UDP may be left out, so may its check */
		if (frame_unwrap(bad, len, true, &n))
			fail_msg("byte %zu may be anything", i);
	}
	for (size_t i = 0; i < len; i++)
		assert_null(frame_unwrap(p, i, true, &n));
	memcpy(bad, p, sizeof(p));
	bad[FRAME_HEADS] ^= 1;
	assert_null(frame_unwrap(bad, len, true, &n));
	assert_non_null(frame_unwrap(bad, len, false, &n));
	memset(bad + 26, 0, 2);
	assert_non_null(frame_unwrap(bad, len, true, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offer_has_its_parts),
		cmocka_unit_test(refuses_what_is_no_answer),
		cmocka_unit_test(refuses_every_cut),
		cmocka_unit_test(what_is_missing_is_refused),
		cmocka_unit_test(masks_are_whole),
		cmocka_unit_test(times_that_make_no_sense_have_defaults),
		cmocka_unit_test(routes_are_compact),
		cmocka_unit_test(broken_routes_are_none),
		cmocka_unit_test(options_may_lie_in_other_fields),
		cmocka_unit_test(pieces_of_an_option_are_joined),
		cmocka_unit_test(domains_are_names_or_nothing),
		cmocka_unit_test(the_longest_domain_fits),
		cmocka_unit_test(a_request_has_what_it_is_about),
		cmocka_unit_test(a_frame_has_right_sums),
		cmocka_unit_test(an_answer_is_unwrapped),
		cmocka_unit_test(frames_with_a_fault_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
