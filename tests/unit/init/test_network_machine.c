/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "network/dhcp_machine.h"
#include "service/native.h"

#define S	1000000

#define GIVE_UP (DHCP_DO_DECLINE | DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_HOLD)

/* What is not here changes nothing. */
static const struct {
	enum dhcp_state from;
	enum dhcp_event event;
	struct dhcp_step to;
} all[] = {
	{ DHCP_DOWN,
	  DHCP_EV_UP,
	  { DHCP_SELECTING, DHCP_DO_FRESH | DHCP_DO_DISCOVER } },
	{ DHCP_DOWN, DHCP_EV_EXPIRED, { DHCP_DOWN, DHCP_DO_DROP } },
	{ DHCP_DOWN, DHCP_EV_CONFLICT, { DHCP_DOWN, DHCP_DO_DROP } },
	{ DHCP_SELECTING, DHCP_EV_CONFLICT, { DHCP_SELECTING, DHCP_DO_DROP } },
	{ DHCP_REQUESTING, DHCP_EV_CONFLICT, { DHCP_SELECTING, GIVE_UP } },
	{ DHCP_BOUND, DHCP_EV_CONFLICT, { DHCP_SELECTING, GIVE_UP } },
	{ DHCP_RENEWING, DHCP_EV_CONFLICT, { DHCP_SELECTING, GIVE_UP } },
	{ DHCP_REBINDING, DHCP_EV_CONFLICT, { DHCP_SELECTING, GIVE_UP } },
	{ DHCP_SELECTING, DHCP_EV_LOST, { DHCP_DOWN, DHCP_DO_REST } },
	{ DHCP_SELECTING,
	  DHCP_EV_OFFER,
	  { DHCP_REQUESTING, DHCP_DO_CHOOSE | DHCP_DO_REQUEST } },
	{ DHCP_SELECTING, DHCP_EV_RETRY, { DHCP_SELECTING, DHCP_DO_DISCOVER } },
	{ DHCP_SELECTING, DHCP_EV_EXPIRED, { DHCP_SELECTING, DHCP_DO_DROP } },
	{ DHCP_REQUESTING, DHCP_EV_LOST, { DHCP_DOWN, DHCP_DO_REST } },
	{ DHCP_REQUESTING,
	  DHCP_EV_ACK,
	  { DHCP_BOUND, DHCP_DO_LEASE | DHCP_DO_REST } },
	{ DHCP_REQUESTING,
	  DHCP_EV_NAK,
	  { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_PAUSE } },
	{ DHCP_REQUESTING,
	  DHCP_EV_RETRY,
	  { DHCP_REQUESTING, DHCP_DO_REQUEST } },
	{ DHCP_REQUESTING,
	  DHCP_EV_TIRED,
	  { DHCP_SELECTING, DHCP_DO_FRESH | DHCP_DO_DISCOVER } },
	{ DHCP_REQUESTING, DHCP_EV_EXPIRED, { DHCP_REQUESTING, DHCP_DO_DROP } },
	{ DHCP_BOUND, DHCP_EV_LOST, { DHCP_DOWN, DHCP_DO_REST } },
	{ DHCP_BOUND,
	  DHCP_EV_T1,
	  { DHCP_RENEWING, DHCP_DO_FRESH | DHCP_DO_RENEW } },
	{ DHCP_BOUND,
	  DHCP_EV_T2,
	  { DHCP_REBINDING, DHCP_DO_FRESH | DHCP_DO_REBIND } },
	{ DHCP_BOUND,
	  DHCP_EV_EXPIRED,
	  { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_DISCOVER } },
	{ DHCP_RENEWING, DHCP_EV_LOST, { DHCP_DOWN, DHCP_DO_REST } },
	{ DHCP_RENEWING,
	  DHCP_EV_ACK,
	  { DHCP_BOUND, DHCP_DO_LEASE | DHCP_DO_REST } },
	{ DHCP_RENEWING,
	  DHCP_EV_NAK,
	  { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_PAUSE } },
	{ DHCP_RENEWING, DHCP_EV_RETRY, { DHCP_RENEWING, DHCP_DO_RENEW } },
	{ DHCP_RENEWING, DHCP_EV_T2, { DHCP_REBINDING, DHCP_DO_REBIND } },
	{ DHCP_RENEWING,
	  DHCP_EV_EXPIRED,
	  { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_DISCOVER } },
	{ DHCP_REBINDING, DHCP_EV_LOST, { DHCP_DOWN, DHCP_DO_REST } },
	{ DHCP_REBINDING,
	  DHCP_EV_ACK,
	  { DHCP_BOUND, DHCP_DO_LEASE | DHCP_DO_REST } },
	{ DHCP_REBINDING,
	  DHCP_EV_NAK,
	  { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_PAUSE } },
	{ DHCP_REBINDING, DHCP_EV_RETRY, { DHCP_REBINDING, DHCP_DO_REBIND } },
	{ DHCP_REBINDING,
	  DHCP_EV_EXPIRED,
	  { DHCP_SELECTING, DHCP_DO_DROP | DHCP_DO_FRESH | DHCP_DO_DISCOVER } },
};

static struct dhcp_step wanted(enum dhcp_state s, enum dhcp_event e)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].from == s && all[i].event == e)
			return all[i].to;
	}
	return (struct dhcp_step){ s, 0 };
}

static void every_state_and_event(void **state)
{
	(void)state;
	for (int s = 0; s < DHCP_STATES; s++) {
		for (int e = 0; e < DHCP_EVENTS; e++) {
			struct dhcp_step got = dhcp_next((enum dhcp_state)s,
							 (enum dhcp_event)e);
			struct dhcp_step want =
				wanted((enum dhcp_state)s, (enum dhcp_event)e);

			if (got.state != want.state ||
			    got.actions != want.actions)
				fail_msg("%s, event %d: %s, %#x",
					 dhcp_state_name((enum dhcp_state)s), e,
					 dhcp_state_name(got.state),
					 got.actions);
		}
	}
}

static void a_lease_comes_only_by_an_ack(void **state)
{
	(void)state;
	for (int s = 0; s < DHCP_STATES; s++) {
		for (int e = 0; e < DHCP_EVENTS; e++) {
			struct dhcp_step n = dhcp_next((enum dhcp_state)s,
						       (enum dhcp_event)e);

			if (n.actions & DHCP_DO_LEASE)
				assert_int_equal(e, DHCP_EV_ACK);
			if (e == DHCP_EV_EXPIRED || e == DHCP_EV_CONFLICT)
				assert_true(n.actions & DHCP_DO_DROP);
			/* who waits for an answer has a time to stop at */
			if (n.state != (enum dhcp_state)s &&
			    n.state != DHCP_DOWN && n.state != DHCP_BOUND)
				assert_true(n.actions &
					    (DHCP_DO_DISCOVER |
					     DHCP_DO_REQUEST | DHCP_DO_RENEW |
					     DHCP_DO_REBIND | DHCP_DO_PAUSE |
					     DHCP_DO_HOLD));
		}
	}
}

static void tries_get_rarer(void **state)
{
	static const int64_t ms[] = { 500,   1000,  2000,  4000,  8000,
				      16000, 32000, 64000, 64000, 64000 };

	(void)state;
	for (unsigned i = 0; i < sizeof(ms) / sizeof(ms[0]); i++) {
		int64_t most = ms[i] * 1000 / 10 < S ? ms[i] * 1000 / 10 : S;

		for (uint32_t r = 0; r < 4000; r++) {
			int64_t us = dhcp_backoff(i + 1, r * 1048573u);

			assert_in_range(us, ms[i] * 1000 - most,
					ms[i] * 1000 + most);
		}
		assert_true(dhcp_backoff(i + 1, 0) !=
			    dhcp_backoff(i + 1, (uint32_t)most));
	}
	assert_true(dhcp_backoff(0, 0) > 0);
	assert_true(dhcp_backoff(UINT32_MAX, UINT32_MAX) <= 65 * (int64_t)S);
}

static void renewals_wait_half_of_what_is_left(void **state)
{
	(void)state;
	assert_int_equal(dhcp_renewal(3600 * (int64_t)S, 86400 * (int64_t)S),
			 1800 * (int64_t)S);
	assert_int_equal(dhcp_renewal(20 * S, 86400 * (int64_t)S),
			 60 * (int64_t)S);
	assert_int_equal(dhcp_renewal(2 * S, 64 * S), 2 * S);
	assert_int_equal(dhcp_renewal(1 * S, 6 * S), S);
	assert_int_equal(dhcp_renewal(-5 * S, 6 * S), S);
}

static void a_crash_loop_of_the_daemon_is_slow(void **state)
{
	(void)state;
	assert_int_equal(native_backoff(0), S / 2);
	assert_int_equal(native_backoff(1), S / 2);
	assert_int_equal(native_backoff(2), S);
	assert_int_equal(native_backoff(6), 16 * S);
	assert_int_equal(native_backoff(7), 30 * S);
	assert_int_equal(native_backoff(UINT32_MAX), 30 * S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_and_event),
		cmocka_unit_test(a_lease_comes_only_by_an_ack),
		cmocka_unit_test(tries_get_rarer),
		cmocka_unit_test(renewals_wait_half_of_what_is_left),
		cmocka_unit_test(a_crash_loop_of_the_daemon_is_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
