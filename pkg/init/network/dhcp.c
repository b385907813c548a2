/* SPDX-License-Identifier: Apache-2.0 */
#include "network/dhcp.h"

#include "base/sys.h"
#include "log/log.h"
#include "network/dhcp_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define SECOND	    INT64_C(1000000)
#define LEASE_LEAST 4 /* s; a shorter one is no use */
#define HOLD	    (10 * SECOND)
#define READS_MAX   16 /* of one turn */

static void event(struct dhcp *d, enum dhcp_event ev);

static uint32_t random32(void)
{
	uint32_t n = 0;

	/* fails only before the kernel has any: then the clock has to do */
	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != (ssize_t)sizeof(n))
		n = (uint32_t)now_us() * UINT32_C(2654435761);
	return n;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void rest(struct dhcp *d)
{
	close_fd(&d->packet);
	close_fd(&d->udp);
	if (!d->has_lease)
		acd_stop(&d->acd);
	d->retry = 0;
	d->tries = 0;
}

static void fresh(struct dhcp *d)
{
	rest(d);
	d->xid = random32();
	d->began = now_us();
}

/* The machine's name, unless it is none of its own. */
static void own_name(char *out, size_t cap)
{
	if (gethostname(out, cap) < 0)
		out[0] = '\0';
	out[cap - 1] = '\0';
	out[strcspn(out, ".")] = '\0';
	if (strcmp(out, "ingot") == 0 || strcmp(out, "localhost") == 0 ||
	    out[0] == '(')
		out[0] = '\0';
}

static void fill(struct dhcp_ask *ask, struct dhcp *d, enum dhcp_type type)
{
	int64_t secs = (now_us() - d->began) / SECOND;

	*ask = (struct dhcp_ask){
		.type = type,
		.xid = d->xid,
		.secs = (uint16_t)(secs < UINT16_MAX ? secs : UINT16_MAX),
		.size = DHCP_SIZE,
	};
	memcpy(ask->mac, d->mac, 6);
	own_name(ask->hostname, sizeof(ask->hostname));
}

static bool open_packet(struct dhcp *d)
{
	if (d->packet >= 0)
		return true;
	d->packet = dhcp_socket_packet(d->ifindex);
	if (d->packet < 0)
		complain("%s: packet socket: %s", d->name, strerror(errno));
	return d->packet >= 0;
}

static void send_all(struct dhcp *d, const struct dhcp_ask *ask)
{
	uint8_t buf[DHCP_SEND];
	size_t len = dhcp_encode(buf, ask);

	d->sent = now_us();
	d->tries++;
	if (open_packet(d) &&
	    dhcp_send_all(d->packet, d->ifindex, ask->ciaddr, buf, len) < 0)
		complain("%s: send: %s", d->name, strerror(errno));
}

static void discover(struct dhcp *d)
{
	struct dhcp_ask ask;

	fill(&ask, d, DHCP_DISCOVER);
	send_all(d, &ask);
	d->retry = d->sent + dhcp_backoff(d->tries, random32());
}

static void look(struct dhcp *d)
{
	if (acd_start(&d->acd, d->ifindex, d->mac, d->offer.address.b) < 0)
		complain("%s: ARP: %s", d->name, strerror(errno));
}

/* The first probe goes with the request: its answer takes no longer. */
static void choose(struct dhcp *d)
{
	d->tries = 0;
	d->taken = false;
	look(d);
}

static void request(struct dhcp *d)
{
	struct dhcp_ask ask;

	fill(&ask, d, DHCP_REQUEST);
	memcpy(ask.requested, d->offer.address.b, 4);
	memcpy(ask.server, d->offer.server, 4);
	send_all(d, &ask);
	d->retry = d->sent + dhcp_backoff(d->tries, random32());
}

static void send_to_server(struct dhcp *d, const struct dhcp_ask *ask)
{
	uint8_t buf[DHCP_SEND];
	size_t len = dhcp_encode(buf, ask);

	d->sent = now_us();
	d->tries++;
	if (d->udp < 0)
		d->udp = dhcp_socket_udp(d->link, d->lease.address.b);
	if (!open_packet(d) || d->udp < 0 ||
	    dhcp_send_one(d->udp, d->lease.server, buf, len) < 0)
		complain("%s: renew: %s", d->name, strerror(errno));
}

/* RFC 2131, 4.4.5: by the address, without options 50 and 54. */
static void renew(struct dhcp *d)
{
	struct dhcp_ask ask;

	fill(&ask, d, DHCP_REQUEST);
	memcpy(ask.ciaddr, d->lease.address.b, 4);
	send_to_server(d, &ask);
	d->retry = d->sent +
		   dhcp_renewal(d->t2 - d->sent, d->lease.lease * SECOND);
}

static void rebind(struct dhcp *d)
{
	struct dhcp_ask ask;

	close_fd(&d->udp);
	fill(&ask, d, DHCP_REQUEST);
	memcpy(ask.ciaddr, d->lease.address.b, 4);
	send_all(d, &ask);
	d->retry = d->sent +
		   dhcp_renewal(d->expires - d->sent, d->lease.lease * SECOND);
}

static void decline(struct dhcp *d)
{
	const uint8_t *m = d->acd.who;
	char text[ADDR_TEXT];
	struct dhcp_ask ask;

	complain("%s: %s is declined: %02x:%02x:%02x:%02x:%02x:%02x has it",
		 d->name, addr_text(text, &d->offer.address, false), m[0], m[1],
		 m[2], m[3], m[4], m[5]);
	fill(&ask, d, DHCP_DECLINE);
	memcpy(ask.requested, d->offer.address.b, 4);
	memcpy(ask.server, d->offer.server, 4);
	send_all(d, &ask);
}

static void drop(struct dhcp *d)
{
	struct dhcp_answer old = d->lease;
	bool had = d->has_lease;

	acd_stop(&d->acd);
	d->has_lease = false;
	d->t1 = d->t2 = d->expires = 0;
	if (had)
		d->changed(d->ctx, NULL, &old);
}

/* The time counts from the request (RFC 2131, 4.4.1). */
static void take_lease(struct dhcp *d)
{
	struct dhcp_answer old = d->lease;
	bool had = d->has_lease;

	d->lease = d->offer;
	d->has_lease = true;
	d->naks = 0;
	d->leased = d->sent;
	d->t1 = d->t2 = d->expires = 0;
	if (d->lease.lease != DHCP_INFINITE) {
		d->t1 = d->sent + d->lease.t1 * SECOND;
		d->t2 = d->sent + d->lease.t2 * SECOND;
		d->expires = d->sent + d->lease.lease * SECOND;
	}
	if (d->acd.fd < 0)
		look(d);
	d->changed(d->ctx, &d->lease, had ? &old : NULL);
	acd_use(&d->acd);
}

static void act(struct dhcp *d, unsigned actions)
{
	if (actions & DHCP_DO_DECLINE)
		decline(d);
	if (actions & DHCP_DO_DROP)
		drop(d);
	if (actions & DHCP_DO_FRESH)
		fresh(d);
	if (actions & DHCP_DO_CHOOSE)
		choose(d);
	if (actions & DHCP_DO_DISCOVER)
		discover(d);
	if (actions & DHCP_DO_REQUEST)
		request(d);
	if (actions & DHCP_DO_RENEW)
		renew(d);
	if (actions & DHCP_DO_REBIND)
		rebind(d);
	if (actions & DHCP_DO_PAUSE)
		d->retry = now_us() + dhcp_backoff(++d->naks, random32());
	if (actions & DHCP_DO_HOLD)
		d->retry = now_us() + HOLD + random32() % SECOND;
	if (actions & DHCP_DO_LEASE)
		take_lease(d);
	if (actions & DHCP_DO_REST)
		rest(d);
}

static void event(struct dhcp *d, enum dhcp_event ev)
{
	struct dhcp_step step = dhcp_next(d->state, ev);

	d->state = step.state;
	act(d, step.actions);
}

void dhcp_init(struct dhcp *d, const char *name, dhcp_fn *changed, void *ctx)
{
	*d = (struct dhcp){ .state = DHCP_DOWN,
			    .name = name,
			    .changed = changed,
			    .ctx = ctx,
			    .packet = -1,
			    .udp = -1 };
	acd_init(&d->acd);
}

void dhcp_bind(struct dhcp *d, const char *link, int ifindex,
	       const uint8_t mac[6])
{
	dhcp_unbind(d);
	strncpy(d->link, link, sizeof(d->link) - 1);
	d->ifindex = ifindex;
	memcpy(d->mac, mac, 6);
}

void dhcp_unbind(struct dhcp *d)
{
	event(d, DHCP_EV_LOST);
	drop(d);
}

void dhcp_carrier(struct dhcp *d, bool up)
{
	event(d, up ? DHCP_EV_UP : DHCP_EV_LOST);
}

/* What the answer means in this state; DHCP_EVENTS: nothing. */
static enum dhcp_event meaning(const struct dhcp *d,
			       const struct dhcp_answer *a)
{
	bool renews = d->state == DHCP_RENEWING || d->state == DHCP_REBINDING;
	const struct dhcp_answer *wanted = renews ? &d->lease : &d->offer;
	bool asked = d->state == DHCP_REQUESTING &&
		     memcmp(a->server, d->offer.server, 4) == 0;

	if (a->type == DHCP_OFFER)
		return d->state == DHCP_SELECTING && a->lease >= LEASE_LEAST
			       ? DHCP_EV_OFFER
			       : DHCP_EVENTS;
	if (!renews && !asked)
		return DHCP_EVENTS;
	if (a->type == DHCP_NAK)
		return DHCP_EV_NAK;
	return addr_same(&a->address, &wanted->address) &&
			       a->lease >= LEASE_LEAST
		       ? DHCP_EV_ACK
		       : DHCP_EVENTS;
}

/* Before there is a lease there is nothing to decline. */
static void read_arp(struct dhcp *d)
{
	if (!acd_read(&d->acd))
		return;
	d->taken = true;
	if (d->state != DHCP_REQUESTING)
		event(d, DHCP_EV_CONFLICT);
}

static void take_answer(struct dhcp *d, const struct dhcp_answer *a)
{
	/* the answer to the probe may have come while we read */
	read_arp(d);
	if (a->xid != d->xid || memcmp(a->mac, d->mac, 6) != 0)
		return;
	enum dhcp_event ev = meaning(d, a);

	if (ev == DHCP_EVENTS)
		return;
	if (ev == DHCP_EV_NAK)
		complain("%s: the server refuses the address", d->name);
	else
		d->offer = *a;
	event(d, ev == DHCP_EV_ACK && d->taken ? DHCP_EV_CONFLICT : ev);
}

void dhcp_read(struct dhcp *d)
{
	uint8_t buf[DHCP_SIZE];
	struct dhcp_answer answer;
	int more = 1;

	read_arp(d);
	for (int i = 0; i < READS_MAX && more && d->packet >= 0; i++) {
		size_t len;
		const uint8_t *p = dhcp_receive(d->packet, buf, &len, &more);

		if (p && dhcp_decode(&answer, p, len) == 0)
			take_answer(d, &answer);
	}
}

static int64_t sooner(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a ? a : b;
	return a < b ? a : b;
}

int64_t dhcp_deadline(const struct dhcp *d)
{
	return sooner(
		sooner(sooner(d->retry, d->expires), sooner(d->t1, d->t2)),
		d->acd.next);
}

/* Is it due? Then it is no more. */
static bool take_due(int64_t *deadline, int64_t now)
{
	if (*deadline == 0 || *deadline > now)
		return false;
	*deadline = 0;
	return true;
}

void dhcp_tick(struct dhcp *d)
{
	int64_t now = now_us();

	if (d->acd.next && d->acd.next <= now)
		acd_tick(&d->acd);
	/* the last first: a machine that slept goes the shortest way */
	if (take_due(&d->expires, now)) {
		complain("%s: the lease has expired", d->name);
		event(d, DHCP_EV_EXPIRED);
		return;
	}
	if (d->t2 && d->t2 <= now) {
		d->t1 = 0;
		d->t2 = 0;
		event(d, DHCP_EV_T2);
		return;
	}
	if (take_due(&d->t1, now)) {
		event(d, DHCP_EV_T1);
		return;
	}
	if (take_due(&d->retry, now))
		event(d,
		      d->state == DHCP_REQUESTING && d->tries >= DHCP_REQUESTS
			      ? DHCP_EV_TIRED
			      : DHCP_EV_RETRY);
}
