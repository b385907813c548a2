/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <ingot/err.h>

#include "json_writer.h"

static const struct ig_entry *failure_from(const struct ig_bundle *bundle)
{
	return IG_FROM_TEXT(bundle, on_failure);
}

static bool has_own(const struct ig_bundle *bundle)
{
	const struct ig_entry *entry = bundle->entry;

	/* a label's words mean nothing where the image is only a step */
	if (bundle->section != IG_SERVICES)
		return entry->after.set || entry->timeout_ms ||
		       ig_given(entry->on_failure) || ig_given(entry->log);
	return IG_FROM(bundle, restart)->restart.set ||
	       IG_FROM(bundle, stop)->stop.set ||
	       IG_FROM(bundle, ready)->ready.set ||
	       ig_given(failure_from(bundle)->on_failure) ||
	       ig_given(IG_FROM_TEXT(bundle, log)->log) || entry->after.n > 0 ||
	       entry->requires.n > 0;
}

static void put_restart(struct ig_json *json, const struct ig_restart *restart)
{
	if (!restart->set)
		return;
	ig_json_object(json, "restart");
	ig_json_some_text(json, "policy", restart->policy);
	if (restart->delay_ms)
		ig_json_int(json, "delayMs", restart->delay_ms);
	ig_json_some_int(json, "limit", &restart->limit);
	ig_json_end(json);
}

static void put_stop(struct ig_json *json, const struct ig_stop *stop)
{
	if (!stop->set)
		return;
	ig_json_object(json, "stop");
	if (stop->signal)
		ig_json_int(json, "signal", ig_stop_signal(stop->signal));
	if (stop->grace_ms)
		ig_json_int(json, "graceMs", stop->grace_ms);
	ig_json_end(json);
}

static void put_http(struct ig_json *json, const struct ig_ready_http *http)
{
	if (!http->set)
		return;
	ig_json_object(json, "http");
	ig_json_some_int(json, "port", &http->port);
	ig_json_some_text(json, "path", http->path);
	ig_json_some_int(json, "status", &http->status);
	ig_json_end(json);
}

static void put_ready(struct ig_json *json, const struct ig_ready *ready)
{
	if (!ready->set)
		return;
	ig_json_object(json, "ready");
	ig_json_some_int(json, "port", &ready->port);
	ig_json_some_text(json, "file", ready->file);
	ig_json_some_texts(json, "exec", &ready->exec);
	put_http(json, &ready->http);
	if (ready->interval_ms)
		ig_json_int(json, "intervalMs", ready->interval_ms);
	if (ready->timeout_ms)
		ig_json_int(json, "timeoutMs", ready->timeout_ms);
	if (ready->within_ms)
		ig_json_int(json, "withinMs", ready->within_ms);
	ig_json_end(json);
}

static void put_service(struct ig_json *json, const struct ig_bundle *bundle)
{
	put_restart(json, &IG_FROM(bundle, restart)->restart);
	put_stop(json, &IG_FROM(bundle, stop)->stop);
	ig_json_some_texts(json, "after", &bundle->entry->after);
	ig_json_some_texts(json, "requires", &bundle->entry->requires);
	ig_json_some_text(json, "onFailure", failure_from(bundle)->on_failure);
	ig_json_some_text(json, "log", IG_FROM_TEXT(bundle, log)->log);
	put_ready(json, &IG_FROM(bundle, ready)->ready);
}

static void put_step(struct ig_json *json, const struct ig_entry *entry)
{
	/* an empty list has a meaning of its own */
	if (entry->after.set)
		ig_json_texts(json, "after", &entry->after_folders);
	ig_json_some_text(json, "onFailure", entry->on_failure);
	if (entry->timeout_ms)
		ig_json_int(json, "timeoutMs", entry->timeout_ms);
	ig_json_some_text(json, "log", entry->log);
}

int ig_bundle_service(struct ig_buf *out, const struct ig_bundle *bundle,
		      struct ig_err *err)
{
	struct ig_json json;

	if (!has_own(bundle))
		return 0;
	ig_json_init(&json, out, err);
	ig_json_object(&json, NULL);
	if (bundle->section == IG_SERVICES)
		put_service(&json, bundle);
	else
		put_step(&json, bundle->entry);
	ig_json_end(&json);
	return ig_json_done(&json);
}
