/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/oci.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define REF_MAX	 512 /* bytes, expanded */
#define FULL_MAX 255 /* host, slash and path: what registries accept */
#define TAG_MAX	 128

static bool is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z');
}

/* Before anything is shown: what a terminal or a header would act on. */
static int check_bytes(const char *text, size_t len, struct ig_err *err)
{
	if (len == 0)
		return ig_fail(err, IG_EFORMAT, "empty image reference");
	if (len > REF_MAX)
		return ig_fail(err, IG_EFORMAT,
			       "image reference longer than %d bytes", REF_MAX);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ' ' || c >= 0x7f)
			return ig_fail(
				err, IG_EFORMAT,
				"image reference has a space, a control or a non-ASCII character at byte %zu",
				i + 1);
	}
	return 0;
}

/* LinuxKit, util/reference.go: the count of parts decides. */
static const char *missing_prefix(const char *text)
{
	const char *slash = strchr(text, '/');
	size_t head;

	if (!slash)
		return "docker.io/library/";
	if (strchr(slash + 1, '/'))
		return "";
	head = (size_t)(slash - text);
	if (memchr(text, '.', head) || memchr(text, ':', head) ||
	    (head == 9 && memcmp(text, "localhost", 9) == 0))
		return "";
	return "docker.io/";
}

static int check_port(const char *text, const char *end, struct ig_err *err)
{
	unsigned value = 0;

	if (text == end || end - text > 5)
		return ig_fail(err, IG_EFORMAT, "the host's port is no number");
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return ig_fail(err, IG_EFORMAT,
				       "the host's port is no number");
		value = value * 10 + (unsigned)(*text - '0');
	}
	if (value == 0 || value > 65535)
		return ig_fail(err, IG_EFORMAT,
			       "the host's port is not from 1 to 65535");
	return 0;
}

/* "[::1]": no zone, because an image is not named for one machine's link. */
static int check_ipv6(const char *host, const char **end, struct ig_err *err)
{
	const char *close = strchr(host, ']');
	char text[INET6_ADDRSTRLEN] = "";
	struct in6_addr addr;
	size_t len;

	if (!close)
		return ig_fail(err, IG_EFORMAT, "'[' without ']' in the host");
	len = (size_t)(close - host) - 1;
	if (len < sizeof(text))
		memcpy(text, host + 1, len);
	if (len >= sizeof(text) || inet_pton(AF_INET6, text, &addr) != 1)
		return ig_fail(err, IG_EFORMAT,
			       "the host is not an IPv6 address in brackets");
	*end = close + 1;
	return 0;
}

/* distribution: domain-component = alnum, or alnum with hyphens inside */
static int check_domain(const char *host, const char **end, struct ig_err *err)
{
	const char *p = host;

	for (; *p && *p != ':'; p++) {
		bool edge = p == host || p[-1] == '.' || p[1] == '.' ||
			    p[1] == ':' || p[1] == '\0';

		if (!is_alnum(*p) && (edge || (*p != '-' && *p != '.')))
			return ig_fail(err, IG_EFORMAT,
				       "'%s' is not a host name", host);
	}
	if (p == host)
		return ig_fail(err, IG_EFORMAT, "the host is missing");
	*end = p;
	return 0;
}

static int check_host(const char *host, struct ig_err *err)
{
	const char *end = host;
	int rc = host[0] == '[' ? check_ipv6(host, &end, err)
				: check_domain(host, &end, err);

	if (rc < 0)
		return -1;
	if (*end == '\0')
		return 0;
	if (*end != ':')
		return ig_fail(err, IG_EFORMAT, "'%s' is not a host", host);
	return check_port(end + 1, host + strlen(host), err);
}

/* The length of a separator inside a component: . _ __ or hyphens. */
static size_t separator_len(const char *p)
{
	if (p[0] == '.')
		return 1;
	if (p[0] == '_')
		return p[1] == '_' ? 2 : 1;
	return strspn(p, "-");
}

/* distribution-spec: [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/…)* */
static int check_path(const char *path, struct ig_err *err)
{
	const char *p = path;

	if (!*p)
		return ig_fail(err, IG_EFORMAT, "the image's path is missing");
	for (;;) {
		if (*p >= 'A' && *p <= 'Z')
			return ig_fail(err, IG_EFORMAT,
				       "upper case in the path '%s'", path);
		if (!is_lower(*p))
			return ig_fail(err, IG_EFORMAT,
				       "'%s' is not a repository path", path);
		while (is_lower(*p))
			p++;
		if (*p == '\0')
			return 0;
		p += *p == '/' ? 1 : separator_len(p);
	}
}

static int check_tag(const char *tag, struct ig_err *err)
{
	size_t len = strlen(tag);

	if (len == 0)
		return ig_fail(err, IG_EFORMAT, "the tag behind ':' is empty");
	if (len > TAG_MAX)
		return ig_fail(err, IG_EFORMAT, "the tag is longer than %d",
			       TAG_MAX);
	for (size_t i = 0; i < len; i++) {
		if (is_alnum(tag[i]) || tag[i] == '_' ||
		    (i > 0 && (tag[i] == '.' || tag[i] == '-')))
			continue;
		return ig_fail(err, IG_EFORMAT, "'%s' is not a tag", tag);
	}
	return 0;
}

static char *piece(const char *text, size_t len, struct ig_err *err)
{
	char *copy = ig_strcopy(text, len);

	if (!copy)
		ig_fail_mem(err);
	return copy;
}

/* containerd, reference: the object is what follows the first ':' or '@' */
static int split_object(struct ig_ref *ref, const char *object,
			struct ig_err *err)
{
	const char *at = strchr(object, '@');

	if (*object == ':') {
		size_t len = at ? (size_t)(at - object) : strlen(object);

		ref->tag = piece(object + 1, len - 1, err);
		if (!ref->tag || check_tag(ref->tag, err) < 0)
			return -1;
	}
	if (!at)
		return 0;
	if (ig_digest_parse(&ref->digest, at + 1, strlen(at + 1), err) < 0)
		return -1;
	ref->has_digest = true;
	return 0;
}

static int split(struct ig_ref *ref, struct ig_err *err)
{
	const char *text = ref->text;
	const char *path = strchr(text, '/');
	size_t host_len = path ? (size_t)(path - text) : 0;
	size_t path_len;

	if (!path)
		return ig_fail(err, IG_EFORMAT, "the host is missing");
	path++;
	path_len = strcspn(path, ":@");
	if (host_len + 1 + path_len > FULL_MAX)
		return ig_fail(err, IG_EFORMAT,
			       "host and path are longer than %d bytes",
			       FULL_MAX);
	ref->host = piece(text, host_len, err);
	if (!ref->host || check_host(ref->host, err) < 0)
		return -1;
	ref->path = piece(path, path_len, err);
	if (!ref->path || check_path(ref->path, err) < 0)
		return -1;
	return split_object(ref, path + path_len, err);
}

static int parse(struct ig_ref *ref, const char *plain, struct ig_err *err)
{
	if (strstr(plain, "://"))
		return ig_fail(
			err, IG_EFORMAT,
			"'%s': an image reference has no scheme; leave out all up to '://'",
			plain);
	ref->text = ig_format(err, "%s%s", missing_prefix(plain), plain);
	if (!ref->text)
		return -1;
	if (strlen(ref->text) > REF_MAX)
		return ig_fail(err, IG_EFORMAT,
			       "image reference longer than %d bytes", REF_MAX);
	if (split(ref, err) < 0)
		return ig_wrap(err, "image reference '%s'", plain);
	return 0;
}

int ig_ref_parse(struct ig_ref *out, const char *text, size_t len,
		 struct ig_err *err)
{
	ig_autofree char *plain = NULL;

	memset(out, 0, sizeof(*out));
	if (check_bytes(text, len, err) < 0)
		return -1;
	plain = piece(text, len, err);
	if (!plain)
		return -1;
	if (parse(out, plain, err) < 0) {
		ig_ref_done(out);
		return -1;
	}
	return 0;
}

void ig_ref_done(struct ig_ref *ref)
{
	ig_freep(&ref->host);
	ig_freep(&ref->path);
	ig_freep(&ref->tag);
	ig_freep(&ref->text);
	memset(ref, 0, sizeof(*ref));
}

char *ig_ref_expand(const char *text, struct ig_err *err)
{
	IG_AUTO(ig_ref_done) struct ig_ref ref = { 0 };

	if (ig_ref_parse(&ref, text, strlen(text), err) < 0)
		return NULL;
	return ig_take(&ref.text);
}
