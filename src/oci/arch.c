/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/oci.h>

#include <sys/utsname.h>

#include <ingot/own.h>
#include <ingot/str.h>

/* What uname(2) says and what Go calls it. */
static const struct {
	const char *machine;
	const char *arch;
} machines[] = {
	{ "x86_64", "amd64" },	  { "aarch64", "arm64" },
	{ "armv8l", "arm" },	  { "armv7l", "arm" },
	{ "armv6l", "arm" },	  { "i386", "386" },
	{ "i486", "386" },	  { "i586", "386" },
	{ "i686", "386" },	  { "loongarch64", "loong64" },
	{ "ppc64", "ppc64" },	  { "ppc64le", "ppc64le" },
	{ "riscv64", "riscv64" }, { "s390x", "s390x" },
	{ "mips", "mips" },	  { "mips64", "mips64" },
};

static const char *const archs[] = { "386",	 "amd64", "arm",     "arm64",
				     "loong64",	 "mips",  "mipsle",  "mips64",
				     "mips64le", "ppc64", "ppc64le", "riscv64",
				     "s390x" };

const char *ig_host_arch(void)
{
	struct utsname name;

	if (uname(&name) == 0) {
		for (size_t i = 0; i < IG_COUNT(machines); i++) {
			if (ig_streq(name.machine, machines[i].machine))
				return machines[i].arch;
		}
	}
	return "unknown";
}

bool ig_arch_known(const char *arch)
{
	for (size_t i = 0; i < IG_COUNT(archs); i++) {
		if (ig_streq(arch, archs[i]))
			return true;
	}
	return false;
}
