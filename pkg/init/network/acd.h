/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_ACD_H
#define INIT_NETWORK_ACD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Address conflict detection, RFC 5227, for one address of one link. It begins
 * when the address is asked for and goes on when it is used: a wait before the
 * use would be seconds of every boot.
 */
struct acd {
	int fd; /* -1: not at work */
	int ifindex;
	uint8_t mac[6], addr[4];
	bool used;	  /* the link has it */
	unsigned sent;	  /* of the plan */
	int64_t next;	  /* deadline in µs, 0: none */
	int64_t defended; /* when last; 0: never */
	uint8_t who[6];	  /* the other's card, when it is lost */
};

/** One packet of the plan. */
struct acd_step {
	bool announce;	    /* only once it is used; else a probe */
	int64_t wait, more; /* µs before the next, and more by chance; 0: the
			     * last */
};

/** acd_step() - number @n of the plan. */
struct acd_step acd_step(unsigned n);

/** acd_yields() - another has the address too: is it to be given up? Else it
 * is to be defended, and that is noted. */
bool acd_yields(struct acd *a, int64_t now);

/** acd_init() - not at work. */
void acd_init(struct acd *a);

/** acd_start() - look whether another host has @addr: the first probe is sent.
 * Returns 0, or -1 with errno: then nobody looks. */
int acd_start(struct acd *a, int ifindex, const uint8_t mac[6],
	      const uint8_t addr[4]);

/** acd_use() - the link has the address now. */
void acd_use(struct acd *a);

/** acd_read() - take what came. True when the address is another's: then it is
 * no more at work. */
bool acd_read(struct acd *a);

/** acd_tick() - send what is due at a->next. */
void acd_tick(struct acd *a);

/** acd_stop() - no more. */
void acd_stop(struct acd *a);

#endif
