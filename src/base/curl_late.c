/* SPDX-License-Identifier: Apache-2.0 */
/* Whose first parameter is const, or not, by the version of the header. */
#define curl_url_get curl_url_get_of_header
#include <curl/curl.h>
#undef curl_url_get

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <ingot/own.h>

/*
 * libcurl brings two dozen libraries along, and a build of what did not change
 * asks no registry. So the program is linked with these functions of libcurl's
 * names, which load it when the first one is called. curl_global_init() tells
 * whether that went well.
 */

/* Macros of the header that check types. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
	CURLcode (*global_init)(long);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
	CURLcode (*easy_perform)(CURL *);
	CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
	const char *(*easy_strerror)(CURLcode);
	void (*easy_reset)(CURL *);
	void (*easy_cleanup)(CURL *);
	struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
	void (*slist_free_all)(struct curl_slist *);
	time_t (*getdate)(const char *, const time_t *);
	CURLU *(*url)(void);
	void (*url_cleanup)(CURLU *);
	CURLUcode (*url_get)(const CURLU *, CURLUPart, char **, unsigned);
	CURLUcode (*url_set)(CURLU *, CURLUPart, const char *, unsigned);
	void (*free)(void *);
} api;

#define ENTRY(member, symbol)                                                  \
	{                                                                      \
		symbol, offsetof(__typeof__(api), member)                      \
	}
static const struct {
	const char *symbol;
	size_t at;
} entries[] = {
	ENTRY(global_init, "curl_global_init"),
	ENTRY(easy_init, "curl_easy_init"),
	ENTRY(easy_setopt, "curl_easy_setopt"),
	ENTRY(easy_perform, "curl_easy_perform"),
	ENTRY(easy_getinfo, "curl_easy_getinfo"),
	ENTRY(easy_strerror, "curl_easy_strerror"),
	ENTRY(easy_reset, "curl_easy_reset"),
	ENTRY(easy_cleanup, "curl_easy_cleanup"),
	ENTRY(slist_append, "curl_slist_append"),
	ENTRY(slist_free_all, "curl_slist_free_all"),
	ENTRY(getdate, "curl_getdate"),
	ENTRY(url, "curl_url"),
	ENTRY(url_cleanup, "curl_url_cleanup"),
	ENTRY(url_get, "curl_url_get"),
	ENTRY(url_set, "curl_url_set"),
	ENTRY(free, "curl_free"),
};

static bool loaded;

static void load_all(void)
{
	void *lib = dlopen(IG_CURL_SONAME, RTLD_NOW | RTLD_LOCAL);

	if (!lib)
		return;
	for (size_t i = 0; i < IG_COUNT(entries); i++) {
		void *symbol = dlsym(lib, entries[i].symbol);

		if (!symbol)
			return;
		memcpy((char *)&api + entries[i].at, &symbol, sizeof(symbol));
	}
	loaded = true;
}

static bool load(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_all);
	return loaded;
}

CURLcode curl_global_init(long flags)
{
	return load() ? api.global_init(flags) : CURLE_FAILED_INIT;
}

const char *curl_easy_strerror(CURLcode code)
{
	return load() ? api.easy_strerror(code)
		      : IG_CURL_SONAME " cannot be loaded, or is too old";
}

CURL *curl_easy_init(void)
{
	return load() ? api.easy_init() : NULL;
}

/* The number of an option says of what type its value is. */
CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
	CURLcode rc;
	va_list ap;

	va_start(ap, option);
	if (option < CURLOPTTYPE_OBJECTPOINT)
		/* NOLINTNEXTLINE(bugprone-branch-clone): the types differ */
		rc = api.easy_setopt(curl, option, va_arg(ap, long));
	else if (option >= CURLOPTTYPE_FUNCTIONPOINT &&
		 option < CURLOPTTYPE_OFF_T)
		rc = api.easy_setopt(curl, option, va_arg(ap, void (*)(void)));
	else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
		rc = api.easy_setopt(curl, option, va_arg(ap, curl_off_t));
	else
		rc = api.easy_setopt(curl, option, va_arg(ap, void *));
	va_end(ap);
	return rc;
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
	CURLcode rc;
	va_list ap;

	va_start(ap, info);
	rc = api.easy_getinfo(curl, info, va_arg(ap, void *));
	va_end(ap);
	return rc;
}

CURLcode curl_easy_perform(CURL *curl)
{
	return api.easy_perform(curl);
}

void curl_easy_reset(CURL *curl)
{
	api.easy_reset(curl);
}

void curl_easy_cleanup(CURL *curl)
{
	if (curl)
		api.easy_cleanup(curl);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
	return load() ? api.slist_append(list, text) : NULL;
}

void curl_slist_free_all(struct curl_slist *list)
{
	if (list)
		api.slist_free_all(list);
}

time_t curl_getdate(const char *text, const time_t *unused)
{
	return load() ? api.getdate(text, unused) : -1;
}

CURLU *curl_url(void)
{
	return load() ? api.url() : NULL;
}

void curl_url_cleanup(CURLU *url)
{
	if (url)
		api.url_cleanup(url);
}

CURLUcode curl_url_get(const CURLU *url, CURLUPart part, char **out,
		       unsigned flags);

CURLUcode curl_url_get(const CURLU *url, CURLUPart part, char **out,
		       unsigned flags)
{
	return api.url_get(url, part, out, flags);
}

CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text,
		       unsigned flags)
{
	return api.url_set(url, part, text, flags);
}

void curl_free(void *memory)
{
	if (memory)
		api.free(memory);
}
