/* SPDX-License-Identifier: Apache-2.0 */
#include "network/acd.h"

#include "log/log.h"
#include "network/arp.h"
#include "network/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND	  INT64_C(1000000)
#define READS_MAX 16 /* of one turn */

static const uint8_t none[4];

/* RFC 5227, 1.1 and 2.3 */
static const struct acd_step plan[] = {
	{ false, SECOND, SECOND },
	{ false, SECOND, SECOND },
	{ false, 2 * SECOND, 0 },
	{ true, 2 * SECOND, 0 },
	{ true, 0, 0 },
};
#define STEPS	(sizeof(plan) / sizeof(plan[0]))
#define DEFENCE (10 * SECOND)

struct acd_step acd_step(unsigned n)
{
	return plan[n < STEPS ? n : STEPS - 1];
}

/* RFC 5227, 2.1.1 and 2.4 (b) */
bool acd_yields(struct acd *a, int64_t now)
{
	if (a->sent < STEPS ||
	    (a->defended != 0 && now - a->defended < DEFENCE))
		return true;
	a->defended = now;
	return false;
}

void acd_init(struct acd *a)
{
	*a = (struct acd){ .fd = -1 };
}

/* Only what names the address as its sender's: nobody else wakes us. */
static int open_filtered(const uint8_t addr[4])
{
	const uint32_t sender = (uint32_t)addr[0] << 24 |
				(uint32_t)addr[1] << 16 |
				(uint32_t)addr[2] << 8 | addr[3];
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARP_SENDER),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sender, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ARP_SIZE),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	return packet_open(code, sizeof(code) / sizeof(code[0]));
}

/* What is lost is sent again: that there may be no answer is the rule. */
static void send_request(const struct acd *a, const uint8_t from[4])
{
	const struct sockaddr_ll to = packet_address(a->ifindex, ETH_P_ARP);
	uint8_t p[ARP_SIZE];

	arp_request(p, a->mac, from, a->addr);
	(void)sendto(a->fd, p, sizeof(p), 0, (const struct sockaddr *)&to,
		     sizeof(to));
}

int acd_start(struct acd *a, int ifindex, const uint8_t mac[6],
	      const uint8_t addr[4])
{
	const struct sockaddr_ll here = packet_address(ifindex, ETH_P_ARP);

	acd_stop(a);
	a->ifindex = ifindex;
	memcpy(a->mac, mac, 6);
	memcpy(a->addr, addr, 4);
	a->fd = open_filtered(addr);
	if (a->fd < 0)
		return -1;
	if (bind(a->fd, (const struct sockaddr *)&here, sizeof(here)) < 0) {
		int why = errno;

		acd_stop(a);
		errno = why;
		return -1;
	}
	acd_tick(a);
	return 0;
}

void acd_use(struct acd *a)
{
	a->used = true;
	/* an announcement has waited for it */
	if (a->fd >= 0 && a->next == 0 && a->sent < STEPS)
		a->next = now_us();
}

static int64_t by_chance(int64_t most)
{
	uint32_t n = 0;

	/* without any the half of it has to do */
	if (most > 0 &&
	    getrandom(&n, sizeof(n), GRND_NONBLOCK) != (ssize_t)sizeof(n))
		return most / 2;
	return most > 0 ? (int64_t)n % most : 0;
}

void acd_tick(struct acd *a)
{
	const struct acd_step step = acd_step(a->sent);

	a->next = 0;
	if (a->fd < 0 || a->sent >= STEPS || (step.announce && !a->used))
		return;
	send_request(a, step.announce ? a->addr : none);
	a->sent++;
	if (step.wait > 0)
		a->next = now_us() + step.wait + by_chance(step.more);
}

bool acd_read(struct acd *a)
{
	uint8_t p[ARP_SIZE];

	for (int i = 0; i < READS_MAX && a->fd >= 0; i++) {
		ssize_t n = recv(a->fd, p, sizeof(p), 0);

		if (n < 0)
			return false;
		if (!arp_conflict(a->who, p, (size_t)n, a->mac, a->addr))
			continue;
		if (acd_yields(a, now_us())) {
			acd_stop(a);
			return true;
		}
		send_request(a, a->addr);
	}
	return false;
}

void acd_stop(struct acd *a)
{
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
	a->used = false;
	a->sent = 0;
	a->next = 0;
	a->defended = 0;
}
