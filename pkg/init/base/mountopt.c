/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mountopt.h"

#include <string.h>
#include <sys/mount.h>

enum kind {
	SET,
	CLEAR,
	SPREAD
};

static const struct option {
	const char *word;
	enum kind kind;
	unsigned long flag;
} options[] = {
	{ "async", CLEAR, MS_SYNCHRONOUS },
	{ "atime", CLEAR, MS_NOATIME },
	{ "bind", SET, MS_BIND },
	{ "defaults", SET, 0 },
	{ "dev", CLEAR, MS_NODEV },
	{ "diratime", CLEAR, MS_NODIRATIME },
	{ "dirsync", SET, MS_DIRSYNC },
	{ "exec", CLEAR, MS_NOEXEC },
	{ "mand", SET, MS_MANDLOCK },
	{ "noatime", SET, MS_NOATIME },
	{ "nodev", SET, MS_NODEV },
	{ "nodiratime", SET, MS_NODIRATIME },
	{ "noexec", SET, MS_NOEXEC },
	{ "nomand", CLEAR, MS_MANDLOCK },
	{ "norelatime", CLEAR, MS_RELATIME },
	{ "nostrictatime", CLEAR, MS_STRICTATIME },
	{ "nosuid", SET, MS_NOSUID },
	{ "private", SPREAD, MS_PRIVATE },
	{ "rbind", SET, MS_BIND | MS_REC },
	{ "relatime", SET, MS_RELATIME },
	{ "remount", SET, MS_REMOUNT },
	{ "ro", SET, MS_RDONLY },
	{ "rprivate", SPREAD, MS_PRIVATE | MS_REC },
	{ "rshared", SPREAD, MS_SHARED | MS_REC },
	{ "rslave", SPREAD, MS_SLAVE | MS_REC },
	{ "runbindable", SPREAD, MS_UNBINDABLE | MS_REC },
	{ "rw", CLEAR, MS_RDONLY },
	{ "shared", SPREAD, MS_SHARED },
	{ "slave", SPREAD, MS_SLAVE },
	{ "strictatime", SET, MS_STRICTATIME },
	{ "suid", CLEAR, MS_NOSUID },
	{ "sync", SET, MS_SYNCHRONOUS },
	{ "unbindable", SPREAD, MS_UNBINDABLE },
};

static const struct option *find(const char *word)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(options[i].word, word) == 0)
			return &options[i];
	}
	return NULL;
}

static int add_data(struct mountopt *o, size_t *used, const char *word)
{
	size_t len = strlen(word);

	if (len + 2 > sizeof(o->data) - *used)
		return -1;
	if (*used > 0)
		o->data[(*used)++] = ',';
	memcpy(o->data + *used, word, len + 1);
	*used += len;
	return 0;
}

int mountopt_parse(struct mountopt *out, char *const *words, size_t n)
{
	size_t used = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		const struct option *o = find(words[i]);

		if (strcmp(words[i], "loop") == 0)
			out->loop = true;
		else if (!o && add_data(out, &used, words[i]) < 0)
			return -1;
		else if (o && o->kind == SET)
			out->flags |= o->flag;
		else if (o && o->kind == CLEAR)
			out->flags &= ~o->flag;
		else if (o)
			out->propagation = o->flag;
	}
	return 0;
}

const char *mountopt_dir(const char *word)
{
	if (strncmp(word, "upperdir=", 9) == 0)
		return word + 9;
	if (strncmp(word, "workdir=", 8) == 0)
		return word + 8;
	return NULL;
}
