/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <jansson.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "report_priv.h"

#define MS_DIGITS 15

/* jansson's functions take a NULL and say so, so that only the last one's
 * answer counts: what is missing for want of memory is a failure there. */
struct doc {
	json_t *root;
	bool failed;
};

static void put(struct doc *d, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		d->failed = true;
}

static void put_text(struct doc *d, json_t *object, const char *key,
		     const char *text)
{
	if (text)
		put(d, object, key, json_string(text));
}

static void put_ms(struct doc *d, json_t *object, const char *key, int64_t us)
{
	if (us >= 0)
		put(d, object, key, json_real((double)us / 1000));
}

static void put_number(struct doc *d, json_t *object, const char *key,
		       int64_t number)
{
	if (number >= 0)
		put(d, object, key, json_integer(number));
}

static void put_phases(struct doc *d, const struct ig_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->phases_n; i++) {
		json_t *object = json_object();

		put_text(d, object, "name", r->phases[i].name);
		put_ms(d, object, "from", r->phases[i].from);
		put_ms(d, object, "to", r->phases[i].to);
		json_array_append_new(list, object);
	}
	put(d, d->root, "phases", list);
}

static json_t *unit(struct doc *d, const struct ig_report *r,
		    const struct ig_report_unit *u)
{
	json_t *object = json_object();
	char state[REPORT_STATE];

	put_text(d, object, "name", u->name);
	put_ms(d, object, "started", u->started);
	put_ms(d, object, "up", u->up);
	put_ms(d, object, "ready", u->ready);
	put_ms(d, object, "ended", u->ended);
	put_number(d, object, "code", u->code);
	put_number(d, object, "signal", u->signal);
	put_number(d, object, "runs", u->runs);
	put_text(d, object, "state", report_state(state, u));
	put(d, object, "failed", json_boolean(report_is_bad(r, u)));
	return object;
}

static void put_units(struct doc *d, const struct ig_report *r)
{
	static const char *const keys[IG_REPORT_KINDS] = {
		[IG_REPORT_ONBOOT] = "onboot",
		[IG_REPORT_SERVICE] = "services",
		[IG_REPORT_ONSHUTDOWN] = "onshutdown",
	};

	for (int k = 0; k < IG_REPORT_KINDS; k++) {
		json_t *list = json_array();

		for (size_t i = 0; i < r->units_n; i++) {
			const struct ig_report_unit *u = &r->units[i];

			if (u->kind == (enum ig_report_kind)k)
				json_array_append_new(list, unit(d, r, u));
		}
		put(d, d->root, keys[k], list);
	}
}

static void put_machine(struct doc *d, const struct ig_report *r)
{
	put_text(d, d->root, "kernel", r->kernel);
	put_text(d, d->root, "machine", r->machine);
	put_text(d, d->root, "image", r->image);
	put_text(d, d->root, "consoles", r->consoles);
	put_ms(d, d->root, "offset", r->offset);
	put_ms(d, d->root, "firmware", r->firmware);
	put_ms(d, d->root, "loader", r->loader);
}

static void put_end(struct doc *d, const struct ig_report *r, const char *end)
{
	put_ms(d, d->root, "booted", r->booted);
	if (r->memory_kib)
		put_number(d, d->root, "memoryKiB", r->memory_kib);
	if (r->available_kib)
		put_number(d, d->root, "availableKiB", r->available_kib);
	put_ms(d, d->root, "shutdown", r->shutdown);
	put_text(d, d->root, "how", r->how);
	put_text(d, d->root, "reason", r->reason);
	put_ms(d, d->root, "off", r->off);
	if (r->off >= 0)
		put(d, d->root, "clean", json_boolean(r->clean));
	put_number(d, d->root, "lost", (int64_t)r->lost);
	put_number(d, d->root, "notUnderstood", (int64_t)r->bad);
	put_text(d, d->root, "end", end);
}

int ig_report_json(struct ig_buf *out, const struct ig_report *report,
		   const char *end, struct ig_err *err)
{
	struct doc d = { .root = json_object() };
	ig_autofree char *text = NULL;

	put(&d, d.root, "report", json_integer(IG_REPORT_VERSION));
	put_machine(&d, report);
	put_phases(&d, report);
	put_units(&d, report);
	put_end(&d, report, end);
	if (!d.failed)
		text = json_dumps(d.root, JSON_INDENT(2) | JSON_REAL_PRECISION(
								   MS_DIGITS));
	json_decref(d.root);
	if (!text)
		return ig_fail_mem(err);
	if (ig_buf_puts(out, text, err) < 0)
		return -1;
	return ig_buf_putc(out, '\n', err);
}
