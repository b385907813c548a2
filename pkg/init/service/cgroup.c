/* SPDX-License-Identifier: Apache-2.0 */
#include "service/cgroup.h"

#include "base/evloop.h"
#include "base/sys.h"
#include "log/log.h"
#include "service/bundle.h"
#include "service/ctr.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOT "/sys/fs/cgroup"

/* Those whose group was learned, to see who shares one. */
static struct ctr *known;

void cgroup_delegate(void)
{
	char text[512];
	char order[64];
	char *rest = text;
	const char *name;

	if (sys_read(ROOT "/cgroup.controllers", text, sizeof(text)) < 0)
		return;
	while ((name = strsep(&rest, " \n"))) {
		if (!name[0] || strlen(name) > 32)
			continue;
		snprintf(order, sizeof(order), "+%s", name);
		if (sys_write(ROOT "/cgroup.subtree_control", order) < 0)
			log_say("cgroup controller %s: %s", name,
				strerror(errno));
	}
}

static void file_of(const char *group, const char *file, char *out, size_t cap)
{
	snprintf(out, cap, ROOT "/%s/%s", group, file);
}

bool cgroup_populated(const char *id)
{
	char group[CGROUP_NAME];
	char path[SYS_PATH];
	char text[256];

	bundle_group(id, group, sizeof(group));
	if (!group[0])
		return false;
	file_of(group, "cgroup.events", path, sizeof(path));
	return sys_read(path, text, sizeof(text)) > 0 &&
	       cgroup_count(text, "populated") > 0;
}

int64_t cgroup_count(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text && *text) {
		if (strncmp(text, key, len) == 0 && text[len] == ' ')
			return strtoll(text + len + 1, NULL, 10);
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return 0;
}

void cgroup_size(char *out, size_t cap, int64_t bytes)
{
	static const char units[] = "\0KMGT";
	size_t u = 0;

	while (u < 4 && bytes > 0 && bytes % 1024 == 0) {
		bytes /= 1024;
		u++;
	}
	snprintf(out, cap, "%lld%.1s", (long long)bytes, units + u);
}

static void say_killed(const struct ctr *c)
{
	char path[SYS_PATH];
	char text[64];
	char size[32];

	file_of(c->cgroup, "memory.max", path, sizeof(path));
	if (sys_read(path, text, sizeof(text)) > 0 && text[0] >= '0' &&
	    text[0] <= '9') {
		cgroup_size(size, sizeof(size), strtoll(text, NULL, 10));
		log_say("%s %s: killed for memory (limit %s)",
			ctr_kind_name(c->kind), c->name, size);
	} else {
		log_say("%s %s: killed for memory (the machine has no more)",
			ctr_kind_name(c->kind), c->name);
	}
}

/* False when the group is gone. */
static bool look(struct ctr *c)
{
	char text[512];
	ssize_t n = pread(c->memory, text, sizeof(text) - 1, 0);

	if (n < 0)
		return false;
	text[n] = '\0';
	int64_t kills = cgroup_count(text, "oom_kill");

	if (kills > c->oom_kills)
		say_killed(c);
	c->oom_kills = kills;
	return true;
}

static void look_away(struct ctr *c)
{
	evloop_del(c->memory);
	close(c->memory);
	c->memory = -1;
}

static void on_memory(void *ctx, int fd, short events)
{
	struct ctr *c = ctx;

	(void)fd;
	(void)events;
	/* else it would wake the loop for ever: its processes can have moved
	 * to another group, and removed this one */
	if (!look(c))
		look_away(c);
}

static void remember(struct ctr *c)
{
	for (const struct ctr *k = known; k; k = k->next_known) {
		if (k == c)
			return;
	}
	c->next_known = known;
	known = c;
}

void cgroup_begin(struct ctr *c)
{
	char path[SYS_PATH];

	cgroup_end(c);
	bundle_group(c->name, c->cgroup, sizeof(c->cgroup));
	if (!c->cgroup[0])
		return;
	remember(c);
	file_of(c->cgroup, "memory.events", path, sizeof(path));
	c->memory = open(path, O_RDONLY | O_CLOEXEC);
	c->oom_kills = 0;
	/* without the loop there still is the last look */
	if (c->memory >= 0)
		(void)evloop_add(c->memory, POLLPRI, on_memory, c);
}

void cgroup_end(struct ctr *c)
{
	if (c->memory < 0)
		return;
	look(c);
	look_away(c);
}

bool cgroup_holds(const char *group, const char *other)
{
	return sys_is_below(other, group);
}

static bool is_shared(const struct ctr *c)
{
	for (const struct ctr *k = known; k; k = k->next_known) {
		if (k != c && k->pid > 0 && cgroup_holds(c->cgroup, k->cgroup))
			return true;
	}
	return false;
}

void cgroup_kill(struct ctr *c)
{
	char path[SYS_PATH];

	if (!c->cgroup[0] || is_shared(c))
		return;
	file_of(c->cgroup, "cgroup.kill", path, sizeof(path));
	(void)sys_write(path, "1");
}
