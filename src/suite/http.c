/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "suite_internal.h"

#define BODY_MAX  (1u << 20)
#define LEAST_MS  500
#define MOST_MS	  10000
#define FIRST_MS  1000
#define DOUBLINGS 4u

struct page {
	CURL *curl;
	struct ig_buf body;
	struct curl_slist *headers;
	char *url;
	bool too_long;
};

static void page_done(struct page *page)
{
	curl_slist_free_all(page->headers);
	curl_easy_cleanup(page->curl);
	ig_buf_done(&page->body);
	ig_freep(&page->url);
}

/* Texts end at a NUL: a body with one is looked at up to it. */
static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct page *page = ctx;
	struct ig_err full;

	if (ig_buf_add(&page->body, data, size * n, &full) == 0)
		return size * n;
	page->too_long = true;
	return 0;
}

static int on_progress(void *ctx, curl_off_t dltotal, curl_off_t dlnow,
		       curl_off_t ultotal, curl_off_t ulnow)
{
	const struct kase *kase = ctx;

	(void)dltotal;
	(void)dlnow;
	(void)ultotal;
	(void)ulnow;
	return atomic_load(&kase->boot->over);
}

static bool set_host(struct page *page, const char *host)
{
	struct ig_err err = { 0 };
	ig_autofree char *line =
		host ? ig_format(&err, "Host: %s", host) : NULL;

	if (!host)
		return true;
	if (line)
		page->headers = curl_slist_append(NULL, line);
	return page->headers && curl_easy_setopt(page->curl, CURLOPT_HTTPHEADER,
						 page->headers) == CURLE_OK;
}

#define SET(page, option, value)                                               \
	(curl_easy_setopt((page)->curl, option, value) == CURLE_OK)

static bool set_all(struct page *page, const struct kase *kase, int64_t limit)
{
	return SET(page, CURLOPT_URL, page->url) &&
	       SET(page, CURLOPT_PROTOCOLS_STR, "http") &&
	       SET(page, CURLOPT_PROXY, "") &&
	       SET(page, CURLOPT_PATH_AS_IS, 1L) &&
	       SET(page, CURLOPT_FOLLOWLOCATION, 0L) &&
	       SET(page, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	       SET(page, CURLOPT_HTTP09_ALLOWED, 0L) &&
	       SET(page, CURLOPT_NOSIGNAL, 1L) &&
	       SET(page, CURLOPT_TIMEOUT_MS, (long)limit) &&
	       SET(page, CURLOPT_USERAGENT, "ingot/" IG_VERSION) &&
	       SET(page, CURLOPT_WRITEFUNCTION, on_body) &&
	       SET(page, CURLOPT_WRITEDATA, page) &&
	       SET(page, CURLOPT_XFERINFOFUNCTION, on_progress) &&
	       SET(page, CURLOPT_XFERINFODATA, kase) &&
	       SET(page, CURLOPT_NOPROGRESS, 0L) &&
	       set_host(page, kase->test->http.host);
}

static enum verdict fetch(struct page *page, const struct ig_test_http *want,
			  char why[IG_SUITE_REASON])
{
	CURLcode rc = curl_easy_perform(page->curl);
	long status = 0;

	if (page->too_long) {
		reason_set(why, "the page is longer than %u bytes", BODY_MAX);
		return VERDICT_AGAIN;
	}
	if (rc == CURLE_ABORTED_BY_CALLBACK)
		return VERDICT_AGAIN; /* the machine ended: it says why */
	if (rc != CURLE_OK) {
		reason_set(why, "no page: %s", curl_easy_strerror(rc));
		return VERDICT_AGAIN;
	}
	curl_easy_getinfo(page->curl, CURLINFO_RESPONSE_CODE, &status);
	return judge_http(why, want, status,
			  page->body.data ? page->body.data : "");
}

/*
 * QEMU takes a connection before the guest has a network, and asks the guest
 * again only after seconds: what is not answered soon is asked anew. A page
 * that takes its time has twice as much of it with each try.
 */
static int64_t time_for(struct kase *kase, int64_t until)
{
	unsigned n = kase->tries < DOUBLINGS ? kase->tries++ : DOUBLINGS;
	int64_t most = (int64_t)FIRST_MS << n;
	int64_t left = until - now_ms();

	if (left > most)
		left = most;
	if (left > MOST_MS)
		left = MOST_MS;
	return left < LEAST_MS ? LEAST_MS : left;
}

enum verdict http_try(struct kase *kase, int64_t until,
		      char why[IG_SUITE_REASON])
{
	const struct ig_test_http *want = &kase->test->http;
	struct ig_err err = { 0 };
	int64_t limit = time_for(kase, until);
	IG_AUTO(page_done)
	struct page page = { .body = IG_BUF_INIT(BODY_MAX) };

	page.curl = curl_easy_init();
	page.url = ig_format(&err, "http://127.0.0.1:%u%s",
			     ports_host(&kase->boot->ports, want->port),
			     want->path ? want->path : "/");
	if (page.curl && page.url && set_all(&page, kase, limit))
		return fetch(&page, want, why);
	reason_set(why, "libcurl refuses an option: it is older than 7.88");
	return VERDICT_NEVER;
}
