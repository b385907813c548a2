/* SPDX-License-Identifier: Apache-2.0 */
/* What PID 1 reads of machine.json: refused with a reason, or in its limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "disk/mounting.h"
#include "disk/setup.h"
#include "disk/setup_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touches every byte, so that a sanitizer sees what is not ours. */
static size_t weigh(const char *text)
{
	return text ? strlen(text) : 0;
}

static size_t weigh_mount(const struct setup_mount *m)
{
	size_t sum = weigh(m->source) + weigh(m->target) + weigh(m->type);
	struct root_want want;

	for (size_t i = 0; i < m->options.n; i++)
		sum += strlen(m->options.v[i]);
	if (m->source && mounting_source(&want, m->source) == 0 &&
	    weigh(want.value) > weigh(m->source))
		abort();
	return sum;
}

static void look(const struct setup *s, size_t size)
{
	char path[64];
	size_t sum = weigh(s->hostname) + weigh(s->seed);

	for (size_t i = 0; i < s->n_sysctl; i++) {
		sum += weigh(s->sysctl[i].name) + weigh(s->sysctl[i].value);
		if (setup_sysctl_path(path, sizeof(path), s->sysctl[i].name) ==
			    0 &&
		    (strncmp(path, "/proc/sys/", 10) != 0 ||
		     strstr(path, "/../")))
			abort();
	}
	for (size_t i = 0; i < s->n_disks; i++)
		sum += weigh(s->disks[i].label) + weigh(s->disks[i].format) +
		       weigh_mount(&s->disks[i].mount);
	for (size_t i = 0; i < s->n_mounts; i++)
		sum += weigh_mount(&s->mounts[i]);
	if (sum > size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct setup s;
	char msg[200] = "";

	if (setup_parse(&s, (const char *)data, size, msg, sizeof(msg)) < 0) {
		if (!msg[0] || s.disks || s.mounts || s.sysctl || s.hostname)
			abort();
		return 0;
	}
	look(&s, size);
	setup_free(&s);
	return 0;
}
