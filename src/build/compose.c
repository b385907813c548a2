/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/str.h>

#include "check.h"
#include "compose.h"

static char *output_path(const struct ig_compose *c, const char *suffix,
			 struct ig_err *err)
{
	const struct ig_output_opts *o = c->opts;

	if (o->output)
		return ig_strdup(o->output, err);
	if (o->dir && *o->dir)
		return ig_format(err, "%s/%s%s", o->dir, o->name, suffix);
	return ig_format(err, "%s%s", o->name, suffix);
}

int ig_compose_open(int *fd, struct ig_compose *c, const char *suffix,
		    struct ig_err *err)
{
	struct ig_pending *p = &c->v[c->n];

	if (c->n == IG_OUTPUTS_MAX)
		return ig_fail(err, IG_ELIMIT, "more than %d files",
			       IG_OUTPUTS_MAX);
	*p = (struct ig_pending){ .suffix = suffix, .file = IG_NEWFILE_INIT };
	p->out.path = output_path(c, suffix, err);
	if (!p->out.path)
		return -1;
	c->n++;
	if (ig_streq(p->out.path, "-")) {
		*fd = STDOUT_FILENO;
		return 0;
	}
	if (ig_newfile_open(&p->file, AT_FDCWD, p->out.path, 0666, err) < 0)
		return -1;
	*fd = p->file.fd;
	return 0;
}

struct ig_rope *ig_compose_new(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(err);
	void *kept;

	if (!rope)
		return NULL;
	kept = realloc(c->kept, (c->kept_n + 1) * sizeof(struct ig_rope *));
	if (!kept) {
		ig_fail_mem(err);
		return NULL;
	}
	c->kept = kept;
	c->kept[c->kept_n++] = rope;
	return ig_take(&rope);
}

int ig_compose_rope(struct ig_compose *c, const char *suffix,
		    const struct ig_rope *rope, struct ig_err *err)
{
	int fd;

	for (size_t i = 0; i < c->n; i++)
		if (ig_streq(c->v[i].suffix, suffix))
			return 0;
	if (ig_compose_open(&fd, c, suffix, err) < 0)
		return -1;
	return ig_rope_write(rope, fd, err);
}

int ig_compose_text(struct ig_compose *c, const char *suffix, const char *text,
		    struct ig_err *err)
{
	struct ig_rope *rope = ig_compose_new(c, err);

	if (!rope || ig_rope_mem(rope, text, strlen(text), err) < 0)
		return -1;
	return ig_compose_rope(c, suffix, rope, err);
}

int64_t ig_compose_time(const struct ig_compose *c)
{
	int64_t max = c->plan->opts.max_time;

	return max < IG_FIXED_TIME ? max : IG_FIXED_TIME;
}

/* Of several files some may be in place when one cannot be: take them away
 * again, so that there is no half of a build. */
static void take_back(struct ig_outputs *out)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].path && !ig_streq(out->v[i].path, "-"))
			unlink(out->v[i].path);
}

static int publish_one(struct ig_pending *p, struct ig_err *err)
{
	if (p->file.fd < 0)
		return 0; /* standard output */
	if (ig_size_of(&p->out.size, p->file.fd, err) < 0)
		return -1;
	return ig_newfile_commit(&p->file, false, err);
}

static int publish(struct ig_compose *c, struct ig_outputs *out,
		   struct ig_err *err)
{
	out->v = calloc(c->n + 1, sizeof(*out->v));
	if (!out->v)
		return ig_fail_mem(err);
	for (size_t i = 0; i < c->n; i++) {
		struct ig_pending *p = &c->v[i];

		if (publish_one(p, err) < 0) {
			take_back(out);
			return -1;
		}
		out->v[out->n++] = p->out;
		p->out = (struct ig_output){ .path = NULL };
	}
	return 0;
}

static int write_all(struct ig_compose *c, struct ig_err *err)
{
	const struct ig_output_opts *o = c->opts;

	if (ig_check_boot(c, err) < 0)
		return -1;
	if (!o->output && o->dir && *o->dir && ig_mkdirs(o->dir, 0777, err) < 0)
		return -1;
	for (const char *const *name = c->opts->formats; *name; name++) {
		c->format = ig_build_format(*name);
		if (c->format->write(c, err) < 0)
			return ig_wrap(err, "format %s", *name);
	}
	return 0;
}

static void output_done(struct ig_output *output)
{
	free(output->path);
	free(output->blobs);
}

int ig_compose(const struct ig_plan *plan, struct ig_store *store,
	       const struct ig_output_opts *opts, struct ig_outputs *out,
	       struct ig_err *err)
{
	struct ig_compose *c = calloc(1, sizeof(*c));
	int result;

	memset(out, 0, sizeof(*out));
	if (!c)
		return ig_fail_mem(err);
	c->plan = plan;
	c->store = store;
	c->opts = opts;
	result = write_all(c, err);
	if (result == 0)
		result = publish(c, out, err);
	for (size_t i = 0; i < c->n; i++) {
		ig_newfile_done(&c->v[i].file);
		output_done(&c->v[i].out);
	}
	for (size_t i = 0; i < c->kept_n; i++)
		ig_rope_free(c->kept[i]);
	free(c->kept);
	free(c);
	if (result < 0)
		ig_outputs_done(out);
	return result;
}

void ig_outputs_done(struct ig_outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++)
		output_done(&outputs->v[i]);
	free(outputs->v);
	memset(outputs, 0, sizeof(*outputs));
}
