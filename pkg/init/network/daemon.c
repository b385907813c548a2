/* SPDX-License-Identifier: Apache-2.0 */
#include "network/daemon.h"

#include "base/sys.h"
#include "log/log.h"
#include "network/drop.h"
#include "network/hostname.h"
#include "network/iface.h"
#include "network/nl.h"
#include "network/state.h"
#include "service/native.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define GROUPS (RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)

static struct {
	struct config config;
	struct iface *ifaces;
	struct pollfd *fds;
	int events; /* rtnetlink's */
	int resolv, state, hostname;
	int ready; /* to PID 1, -1 when it was told */
	int64_t late;
	bool is_ready;
	bool dirty; /* files are to be written */
	bool named; /* resolv.conf has what we wrote */
	bool again; /* all links are to be looked at */
	bool asked; /* for links: addresses come next */
} net;

static struct iface *bound_to(int index)
{
	for (size_t i = 0; i < net.config.n; i++) {
		if (net.ifaces[i].link.index == index)
			return &net.ifaces[i];
	}
	return NULL;
}

static const struct iface *named(const char *name)
{
	for (size_t i = 0; i < net.config.n; i++) {
		if (strcmp(net.ifaces[i].want->name, name) == 0)
			return &net.ifaces[i];
	}
	return NULL;
}

static int parent_of(const struct iface *i)
{
	const struct iface *parent =
		i->want->vlan ? named(i->want->parent) : NULL;

	return parent ? parent->link.index : 0;
}

/* Its VLANs; the kernel tells of them as of any link. */
static void make_vlans(const struct iface *parent)
{
	for (size_t i = 0; i < net.config.n; i++) {
		const struct config_iface *w = net.ifaces[i].want;

		if (!w->vlan || strcmp(w->parent, parent->want->name) != 0)
			continue;
		if (rt_vlan(w->name, parent->link.index, w->vlan) < 0 &&
		    errno != EEXIST)
			complain("%s: VLAN %u on %s: %s", w->name, w->vlan,
				 parent->link.name, strerror(errno));
	}
}

static struct iface *fitting(const struct link *l, bool vlan)
{
	for (size_t i = 0; i < net.config.n; i++) {
		struct iface *f = &net.ifaces[i];

		if ((f->want->vlan != 0) == vlan &&
		    iface_fits(f, l, parent_of(f)))
			return f;
	}
	return NULL;
}

static void take_new(const struct link *l)
{
	struct iface *f = fitting(l, true);

	/* "eth*" is not to catch our own VLANs */
	if (!f && l->parent == 0)
		f = fitting(l, false);
	if (!f)
		return;
	iface_bind(f, l);
	make_vlans(f);
	net.dirty = true;
}

static void take_link(const struct nlmsghdr *h)
{
	struct link l;

	if (rt_link(&l, h) < 0)
		return;
	struct iface *f = bound_to(l.index);

	if (h->nlmsg_type == RTM_DELLINK) {
		if (f) {
			iface_unbind(f);
			net.again = true;
		}
		return;
	}
	if (f)
		iface_update(f, &l);
	else
		take_new(&l);
}

static void take_addr(const struct nlmsghdr *h)
{
	struct rt_addr a;
	struct iface *f = rt_addr(&a, h) < 0 ? NULL : bound_to(a.index);

	if (f)
		iface_address(f, &a, h->nlmsg_type == RTM_DELADDR);
}

static void take_message(void *ctx, const struct nlmsghdr *h)
{
	(void)ctx;
	if (h->nlmsg_type == NLMSG_DONE && net.asked) {
		/* a socket answers one question at a time */
		net.asked = false;
		if (nl_dump(net.events, RTM_GETADDR) < 0)
			complain("ask for the addresses: %s", strerror(errno));
		return;
	}
	take_link(h);
	take_addr(h);
}

static void on_change(void *ctx, struct iface *i)
{
	(void)ctx;
	(void)i;
	net.dirty = true;
}

/* ---- ready ---- */

static bool all_ready(void)
{
	for (size_t i = 0; i < net.config.n; i++) {
		if (net.ifaces[i].want->required &&
		    !iface_ready(&net.ifaces[i]))
			return false;
	}
	return true;
}

static void tell(char what)
{
	if (write(net.ready, &what, 1) < 0)
		complain("tell PID 1: %s", strerror(errno));
	close(net.ready);
	net.ready = -1;
}

static void say_late(void)
{
	for (size_t i = 0; i < net.config.n; i++) {
		const struct iface *f = &net.ifaces[i];

		if (f->want->required && !iface_ready(f))
			complain("%s: %s", f->want->name,
				 f->link.index == 0 ? "there is no such link"
				 : f->link.carrier  ? "has no address yet"
						    : "has no carrier");
	}
}

static void check_ready(void)
{
	if (net.ready < 0)
		return;
	if (all_ready()) {
		net.is_ready = true;
		net.dirty = true;
		tell(NATIVE_READY);
	} else if (now_us() >= net.late) {
		say_late();
		tell(NATIVE_LATE);
	}
}

static void write_files(void)
{
	static char buf[STATE_MAX];
	struct text t = { buf, 0, sizeof(buf) };

	if (!net.dirty)
		return;
	net.dirty = false;
	state_resolv(&t, &net.config, net.ifaces);
	/* what the one before us wrote is better than nothing */
	if (t.n > 0 || net.named)
		text_write(net.resolv, &t);
	net.named = t.n > 0;
	t.n = 0;
	state_json(&t, &net.config, net.ifaces, all_ready());
	text_write(net.state, &t);
}

/* ---- the loop ---- */

static void ask_all(void)
{
	net.again = false;
	net.asked = nl_dump(net.events, RTM_GETLINK) == 0;
	if (!net.asked)
		complain("ask for the links: %s", strerror(errno));
}

static int timeout_ms(void)
{
	int64_t t = net.ready >= 0 ? net.late : 0;

	for (size_t i = 0; i < net.config.n; i++) {
		int64_t d = dhcp_deadline(&net.ifaces[i].dhcp);

		if (d && (t == 0 || d < t))
			t = d;
	}
	if (t == 0)
		return -1;
	t -= now_us();
	if (t <= 0)
		return 0;
	/* days are looked at again after one */
	return t > INT64_C(86400000000) ? 86400000 : (int)(t / 1000) + 1;
}

static void turn(void)
{
	size_t n = net.config.n;

	net.fds[2 * n] = (struct pollfd){ .fd = net.events, .events = POLLIN };
	for (size_t i = 0; i < n; i++) {
		const struct dhcp *d = &net.ifaces[i].dhcp;

		net.fds[2 * i] =
			(struct pollfd){ .fd = d->packet, .events = POLLIN };
		net.fds[2 * i + 1] =
			(struct pollfd){ .fd = d->acd.fd, .events = POLLIN };
	}
	if (poll(net.fds, 2 * (nfds_t)n + 1, timeout_ms()) < 0 &&
	    errno != EINTR)
		complain("poll: %s", strerror(errno));
	if (nl_read(net.events, take_message, NULL) < 0)
		net.again = true;
	for (size_t i = 0; i < n; i++) {
		struct dhcp *d = &net.ifaces[i].dhcp;

		enum dhcp_state before = d->state;

		dhcp_read(d);
		dhcp_tick(d);
		net.dirty = net.dirty || d->state != before;
	}
	if (net.again)
		ask_all();
	check_ready();
	write_files();
}

static int read_config(void)
{
	char msg[200];
	char *text;
	size_t len;

	if (sys_slurp(CONFIG_FILE, CONFIG_MAX, &text, &len) < 0)
		return complain("read '%s': %s", CONFIG_FILE, strerror(errno));
	int rc = config_parse(&net.config, text, len, msg, sizeof(msg));

	free(text);
	return rc < 0 ? complain("%s: %s", CONFIG_FILE, msg) : 0;
}

static bool wants_hostname(void)
{
	for (size_t i = 0; i < net.config.n; i++) {
		if (net.config.ifaces[i].dhcp_hostname)
			return true;
	}
	return false;
}

static int prepare(void)
{
	size_t n = net.config.n;

	net.ifaces = calloc(n + 1, sizeof(*net.ifaces));
	net.fds = calloc(2 * n + 1, sizeof(*net.fds));
	if (!net.ifaces || !net.fds)
		return complain("out of memory");
	net.hostname = -1;
	if (wants_hostname())
		net.hostname = hostname_helper();
	for (size_t i = 0; i < n; i++) {
		struct iface *f = &net.ifaces[i];

		iface_init(f, &net.config.ifaces[i], (unsigned)i);
		f->changed = on_change;
		f->hostname = net.hostname;
	}
	net.resolv = text_open(RESOLV_FILE, 0755);
	net.state = text_open(STATE_FILE, 0700);
	net.events = nl_listen(GROUPS);
	if (net.events < 0)
		return complain("rtnetlink: %s", strerror(errno));
	return 0;
}

int network_main(void)
{
	/* not "exe", as which it was started */
	prctl(PR_SET_NAME, "network", 0, 0, 0);
	net.ready = fcntl(NATIVE_READY_FD, F_GETFD) < 0 ? -1 : NATIVE_READY_FD;
	if (read_config() < 0 || prepare() < 0)
		return 1;
	if (drop_all() < 0)
		return -complain("drop privileges: %s", strerror(errno));
	net.late = now_us() + net.config.wait;
	net.dirty = true;
	ask_all();
	for (;;)
		turn();
}
