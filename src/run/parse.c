/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/str.h>

#include "run_internal.h"

/* QEMU's user network forwards from IPv4 addresses only. */
static bool is_address(const char *text)
{
	struct in_addr address;

	return inet_pton(AF_INET, text, &address) == 1;
}

static int parse_port(uint16_t *out, const char *text, bool zero,
		      struct ig_err *err)
{
	uint64_t n;

	if (ig_parse_u64(&n, text, err) < 0 || n > 65535 || (!n && !zero))
		return ig_fail(err, IG_EUSAGE,
			       "'%s' is not a port from 1 to 65535", text);
	*out = (uint16_t)n;
	return 0;
}

int ig_run_port_parse(struct ig_run_port *out, char *text, struct ig_err *err)
{
	char *slash = strrchr(text, '/');
	char *guest = strrchr(text, ':');
	char *host;

	memset(out, 0, sizeof(*out));
	if (slash) {
		*slash = '\0';
		out->udp = ig_streq(slash + 1, "udp");
		if (!out->udp && !ig_streq(slash + 1, "tcp"))
			return ig_fail(err, IG_EUSAGE,
				       "'%s' is neither tcp nor udp",
				       slash + 1);
	}
	if (!guest)
		return ig_fail(err, IG_EUSAGE,
			       "a port is given as HOST:GUEST, not '%s'", text);
	*guest++ = '\0';
	host = strrchr(text, ':');
	if (host) {
		*host++ = '\0';
		out->host_address = text;
		if (!is_address(text))
			return ig_fail(
				err, IG_EUSAGE,
				"'%s' is not an address of this machine: 127.0.0.1 is the default, 0.0.0.0 is all",
				text);
	} else {
		host = text;
	}
	if (parse_port(&out->host, host, false, err) < 0)
		return -1;
	return parse_port(&out->guest, guest, false, err);
}

/* "512M", "2G"; a bare number is mebibytes. */
static int parse_mib(uint64_t *out, char *text, struct ig_err *err)
{
	size_t len = strlen(text);
	uint64_t unit = 1;

	if (len && (text[len - 1] == 'G' || text[len - 1] == 'M')) {
		unit = text[len - 1] == 'G' ? 1024 : 1;
		text[len - 1] = '\0';
	}
	if (ig_parse_u64(out, text, err) < 0 || !*out || *out > (1u << 24))
		return ig_fail(err, IG_EUSAGE,
			       "'%s' is not a size such as 512M or 2G", text);
	*out *= unit;
	return 0;
}

static int parse_word(struct ig_run_disk *out, char *word, struct ig_err *err)
{
	if (ig_starts(word, "size="))
		return parse_mib(&out->mib, word + 5, err);
	if (ig_starts(word, "file=")) {
		out->path = word + 5;
		return 0;
	}
	if (ig_starts(word, "format=")) {
		out->format = word + 7;
		if (ig_streq(out->format, "raw") ||
		    ig_streq(out->format, "qcow2"))
			return 0;
		return ig_fail(err, IG_EUSAGE,
			       "disk format '%s' is neither raw nor qcow2",
			       out->format);
	}
	if (strchr(word, '=') || out->path)
		return ig_fail(err, IG_EUSAGE, "unknown disk setting '%s'",
			       word);
	out->path = word;
	return 0;
}

int ig_run_disk_parse(struct ig_run_disk *out, char *text, struct ig_err *err)
{
	char *save = NULL;

	memset(out, 0, sizeof(*out));
	for (char *word = strtok_r(text, ",", &save); word;
	     word = strtok_r(NULL, ",", &save))
		if (parse_word(out, word, err) < 0)
			return -1;
	if (out->path && !*out->path)
		return ig_fail(err, IG_EUSAGE, "a disk's file has no name");
	if (!out->path && !out->mib)
		return ig_fail(err, IG_EUSAGE,
			       "a disk needs a file or a size: PATH[,size=1G]");
	return 0;
}
