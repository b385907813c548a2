/* SPDX-License-Identifier: Apache-2.0 */
/* What the guest's agent reads of the host, and what its answers are made of:
 * names that are path components, and text that is one line of JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "control/agentout.h"
#include "control/agentreq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const char *name)
{
	if (!name)
		return;
	if (!*name || *name == '-' || strchr(name, '/') ||
	    strcmp(name, "..") == 0)
		abort();
}

static void check_text(const uint8_t *data, size_t size)
{
	struct agentout o = { 0 };

	agentout_begin(&o, 1);
	agentout_text(&o, "t", (const char *)data, size);
	agentout_end(&o);
	for (size_t i = 0; !o.failed && i < o.len; i++)
		if ((unsigned char)o.text[i] < 0x20 && i + 1 < o.len)
			abort();
	agentout_free(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct agentreq r;
	char msg[200] = "";

	check_text(data, size);
	if (agentreq_parse(&r, (const char *)data, size, msg, sizeof(msg)) <
	    0) {
		if (!msg[0] || r.service || r.path || r.name || r.how ||
		    r.command.n > 0)
			abort();
		return 0;
	}
	check_name(r.service);
	check_name(r.name);
	if (r.verb == AGENT_NONE || r.command.n > AGENTREQ_WORDS ||
	    (r.path && r.path[0] != '/'))
		abort();
	agentreq_free(&r);
	return 0;
}
