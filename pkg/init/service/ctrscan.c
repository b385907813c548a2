/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys.h"
#include "log/log.h"
#include "service/ctr.h"
#include "service/ctrplan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_dirs[CTR_KINDS] = {
	[CTR_ONBOOT] = "/containers/onboot",
	[CTR_SERVICE] = "/containers/services",
	[CTR_ONSHUTDOWN] = "/containers/onshutdown",
};

static const char *const names[CTR_KINDS] = {
	[CTR_ONBOOT] = "onboot",
	[CTR_SERVICE] = "service",
	[CTR_ONSHUTDOWN] = "onshutdown",
};

const char *ctr_kind_name(enum ctr_kind kind)
{
	return names[kind];
}

static bool fill(struct ctr *c, enum ctr_kind kind, const char *name)
{
	c->kind = kind;
	c->state = SVC_DOWN;
	c->pipe = -1;
	c->log = -1;
	c->memory = -1;
	c->status = -1;
	c->last = -1;
	c->since = now_us();
	int n = snprintf(c->name, sizeof(c->name), "%s", name);
	int d = snprintf(c->dir, sizeof(c->dir), "%s/%s", kind_dirs[kind],
			 name);

	return n > 0 && (size_t)n < sizeof(c->name) &&
	       (size_t)d < sizeof(c->dir);
}

void ctr_scan(struct ctr_list *out, enum ctr_kind kind)
{
	char **found;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (sys_list(kind_dirs[kind], &found, &n) < 0) {
		if (errno != ENOENT)
			log_say("read '%s': %s", kind_dirs[kind],
				strerror(errno));
		return;
	}
	out->v = calloc(n > 0 ? n : 1, sizeof(*out->v));
	for (size_t i = 0; out->v && i < n; i++) {
		if (out->n < CTR_MAX && fill(&out->v[out->n], kind, found[i]))
			out->n++;
		else
			log_say("%s %s: name too long or too many bundles",
				names[kind], found[i]);
	}
	if (!out->v)
		log_say("read '%s': out of memory", kind_dirs[kind]);
	sys_names_free(found, n);
	ctrplan_read(out);
}
