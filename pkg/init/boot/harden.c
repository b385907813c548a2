/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/harden.h"

#include "base/cmdline.h"
#include "base/sys.h"
#include "log/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIR	 "/etc/sysctl.d"
#define FILE_MAX (64 * 1024)

/* The reasons stand in docs/security.md, which a test compares with this. */
const struct hardening hardenings[] = {
	{ "dev.tty.ldisc_autoload", "0" },
	{ "dev.tty.legacy_tiocsti", "0" },
	{ "fs.protected_fifos", "2" },
	{ "fs.protected_hardlinks", "1" },
	{ "fs.protected_regular", "2" },
	{ "fs.protected_symlinks", "1" },
	{ "fs.suid_dumpable", "0" },
	{ "kernel.dmesg_restrict", "1" },
	{ "kernel.kexec_load_disabled", "1" },
	{ "kernel.kptr_restrict", "2" },
	{ "kernel.perf_event_paranoid", "3" },
	{ "kernel.randomize_va_space", "2" },
	{ "kernel.unprivileged_bpf_disabled", "2" },
	{ "kernel.yama.ptrace_scope", "1" },
	{ "net.core.bpf_jit_harden", "2" },
	{ "vm.unprivileged_userfaultfd", "0" },
};
const size_t hardenings_n = sizeof(hardenings) / sizeof(hardenings[0]);

/* None of our keys has a part with a dot in it. */
static bool same_key(const char *text, size_t len, const char *key)
{
	if (strlen(key) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != key[i] && !(text[i] == '/' && key[i] == '.'))
			return false;
	}
	return true;
}

bool harden_is_set(const char *text, const char *key)
{
	static const char blank[] = " \t\r";

	while (*text) {
		size_t line = strcspn(text, "\n");
		const char *p = text + strspn(text, blank);
		size_t len;

		text += line + (text[line] == '\n');
		if (*p == '-')
			p++;
		p += strspn(p, blank);
		len = strcspn(p, "=\n");
		if (p[len] != '=')
			continue;
		while (len > 0 && strchr(blank, p[len - 1]))
			len--;
		if (same_key(p, len, key))
			return true;
	}
	return false;
}

static const char *ask(void *ctx, const char *key, const char *value)
{
	const char *wanted = ctx;

	/* a reason ends the search */
	if (value && strncmp(key, "sysctl.", 7) == 0 &&
	    same_key(key + 7, strlen(key + 7), wanted))
		return wanted;
	return NULL;
}

bool harden_is_asked(const char *cmdline, const char *key)
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "%s", key);
	return cmdline_args(cmdline, ask, wanted) != NULL;
}

/* What the machine itself says; the last file counts. */
struct said {
	char cmdline[CMDLINE_SIZE];
	const char *by[sizeof(hardenings) / sizeof(hardenings[0])];
};

static bool is_conf(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

static void read_file(struct said *said, const char *name)
{
	char path[SYS_PATH];
	char *text;
	size_t len;

	snprintf(path, sizeof(path), DIR "/%s", name);
	if (!is_conf(name) || sys_slurp(path, FILE_MAX, &text, &len) < 0)
		return;
	for (size_t i = 0; i < hardenings_n; i++) {
		if (harden_is_set(text, hardenings[i].key))
			said->by[i] = name;
	}
	free(text);
}

static void put(const struct hardening *h)
{
	char path[SYS_PATH] = "/proc/sys/";
	size_t len = strlen(path);
	char now[32];

	for (const char *p = h->key; *p && len < sizeof(path) - 1; p++)
		path[len++] = *p == '.' ? '/' : *p;
	path[len] = '\0';
	/* some can only be set once: what is there already is no failure */
	if (sys_read(path, now, sizeof(now)) < 0)
		return;
	now[strcspn(now, "\n")] = '\0';
	if (strcmp(now, h->value) != 0 && sys_write(path, h->value) < 0)
		log_say("sysctl %s = %s: %s", h->key, h->value,
			strerror(errno));
}

static void settle(const struct said *said, size_t i)
{
	const char *key = hardenings[i].key;

	if (harden_is_asked(said->cmdline, key))
		log_say("sysctl %s: left to the command line", key);
	else if (said->by[i])
		log_say("sysctl %s: left to " DIR "/%s", key, said->by[i]);
	else
		put(&hardenings[i]);
}

void harden_apply(void)
{
	struct said said = { .cmdline = "" };
	char **names;
	size_t n;

	if (sys_read("/proc/cmdline", said.cmdline, sizeof(said.cmdline)) < 0)
		said.cmdline[0] = '\0';
	if (sys_list(DIR, &names, &n) < 0) {
		names = NULL;
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		read_file(&said, names[i]);
	for (size_t i = 0; i < hardenings_n; i++)
		settle(&said, i);
	sys_names_free(names, n);
}
