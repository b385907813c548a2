/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_CONFIG_H
#define INIT_NETWORK_CONFIG_H

#include "base/json.h"
#include "network/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_FILE "/etc/ingot/network.json"

/** Longest file taken, and most interfaces and addresses of one. */
#define CONFIG_MAX	 (64 * 1024)
#define CONFIG_IFACES	 64
#define CONFIG_ADDRESSES 32

/** Longest name of an interface, with its NUL: the kernel's IFNAMSIZ. */
#define CONFIG_NAME 16

/** Which link; all that is given must hold. */
struct config_match {
	char *name; /* a pattern, or NULL */
	char *driver;
	bool has_mac;
	uint8_t mac[6];
};

struct config_route {
	struct addr to;
	struct addr via;
};

struct addrs {
	struct addr *v;
	size_t n;
};

/** Router advertisements. */
enum config_ra {
	RA_KERNEL, /* as the kernel does it */
	RA_OFF,
	RA_ON,
};

struct config_iface {
	char *name;
	struct config_match match;
	uint16_t vlan; /* 0: none */
	char *parent;  /* of a VLAN */
	bool dhcp;
	bool dhcp_hostname;
	struct addrs addresses;
	struct addrs gateway;
	struct config_route *routes;
	size_t n_routes;
	uint32_t mtu; /* 0: as it is */
	enum config_ra ra;
	bool required;
};

/** network.json: the spec's section network:. */
struct config {
	struct config_iface *ifaces;
	size_t n;
	struct addrs servers;
	struct strings search;
	int64_t wait; /* µs */
};

/**
 * config_parse() - read network.json, strictly.
 * @out: receives the parts; empty on failure. Free with config_free().
 * @text: borrowed, @len bytes. Keys not known are checked and passed over.
 * @msg: on failure, what is wrong and at which line, cut to @cap bytes.
 * Returns 0 or -1.
 */
int config_parse(struct config *out, const char *text, size_t len, char *msg,
		 size_t cap);

/** config_free() - free the parts; the empty value is fine. */
void config_free(struct config *c);

/** config_find() - the interface of that name, or NULL. */
const struct config_iface *config_find(const struct config *c,
				       const char *name);

/** config_glob() - does @name fit @pattern, with * and ?. */
bool config_glob(const char *pattern, const char *name);

/**
 * config_matches() - is a link what @m asks for?
 * @mac: 6 bytes, or NULL when it has none. @driver: "" when it has none.
 */
bool config_matches(const struct config_match *m, const char *name,
		    const uint8_t *mac, const char *driver);

#endif
