/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the log on their way: any bytes become JSON, that is read back, and
 * a message of syslog that says its length.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonout.h"
#include "log/syslog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_frame(const struct logline *line)
{
	char out[SYSLOG_MAX];
	char *end;
	size_t len = syslog_frame(out, line, "host", line->ms);

	if (len > sizeof(out) ||
	    strtoul(out, &end, 10) != len - (size_t)(end + 1 - out))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char buf[LOGLINE_MAX];
	struct jsonout out = { .buf = buf, .cap = sizeof(buf) };
	struct logline line;

	if (logline_parse(&line, (const char *)data, size) == 0) {
		if (line.name)
			check_frame(&line);
		logline_free(&line);
	}
	/* the guest's own lines have none, see lines.h */
	if (memchr(data, '\0', size) || size > 1024)
		return 0;
	jsonout_begin(&out);
	jsonout_word(&out, "name", "web");
	jsonout_text(&out, "text", (const char *)data, size);
	if (!jsonout_end(&out) || logline_parse(&line, buf, out.len) < 0)
		abort();
	check_frame(&line);
	logline_free(&line);
	return 0;
}
