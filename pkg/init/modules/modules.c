/* SPDX-License-Identifier: Apache-2.0 */
#include "modules/modules.h"

#include "base/cmdline.h"
#include "base/evloop.h"
#include "base/sys.h"
#include "log/log.h"
#include "modules/moddb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define FILE_MAX    (64u * 1024 * 1024)
#define ALIASES_MAX 4096
#define ROUNDS_MAX  8
/* Not eight devices at once: each is made when it is asked for. */
#define LOOP_PARAMS	"max_loop=0"
#define COMPRESSED_FILE 4 /* MODULE_INIT_COMPRESSED_FILE, from Linux 5.17 */

enum tone {
	QUIET_ABSENT,
	ALL
};

/* All that loading needs; one at a time, either in PID 1 or in modprobe. */
struct modules {
	struct moddb db;
	char dir[SYS_PATH];
	char cmdline[4096];
	char *texts[4];
	enum tone tone;
	const char *only; /* the folder of those that may be loaded, or NULL */
	bool is_read;
	unsigned loaded;
	void (*fail)(const char *module, const char *why);
	/* device aliases seen so far */
	char **seen;
	size_t n_seen;
	size_t n_matched;
};

/* What PID 1 loads with, a step after the other. */
static struct modules cold;

static void read_list(struct modules *m, int i, const char *name,
		      struct text *out)
{
	char path[SYS_PATH + 32];

	snprintf(path, sizeof(path), "%s/%s", m->dir, name);
	if (sys_slurp(path, FILE_MAX, &m->texts[i], &out->len) < 0 &&
	    errno != ENOENT)
		m->fail(name, strerror(errno));
	out->p = m->texts[i];
}

static int modules_open(struct modules *m)
{
	struct utsname u;

	uname(&u);
	snprintf(m->dir, sizeof(m->dir), "/lib/modules/%s", u.release);
	sys_read("/proc/cmdline", m->cmdline, sizeof(m->cmdline));
	read_list(m, 0, "modules.dep", &m->db.dep);
	read_list(m, 1, "modules.softdep", &m->db.softdep);
	read_list(m, 2, "modules.alias", &m->db.alias);
	read_list(m, 3, "modules.builtin", &m->db.builtin);
	return moddb_index(&m->db);
}

static void modules_close(struct modules *m)
{
	moddb_done(&m->db);
	for (int i = 0; i < 4; i++)
		free(m->texts[i]);
	sys_names_free(m->seen, m->n_seen);
}

static bool ends_with(const char *s, const char *end)
{
	size_t a = strlen(s);
	size_t b = strlen(end);

	return a >= b && strcmp(s + a - b, end) == 0;
}

static int finit(int fd, const char *path, const char *params)
{
	int flags = ends_with(path, ".ko") ? 0 : COMPRESSED_FILE;

	return (int)syscall(SYS_finit_module, fd, params, flags);
}

/* Before its file is read, and its signature checked, once more. */
static bool is_loaded(const char *name)
{
	char path[SYS_PATH];
	char state[16];
	int n = snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);

	for (char *p = path; *p; p++) {
		if (*p == '-')
			*p = '_';
	}
	return n < (int)sizeof(path) &&
	       sys_read(path, state, sizeof(state)) > 0 &&
	       strcmp(state, "live\n") == 0;
}

static int load_one(void *ctx, const struct mod *mod)
{
	struct modules *m = ctx;
	char path[SYS_PATH * 2];
	char name[128];
	char params[1024];

	snprintf(name, sizeof(name), "%.*s", (int)mod->name.len, mod->name.p);
	if (is_loaded(name))
		return 0;
	snprintf(path, sizeof(path), "%s/%.*s", m->dir, (int)mod->path.len,
		 mod->path.p);
	if (cmdline_params(m->cmdline, name, params, sizeof(params)) < 0)
		m->fail(name, "options on the command line are too long");
	if (!params[0] && strcmp(name, "loop") == 0)
		snprintf(params, sizeof(params), "%s", LOOP_PARAMS);

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : finit(fd, path, params);
	int saved = errno;

	if (fd >= 0)
		close(fd);
	/* drivers may take their time, and the watchdog has its own */
	evloop_due();
	if (rc == 0)
		m->loaded++;
	if (rc == 0 || saved == EEXIST)
		return 0;
	/* a driver that finds nothing to drive is no failure of the boot */
	if (saved != ENODEV || m->tone == ALL)
		m->fail(name, fd < 0 && saved == ENOENT ? "not in this image"
							: strerror(saved));
	return -1;
}

static void note_alias(struct modules *m, const char *alias)
{
	for (size_t i = 0; i < m->n_seen; i++) {
		if (strcmp(m->seen[i], alias) == 0)
			return;
	}
	if (m->n_seen == ALIASES_MAX)
		return;
	char *copy = strdup(alias);
	char **more = NULL;

	if (copy)
		more = realloc(m->seen, (m->n_seen + 1) * sizeof(*more));
	if (!more) {
		free(copy);
		return;
	}
	m->seen = more;
	m->seen[m->n_seen++] = copy;
}

static void note_devices(struct modules *m, const char *dir)
{
	char path[SYS_PATH];
	char alias[1024];
	char **names;
	size_t n;

	if (sys_list(dir, &names, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s/modalias", dir, names[i]);
		if (sys_read(path, alias, sizeof(alias)) <= 0)
			continue;
		alias[strcspn(alias, "\n")] = '\0';
		if (alias[0])
			note_alias(m, alias);
	}
	sys_names_free(names, n);
}

static void note_all(struct modules *m)
{
	char path[SYS_PATH];
	char **names;
	size_t n;

	if (sys_list("/sys/bus", &names, &n) == 0) {
		for (size_t i = 0; i < n; i++) {
			snprintf(path, sizeof(path), "/sys/bus/%s/devices",
				 names[i]);
			note_devices(m, path);
		}
		sys_names_free(names, n);
	}
	/* the power button's events come through an input device */
	note_devices(m, "/sys/class/input");
}

static void found(void *ctx, struct text name, size_t alias)
{
	struct modules *m = ctx;

	(void)alias;
	if (!m->only || moddb_below(&m->db, name, m->only))
		moddb_load(&m->db, name, load_one, m);
}

/* One round; false when no alias is new. */
static bool plug_new(struct modules *m)
{
	note_all(m);
	if (m->n_matched == m->n_seen)
		return false;
	size_t from = m->n_matched;

	m->n_matched = m->n_seen;
	moddb_match(&m->db, (const char *const *)m->seen + from,
		    m->n_seen - from, found, m);
	return true;
}

static void load_wanted(struct modules *m, const char *name)
{
	const struct text t = { name, strlen(name) };

	if (moddb_load(&m->db, t, load_one, m) == 1)
		m->fail(name, "no module of this name in this image");
}

static void load_file(struct modules *m, const char *path)
{
	char text[8192];
	char *rest = text;
	char *line;

	if (sys_read(path, text, sizeof(text)) < 0)
		return;
	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		line[strcspn(line, " \t\r")] = '\0';
		if (line[0] && line[0] != '#' && line[0] != ';')
			load_wanted(m, line);
	}
}

void modules_configured(void)
{
	static const char dir[] = "/etc/modules-load.d";
	char path[SYS_PATH];
	char **names;
	size_t n;

	if (sys_list(dir, &names, &n) < 0)
		return;
	cold.tone = ALL;
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (ends_with(path, ".conf"))
			load_file(&cold, path);
	}
	sys_names_free(names, n);
	cold.tone = QUIET_ABSENT;
}

void modules_helper(void)
{
	static const char usual[] = "/sbin/modprobe";
	const char *path = sys_exists(usual) ? usual : MODPROBE;

	/* a kernel without modules has no such name */
	if (sys_write("/proc/sys/kernel/modprobe", path) < 0 && errno != ENOENT)
		log_say("set kernel.modprobe: %s", strerror(errno));
}

static void fail_log(const char *module, const char *why)
{
	log_say("module %s: %s", module, why);
}

void modules_begin(void)
{
	if (cold.is_read)
		return;
	cold = (struct modules){ .tone = QUIET_ABSENT, .fail = fail_log };
	cold.is_read = modules_open(&cold) == 0;
	if (!cold.is_read)
		log_say("modules: out of memory");
}

void modules_first(const char *folder)
{
	modules_begin();
	cold.only = folder;
	plug_new(&cold);
	cold.only = NULL;
	/* the rest of what the same devices ask for comes later */
	cold.n_matched = 0;
}

void modules_plug(void)
{
	int round = 0;

	while (round < ROUNDS_MAX && plug_new(&cold))
		round++;
}

bool modules_want(const char *name)
{
	const struct text t = { name, strlen(name) };

	return moddb_load(&cold.db, t, load_one, &cold) == 0;
}

void modules_end(void)
{
	modules_close(&cold);
	cold.is_read = false;
}

void modules_coldplug(void)
{
	int64_t start = now_us();

	modules_begin();
	modules_configured();
	modules_plug();
	log_info("%u modules loaded for %zu device ids in %lld ms", cold.loaded,
		 cold.n_seen, (long long)((now_us() - start) / 1000));
}

static void fail_modprobe(const char *module, const char *why)
{
	int fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	/* the kernel starts modprobe without any open descriptor */
	if (fd >= 0) {
		dprintf(fd, "modprobe: %s: %s\n", module, why);
		close(fd);
	}
}

int modules_main(int argc, char **argv)
{
	struct modules m = { .tone = ALL, .fail = fail_modprobe };
	bool quiet = false;
	bool options = true;
	int rc = 0;

	if (modules_open(&m) < 0)
		return 1;
	for (int i = 1; i < argc; i++) {
		const struct text name = { argv[i], strlen(argv[i]) };

		if (options && argv[i][0] == '-') {
			quiet = quiet || strchr(argv[i], 'q');
			options = strcmp(argv[i], "--") != 0;
			continue;
		}
		int one = moddb_load(&m.db, name, load_one, &m);

		if (one == 1 && !quiet)
			m.fail(argv[i], "no such module");
		if (one != 0)
			rc = 1;
	}
	modules_close(&m);
	return rc;
}
