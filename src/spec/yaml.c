/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_tree.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/str.h>

int ig_yaml_at(struct ig_yaml *yaml, int line, int col)
{
	return ig_wrap(yaml->err, "%s:%d:%d", yaml->source->file, line, col);
}

static int mark_line(const yaml_mark_t *mark)
{
	return (int)mark->line + 1;
}

static int mark_col(const yaml_mark_t *mark)
{
	return (int)mark->column + 1;
}

static int at_mark(struct ig_yaml *yaml, const yaml_mark_t *mark)
{
	return ig_yaml_at(yaml, mark_line(mark), mark_col(mark));
}

/* Line and column of a byte. */
static int at_offset(struct ig_yaml *yaml, size_t offset)
{
	const char *text = yaml->source->text;
	int line = 1;
	int col = 1;

	for (size_t i = 0; i < offset && i < yaml->source->len; i++) {
		if (text[i] == '\n') {
			line++;
			col = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			col++;
		}
	}
	return ig_yaml_at(yaml, line, col);
}

static int check_bytes(struct ig_yaml *yaml)
{
	const char *text = yaml->source->text;
	size_t len = yaml->source->len;
	size_t i = 0;

	if (len > IG_YAML_BYTES) {
		ig_fail(yaml->err, IG_ELIMIT, "more than 16 MiB of YAML");
		return ig_yaml_at(yaml, 1, 1);
	}
	if (ig_utf8_ok(text, len))
		return 0;
	while (i < len) {
		size_t step = 1;

		while (step <= 4 && step <= len - i &&
		       !ig_utf8_ok(text + i, step))
			step++;
		if (step > 4 || step > len - i)
			break;
		i += step;
	}
	ig_fail(yaml->err, IG_ESPEC,
		i < len && text[i] == '\0' ? "a NUL byte in the text"
					   : "the text is not valid UTF-8");
	return at_offset(yaml, i);
}

static int parser_failed(struct ig_yaml *yaml)
{
	const yaml_parser_t *p = &yaml->parser;
	const char *text = yaml->source->text;

	switch (p->error) {
	case YAML_MEMORY_ERROR:
		return ig_fail_mem(yaml->err);
	case YAML_READER_ERROR:
		ig_fail(yaml->err, IG_ESPEC, "%s", p->problem);
		return at_offset(yaml, p->problem_offset);
	case YAML_SCANNER_ERROR:
		/* the mark counts characters; good enough to find a tab */
		if (strstr(p->problem, "cannot start any token") &&
		    p->problem_mark.index < yaml->source->len &&
		    text[p->problem_mark.index] == '\t') {
			ig_fail(yaml->err, IG_ESPEC,
				"a tab cannot indent in YAML; use spaces");
			return at_mark(yaml, &p->problem_mark);
		}
		break;
	case YAML_NO_ERROR:
	case YAML_PARSER_ERROR:
	case YAML_COMPOSER_ERROR:
	case YAML_WRITER_ERROR:
	case YAML_EMITTER_ERROR:
	default:
		break;
	}
	if (p->context)
		ig_fail(yaml->err, IG_ESPEC, "%s (%s that begins in line %d)",
			p->problem, p->context, mark_line(&p->context_mark));
	else
		ig_fail(yaml->err, IG_ESPEC, "%s", p->problem);
	return at_mark(yaml, &p->problem_mark);
}

static int count_nodes(struct ig_yaml *yaml, size_t more,
		       const yaml_mark_t *mark)
{
	if (more <= IG_YAML_NODES - yaml->nodes) {
		yaml->nodes += more;
		return 0;
	}
	ig_fail(yaml->err, IG_ELIMIT,
		"more than %d values (aliases count as what they stand for)",
		IG_YAML_NODES);
	return at_mark(yaml, mark);
}

static struct ig_ynode *node_new(struct ig_yaml *yaml, const yaml_mark_t *mark)
{
	struct ig_ynode *node;

	if (count_nodes(yaml, 1, mark) < 0)
		return NULL;
	node = ig_arena_alloc(yaml->arena, sizeof(*node), yaml->err);
	if (!node)
		return NULL;
	node->line = mark_line(mark);
	node->col = mark_col(mark);
	node->weight = 1;
	node->height = 1;
	return node;
}

/* The value becomes an item, a key or a value of the container on top. */
static int attach(struct ig_yaml *yaml, const struct ig_ynode *node,
		  const yaml_mark_t *mark)
{
	struct ig_yaml_frame *top;
	struct ig_yaml_cell *cell;

	if (yaml->depth == 0) {
		yaml->root = node;
		return 0;
	}
	if (yaml->depth + node->height > IG_YAML_DEPTH) {
		ig_fail(yaml->err, IG_ELIMIT, "nested more than %d deep",
			IG_YAML_DEPTH);
		return at_mark(yaml, mark);
	}
	top = &yaml->stack[yaml->depth - 1];
	if (top->node->kind == IG_Y_MAP && top->n % 2 == 0 &&
	    node->kind != IG_Y_SCALAR) {
		ig_fail(yaml->err, IG_ESPEC, "a key must be a word, not a %s",
			node->kind == IG_Y_SEQ ? "list" : "mapping");
		return at_mark(yaml, mark);
	}
	cell = ig_arena_alloc(yaml->arena, sizeof(*cell), yaml->err);
	if (!cell)
		return -1;
	cell->node = node;
	*top->last = cell;
	top->last = &cell->next;
	top->n++;
	return 0;
}

static int anchor(struct ig_yaml *yaml, const yaml_char_t *name,
		  const struct ig_ynode *node, const yaml_mark_t *mark)
{
	struct ig_yaml_anchor *a;

	if (!name)
		return 0;
	if (++yaml->anchors_n > IG_YAML_ANCHORS) {
		ig_fail(yaml->err, IG_ELIMIT, "more than %d anchors",
			IG_YAML_ANCHORS);
		return at_mark(yaml, mark);
	}
	a = ig_arena_alloc(yaml->arena, sizeof(*a), yaml->err);
	if (!a)
		return -1;
	a->name = ig_arena_str(yaml->arena, (const char *)name, yaml->err);
	if (!a->name)
		return -1;
	a->node = node;
	a->next = yaml->anchors; /* the latest of a name is found first */
	yaml->anchors = a;
	return 0;
}

static int on_alias(struct ig_yaml *yaml, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	const struct ig_yaml_anchor *a = yaml->anchors;
	char quoted[IG_QUOTE];

	while (a && strcmp(a->name, name) != 0)
		a = a->next;
	if (!a) {
		ig_fail(yaml->err, IG_ESPEC, "unknown alias '*%s'",
			ig_spec_quote(quoted, name));
		return at_mark(yaml, &event->start_mark);
	}
	if (a->node->open) {
		ig_fail(yaml->err, IG_ESPEC,
			"the alias '*%s' stands inside of what it names",
			ig_spec_quote(quoted, name));
		return at_mark(yaml, &event->start_mark);
	}
	if (count_nodes(yaml, a->node->weight, &event->start_mark) < 0)
		return -1;
	return attach(yaml, a->node, &event->start_mark);
}

static int package_text(struct ig_yaml *yaml, struct ig_ynode *node)
{
	const struct ig_yaml_source *s = yaml->source;
	const char *dir = node->text + strlen("@pkg:");
	ig_autofree char *ref = NULL;
	char quoted[IG_QUOTE];

	if (!s->packages || !ig_starts(node->text, "@pkg:"))
		return 0;
	if (!s->resolver || !s->base) {
		ig_fail(yaml->err, IG_ESPEC,
			"'%s' works only in a spec that is a local file",
			ig_spec_quote(quoted, node->text));
		return ig_yaml_at(yaml, node->line, node->col);
	}
	ref = s->resolver->pkg(s->resolver->ctx, s->base, dir, yaml->err);
	if (!ref) {
		ig_wrap(yaml->err, "'%s'", ig_spec_quote(quoted, node->text));
		return ig_yaml_at(yaml, node->line, node->col);
	}
	node->text = ig_arena_str(yaml->arena, ref, yaml->err);
	return node->text ? 0 : -1;
}

static int scalar_tag(struct ig_yaml *yaml, struct ig_ynode *node,
		      const char *tag)
{
	static const struct {
		const char *tag;
		enum ig_ytype type;
	} known[] = { { YAML_STR_TAG, IG_Y_STR },
		      { "!", IG_Y_STR },
		      { YAML_TIMESTAMP_TAG, IG_Y_STR },
		      { YAML_BOOL_TAG, IG_Y_BOOL },
		      { YAML_INT_TAG, IG_Y_INT },
		      { YAML_FLOAT_TAG, IG_Y_FLOAT },
		      { YAML_NULL_TAG, IG_Y_NULL } };
	enum ig_ytype is = ig_scalar_type(node->text);
	char quoted[IG_QUOTE];

	for (size_t i = 0; i < IG_COUNT(known); i++) {
		if (strcmp(known[i].tag, tag) != 0)
			continue;
		node->type = known[i].type;
		if (node->type == IG_Y_STR || node->type == is ||
		    (node->type == IG_Y_FLOAT && is == IG_Y_INT))
			return 0;
		ig_fail(yaml->err, IG_ESPEC, "'%s' is not a %s",
			ig_spec_quote(quoted, node->text),
			strrchr(tag, ':') + 1);
		return ig_yaml_at(yaml, node->line, node->col);
	}
	ig_fail(yaml->err, IG_ESPEC, "the tag '%s' is not supported",
		ig_spec_quote(quoted, tag));
	return ig_yaml_at(yaml, node->line, node->col);
}

static int on_scalar(struct ig_yaml *yaml, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	const char *tag = (const char *)event->data.scalar.tag;
	size_t len = event->data.scalar.length;
	struct ig_ynode *node = node_new(yaml, &event->start_mark);

	if (!node)
		return -1;
	if (!ig_utf8_ok(text, len)) {
		ig_fail(yaml->err, IG_ESPEC, "a NUL character in the text");
		return at_mark(yaml, &event->start_mark);
	}
	node->text = ig_arena_strn(yaml->arena, text, len, yaml->err);
	if (!node->text || package_text(yaml, node) < 0)
		return -1;
	if (tag && scalar_tag(yaml, node, tag) < 0)
		return -1;
	node->plain =
		!tag && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (node->plain)
		node->type = ig_scalar_type(node->text);
	if (anchor(yaml, event->data.scalar.anchor, node, &event->start_mark) <
	    0)
		return -1;
	return attach(yaml, node, &event->start_mark);
}

static int open_container(struct ig_yaml *yaml, const yaml_event_t *event,
			  bool map)
{
	const yaml_char_t *tag = map ? event->data.mapping_start.tag
				     : event->data.sequence_start.tag;
	const yaml_char_t *name = map ? event->data.mapping_start.anchor
				      : event->data.sequence_start.anchor;
	struct ig_ynode *node = node_new(yaml, &event->start_mark);
	struct ig_yaml_frame *frame;
	char quoted[IG_QUOTE];

	if (!node)
		return -1;
	node->kind = map ? IG_Y_MAP : IG_Y_SEQ;
	if (tag && strcmp((const char *)tag, "!") != 0 &&
	    strcmp((const char *)tag, map ? YAML_MAP_TAG : YAML_SEQ_TAG) != 0) {
		ig_fail(yaml->err, IG_ESPEC, "the tag '%s' is not supported",
			ig_spec_quote(quoted, (const char *)tag));
		return at_mark(yaml, &event->start_mark);
	}
	if (attach(yaml, node, &event->start_mark) < 0 ||
	    anchor(yaml, name, node, &event->start_mark) < 0)
		return -1;
	node->open = true;
	frame = &yaml->stack[yaml->depth++];
	*frame = (struct ig_yaml_frame){ .node = node };
	frame->last = &frame->first;
	return 0;
}

static int close_container(struct ig_yaml *yaml)
{
	struct ig_yaml_frame *frame = &yaml->stack[--yaml->depth];
	struct ig_ynode *node = frame->node;
	size_t i = 0;

	node->open = false;
	for (const struct ig_yaml_cell *c = frame->first; c; c = c->next) {
		node->weight += c->node->weight;
		if (node->height <= c->node->height)
			node->height = c->node->height + 1;
	}
	if (node->kind == IG_Y_MAP)
		return ig_yaml_map_end(yaml, frame);
	node->v = ig_arena_array(yaml->arena, frame->n,
				 sizeof(struct ig_ynode *), yaml->err);
	if (!node->v)
		return -1;
	for (const struct ig_yaml_cell *c = frame->first; c; c = c->next)
		node->v[i++] = c->node;
	node->n = i;
	return 0;
}

static int on_event(struct ig_yaml *yaml, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return on_alias(yaml, event);
	case YAML_SCALAR_EVENT:
		return on_scalar(yaml, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_container(yaml, event, false);
	case YAML_MAPPING_START_EVENT:
		return open_container(yaml, event, true);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_container(yaml);
	case YAML_DOCUMENT_START_EVENT:
		if (yaml->root)
			ig_warn("%s:%d:1: only the first document is used",
				yaml->source->file,
				mark_line(&event->start_mark));
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	default:
		return 0;
	}
}

/* Up to the end of the stream or the start of a second document. */
static int parse(struct ig_yaml *yaml)
{
	for (bool end = false; !end;) {
		yaml_event_t event;
		int rc;

		if (!yaml_parser_parse(&yaml->parser, &event))
			return parser_failed(yaml);
		end = event.type == YAML_STREAM_END_EVENT ||
		      (event.type == YAML_DOCUMENT_START_EVENT && yaml->root);
		rc = on_event(yaml, &event);
		yaml_event_delete(&event);
		if (rc < 0)
			return -1;
	}
	if (yaml->root && !(yaml->root->plain && !yaml->root->text[0]))
		return 0;
	ig_fail(yaml->err, IG_ESPEC, "the file is empty");
	return ig_yaml_at(yaml, 1, 1);
}

const struct ig_ynode *ig_yaml_load(const struct ig_yaml_source *source,
				    struct ig_arena *arena, struct ig_err *err)
{
	ig_autofree struct ig_yaml *yaml = calloc(1, sizeof(*yaml));
	int rc;

	if (!yaml) {
		ig_fail_mem(err);
		return NULL;
	}
	yaml->source = source;
	yaml->arena = arena;
	yaml->err = err;
	if (check_bytes(yaml) < 0)
		return NULL;
	if (!yaml_parser_initialize(&yaml->parser)) {
		ig_fail_mem(err);
		return NULL;
	}
	yaml_parser_set_input_string(&yaml->parser,
				     (const unsigned char *)source->text,
				     source->len);
	rc = parse(yaml);
	yaml_parser_delete(&yaml->parser);
	return rc < 0 ? NULL : yaml->root;
}
