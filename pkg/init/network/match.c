/* SPDX-License-Identifier: Apache-2.0 */
#include "network/config.h"

#include <string.h>

bool config_glob(const char *pattern, const char *name)
{
	const char *star = NULL; /* the last one seen, and where it began */
	const char *from = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			from = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++from;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

bool config_matches(const struct config_match *m, const char *name,
		    const uint8_t *mac, const char *driver)
{
	if (!m->name && !m->has_mac && !m->driver)
		return false;
	if (m->name && !config_glob(m->name, name))
		return false;
	if (m->has_mac && (!mac || memcmp(m->mac, mac, sizeof(m->mac)) != 0))
		return false;
	return !m->driver || strcmp(m->driver, driver) == 0;
}
