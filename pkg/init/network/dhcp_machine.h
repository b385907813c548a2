/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DHCP_MACHINE_H
#define INIT_NETWORK_DHCP_MACHINE_H

#include <stdint.h>

/** RFC 2131, figure 5, without INIT-REBOOT. */
enum dhcp_state {
	DHCP_DOWN,
	DHCP_SELECTING,
	DHCP_REQUESTING,
	DHCP_BOUND,
	DHCP_RENEWING,
	DHCP_REBINDING,
	DHCP_STATES
};

enum dhcp_event {
	DHCP_EV_UP,   /* the link has a carrier */
	DHCP_EV_LOST, /* it has none */
	DHCP_EV_OFFER,
	DHCP_EV_ACK,
	DHCP_EV_NAK,
	DHCP_EV_RETRY, /* no answer in time */
	DHCP_EV_TIRED, /* no answer after many requests */
	DHCP_EV_T1,
	DHCP_EV_T2,
	DHCP_EV_EXPIRED,
	DHCP_EV_CONFLICT, /* another host has the address */
	DHCP_EVENTS
};

/** What to do, in this order; 0 is nothing. */
enum {
	DHCP_DO_DECLINE = 1,   /* tell the server whose it is */
	DHCP_DO_DROP = 2,      /* take the address away */
	DHCP_DO_FRESH = 4,     /* a new exchange: its number, its socket */
	DHCP_DO_CHOOSE = 8,    /* remember the offer, look who has it */
	DHCP_DO_DISCOVER = 16, /* send, and wait for the answer */
	DHCP_DO_REQUEST = 32,
	DHCP_DO_RENEW = 64,
	DHCP_DO_REBIND = 128,
	DHCP_DO_PAUSE = 256,  /* wait before the next try */
	DHCP_DO_HOLD = 512,   /* wait longer: RFC 2131, 3.1.5 */
	DHCP_DO_LEASE = 1024, /* use what was given */
	DHCP_DO_REST = 2048,  /* no exchange: close its socket */
};

struct dhcp_step {
	enum dhcp_state state;
	unsigned actions;
};

/** dhcp_next() - the table: where to go and what to do. */
struct dhcp_step dhcp_next(enum dhcp_state state, enum dhcp_event event);

/** dhcp_state_name() - "bound" */
const char *dhcp_state_name(enum dhcp_state state);

/** Requests without an answer before it begins again. */
#define DHCP_REQUESTS 5

/**
 * dhcp_backoff() - µs to wait after the @tries-th packet, from 1: 0.5, 1, 2, 4
 * … 64 s. @random: makes it up to a second (RFC 2131, 4.1), or a tenth of it,
 * longer or shorter.
 */
int64_t dhcp_backoff(unsigned tries, uint32_t random);

/**
 * dhcp_renewal() - µs until the next packet of a renewal: half of what is
 * @left, no less than a minute (RFC 2131, 4.4.5), or than a 32nd of a short
 * @lease; a second at least. Both in µs.
 */
int64_t dhcp_renewal(int64_t left, int64_t lease);

#endif
