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

	return IG_FROM(bundle, restart)->restart.set ||
	       IG_FROM(bundle, stop)->stop.set ||
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

int ig_bundle_service(struct ig_buf *out, const struct ig_bundle *bundle,
		      struct ig_err *err)
{
	struct ig_json json;

	/* a label's words mean nothing where the image is only a step */
	if (bundle->section != IG_SERVICES || !has_own(bundle))
		return 0;
	ig_json_init(&json, out, err);
	ig_json_object(&json, NULL);
	put_restart(&json, &IG_FROM(bundle, restart)->restart);
	put_stop(&json, &IG_FROM(bundle, stop)->stop);
	ig_json_some_texts(&json, "after", &bundle->entry->after);
	ig_json_some_texts(&json, "requires", &bundle->entry->requires);
	ig_json_some_text(&json, "onFailure", failure_from(bundle)->on_failure);
	ig_json_some_text(&json, "log", IG_FROM_TEXT(bundle, log)->log);
	ig_json_end(&json);
	return ig_json_done(&json);
}
