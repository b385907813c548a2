/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the kernel's log, of which programs write some too. */
#include <stdint.h>
#include <stdlib.h>

#include "log/kmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct kmsg msg;

	if (kmsg_parse(&msg, text, size) < 0)
		return 0;
	if (msg.level < 0 || msg.level > 7 || msg.us < 0 || msg.text < text ||
	    msg.len > size || msg.text + msg.len > text + size)
		abort();
	return 0;
}
