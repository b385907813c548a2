/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/str.h>

#define VERSION_MAX 4096

static const struct target {
	const char *arch, *debian, *multiarch, *compiler;
} targets[] = {
	{ "amd64", "amd64", "x86_64-linux-gnu", "x86_64-linux-gnu-gcc" },
	{ "arm64", "arm64", "aarch64-linux-gnu", "aarch64-linux-gnu-gcc" },
	{ "386", "i386", "i386-linux-gnu", "i686-linux-gnu-gcc" },
	{ "arm", "armhf", "arm-linux-gnueabihf", "arm-linux-gnueabihf-gcc" },
	{ "ppc64le", "ppc64el", "powerpc64le-linux-gnu",
	  "powerpc64le-linux-gnu-gcc" },
	{ "riscv64", "riscv64", "riscv64-linux-gnu", "riscv64-linux-gnu-gcc" },
	{ "s390x", "s390x", "s390x-linux-gnu", "s390x-linux-gnu-gcc" },
};

static const struct target *find(const char *arch)
{
	for (size_t i = 0; i < IG_COUNT(targets); i++) {
		if (strcmp(targets[i].arch, arch) == 0)
			return &targets[i];
	}
	return NULL;
}

const char *pkg_debian_arch(const char *arch)
{
	const struct target *target = find(arch);

	return target ? target->debian : NULL;
}

const char *pkg_multiarch(const char *arch)
{
	const struct target *target = find(arch);

	return target ? target->multiarch : NULL;
}

const char *pkg_compiler(const char *arch)
{
	const struct target *target = find(arch);

	if (target && strcmp(arch, ig_host_arch()) == 0)
		return "gcc";
	return target ? target->compiler : NULL;
}

char *pkg_tools_prefix(const char *arch, struct ig_err *err)
{
	const struct target *target = find(arch);

	if (!target) {
		ig_fail(err, IG_ESPEC, "no compiler known for '%s'", arch);
		return NULL;
	}
	return ig_format(err, "%.*s",
			 (int)(strlen(target->compiler) - strlen("gcc")),
			 target->compiler);
}

static int missing(const char *compiler, struct ig_err *err)
{
	const char *end = strstr(compiler, "-gcc");

	if (!end)
		return ig_fail(
			err, IG_ENOENT,
			"there is no program 'gcc': install the Debian packages gcc and libc6-dev");
	return ig_fail(
		err, IG_ENOENT,
		"there is no program '%s': install the Debian package gcc-%.*s",
		compiler, (int)(end - compiler), compiler);
}

/* The host's compiler and a cross compiler of one version are the same
 * compiler, but their lines begin with their names and may differ in Debian's
 * revision. The last word of the first line is what counts. */
static char *last_word(char *text, struct ig_err *err)
{
	char *word;

	text[strcspn(text, "\n")] = '\0';
	word = strrchr(text, ' ');
	return ig_strdup(word ? word + 1 : text, err);
}

char *pkg_compiler_version(const char *arch, struct ig_err *err)
{
	const char *compiler = pkg_compiler(arch);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(VERSION_MAX);
	const char *argv[] = { compiler, "--version", NULL };
	const char *env[] = { "LC_ALL=C", NULL };
	const struct ig_proc proc = pkg_proc(argv, env);

	if (!compiler) {
		ig_fail(err, IG_ESPEC, "no compiler known for '%s'", arch);
		return NULL;
	}
	if (!ig_proc_find(compiler)) {
		missing(compiler, err);
		return NULL;
	}
	if (ig_proc_run(&proc, &out, NULL, err) < 0) {
		ig_wrap(err, "%s --version", compiler);
		return NULL;
	}
	if (!out.data) {
		ig_fail(err, IG_EFORMAT, "%s --version says nothing", compiler);
		return NULL;
	}
	return last_word(out.data, err);
}
