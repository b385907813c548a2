/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlask.h"

#include "base/json.h"
#include "base/jsonout.h"
#include "base/sys.h"
#include "control/ctl.h"
#include "log/logline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIELDS(a) (a), sizeof(a) / sizeof((a)[0])

static int read_text(struct json *j, void *out)
{
	return json_string(j, out);
}

static int read_number(struct json *j, void *out)
{
	return json_large(j, out);
}

static int read_bool(struct json *j, void *out)
{
	return json_bool(j, out);
}

static int read_object(const char *line, size_t len,
		       const struct json_field *fields, size_t n, void *out)
{
	struct json j = { .start = line, .p = line, .end = line + len };

	return json_object(&j, fields, n, out) < 0 || json_end(&j) < 0 ? -1 : 0;
}

int ctlrow_parse(struct ctlrow *out, const char *line, size_t len)
{
	static const struct json_field fields[] = {
		{ "kind", read_text, offsetof(struct ctlrow, kind) },
		{ "name", read_text, offsetof(struct ctlrow, name) },
		{ "state", read_text, offsetof(struct ctlrow, state) },
		{ "pid", read_number, offsetof(struct ctlrow, pid) },
		{ "sinceMs", read_number, offsetof(struct ctlrow, since_ms) },
		{ "starts", read_number, offsetof(struct ctlrow, starts) },
		{ "exit", read_number, offsetof(struct ctlrow, exit) },
		{ "signal", read_number, offsetof(struct ctlrow, signal) },
	};

	*out = (struct ctlrow){ .exit = -1 };
	if (read_object(line, len, FIELDS(fields), out) == 0 && out->kind &&
	    out->name && out->state)
		return 0;
	ctlrow_free(out);
	return -1;
}

void ctlrow_free(struct ctlrow *row)
{
	free(row->kind);
	free(row->name);
	free(row->state);
	memset(row, 0, sizeof(*row));
}

static int end_parse(struct ctlend *out, const char *line, size_t len)
{
	static const struct json_field fields[] = {
		{ "ok", read_bool, offsetof(struct ctlend, ok) },
		{ "error", read_text, offsetof(struct ctlend, error) },
		{ "system", read_text, offsetof(struct ctlend, system) },
		{ "nowMs", read_number, offsetof(struct ctlend, now_ms) },
	};

	return read_object(line, len, FIELDS(fields), out);
}

void ctlend_free(struct ctlend *end)
{
	free(end->error);
	free(end->system);
	memset(end, 0, sizeof(*end));
}

static int reach(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX,
				    .sun_path = CTL_PATH };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	complain("ingot-ctl: connect to '%s': %s", CTL_PATH, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int send_request(int fd, const struct ctlreq *req)
{
	char buf[CTLREQ_MAX];
	struct jsonout out = { .buf = buf, .cap = sizeof(buf) };

	jsonout_begin(&out);
	jsonout_word(&out, "do", ctlreq_word(req->verb));
	if (req->name[0])
		jsonout_word(&out, "name", req->name);
	if (req->last >= 0 && req->verb == CTL_LOGS)
		jsonout_int(&out, "last", req->last);
	if (req->follow)
		jsonout_bool(&out, "follow", true);
	if (!jsonout_end(&out))
		return complain("ingot-ctl: the request is too long");
	if (send(fd, buf, out.len, MSG_NOSIGNAL) != (ssize_t)out.len)
		return complain("ingot-ctl: ask process 1: %s",
				strerror(errno));
	return 0;
}

static int take_answer(int fd, ctlask_fn *fn, void *ctx, struct ctlend *end)
{
	static struct logreader reader;
	char *line;
	size_t len;
	int n;

	memset(&reader, 0, sizeof(reader));
	while ((n = logreader_next(&reader, fd, &line, &len)) > 0) {
		/* only the last line begins so */
		if (len < 5 || memcmp(line, "{\"ok\"", 5) != 0) {
			if (fn && fn(ctx, line, len) < 0)
				return -1;
			continue;
		}
		if (end_parse(end, line, len) < 0)
			break;
		if (end->ok)
			return 0;
		return complain("ingot-ctl: %s",
				end->error ? end->error : "refused");
	}
	return complain("ingot-ctl: process 1 broke off: %s",
			n < 0 ? strerror(errno) : "end of its answer");
}

int ctlask(const struct ctlreq *req, ctlask_fn *fn, void *ctx,
	   struct ctlend *end)
{
	int fd = reach();
	int rc = -1;

	memset(end, 0, sizeof(*end));
	if (fd < 0)
		return -1;
	if (send_request(fd, req) == 0)
		rc = take_answer(fd, fn, ctx, end);
	close(fd);
	return rc;
}
