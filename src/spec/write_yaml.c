/* SPDX-License-Identifier: Apache-2.0 */
#include "emit.h"

#include <string.h>

#include <yaml.h>

#include <ingot/buf.h>
#include <ingot/err.h>

#include "schema.h"

struct yaml_writer {
	struct ig_writer writer; /* first: what the callbacks get */
	yaml_emitter_t emitter;
	struct ig_buf *out;
	struct ig_err *err;
	bool failed; /* err is filled by the handler */
};

static struct yaml_writer *self_of(struct ig_writer *writer)
{
	return (struct yaml_writer *)(void *)writer;
}

static int on_bytes(void *ctx, unsigned char *bytes, size_t len)
{
	struct yaml_writer *self = ctx;

	self->failed = ig_buf_add(self->out, bytes, len, self->err) < 0;
	return !self->failed;
}

/* Sends @event, which the initialiser made unless @ok is 0. */
static int send(struct yaml_writer *self, yaml_event_t *event, int ok)
{
	if (!ok)
		return ig_fail_mem(self->err);
	if (yaml_emitter_emit(&self->emitter, event))
		return 0;
	if (self->failed)
		return -1;
	if (self->emitter.error == YAML_MEMORY_ERROR)
		return ig_fail_mem(self->err);
	return ig_fail(self->err, IG_ESPEC, "write YAML: %s",
		       self->emitter.problem);
}

static int yaml_open(struct ig_writer *writer, bool map)
{
	struct yaml_writer *self = self_of(writer);
	yaml_event_t event;
	int ok;

	if (map)
		ok = yaml_mapping_start_event_initialize(
			&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
	else
		ok = yaml_sequence_start_event_initialize(
			&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
	return send(self, &event, ok);
}

static int yaml_close(struct ig_writer *writer, bool map)
{
	yaml_event_t event;
	int ok = map ? yaml_mapping_end_event_initialize(&event)
		     : yaml_sequence_end_event_initialize(&event);

	return send(self_of(writer), &event, ok);
}

static int scalar(struct ig_writer *writer, const char *text,
		  yaml_scalar_style_t style)
{
	struct yaml_writer *self = self_of(writer);
	/* libyaml copies it */
	const yaml_char_t *value = (const yaml_char_t *)text;
	yaml_event_t event;
	size_t len = strlen(text);
	int ok = yaml_scalar_event_initialize(&event, NULL, NULL, value,
					      (int)len, 1, 1, style);

	return send(self, &event, ok);
}

/* YAML 1.1 took these for booleans; older readers still do. */
static bool is_old_bool(const char *text)
{
	static const char *const words[] = { "y",   "Y",  "yes", "Yes", "YES",
					     "on",  "On", "ON",	 "n",	"N",
					     "no",  "No", "NO",	 "off", "Off",
					     "OFF", NULL };

	for (size_t i = 0; words[i]; i++) {
		if (strcmp(text, words[i]) == 0)
			return true;
	}
	return false;
}

/* Line breaks of Unicode and characters that a reader may swallow. */
static bool has_odd_bytes(const char *text)
{
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c < 0x20 && c != '\n') || c == 0x7f)
			return true;
	}
	return strstr(text, "\xc2\x85") || strstr(text, "\xe2\x80\xa8") ||
	       strstr(text, "\xe2\x80\xa9") || strstr(text, "\xef\xbb\xbf");
}

/* "1:30" was a number in base 60. */
static bool is_base60(const char *text)
{
	return text[0] && strchr("+-0123456789", text[0]) &&
	       strchr(text, ':') &&
	       text[strspn(text, "+-0123456789_:.")] == '\0';
}

static yaml_scalar_style_t style_of(const char *text)
{
	if (has_odd_bytes(text))
		return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	if (strchr(text, '\n'))
		return text[0] == '\n' || text[0] == ' '
			       ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
			       : YAML_LITERAL_SCALAR_STYLE;
	if (ig_scalar_type(text) != IG_Y_STR || is_old_bool(text) ||
	    is_base60(text) || strcmp(text, "<<") == 0)
		return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	return YAML_PLAIN_SCALAR_STYLE;
}

static int yaml_str(struct ig_writer *writer, const char *text)
{
	return scalar(writer, text, style_of(text));
}

static int yaml_bare(struct ig_writer *writer, const char *text)
{
	return scalar(writer, text, YAML_PLAIN_SCALAR_STYLE);
}

static int document(struct yaml_writer *self, struct ig_emit *emit,
		    const struct ig_object *object, const void *base)
{
	yaml_event_t event;
	int ok;

	ok = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
	if (send(self, &event, ok) < 0)
		return -1;
	ok = yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
	if (send(self, &event, ok) < 0)
		return -1;
	if (ig_emit_object(emit, object, base) < 0)
		return -1;
	ok = yaml_document_end_event_initialize(&event, 1);
	if (send(self, &event, ok) < 0)
		return -1;
	ok = yaml_stream_end_event_initialize(&event);
	return send(self, &event, ok);
}

int ig_emit_yaml(struct ig_buf *out, const struct ig_emit *emit, bool fold,
		 const struct ig_object *object, const void *base)
{
	struct yaml_writer self = {
		.writer = { .open = yaml_open,
			    .close = yaml_close,
			    .key = yaml_str,
			    .str = yaml_str,
			    .bare = yaml_bare },
		.out = out,
		.err = emit->err,
	};
	struct ig_emit here = *emit;
	int rc;

	here.writer = &self.writer;
	if (!yaml_emitter_initialize(&self.emitter))
		return ig_fail_mem(emit->err);
	yaml_emitter_set_output(&self.emitter, on_bytes, &self);
	yaml_emitter_set_unicode(&self.emitter, 1);
	yaml_emitter_set_width(&self.emitter, fold ? 80 : -1);
	rc = document(&self, &here, object, base);
	yaml_emitter_delete(&self.emitter);
	return rc;
}
