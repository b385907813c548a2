/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/cmdline.h"
#include "base/jsonout.h"
#include "base/sys.h"
#include "log/log.h"
#include "report/reportline.h"
#include "report/reportport.h"
#include "service/super.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
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

static void show(void)
{
	char line[RECORD_MAX + 8];
	int n = snprintf(line, sizeof(line), "report %.*s", (int)record.len - 1,
			 text);

	log_line("init", line, (size_t)n);
}

/* Sends the one under way, when there is one. */
static void send(bool made)
{
	if (!made)
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
	send(reportline_lost(&record, now_us(), reportport_lost()));
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
	struct jsonout *r = &record;

	uname(&u);
	reportline_begin(r, now_us(), "start");
	jsonout_int(r, "report", VERSION);
	jsonout_word(r, "kernel", u.release);
	jsonout_word(r, "machine", u.machine);
	if (sys_read(MARKER, id, sizeof(id)) > 0)
		jsonout_text(r, "image", id, strcspn(id, "\n"));
	add_consoles(r);
	add_firmware(r);
	send(jsonout_end(r));
}

static void say_phase(const char *name, int64_t from, int64_t to)
{
	send(reportline_phase(&record, name, from, to));
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

void report_action(const struct ctr *c, enum svc_action action)
{
	say_lost();
	send(reportline_action(&record, now_us(), c, action));
}

void report_booted(const struct boot_times *times)
{
	char meminfo[1024];

	say_phase("services", times->onboot, times->up);
	sys_read("/proc/meminfo", meminfo, sizeof(meminfo));
	send(reportline_booted(&record, times->up, meminfo));
}

void report_shutdown(int how, const char *why)
{
	send(reportline_shutdown(&record, now_us(), how, why));
}

void report_off(int how, bool clean)
{
	say_lost();
	send(reportline_off(&record, now_us(), how, clean));
	reportport_drain();
}
