/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DHCP_OPTION_H
#define INIT_NETWORK_DHCP_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** RFC 2132, 3397, 3442 */
enum {
	OPT_PAD = 0,
	OPT_NETMASK = 1,
	OPT_ROUTER = 3,
	OPT_DNS = 6,
	OPT_HOSTNAME = 12,
	OPT_DOMAIN = 15,
	OPT_MTU = 26,
	OPT_REQUESTED = 50,
	OPT_LEASE = 51,
	OPT_OVERLOAD = 52,
	OPT_TYPE = 53,
	OPT_SERVER = 54,
	OPT_WANTED = 55,
	OPT_SIZE = 57,
	OPT_T1 = 58,
	OPT_T2 = 59,
	OPT_CLIENT = 61,
	OPT_SEARCH = 119,
	OPT_ROUTES = 121,
	OPT_END = 255,
};

/** Longest option, put together of its pieces (RFC 3396). */
#define OPTION_MAX 1024

struct bytes {
	const uint8_t *p;
	size_t n;
};

/** Where options can lie in a packet. */
struct options_at {
	struct bytes options, file, sname;
};

/** Fields that hold options, in the order that they are read. */
struct options {
	struct bytes field[3];
	size_t n;
};

/** options_init() - find the fields and check that each is whole. 0 or -1. */
int options_init(struct options *o, const struct options_at *at);

/** option_get() - the option's bytes, pieces joined, into @out; as many as
 * @cap. Returns their number, 0 when there is none or it does not fit. */
size_t option_get(const struct options *o, uint8_t code, uint8_t *out,
		  size_t cap);

/** option_fixed() - an option of exactly @len bytes; false: there is none. */
bool option_fixed(const struct options *o, uint8_t code, uint8_t *out,
		  size_t len);

/** option_hostname() - option 12 up to its first dot, when it is a name; ""
 * when not. */
void option_hostname(const struct options *o, char *out, size_t cap);

/** option_domains() - option 119, else 15: names with blanks between; those
 * that are none are left out. */
void option_domains(const struct options *o, char *out, size_t cap);

#endif
