/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/rootfs.h>

#include <ingot/err.h>
#include <ingot/spec.h>

#include "json_writer.h"

#define FILES_DEFAULT 5

int ig_logs_json(struct ig_buf *out, const struct ig_logs *logs,
		 struct ig_err *err)
{
	struct ig_json json;

	ig_json_init(&json, out, err);
	ig_json_object(&json, NULL);
	if (logs->memory_bytes)
		ig_json_uint(&json, "memory", logs->memory_bytes);
	ig_json_some_text(&json, "console", logs->console);
	if (logs->disk.set) {
		ig_json_object(&json, "disk");
		ig_json_text(&json, "path", logs->disk.path);
		ig_json_uint(&json, "size", logs->disk.bytes);
		ig_json_int(&json, "files",
			    logs->disk.files.set ? logs->disk.files.v
						 : FILES_DEFAULT);
		ig_json_end(&json);
	}
	if (logs->syslog.set) {
		ig_json_object(&json, "syslog");
		ig_json_text(&json, "address", logs->syslog.address);
		ig_json_end(&json);
	}
	ig_json_end(&json);
	return ig_json_done(&json);
}
