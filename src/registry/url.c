/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "client.h"

#define HUB "docker.io"

/* Where the port begins, or the end. */
static size_t name_len(const char *host)
{
	const char *close = strrchr(host, ']');
	const char *colon = strrchr(host, ':');

	return colon && (!close || colon > close) ? (size_t)(colon - host)
						  : strlen(host);
}

static bool is_loopback(const char *host)
{
	size_t len = name_len(host);
	struct in_addr addr;
	char name[64];

	if (len >= sizeof(name))
		return false;
	memcpy(name, host, len);
	name[len] = '\0';
	/* all of 127.0.0.0/8, but not 127.0.0.1.example.com */
	return ig_streq(name, "localhost") || ig_streq(name, "[::1]") ||
	       (inet_pton(AF_INET, name, &addr) == 1 &&
		ntohl(addr.s_addr) >> 24 == 127);
}

bool url_plain(const char *host, const char *const *insecure)
{
	size_t len = name_len(host);

	if (is_loopback(host))
		return true;
	for (; insecure && *insecure; insecure++) {
		if (ig_streq(host, *insecure) ||
		    (strlen(*insecure) == len &&
		     memcmp(host, *insecure, len) == 0))
			return true;
	}
	return false;
}

static char *build(const struct ig_ref *ref, const char *kind, const char *what,
		   bool plain, struct ig_err *err)
{
	bool hub =
		ig_streq(ref->host, HUB) || ig_streq(ref->host, "index." HUB);
	const char *library = hub && !strchr(ref->path, '/') ? "library/" : "";

	return ig_format(err, "%s://%s/v2/%s%s/%s/%s", plain ? "http" : "https",
			 hub ? "registry-1." HUB : ref->host, library,
			 ref->path, kind, what);
}

char *url_manifest(const struct ig_ref *ref, const struct ig_digest *digest,
		   bool plain, struct ig_err *err)
{
	const char *what = ref->tag ? ref->tag : "latest";

	return build(ref, "manifests", digest ? digest->text : what, plain,
		     err);
}

char *url_blob(const struct ig_ref *ref, const struct ig_digest *digest,
	       bool plain, struct ig_err *err)
{
	return build(ref, "blobs", digest->text, plain, err);
}

char *url_uploads(const struct ig_ref *ref, bool plain, struct ig_err *err)
{
	return build(ref, "blobs", "uploads/", plain, err);
}

static void url_freep(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void part_freep(char **part)
{
	curl_free(*part);
}

int url_check_redirect(const char *from, const char *to, struct ig_err *err)
{
	IG_AUTO(url_freep) CURLU *url = curl_url();
	IG_AUTO(part_freep) char *scheme = NULL;
	IG_AUTO(part_freep) char *user = NULL;
	char text[SHOW_MAX];

	if (!url)
		return ig_fail_mem(err);
	show(text, to);
	if (curl_url_set(url, CURLUPART_URL, to, CURLU_NON_SUPPORT_SCHEME) ||
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0))
		return ig_fail(err, IG_ENET, "redirected to '%s', not an URL",
			       text);
	if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		return ig_fail(err, IG_ENET,
			       "redirected to '%s', neither http nor https",
			       text);
	if (strcmp(scheme, "http") == 0 && ig_starts(from, "https:"))
		return ig_fail(
			err, IG_ENET,
			"redirected from https to '%s' without encryption",
			text);
	if (curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_OK)
		return ig_fail(err, IG_ENET,
			       "redirected to an URL with a user name");
	return 0;
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part)
{
	IG_AUTO(part_freep) char *x = NULL;
	IG_AUTO(part_freep) char *y = NULL;

	return !curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) &&
	       !curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) &&
	       strcasecmp(x, y) == 0;
}

static int check_origin(CURLU *to, CURLU *from, const char *location,
			struct ig_err *err)
{
	IG_AUTO(part_freep) char *user = NULL;
	char text[SHOW_MAX];

	if (!same_part(to, from, CURLUPART_SCHEME) ||
	    !same_part(to, from, CURLUPART_HOST) ||
	    !same_part(to, from, CURLUPART_PORT))
		return ig_fail(
			err, IG_ENET,
			"the upload is to go to '%s', not to the registry itself",
			show(text, location));
	if (curl_url_get(to, CURLUPART_USER, &user, 0) == CURLUE_OK)
		return ig_fail(
			err, IG_ENET,
			"the upload is to go to an URL with a user name");
	return 0;
}

/* RFC 3986, 2: an URI is of ASCII; libcurl passes other bytes on. */
static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		unsigned char ch = (unsigned char)*text;

		if (ch < ' ' || ch >= 0x7f)
			return false;
	}
	return true;
}

char *url_upload(const char *from, const char *location,
		 const struct ig_digest *digest, struct ig_err *err)
{
	IG_AUTO(url_freep) CURLU *base = curl_url();
	IG_AUTO(url_freep) CURLU *url = curl_url();
	IG_AUTO(part_freep) char *text = NULL;
	ig_autofree char *query = ig_format(err, "digest=%s", digest->text);
	char shown[SHOW_MAX];

	if (!base || !url || !query) {
		ig_fail_mem(err);
		return NULL;
	}
	if (!location[0] || strlen(location) + 1 == PLACE_MAX ||
	    !is_ascii(location) || curl_url_set(base, CURLUPART_URL, from, 0) ||
	    curl_url_set(url, CURLUPART_URL, from, 0) ||
	    curl_url_set(url, CURLUPART_URL, location, 0)) {
		ig_fail(err, IG_ENET,
			"the upload is to go to '%s', not an address",
			show(shown, location));
		return NULL;
	}
	if (check_origin(url, base, location, err) < 0)
		return NULL;
	if (curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0) ||
	    curl_url_set(url, CURLUPART_QUERY, query, CURLU_APPENDQUERY) ||
	    curl_url_get(url, CURLUPART_URL, &text, 0)) {
		ig_fail_mem(err);
		return NULL;
	}
	return ig_strdup(text, err);
}
