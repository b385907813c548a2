/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "cmdline.h"
#include "ctr.h"
#include "jsonout.h"
#include "log.h"
#include "reportport.h"
#include "super.h"
#include "sys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define VERSION	   1
#define MARKER	   "/.ingot-complete"
#define FILE_OUT   "/run/ingot/boot.json"
#define RECORD_MAX 1000
#define FILE_MAX   (256 * 1024)
#define FPDT	   "/sys/firmware/acpi/fpdt/boot/"

static struct {
	bool serial;
	int file;      /* 0: none */
	size_t filled; /* bytes in it */
} report;

/* The one under way. */
static char text[RECORD_MAX];
static struct jsonout record = { .buf = text, .cap = sizeof(text) };

static struct jsonout *begin(int64_t us, const char *event)
{
	record.len = 0;
	jsonout_begin(&record);
	jsonout_ms(&record, "ms", us);
	jsonout_word(&record, "event", event);
	return &record;
}

static void show(void)
{
	char line[RECORD_MAX + 8];
	int n = snprintf(line, sizeof(line), "report %.*s", (int)record.len - 1,
			 text);

	log_line("init", line, (size_t)n);
}

static void send(void)
{
	if (!jsonout_end(&record))
		return;
	if (report.file > 0 && report.filled + record.len <= FILE_MAX &&
	    write(report.file, text, record.len) > 0)
		report.filled += record.len;
	if (report.serial)
		show();
	reportport_send(text, record.len);
}

static void say_lost(void)
{
	unsigned lost = reportport_lost();

	if (lost == 0)
		return;
	jsonout_int(begin(now_us(), "lost"), "records", lost);
	send();
}

static const char *take_word(void *ctx, const char *key, const char *value)
{
	bool *serial = ctx;

	if (strcmp(key, "ingot.report") == 0)
		*serial = value && strcmp(value, "serial") == 0;
	return NULL;
}

static void open_all(void)
{
	char cmdline[CMDLINE_SIZE];

	if (sys_read("/proc/cmdline", cmdline, sizeof(cmdline)) > 0)
		cmdline_args(cmdline, take_word, &report.serial);
	sys_mkparent(FILE_OUT, 0700);
	report.file =
		open(FILE_OUT,
		     O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
}

/* ACPI 6.5, 5.2.24: the firmware's own clock, from the reset on; 0: it does
 * not tell. */
static int64_t firmware_us(const char *name)
{
	char path[sizeof(FPDT) + 64];
	char ns[32];

	snprintf(path, sizeof(path), FPDT "%s", name);
	if (sys_read(path, ns, sizeof(ns)) <= 0)
		return 0;
	return strtoll(ns, NULL, 10) / 1000;
}

static void add_firmware(struct jsonout *r)
{
	int64_t loader = firmware_us("bootloader_launch_ns");
	int64_t kernel = firmware_us("exitbootservice_end_ns");

	if (loader > 0 && kernel >= loader) {
		jsonout_ms(r, "firmware", loader);
		jsonout_ms(r, "loader", kernel - loader);
	}
}

/* One word each. */
static void add_consoles(struct jsonout *r)
{
	const struct consoles *c = log_consoles();
	char words[CMDLINE_CONSOLES * CMDLINE_NAME] = "";
	size_t used = 0;

	for (size_t i = 0; i < c->n; i++)
		used += (size_t)snprintf(words + used, sizeof(words) - used,
					 "%s%s", i > 0 ? " " : "", c->name[i]);
	jsonout_text(r, "consoles", words, used);
}

static void say_machine(void)
{
	char id[128];
	struct utsname u;
	struct jsonout *r = begin(now_us(), "start");

	uname(&u);
	jsonout_int(r, "report", VERSION);
	jsonout_word(r, "kernel", u.release);
	jsonout_word(r, "machine", u.machine);
	if (sys_read(MARKER, id, sizeof(id)) > 0)
		jsonout_text(r, "image", id, strcspn(id, "\n"));
	add_consoles(r);
	add_firmware(r);
	send();
}

static void say_phase(const char *name, int64_t from, int64_t to)
{
	struct jsonout *r;

	if (to <= from)
		return;
	r = begin(to, "phase");
	jsonout_word(r, "name", name);
	jsonout_ms(r, "from", from);
	send();
}

void report_begin(const struct boot_times *times)
{
	open_all();
	say_machine();
	say_phase("kernel", 0, times->kernel);
	say_phase("stage 1", times->kernel, times->init);
	say_phase("init", times->init, times->plug);
	say_phase("modules", times->plug, times->modules);
	say_phase("mounts", times->modules, times->mounts);
}

void report_services(const struct boot_times *times)
{
	say_phase("onboot", times->mounts, times->onboot);
}

static void add_status(struct jsonout *r, int status)
{
	if (status == -1)
		return;
	if (WIFSIGNALED(status))
		jsonout_int(r, "signal", WTERMSIG(status));
	else
		jsonout_int(r, "code", WEXITSTATUS(status));
}

static const char *event_of(enum svc_action action)
{
	static const char *const events[SVC_ACTIONS] = {
		[ACT_SPAWN] = "started",
		[ACT_WATCH] = "up",
		[ACT_WATCH_TERM] = "up",
		[ACT_REPORT] = "ended",
		[ACT_REPORT_CLEAN] = "ended",
		[ACT_REPORT_FAIL] = "failed",
		[ACT_REPORT_FAIL_CLEAN] = "failed",
		[ACT_WAIT] = "waiting",
		[ACT_GIVE_UP] = "given-up",
	};

	return (unsigned)action < SVC_ACTIONS ? events[action] : NULL;
}

void report_action(const struct ctr *c, enum svc_action action)
{
	static const char *const kinds[CTR_KINDS] = {
		[CTR_ONBOOT] = "onboot",
		[CTR_SERVICE] = "service",
		[CTR_ONSHUTDOWN] = "onshutdown",
	};
	const char *event = event_of(action);
	struct jsonout *r;

	if (!event)
		return;
	say_lost();
	r = begin(now_us(), event);
	jsonout_word(r, "kind", kinds[c->kind]);
	jsonout_word(r, "name", c->name);
	if (action == ACT_SPAWN)
		jsonout_int(r, "run", (int64_t)c->starts + 1);
	if (strcmp(event, "ended") == 0 || strcmp(event, "failed") == 0)
		add_status(r, c->status);
	send();
}

/* "MemTotal:   123 kB" */
static void add_memory(struct jsonout *r, const char *key, const char *meminfo,
		       const char *name)
{
	const char *at = strstr(meminfo, name);

	if (at)
		jsonout_int(r, key, strtoll(at + strlen(name), NULL, 10));
}

void report_booted(const struct boot_times *times)
{
	char meminfo[1024];
	struct jsonout *r;

	say_phase("services", times->onboot, times->up);
	r = begin(times->up, "booted");
	if (sys_read("/proc/meminfo", meminfo, sizeof(meminfo)) > 0) {
		add_memory(r, "memoryKiB", meminfo, "MemTotal:");
		add_memory(r, "availableKiB", meminfo, "MemAvailable:");
	}
	send();
}

static const char *word_of(int how)
{
	return how == RB_AUTOBOOT ? "reboot" : "poweroff";
}

void report_shutdown(int how, const char *why)
{
	struct jsonout *r = begin(now_us(), "shutdown");

	jsonout_word(r, "how", word_of(how));
	jsonout_word(r, "reason", why);
	send();
}

void report_off(int how, bool clean)
{
	struct jsonout *r;

	say_lost();
	r = begin(now_us(), "off");
	jsonout_word(r, "how", word_of(how));
	jsonout_bool(r, "clean", clean);
	send();
	reportport_drain();
}
