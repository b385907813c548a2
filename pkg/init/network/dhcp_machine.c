/* SPDX-License-Identifier: Apache-2.0 */
#include "network/dhcp_machine.h"

#define SECOND	INT64_C(1000000)

#define GIVE_UP (DHCP_DO_DECLINE | DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_HOLD)

/* What is not here is ignored: the state stays. A lease outlives the loss of
 * its link: only its end, or a new one, takes the address away. */
static const struct dhcp_step steps[DHCP_STATES][DHCP_EVENTS] = {
	[DHCP_DOWN] = {
		[DHCP_EV_UP] = { DHCP_SELECTING, DHCP_DO_FRESH |
						 DHCP_DO_DISCOVER },
		[DHCP_EV_EXPIRED] = { DHCP_DOWN, DHCP_DO_DROP },
		[DHCP_EV_CONFLICT] = { DHCP_DOWN, DHCP_DO_DROP },
	},
	[DHCP_SELECTING] = {
		[DHCP_EV_LOST] = { DHCP_DOWN, DHCP_DO_REST },
		[DHCP_EV_OFFER] = { DHCP_REQUESTING, DHCP_DO_CHOOSE |
						     DHCP_DO_REQUEST },
		[DHCP_EV_RETRY] = { DHCP_SELECTING, DHCP_DO_DISCOVER },
		[DHCP_EV_EXPIRED] = { DHCP_SELECTING, DHCP_DO_DROP },
		[DHCP_EV_CONFLICT] = { DHCP_SELECTING, DHCP_DO_DROP },
	},
	[DHCP_REQUESTING] = {
		[DHCP_EV_LOST] = { DHCP_DOWN, DHCP_DO_REST },
		[DHCP_EV_ACK] = { DHCP_BOUND, DHCP_DO_LEASE | DHCP_DO_REST },
		[DHCP_EV_NAK] = { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH |
						  DHCP_DO_PAUSE },
		[DHCP_EV_RETRY] = { DHCP_REQUESTING, DHCP_DO_REQUEST },
		[DHCP_EV_TIRED] = { DHCP_SELECTING, DHCP_DO_FRESH |
						    DHCP_DO_DISCOVER },
		[DHCP_EV_EXPIRED] = { DHCP_REQUESTING, DHCP_DO_DROP },
		[DHCP_EV_CONFLICT] = { DHCP_SELECTING, GIVE_UP },
	},
	[DHCP_BOUND] = {
		[DHCP_EV_LOST] = { DHCP_DOWN, DHCP_DO_REST },
		[DHCP_EV_T1] = { DHCP_RENEWING, DHCP_DO_FRESH | DHCP_DO_RENEW },
		[DHCP_EV_T2] = { DHCP_REBINDING, DHCP_DO_FRESH |
						 DHCP_DO_REBIND },
		[DHCP_EV_EXPIRED] = { DHCP_SELECTING, DHCP_DO_DROP |
						      DHCP_DO_FRESH |
						      DHCP_DO_DISCOVER },
		[DHCP_EV_CONFLICT] = { DHCP_SELECTING, GIVE_UP },
	},
	[DHCP_RENEWING] = {
		[DHCP_EV_LOST] = { DHCP_DOWN, DHCP_DO_REST },
		[DHCP_EV_ACK] = { DHCP_BOUND, DHCP_DO_LEASE | DHCP_DO_REST },
		[DHCP_EV_NAK] = { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH |
						  DHCP_DO_PAUSE },
		[DHCP_EV_RETRY] = { DHCP_RENEWING, DHCP_DO_RENEW },
		[DHCP_EV_T2] = { DHCP_REBINDING, DHCP_DO_REBIND },
		[DHCP_EV_EXPIRED] = { DHCP_SELECTING, DHCP_DO_DROP |
						      DHCP_DO_FRESH |
						      DHCP_DO_DISCOVER },
		[DHCP_EV_CONFLICT] = { DHCP_SELECTING, GIVE_UP },
	},
	[DHCP_REBINDING] = {
		[DHCP_EV_LOST] = { DHCP_DOWN, DHCP_DO_REST },
		[DHCP_EV_ACK] = { DHCP_BOUND, DHCP_DO_LEASE | DHCP_DO_REST },
		[DHCP_EV_NAK] = { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH |
						  DHCP_DO_PAUSE },
		[DHCP_EV_RETRY] = { DHCP_REBINDING, DHCP_DO_REBIND },
		[DHCP_EV_EXPIRED] = { DHCP_SELECTING, DHCP_DO_DROP |
						      DHCP_DO_FRESH |
						      DHCP_DO_DISCOVER },
		[DHCP_EV_CONFLICT] = { DHCP_SELECTING, GIVE_UP },
	},
};

struct dhcp_step dhcp_next(enum dhcp_state state, enum dhcp_event event)
{
	struct dhcp_step step = steps[state][event];

	if (step.actions == 0)
		step.state = state;
	return step;
}

const char *dhcp_state_name(enum dhcp_state state)
{
	static const char *const names[DHCP_STATES] = {
		[DHCP_DOWN] = "down",
		[DHCP_SELECTING] = "selecting",
		[DHCP_REQUESTING] = "requesting",
		[DHCP_BOUND] = "bound",
		[DHCP_RENEWING] = "renewing",
		[DHCP_REBINDING] = "rebinding",
	};

	return names[state];
}

int64_t dhcp_backoff(unsigned tries, uint32_t random)
{
	unsigned doubled = tries > 8 ? 7 : tries > 0 ? tries - 1 : 0;
	int64_t wait = SECOND / 2 << doubled;
	int64_t most = wait / 10 < SECOND ? wait / 10 : SECOND;

	return wait - most + (int64_t)(random % (uint32_t)(2 * most + 1));
}

int64_t dhcp_renewal(int64_t left, int64_t lease)
{
	int64_t floor = lease / 32 < 60 * SECOND ? lease / 32 : 60 * SECOND;
	int64_t wait = left / 2;

	if (floor < SECOND)
		floor = SECOND;
	return wait > floor ? wait : floor;
}
