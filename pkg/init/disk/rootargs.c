/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/rootargs.h"

#include "base/cmdline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UUID_LEN     36
#define SECONDS_MAX  86400
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *prefix;
	bool is_uuid;
} bys[] = {
	[ROOT_NOTHING] = { "", false },
	[ROOT_NAME] = { "/dev/", false },
	[ROOT_PARTUUID] = { "PARTUUID=", true },
	[ROOT_PARTLABEL] = { "PARTLABEL=", false },
	[ROOT_LABEL] = { "LABEL=", false },
	[ROOT_UUID] = { "UUID=", true },
};

static const char *const modes[] = {
	[VERITY_PANIC] = "panic",
	[VERITY_RESTART] = "restart",
	[VERITY_EIO] = "eio",
};

const char *root_by_prefix(enum root_by by)
{
	return bys[by].prefix;
}

/* Of ASCII, whatever the locale. */
static void lower(char *s)
{
	for (; *s; s++) {
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	}
}

static int copy(char *out, size_t cap, const char *value)
{
	int n = snprintf(out, cap, "%s", value);

	return n > 0 && (size_t)n < cap ? 0 : -1;
}

static const char *set_root(struct rootargs *a, const char *value)
{
	size_t i = ROOT_NAME;

	while (i < COUNT(bys) &&
	       strncmp(value, bys[i].prefix, strlen(bys[i].prefix)) != 0)
		i++;
	if (i == COUNT(bys))
		return "root= is none of /dev/NAME, PARTUUID=, PARTLABEL=, LABEL= and UUID=";
	a->data.by = (enum root_by)i;
	if (copy(a->data.value, sizeof(a->data.value),
		 value + strlen(bys[i].prefix)) < 0)
		return "root= has an empty name, or a very long one";
	if (!bys[i].is_uuid)
		return NULL;
	lower(a->data.value);
	return strlen(a->data.value) == UUID_LEN
		       ? NULL
		       : "root= has a UUID that is none: not 36 characters";
}

static const char *set_fstype(struct rootargs *a, const char *value)
{
	return copy(a->fstype, sizeof(a->fstype), value) < 0
		       ? "rootfstype= is empty or very long"
		       : NULL;
}

static const char *set_init(struct rootargs *a, const char *value)
{
	return value[0] != '/' || copy(a->init, sizeof(a->init), value) < 0
		       ? "init= is no absolute path, or a very long one"
		       : NULL;
}

static const char *set_roothash(struct rootargs *a, const char *value)
{
	if (strlen(value) != VERITY_HEX ||
	    strspn(value, "0123456789abcdefABCDEF") != VERITY_HEX)
		return "roothash= is not 64 hexadecimal digits";
	memcpy(a->roothash, value, VERITY_HEX + 1);
	lower(a->roothash);
	return NULL;
}

static const char *set_verity(struct rootargs *a, const char *value)
{
	for (size_t i = 0; i < COUNT(modes); i++) {
		if (strcmp(value, modes[i]) == 0) {
			a->verity = (enum verity_mode)i;
			return NULL;
		}
	}
	return "ingot.verity= is none of panic, restart and eio";
}

static const char *set_seconds(struct rootargs *a, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end || n > SECONDS_MAX)
		return "rootdelay= or rootwait= is no number of seconds up to 86400";
	a->seconds = (unsigned)n;
	return NULL;
}

static const struct {
	const char *key;
	const char *(*set)(struct rootargs *a, const char *value);
} keys[] = {
	{ "root", set_root },		{ "rootfstype", set_fstype },
	{ "init", set_init },		{ "roothash", set_roothash },
	{ "rootwait", set_seconds },	{ "rootdelay", set_seconds },
	{ "ingot.verity", set_verity },
};

static const struct {
	const char *word;
	size_t at;
	bool value;
} switches[] = {
	{ "rw", offsetof(struct rootargs, rw), true },
	{ "ro", offsetof(struct rootargs, rw), false },
	{ "rootwait", offsetof(struct rootargs, wait), true },
};

static const char *take(void *ctx, const char *key, const char *value)
{
	struct rootargs *a = ctx;

	for (size_t i = 0; value && i < COUNT(keys); i++) {
		if (strcmp(key, keys[i].key) == 0)
			return keys[i].set(a, value);
	}
	for (size_t i = 0; !value && i < COUNT(switches); i++) {
		if (strcmp(key, switches[i].word) == 0)
			*(bool *)((char *)a + switches[i].at) =
				switches[i].value;
	}
	return NULL;
}

/* A root hash names its partitions, and nothing goes around it. */
static void use_roothash(struct rootargs *a)
{
	char uuid[VERITY_UUID_TEXT];

	verity_uuids(uuid, a->hash.value, a->roothash);
	a->hash.by = ROOT_PARTUUID;
	a->rw = false;
	if (a->data.by != ROOT_NOTHING)
		return;
	a->data.by = ROOT_PARTUUID;
	memcpy(a->data.value, uuid, sizeof(uuid));
}

const char *rootargs_parse(struct rootargs *out, const char *cmdline)
{
	memset(out, 0, sizeof(*out));
	out->seconds = ROOTARGS_WAIT;
	const char *why = cmdline_args(cmdline, take, out);

	if (why)
		return why;
	if (out->roothash[0])
		use_roothash(out);
	return out->data.by == ROOT_NOTHING
		       ? "the kernel's command line has neither root= nor roothash="
		       : NULL;
}
