/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/proc.h>
#include <ingot/str.h>
#include <ingot/tree.h>

/*
 * Same source, configuration and compiler, same bytes: the kernel takes the
 * time, the user and the host from these variables, and debug information
 * (which the build id is a hash of) names the folder ".". Of what else
 * makefiles read (LLVM, KCPPFLAGS, MAKEFLAGS, …) there is nothing: the
 * environment is a clean one.
 */
static const char *const env[] = {
	"LC_ALL=C",
	"TZ=UTC",
	"KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970",
	"KBUILD_BUILD_USER=ingot",
	"KBUILD_BUILD_HOST=ingot",
	"KBUILD_BUILD_VERSION=1",
	NULL,
};

#define FOLDER	   "linux"
#define ALL	   "all.config"
#define CONFIG_MAX (4u << 20)
#define GOALS_MAX  3

const struct pkg_linux_target *pkg_linux_target(const char *arch,
						struct ig_err *err)
{
	static const struct pkg_linux_target targets[] = {
		{ "amd64", "x86_64", "bzImage", "arch/x86/boot/bzImage" },
		/* not packed: firmware starts it as a program */
		{ "arm64", "arm64", "Image", "arch/arm64/boot/Image" },
	};

	for (size_t i = 0; i < IG_COUNT(targets); i++)
		if (ig_streq(targets[i].arch, arch))
			return &targets[i];
	ig_fail(err, IG_ESPEC, "kernels are compiled for amd64 and arm64 only");
	return NULL;
}

int pkg_linux_tools(struct ig_err *err)
{
	static const struct {
		const char *program, *package;
	} tools[] = {
		{ "make", "make" }, { "gcc", "gcc" },
		{ "flex", "flex" }, { "bison", "bison" },
		{ "bc", "bc" },	    { "perl", "perl" },
		{ "tar", "tar" },   { "xz", "xz-utils" },
		{ "zstd", "zstd" }, { "pahole", "dwarves" },
		{ "cpio", "cpio" },
	};

	for (size_t i = 0; i < IG_COUNT(tools); i++)
		if (!ig_proc_find(tools[i].program))
			return ig_fail(
				err, IG_ENOENT,
				"there is no program '%s': install the Debian package %s (a kernel also needs libelf-dev and libssl-dev)",
				tools[i].program, tools[i].package);
	return 0;
}

int pkg_linux_unpack(const char *scratch, const struct ig_inode *from,
		     struct ig_err *err)
{
	ig_autofree char *packed = ig_format(err, "%s/source", scratch);
	ig_autofree char *folder = ig_format(err, "%s/" FOLDER, scratch);
	const char *argv[] = { "tar",
			       "--extract",
			       "--xz",
			       "--no-same-owner",
			       "--strip-components=1",
			       "-f",
			       packed,
			       NULL };
	struct ig_proc proc = pkg_proc(argv, env);

	proc.cwd = folder;

	if (!packed || !folder || ig_mkdirs(folder, 0700, err) < 0 ||
	    pkg_export_file(AT_FDCWD, packed, from, err) < 0 ||
	    pkg_run(&proc, "tar", NULL, NULL, err) < 0)
		return ig_wrap(err, "unpack the kernel's source");
	unlink(packed);
	return 0;
}

/* ---- make ---- */

static int run_make(const char *scratch, const struct pkg_linux_target *target,
		    const char *const goals[GOALS_MAX], struct ig_err *err)
{
	ig_autofree char *tools = pkg_tools_prefix(target->arch, err);
	ig_autofree char *folder = ig_format(err, "%s/" FOLDER, scratch);
	ig_autofree char *jobs = ig_format(err, "-j%u", ig_threads());
	ig_autofree char *arch = ig_format(err, "ARCH=%s", target->karch);
	ig_autofree char *cross =
		tools ? ig_format(err, "CROSS_COMPILE=%s", tools) : NULL;
	ig_autofree char *c = ig_format(
		err, "KCFLAGS=-ffile-prefix-map=%s/" FOLDER "=.", scratch);
	ig_autofree char *s = ig_format(
		err, "KAFLAGS=-ffile-prefix-map=%s/" FOLDER "=.", scratch);
	const char *argv[] = { "make", "-s",	 jobs,	   arch,     cross, c,
			       s,      goals[0], goals[1], goals[2], NULL };
	struct ig_proc proc = pkg_proc(argv, env);

	proc.cwd = folder;
	proc.forward_signals = true; /* it ends its own children */

	if (!folder || !jobs || !arch || !cross || !c || !s)
		return -1;
	return pkg_run(&proc, "make", NULL, NULL, err);
}

static int read_made(struct ig_buf *out, const char *scratch, const char *name,
		     struct ig_err *err)
{
	ig_autofree char *path =
		ig_format(err, "%s/" FOLDER "/%s", scratch, name);

	if (!path)
		return -1;
	return ig_read_file(out, AT_FDCWD, path, err);
}

int pkg_linux_configure(struct ig_buf *out, const char *scratch,
			const struct pkg_linux_target *target,
			const struct ig_buf *asked, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s/" ALL, scratch);
	/* kernel: kconfig.rst, KCONFIG_ALLCONFIG: these first, all else n */
	const char *const goals[GOALS_MAX] = { "KCONFIG_ALLCONFIG=../" ALL,
					       "allnoconfig", NULL };

	if (!path ||
	    ig_write_file(AT_FDCWD, path, asked->data, asked->len, 0600, err) <
		    0 ||
	    run_make(scratch, target, goals, err) < 0)
		return ig_wrap(err, "configure the kernel");
	ig_buf_init(out, CONFIG_MAX);
	return read_made(out, scratch, ".config", err);
}

/* ---- what was made ---- */

struct made {
	struct ig_tree *tree;
	struct ig_spool *spool;
	const char *scratch;
	const char *version;
};

/* @from of the source's folder becomes @to, in which %s is the version. */
static int take(const struct made *made, const char *from, const char *dir,
		const char *name, struct ig_err *err)
{
	ig_autofree char *path =
		ig_format(err, "%s/" FOLDER "/%s", made->scratch, from);
	ig_autofree char *to =
		ig_format(err, "%s%s%s", dir, made->version, name);
	struct ig_inode *inode = ig_tree_inode(made->tree, IG_FILE, err);
	ig_autofd int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (!path || !to || !inode)
		return -1;
	if (fd < 0)
		return ig_fail_sys(err, errno, "open '%s' of what was compiled",
				   from);
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	if (pkg_spool_fd(inode, made->spool, fd, err) < 0)
		return -1;
	return pkg_put_file(made->tree, to, inode, err);
}

/* Nothing is a module; depmod(8) still reads in which order they are. */
static int no_modules(const struct made *made, struct ig_err *err)
{
	ig_autofree char *to =
		ig_format(err, "lib/modules/%s/modules.order", made->version);
	struct ig_inode *inode = ig_tree_inode(made->tree, IG_FILE, err);

	if (!to || !inode)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	return pkg_put_file(made->tree, to, inode, err);
}

static int take_all(const struct made *made,
		    const struct pkg_linux_target *target, struct ig_err *err)
{
	static const char modules[] = "lib/modules/";

	if (take(made, target->image, "boot/vmlinuz-", "", err) < 0 ||
	    take(made, ".config", "boot/config-", "", err) < 0 ||
	    take(made, "modules.builtin", modules, "/modules.builtin", err) <
		    0 ||
	    take(made, "modules.builtin.modinfo", modules,
		 "/modules.builtin.modinfo", err) < 0)
		return -1;
	return no_modules(made, err);
}

int pkg_linux_compile(struct ig_tree *tree, struct ig_spool *spool,
		      const char *scratch,
		      const struct pkg_linux_target *target, struct ig_err *err)
{
	const char *const goals[GOALS_MAX] = { target->goal, NULL, NULL };
	IG_AUTO(ig_buf_done) struct ig_buf release = IG_BUF_INIT(256);
	struct made made = { tree, spool, scratch, NULL };

	if (run_make(scratch, target, goals, err) < 0 ||
	    read_made(&release, scratch, "include/config/kernel.release", err) <
		    0)
		return ig_wrap(err, "compile the kernel");
	if (!release.len)
		return ig_fail(err, IG_EFORMAT, "the kernel has no version");
	release.data[strcspn(release.data, "\n")] = '\0';
	made.version = release.data;
	return take_all(&made, target, err);
}
