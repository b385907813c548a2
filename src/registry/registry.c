/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>
#include <stdlib.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "client.h"

#define PARALLEL 4

static CURLcode global_result;

static void global_init(void)
{
	global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int copy_opts(struct ig_registry *out,
		     const struct ig_registry_opts *opts, struct ig_err *err)
{
	size_t n = 0;

	while (opts->insecure && opts->insecure[n])
		n++;
	out->insecure = calloc(n + 1, sizeof(*out->insecure));
	if (!out->insecure)
		return ig_fail_mem(err);
	for (size_t i = 0; i < n; i++) {
		out->insecure[i] = ig_strdup(opts->insecure[i], err);
		if (!out->insecure[i])
			return -1;
	}
	if (opts->ca_file) {
		out->ca_file = ig_strdup(opts->ca_file, err);
		if (!out->ca_file)
			return -1;
	}
	out->parallel = opts->parallel ? opts->parallel : PARALLEL;
	return 0;
}

struct ig_registry *ig_registry_new(const struct ig_registry_opts *opts,
				    struct ig_err *err)
{
	struct ig_registry *registry = calloc(1, sizeof(*registry));

	if (!registry) {
		ig_fail_mem(err);
		return NULL;
	}
	pthread_mutex_init(&registry->lock, NULL);
	if (copy_opts(registry, opts, err) < 0) {
		ig_registry_free(registry);
		return NULL;
	}
	return registry;
}

void ig_registry_free(struct ig_registry *registry)
{
	if (!registry)
		return;
	for (size_t i = 0; i < registry->idle_n; i++)
		curl_easy_cleanup(registry->idle[i]);
	for (size_t i = 0; registry->insecure && registry->insecure[i]; i++)
		free(registry->insecure[i]);
	free(registry->insecure);
	free(registry->ca_file);
	pthread_mutex_destroy(&registry->lock);
	free(registry);
}

void ig_registry_freep(struct ig_registry **registry)
{
	ig_registry_free(*registry);
	*registry = NULL;
}

/* Only when there is something to ask: loading it takes its time. */
static int init_once(struct ig_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, global_init);
	if (global_result == CURLE_OK)
		return 0;
	return ig_fail(err, IG_ESYS, "initialise libcurl: %s",
		       curl_easy_strerror(global_result));
}

void *handle_take(struct ig_registry *registry, struct ig_err *err)
{
	CURL *curl = NULL;

	if (init_once(err) < 0)
		return NULL;
	pthread_mutex_lock(&registry->lock);
	if (registry->idle_n > 0)
		curl = registry->idle[--registry->idle_n];
	pthread_mutex_unlock(&registry->lock);
	if (!curl)
		curl = curl_easy_init();
	if (!curl)
		ig_fail(err, IG_ESYS, "initialise a libcurl handle");
	return curl;
}

void handle_give(struct ig_registry *registry, void *curl)
{
	/* options and callbacks go, open connections stay */
	curl_easy_reset(curl);
	pthread_mutex_lock(&registry->lock);
	if (registry->idle_n < IDLE_MAX) {
		registry->idle[registry->idle_n++] = curl;
		curl = NULL;
	}
	pthread_mutex_unlock(&registry->lock);
	curl_easy_cleanup(curl);
}
