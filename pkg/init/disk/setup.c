/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/setup.h"

#include "base/sys.h"
#include "base/work.h"
#include "disk/datadisk.h"
#include "disk/mounting.h"
#include "disk/seed.h"
#include "disk/setup_json.h"
#include "log/log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#define CONFIG	      "/etc/ingot/machine.json"
#define PROC_SYS      "/proc/sys/"
#define MOUNT_SECONDS 60
#define SEED_SECONDS  10

static struct setup setup;

int setup_sysctl_path(char *out, size_t cap, const char *name)
{
	bool dots = name[strcspn(name, "./")] != '/';
	int n = snprintf(out, cap, PROC_SYS "%s", name);

	if (n < 0 || (size_t)n >= cap || !name[0] || name[0] == '/' ||
	    name[0] == '.')
		return -1;
	for (char *p = out + strlen(PROC_SYS); dots && *p; p++) {
		if (*p == '.')
			*p = '/';
		else if (*p == '/')
			*p = '.';
	}
	return strstr(out, "/../") || strstr(out, "//") ? -1 : 0;
}

static void set_sysctl(const struct setup_sysctl *s)
{
	char path[SYS_PATH];

	if (setup_sysctl_path(path, sizeof(path), s->name) < 0)
		log_say("sysctl '%s': there is no such name", s->name);
	else if (sys_write(path, s->value) < 0)
		log_say("sysctl '%s' = '%s': %s", s->name, s->value,
			strerror(errno));
}

static void check_required(const struct setup_mount *m)
{
	/* what runs without it would write to memory, or to another place */
	if (m->required)
		log_die(RB_AUTOBOOT, "fatal: '%s' is required, and not mounted",
			m->target);
}

static void set_disk(const struct setup_disk *d)
{
	char what[96];

	snprintf(what, sizeof(what), "disk %s", d->label);
	if (work_do(datadisk_do, d, DATADISK_SECONDS, what) != 0 &&
	    d->mount.target)
		check_required(&d->mount);
}

static void set_mount(const struct setup_mount *m)
{
	char what[96];

	snprintf(what, sizeof(what), "mount '%s'", m->target);
	if (work_do(mounting_do, m, MOUNT_SECONDS, what) != 0)
		check_required(m);
}

static bool load(void)
{
	char msg[200];
	char *text;
	size_t len;

	if (sys_slurp(CONFIG, SETUP_MAX, &text, &len) < 0) {
		if (errno != ENOENT)
			log_die(RB_POWER_OFF, "fatal: read '%s': %s", CONFIG,
				strerror(errno));
		return false;
	}
	if (setup_parse(&setup, text, len, msg, sizeof(msg)) < 0)
		log_die(RB_POWER_OFF, "fatal: %s: %s", CONFIG, msg);
	free(text);
	return true;
}

void setup_run(void)
{
	if (!load())
		return;
	if (setup.hostname &&
	    sethostname(setup.hostname, strlen(setup.hostname)) < 0)
		log_say("set hostname '%s': %s", setup.hostname,
			strerror(errno));
	for (size_t i = 0; i < setup.n_sysctl; i++)
		set_sysctl(&setup.sysctl[i]);
	for (size_t i = 0; i < setup.n_disks; i++)
		set_disk(&setup.disks[i]);
	for (size_t i = 0; i < setup.n_mounts; i++)
		set_mount(&setup.mounts[i]);
	if (setup.seed)
		work_do(seed_load, setup.seed, SEED_SECONDS, "random seed");
}

void setup_end(void)
{
	if (setup.seed)
		seed_save(setup.seed);
}
