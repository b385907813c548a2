/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_AGENTOUT_H
#define INIT_AGENTOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One answer, a JSON object in a line. The zeroed value is ready for use. */
struct agentout {
	char *text; /* malloc'd; not ended by NUL */
	size_t len;
	size_t cap;
	bool failed; /* memory is gone: nothing may be sent */
};

/** agentout_begin() - '{"id":N'; what was there is forgotten. */
void agentout_begin(struct agentout *o, int64_t id);

void agentout_number(struct agentout *o, const char *key, int64_t n);
void agentout_bool(struct agentout *o, const char *key, bool yes);

/** agentout_text() - @len bytes; what is not UTF-8, and NUL, becomes U+FFFD.
 */
void agentout_text(struct agentout *o, const char *key, const char *text,
		   size_t len);

/** agentout_end() - the brace and the line end. */
void agentout_end(struct agentout *o);

void agentout_free(struct agentout *o);

#endif
