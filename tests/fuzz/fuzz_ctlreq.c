/* SPDX-License-Identifier: Apache-2.0 */
/* What clients of the control socket send: refused with a reason, or known. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "control/ctlreq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctlreq req;
	char why[100] = "";

	if (ctlreq_parse(&req, (const char *)data, size, why, sizeof(why)) <
	    0) {
		if (!why[0] || !memchr(why, '\0', sizeof(why)))
			abort();
		return 0;
	}
	if ((unsigned)req.verb >= CTL_VERBS || req.last < -1 ||
	    !memchr(req.name, '\0', sizeof(req.name)))
		abort();
	if (req.verb == CTL_STOP && !req.name[0])
		abort();
	return 0;
}
