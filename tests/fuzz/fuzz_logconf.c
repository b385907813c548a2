/* SPDX-License-Identifier: Apache-2.0 */
/* What PID 1 reads of logs.json: refused with a reason, or in its limits. */
#include <stdint.h>
#include <stdlib.h>

#include "log/logconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct logconf c;
	char msg[200] = "";

	if (logconf_parse(&c, (const char *)data, size, msg, sizeof(msg)) < 0) {
		if (!msg[0] || c.disk || c.syslog)
			abort();
		return 0;
	}
	if (c.memory < 0 || (unsigned)c.console > CONSOLE_NONE ||
	    (c.disk &&
	     (c.disk[0] != '/' || c.disk_size <= 0 || c.disk_files <= 0)))
		abort();
	logconf_free(&c);
	return 0;
}
