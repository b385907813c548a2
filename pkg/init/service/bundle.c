/* SPDX-License-Identifier: Apache-2.0 */
#include "service/bundle.h"

#include "base/json.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "boot/images.h"
#include "boot/overlay.h"
#include "boot/sealed.h"
#include "service/bundle_files.h"
#include "service/cgroup.h"
#include "service/net.h"
#include "service/places.h"
#include "service/runtime_json.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CONFIG_MAX (4 * 1024 * 1024)

struct start {
	const char *dir;
	const char *name;
	const char *pidfile;
	const char *config;
};

static const char *const runtimes[] = { SEALED_RUNTIME, "/usr/bin/crun",
					"/bin/crun", "/usr/local/bin/crun" };

static int read_runtime(const char *dir, struct runtime *out)
{
	char path[SYS_PATH];
	char msg[200];
	char *text;
	size_t len;

	memset(out, 0, sizeof(*out));
	snprintf(path, sizeof(path), "%s/runtime.json", dir);
	if (sys_slurp(path, RUNTIME_MAX, &text, &len) < 0) {
		if (errno == ENOENT)
			return 0;
		return complain("read '%s': %s", path, strerror(errno));
	}
	int rc = runtime_parse(out, text, len, msg, sizeof(msg));

	free(text);
	return rc < 0 ? complain("%s: %s", path, msg) : 0;
}

static int one_iface(const struct runtime_iface *f, pid_t pid)
{
	const char *kind = f->add && f->add[0] ? f->add : NULL;
	const char *peer = f->peer && f->peer[0] ? f->peer : NULL;

	if (!f->name || !f->name[0])
		return complain("runtime.json: an interface without name");
	if (!kind && peer)
		kind = "veth";
	bool veth = kind && strcmp(kind, "veth") == 0;

	if (veth && !peer)
		return complain("interface %s: veth needs a peer", f->name);
	if (kind && !veth && peer)
		return complain("interface %s: only veth has a peer", f->name);
	bool here = veth || f->create_in_root;

	if (kind && net_create(f->name, kind, peer, here ? 0 : pid) < 0)
		return complain("create interface %s (%s): %s", f->name, kind,
				strerror(errno));
	if ((!kind || here) && net_move(f->name, pid) < 0)
		return complain("move interface %s: %s", f->name,
				strerror(errno));
	return 0;
}

static int keep_ns(enum runtime_ns ns, const char *path, pid_t pid)
{
	char source[64];

	snprintf(source, sizeof(source), "/proc/%d/ns/%s", (int)pid,
		 runtime_ns_name(ns));
	if (sys_mkparent(path, 0755) < 0 ||
	    (mknod(path, S_IFREG | 0644, 0) < 0 && errno != EEXIST))
		return complain("make '%s': %s", path, strerror(errno));
	if (mount(source, path, "", MS_BIND, NULL) < 0)
		return complain("keep namespace %s at '%s': %s",
				runtime_ns_name(ns), path, strerror(errno));
	return 0;
}

static int prepare_process(const struct runtime *r, pid_t pid)
{
	for (size_t i = 0; i < r->n_ifaces; i++) {
		if (one_iface(&r->ifaces[i], pid) < 0)
			return -1;
	}
	for (int i = 0; i < NS_COUNT; i++) {
		const char *path = r->bind_ns[i];

		if (path && path[0] &&
		    keep_ns((enum runtime_ns)i, path, pid) < 0)
			return -1;
	}
	return 0;
}

const char *bundle_runtime(void)
{
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		if (access(runtimes[i], X_OK) == 0)
			return runtimes[i];
	}
	return NULL;
}

void bundle_prepare(void)
{
	const char *crun = bundle_runtime();

	if (crun)
		sealed_runtime(crun);
}

/*
 * crun up to 1.8 knows version 1.0 only and refuses "1.2.1" by its name,
 * though nothing in these files is newer: it gets one that says 1.0.2.
 */
static int read_config(const char *dir, char **text, size_t *len)
{
	char path[SYS_PATH];

	snprintf(path, sizeof(path), "%s/config.json", dir);
	if (sys_slurp(path, CONFIG_MAX, text, len) < 0)
		return complain("read '%s': %s", path, strerror(errno));
	char *key = strstr(*text, "\"ociVersion\"");
	char *value = key ? strstr(key, "\"1.") : NULL;

	/* the value's two numbers have the same width: "1.2.1", "1.0.2" */
	if (value && value - key < 24 && strchr(value + 1, '"') == value + 6)
		memcpy(value + 1, "1.0.2", 5);
	return 0;
}

static int write_config(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = fd < 0 ? -1 : write(fd, text, len);
	int saved = n < 0 ? errno : ENOSPC;

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)len
		       ? 0
		       : complain("write '%s': %s", path, strerror(saved));
}

/* Create, dress the waiting process, let it go. */
static int start_in_steps(const char *crun, const struct start *s,
			  const struct runtime *r)
{
	const char *name = s->name;
	const char *const create[] = { crun,	   "--cgroup-manager=cgroupfs",
				       "create",   "--bundle",
				       s->dir,	   "--config",
				       s->config,  "--pid-file",
				       s->pidfile, name,
				       NULL };
	const char *const start[] = { crun, "start", name, NULL };
	const char *const drop[] = { crun, "delete", "--force", name, NULL };
	char text[32];

	if (spawn_wait(create) < 0)
		return -1;
	if (sys_read(s->pidfile, text, sizeof(text)) > 0 &&
	    prepare_process(r, (pid_t)strtol(text, NULL, 10)) == 0 &&
	    spawn_wait(start) == 0)
		return 0;
	spawn_wait(drop);
	return -1;
}

/*
 * The runtime makes the places that it mounts on. On a read-only root there
 * must be something to make them in, even for a container that may not write,
 * unless the image has them all.
 */
static void make_room(const struct start *s, const char *config, size_t len)
{
	char rootfs[SYS_PATH];
	char memory[SYS_PATH];

	snprintf(rootfs, sizeof(rootfs), "%s/rootfs", s->dir);
	snprintf(memory, sizeof(memory), "/run/ingot/rootfs/%s", s->name);
	if (overlay_needed(rootfs) && !places_ready(rootfs, config, len) &&
	    overlay_mount(rootfs, memory) < 0)
		complain("overlay on '%s': %s", rootfs, strerror(errno));
}

static int prepare_root(const struct start *s, struct runtime *r)
{
	char *text;
	size_t len;

	if (read_runtime(s->dir, r) < 0 || bundle_files(s->dir, r) < 0 ||
	    read_config(s->dir, &text, &len) < 0)
		return -1;
	int rc = write_config(s->config, text, len);

	if (rc == 0)
		make_room(s, text, len);
	free(text);
	return rc;
}

int bundle_start(const char *dir, const char *name, const char *pidfile)
{
	const char *crun = bundle_runtime();
	char config[SYS_PATH];
	const struct start s = { dir, name, pidfile, config };
	struct runtime r;

	if (!crun) {
		complain("no container runtime: /usr/bin/crun is missing");
		return 127;
	}
	snprintf(config, sizeof(config), "%s.json", pidfile);
	/* mounts of an earlier run of the same container */
	bundle_clean(dir);
	if (prepare_root(&s, &r) < 0)
		return 1;
	if (runtime_needs_pid(&r))
		return start_in_steps(crun, &s, &r) < 0;

	const char *const go[] = { crun,	 "--cgroup-manager=cgroupfs",
				   "run",	 "--detach",
				   "--bundle",	 dir,
				   "--config",	 config,
				   "--pid-file", pidfile,
				   name,	 NULL };

	return spawn_become(go);
}

static int read_word(struct json *j, void *out)
{
	return json_string(j, out);
}

/* One member of what the runtime keeps about a container. */
static int read_status(const char *name, const struct json_field *field,
		       void *out)
{
	char path[SYS_PATH];
	char text[4096];

	snprintf(path, sizeof(path), "/run/crun/%s/status", name);
	ssize_t n = sys_read(path, text, sizeof(text));
	struct json j = { .start = text, .p = text };

	j.end = text + (n > 0 ? n : 0);
	return json_object(&j, field, 1, out);
}

static int read_number(struct json *j, void *out)
{
	return json_count(j, out);
}

pid_t bundle_pid(const char *name)
{
	static const struct json_field field = { "pid", read_number, 0 };
	int64_t pid = 0;

	return read_status(name, &field, &pid) == 0 ? (pid_t)pid : 0;
}

void bundle_kill_exec(const char *pidfile)
{
	char text[32];
	long pid = 0;

	if (sys_read(pidfile, text, sizeof(text)) > 0)
		pid = strtol(text, NULL, 10);
	if (pid > 1)
		kill((pid_t)pid, SIGKILL);
}

void bundle_group(const char *name, char *out, size_t cap)
{
	static const struct json_field field = { "cgroup-path", read_word, 0 };
	char *group = NULL;

	out[0] = '\0';
	if (read_status(name, &field, &group) == 0 && group) {
		const char *path = group + strspn(group, "/");

		if (strlen(path) < cap)
			snprintf(out, cap, "%s", path);
	}
	free(group);
}

/* A child that the container did not wait for may be about to end. */
static bool stays_populated(const char *name)
{
	const struct timespec pause = { 0, 100 * 1000000 };

	for (int i = 0; i < 10; i++) {
		if (!cgroup_populated(name))
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

int bundle_delete(const char *name, bool force)
{
	const char *crun = bundle_runtime();
	const char *const drop[] = { crun,     "--cgroup-manager=cgroupfs",
				     "delete", "--force",
				     name,     NULL };

	if (!force && stays_populated(name))
		return BUNDLE_POPULATED;
	return crun ? spawn_become(drop) : 127;
}

static bool is_remount(const struct runtime_mount *m)
{
	for (size_t i = 0; i < m->options.n; i++) {
		if (strcmp(m->options.v[i], "remount") == 0)
			return true;
	}
	return false;
}

/* Whether only what images_mount() mounted is left at @path: that is not the
 * container's, and stays. A bind of it onto itself looks the same, so they are
 * counted. */
static bool is_image(const char *path)
{
	static char text[256 * 1024];
	char name[SYS_PATH + sizeof(IMAGES_END)];
	size_t count = 0;

	snprintf(name, sizeof(name), "%s" IMAGES_END, path);
	if (!sys_exists(name) ||
	    sys_read("/proc/self/mountinfo", text, sizeof(text)) < 0)
		return false;
	snprintf(name, sizeof(name), " %s ", path);
	for (char *at = text; (at = strstr(at, name)); at++)
		count++;
	return count <= 1;
}

/* A restart would lay one over the other, time after time. */
void bundle_release(const char *dir)
{
	struct runtime r;

	if (read_runtime(dir, &r) < 0)
		return;
	for (int i = 0; i < NS_COUNT; i++) {
		if (r.bind_ns[i] && r.bind_ns[i][0])
			umount2(r.bind_ns[i], MNT_DETACH | UMOUNT_NOFOLLOW);
	}
	for (size_t i = r.n_mounts; i > 0; i--) {
		const char *path = r.mounts[i - 1].destination;

		/* the others are below its root, and go with it */
		if (path && path[0] == '/' && !is_remount(&r.mounts[i - 1]) &&
		    !is_image(path))
			umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
	}
	runtime_free(&r);
}

void bundle_clean(const char *dir)
{
	char path[SYS_PATH];

	snprintf(path, sizeof(path), "%s/rootfs", dir);
	/* on a read-only root there are two */
	while (!is_image(path) &&
	       umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
	/* what it wrote is memory */
	snprintf(path, sizeof(path), "%s/tmp", dir);
	umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
}
