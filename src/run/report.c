/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <ingot/own.h>
#include <ingot/report.h>
#include <ingot/str.h>

#define MS_MAX 1e11 /* three years */

/* Readers of a record's members; false: it is none of ours. */

static bool get_us(int64_t *out, const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);
	double ms = json_number_value(value);

	/* a NaN fails both */
	if (!json_is_number(value) || !(ms >= 0 && ms <= MS_MAX))
		return false;
	*out = (int64_t)(ms * 1000 + 0.5);
	return true;
}

static bool get_count(int64_t *out, const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*out = json_integer_value(value);
	return true;
}

/* Borrowed. */
static const char *get_text(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	if (!json_is_string(value) ||
	    json_string_length(value) > IG_REPORT_NAME)
		return NULL;
	return json_string_value(value);
}

/* The first one counts. */
static void keep_text(char **out, const json_t *record, const char *key)
{
	const char *text = get_text(record, key);

	if (text && !*out)
		*out = ig_strcopy(text, strlen(text));
}

static bool on_start(struct ig_report *r, const json_t *record, int64_t at)
{
	(void)at;
	if (!get_count(&r->version, record, "report") || r->version < 1)
		return false;
	r->begun = true;
	keep_text(&r->kernel, record, "kernel");
	keep_text(&r->machine, record, "machine");
	keep_text(&r->image, record, "image");
	keep_text(&r->consoles, record, "consoles");
	if (!get_us(&r->firmware, record, "firmware") ||
	    !get_us(&r->loader, record, "loader"))
		r->firmware = r->loader = -1;
	return true;
}

static bool on_phase(struct ig_report *r, const json_t *record, int64_t at)
{
	const char *name = get_text(record, "name");
	struct ig_report_phase *phase = &r->phases[r->phases_n];
	int64_t from;

	if (!name || !get_us(&from, record, "from") || from > at ||
	    r->phases_n == IG_REPORT_PHASES)
		return false;
	phase->name = ig_strcopy(name, strlen(name));
	phase->from = from;
	phase->to = at;
	if (phase->name)
		r->phases_n++;
	return true;
}

static bool on_booted(struct ig_report *r, const json_t *record, int64_t at)
{
	if (r->booted >= 0)
		return false;
	r->booted = at;
	get_count(&r->memory_kib, record, "memoryKiB");
	get_count(&r->available_kib, record, "availableKiB");
	return true;
}

static bool on_shutdown(struct ig_report *r, const json_t *record, int64_t at)
{
	r->shutdown = at;
	keep_text(&r->how, record, "how");
	keep_text(&r->reason, record, "reason");
	return true;
}

static bool on_off(struct ig_report *r, const json_t *record, int64_t at)
{
	const json_t *clean = json_object_get(record, "clean");

	if (!json_is_boolean(clean))
		return false;
	r->off = at;
	r->clean = json_is_true(clean);
	return true;
}

static bool on_lost(struct ig_report *r, const json_t *record, int64_t at)
{
	int64_t n;

	(void)at;
	if (!get_count(&n, record, "records"))
		return false;
	r->lost += (uint64_t)n;
	return true;
}

static bool get_kind(enum ig_report_kind *out, const json_t *record)
{
	static const char *const words[IG_REPORT_KINDS] = {
		[IG_REPORT_ONBOOT] = "onboot",
		[IG_REPORT_SERVICE] = "service",
		[IG_REPORT_ONSHUTDOWN] = "onshutdown",
	};
	const char *text = get_text(record, "kind");

	for (int i = 0; text && i < IG_REPORT_KINDS; i++) {
		if (ig_streq(words[i], text)) {
			*out = (enum ig_report_kind)i;
			return true;
		}
	}
	return false;
}

static struct ig_report_unit *
add_unit(struct ig_report *r, enum ig_report_kind kind, const char *name)
{
	struct ig_report_unit *more = NULL;
	char *copy;

	if (r->units_n == IG_REPORT_UNITS)
		return NULL;
	copy = ig_strcopy(name, strlen(name));
	if (copy)
		more = realloc(r->units, (r->units_n + 1) * sizeof(*more));
	if (!more) {
		free(copy);
		return NULL;
	}
	r->units = more;
	more += r->units_n++;
	*more = (struct ig_report_unit){ .kind = kind,
					 .name = copy,
					 .started = -1,
					 .up = -1,
					 .ready = -1,
					 .ended = -1,
					 .code = -1,
					 .signal = -1 };
	return more;
}

static struct ig_report_unit *find_unit(struct ig_report *r,
					const json_t *record)
{
	const char *name = get_text(record, "name");
	enum ig_report_kind kind;

	if (!name || !get_kind(&kind, record))
		return NULL;
	for (size_t i = 0; i < r->units_n; i++) {
		if (r->units[i].kind == kind &&
		    ig_streq(r->units[i].name, name))
			return &r->units[i];
	}
	return add_unit(r, kind, name);
}

static void first(int64_t *out, int64_t at)
{
	if (*out < 0)
		*out = at;
}

static void unit_ended(struct ig_report_unit *unit, const json_t *record,
		       int64_t at)
{
	int64_t n;

	unit->ended = at;
	if (get_count(&n, record, "code") && n <= 255)
		unit->code = (int)n;
	if (get_count(&n, record, "signal") && n <= 255)
		unit->signal = (int)n;
}

/* False: an event that a later guest may have. */
static bool unit_event(struct ig_report_unit *unit, const char *event,
		       const json_t *record, int64_t at)
{
	if (ig_streq(event, "started")) {
		first(&unit->started, at);
		unit->ended = unit->code = unit->signal = -1;
		unit->failed = unit->given_up = false;
		unit->runs++;
	} else if (ig_streq(event, "up")) {
		first(&unit->up, at);
	} else if (ig_streq(event, "ready")) {
		first(&unit->ready, at);
	} else if (ig_streq(event, "ended") || ig_streq(event, "failed")) {
		unit_ended(unit, record, at);
		unit->failed = ig_streq(event, "failed");
	} else if (ig_streq(event, "given-up")) {
		unit->given_up = true;
	} else {
		return ig_streq(event, "waiting");
	}
	return true;
}

static bool take_event(struct ig_report *r, const char *event,
		       const json_t *record, int64_t at)
{
	static const struct {
		const char *event;
		bool (*take)(struct ig_report *r, const json_t *record,
			     int64_t at);
	} events[] = {
		{ "start", on_start },	     { "phase", on_phase },
		{ "booted", on_booted },     { "off", on_off },
		{ "shutdown", on_shutdown }, { "lost", on_lost },
	};
	struct ig_report_unit *unit;

	for (size_t i = 0; i < IG_COUNT(events); i++) {
		if (ig_streq(events[i].event, event))
			return events[i].take(r, record, at);
	}
	/* what a later guest may say is passed over */
	if (!json_object_get(record, "kind"))
		return true;
	unit = find_unit(r, record);
	if (!unit)
		return false;
	unit_event(unit, event, record, at);
	return true;
}

static bool take_record(struct ig_report *r, const json_t *record, int64_t now)
{
	const char *event = get_text(record, "event");
	int64_t at;

	if (!event || !get_us(&at, record, "ms"))
		return false;
	/* before the first one there is nothing, of another version neither */
	if (!r->begun && !ig_streq(event, "start"))
		return false;
	if (r->begun && r->version != IG_REPORT_VERSION)
		return true;
	/* a record may be late, never early: the smallest is the nearest */
	if (now >= at && (r->offset < 0 || now - at < r->offset))
		r->offset = now - at;
	return take_event(r, event, record, at);
}

static void take_line(struct ig_report *r, int64_t now)
{
	json_error_t ignored;
	json_t *record = r->too_long
				 ? NULL
				 : json_loadb(r->line, r->len,
					      JSON_REJECT_DUPLICATES, &ignored);

	if (!json_is_object(record) || !take_record(r, record, now))
		r->bad++;
	json_decref(record);
	r->len = 0;
	r->too_long = false;
}

void ig_report_feed(struct ig_report *report, const char *data, size_t len,
		    int64_t now)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n')
			take_line(report, now);
		else if (report->len < sizeof(report->line))
			report->line[report->len++] = data[i];
		else
			report->too_long = true;
	}
}

bool ig_report_failed(const struct ig_report *report)
{
	for (size_t i = 0; i < report->units_n; i++) {
		if (report->units[i].given_up)
			return true;
	}
	return false;
}

void ig_report_init(struct ig_report *report)
{
	*report = (struct ig_report){ .offset = -1,
				      .firmware = -1,
				      .loader = -1,
				      .booted = -1,
				      .shutdown = -1,
				      .off = -1 };
}

void ig_report_done(struct ig_report *report)
{
	char *texts[] = { report->kernel,   report->machine, report->image,
			  report->consoles, report->how,     report->reason };

	for (size_t i = 0; i < IG_COUNT(texts); i++)
		free(texts[i]);
	for (size_t i = 0; i < report->phases_n; i++)
		free(report->phases[i].name);
	for (size_t i = 0; i < report->units_n; i++)
		free(report->units[i].name);
	free(report->units);
	ig_report_init(report);
}
