/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/rope.h>
#include <ingot/str.h>

#include "client.h"

#define REDIRECTS_MAX	10
#define CONNECT_SECONDS 10L
#define SLOW_BYTES	512L /* a second, … */
#define SLOW_SECONDS	30L  /* … for so long: given up */
#define HEADERS_MAX	(256u << 10)
#define ERROR_BODY_MAX	(64u << 10)

/* One transfer, what the callbacks see. */
struct transfer {
	CURL *curl;
	struct ig_registry *registry;
	const struct fetch *fetch;
	struct answer *answer;
	size_t headers;	     /* bytes so far */
	uint64_t sent;	     /* of fetch->data */
	struct ig_buf other; /* the body of what is not a 200 */
	bool refused;	     /* err is filled */
	struct ig_err *err;
	char why[CURL_ERROR_SIZE];
};

static size_t on_header(char *line, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * n; /* size is 1 */

	/* libcurl has a limit for one line, none for their number */
	t->headers += len;
	if (t->headers > HEADERS_MAX) {
		ig_fail(t->err, IG_ELIMIT, "more than %u bytes of headers",
			HEADERS_MAX);
		t->refused = true;
		return 0;
	}
	answer_header(t->answer, t->registry, line, len);
	return len;
}

static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * n;
	struct ig_err full;
	long status = 0;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200 && t->fetch->body) {
		if (t->fetch->body(t->fetch->ctx, data, len, t->err) == 0)
			return len;
		t->refused = true;
		return 0;
	}
	/* more than the limit: the status is all that is needed */
	return ig_buf_add(&t->other, data, len, &full) < 0 ? 0 : len;
}

static size_t on_send(char *out, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	uint64_t left = ig_rope_size(t->fetch->data) - t->sent;
	size_t len = size * n;

	if (len > left)
		len = (size_t)left;
	if (ig_rope_read(t->fetch->data, out, len, t->sent, t->err) < 0) {
		t->refused = true;
		return CURL_READFUNC_ABORT;
	}
	t->sent += len;
	return len;
}

/* A connection that was kept open may be closed by now: all over again. */
static int on_seek(void *ctx, curl_off_t off, int origin)
{
	struct transfer *t = ctx;

	if (origin != SEEK_SET || off < 0 ||
	    (uint64_t)off > ig_rope_size(t->fetch->data))
		return CURL_SEEKFUNC_FAIL;
	t->sent = (uint64_t)off;
	return CURL_SEEKFUNC_OK;
}

static int on_progress(void *ctx, curl_off_t dltotal, curl_off_t dlnow,
		       curl_off_t ultotal, curl_off_t ulnow)
{
	struct transfer *t = ctx;

	(void)dltotal;
	(void)dlnow;
	(void)ultotal;
	(void)ulnow;
	return ig_cancelled() ||
	       (t->fetch->stop && atomic_load(t->fetch->stop));
}

static void list_freep(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

/*
 * Accept-Encoding is written by hand: with CURLOPT_ACCEPT_ENCODING libcurl
 * would also decode what was not asked for, and the bytes would not be those
 * of the digest.
 */
static struct curl_slist *make_headers(const struct fetch *fetch,
				       struct ig_err *err)
{
	const char *const lines[] = { fetch->accept, fetch->type };
	struct curl_slist *list = NULL;
	struct curl_slist *more;

	list = curl_slist_append(NULL, "Accept-Encoding: identity");
	for (size_t i = 0; list && i < IG_COUNT(lines); i++) {
		if (!lines[i])
			continue;
		more = curl_slist_append(list, lines[i]);
		if (!more)
			curl_slist_free_all(list);
		list = more;
	}
	if (!list)
		ig_fail_mem(err);
	return list;
}

#define SET(t, option, value)                                                  \
	(curl_easy_setopt((t)->curl, option, value) == CURLE_OK)

/* What may never differ between two requests. */
static bool set_rules(struct transfer *t)
{
	return SET(t, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       SET(t, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") &&
	       /* each redirect is looked at by follow() */
	       SET(t, CURLOPT_FOLLOWLOCATION, 0L) &&
	       SET(t, CURLOPT_UNRESTRICTED_AUTH, 0L) &&
	       SET(t, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	       SET(t, CURLOPT_HTTP09_ALLOWED, 0L) &&
	       SET(t, CURLOPT_HTTP_CONTENT_DECODING, 0L) &&
	       SET(t, CURLOPT_NOSIGNAL, 1L) &&
	       SET(t, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) &&
	       SET(t, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES) &&
	       SET(t, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS) &&
	       SET(t, CURLOPT_USERAGENT, "ingot/" IG_VERSION);
}

static bool set_tls(struct transfer *t)
{
	const char *ca = t->registry->ca_file;

	return SET(t, CURLOPT_SSL_VERIFYPEER, 1L) &&
	       SET(t, CURLOPT_SSL_VERIFYHOST, 2L) &&
	       SET(t, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       (!ca || SET(t, CURLOPT_CAINFO, ca));
}

static bool set_callbacks(struct transfer *t)
{
	return SET(t, CURLOPT_HEADERFUNCTION, on_header) &&
	       SET(t, CURLOPT_HEADERDATA, t) &&
	       SET(t, CURLOPT_WRITEFUNCTION, on_body) &&
	       SET(t, CURLOPT_WRITEDATA, t) &&
	       SET(t, CURLOPT_XFERINFOFUNCTION, on_progress) &&
	       SET(t, CURLOPT_XFERINFODATA, t) &&
	       SET(t, CURLOPT_NOPROGRESS, 0L) &&
	       SET(t, CURLOPT_ERRORBUFFER, t->why);
}

static bool set_method(struct transfer *t)
{
	const struct ig_rope *data = t->fetch->data;

	switch (t->fetch->method) {
	case METHOD_HEAD:
		return SET(t, CURLOPT_NOBODY, 1L);
	case METHOD_POST:
		return SET(t, CURLOPT_POST, 1L) &&
		       SET(t, CURLOPT_POSTFIELDS, "") &&
		       SET(t, CURLOPT_POSTFIELDSIZE, 0L);
	case METHOD_PUT:
		return SET(t, CURLOPT_UPLOAD, 1L) &&
		       SET(t, CURLOPT_INFILESIZE_LARGE,
			   (curl_off_t)ig_rope_size(data)) &&
		       SET(t, CURLOPT_READFUNCTION, on_send) &&
		       SET(t, CURLOPT_READDATA, t) &&
		       SET(t, CURLOPT_SEEKFUNCTION, on_seek) &&
		       SET(t, CURLOPT_SEEKDATA, t);
	case METHOD_GET:
	default:
		return true;
	}
}

/*
 * OpenSSL writes to its socket without MSG_NOSIGNAL: a registry that hangs up
 * must not end the program. What came while blocked is taken away.
 */
static CURLcode perform(CURL *curl)
{
	struct timespec none = { 0, 0 };
	sigset_t pipe;
	sigset_t pending;
	sigset_t old;
	bool before;
	CURLcode rc;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigpending(&pending);
	before = sigismember(&pending, SIGPIPE) == 1;
	pthread_sigmask(SIG_BLOCK, &pipe, &old);
	rc = curl_easy_perform(curl);
	if (!before)
		sigtimedwait(&pipe, NULL, &none);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

/* libcurl's own words, in our form: no capital, no end of line. */
static int fail_curl(struct transfer *t, CURLcode rc)
{
	const char *text = t->why[0] ? t->why : curl_easy_strerror(rc);
	char shown[SHOW_MAX];
	size_t len;

	show(shown, text);
	len = strlen(shown);
	while (len > 0 && strchr("?. ", shown[len - 1]))
		shown[--len] = '\0';
	if (len > 1 && shown[0] >= 'A' && shown[0] <= 'Z' && shown[1] >= 'a')
		shown[0] = (char)(shown[0] + ('a' - 'A'));
	return ig_fail(t->err, IG_ENET, "registry '%s': %s", t->fetch->host,
		       shown);
}

static int fail_transfer(struct transfer *t, CURLcode rc)
{
	t->answer->ours = true;
	if (t->refused)
		return -1;
	if (rc == CURLE_ABORTED_BY_CALLBACK)
		return ig_fail_cancel(t->err);
	if (rc == CURLE_OUT_OF_MEMORY)
		return ig_fail_mem(t->err);
	t->answer->ours = false;
	return fail_curl(t, rc);
}

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

/* One hop. A body that is too long is no matter when it is not wanted. */
static int hop(struct transfer *t, const char *url)
{
	CURLcode rc;
	bool cut;

	t->headers = 0;
	t->sent = 0;
	t->why[0] = '\0';
	t->answer->status = 0;
	ig_buf_clear(&t->other);
	if (!SET(t, CURLOPT_URL, url))
		return ig_fail_mem(t->err);
	rc = perform(t->curl);
	t->answer->curl = (int)rc;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->answer->status);
	cut = rc == CURLE_WRITE_ERROR && !t->refused &&
	      t->answer->status != 200;
	if (rc != CURLE_OK && !cut)
		return fail_transfer(t, rc);
	return 0;
}

/* What is sent goes where the registry itself is, and nowhere else. */
static bool sends(const struct fetch *fetch)
{
	return fetch->method == METHOD_POST || fetch->method == METHOD_PUT;
}

static int follow(struct transfer *t)
{
	ig_autofree char *url = ig_strdup(t->fetch->url, t->err);

	for (int i = 0; url; i++) {
		const char *to = NULL;
		char *next;

		if (hop(t, url) < 0)
			return -1;
		if (!is_redirect(t->answer->status))
			return 0;
		if (sends(t->fetch))
			return ig_fail(
				t->err, IG_ENET,
				"registry '%s' redirects an upload (status %ld), which is not followed",
				t->fetch->host, t->answer->status);
		if (i == REDIRECTS_MAX)
			return ig_fail(
				t->err, IG_ENET,
				"registry '%s' redirects more than %d times",
				t->fetch->host, REDIRECTS_MAX);
		curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &to);
		if (!to)
			return ig_fail(t->err, IG_ENET,
				       "registry '%s' redirects to nowhere",
				       t->fetch->host);
		if (url_check_redirect(url, to, t->err) < 0)
			return ig_wrap(t->err, "registry '%s'", t->fetch->host);
		next = ig_strdup(to, t->err);
		ig_freep(&url);
		url = next;
	}
	return -1;
}

/* distribution-spec, "Endpoints": 202 begins an upload, 201 ends it. */
static bool succeeded(const struct transfer *t)
{
	long status = t->answer->status;

	return sends(t->fetch) ? status >= 200 && status < 300 : status == 200;
}

static int run(struct transfer *t)
{
	IG_AUTO(list_freep) struct curl_slist *list = NULL;

	list = make_headers(t->fetch, t->err);
	if (!list)
		return -1;
	if (!set_rules(t) || !set_tls(t) || !set_callbacks(t) ||
	    !set_method(t) || !SET(t, CURLOPT_HTTPHEADER, list))
		return ig_fail(
			t->err, IG_ESYS,
			"libcurl refuses an option: it is older than 7.88");
	if (follow(t) < 0)
		return -1;
	if (!succeeded(t))
		return answer_fail(t->answer, t->fetch, &t->other, t->err);
	return 0;
}

int request_run(struct ig_registry *registry, const struct fetch *fetch,
		struct answer *answer, struct ig_err *err)
{
	struct transfer t = { .registry = registry,
			      .fetch = fetch,
			      .answer = answer,
			      .other = IG_BUF_INIT(ERROR_BODY_MAX),
			      .err = err };
	int rc = -1;

	memset(answer, 0, sizeof(*answer));
	if (fetch->begin && fetch->begin(fetch->ctx, err) < 0) {
		answer->ours = true;
		return -1;
	}
	t.curl = handle_take(registry, err);
	if (t.curl) {
		rc = run(&t);
		handle_give(registry, t.curl);
	}
	ig_buf_done(&t.other);
	return rc;
}
