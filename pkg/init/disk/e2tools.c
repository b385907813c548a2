/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/e2tools.h"

#include "base/sys.h"
#include "base/work.h"
#include "log/log.h"

#define MKE2FS "/sbin/mke2fs"
#define E2FSCK "/sbin/e2fsck"

/* e2fsck(8) */
#define E2FSCK_CORRECTED 1

bool e2tools_there(void)
{
	return sys_exists(MKE2FS) && sys_exists(E2FSCK);
}

int e2tools_format(const char *what, const char *path, const char *label)
{
	/* what is empty has nothing to discard; tables are zeroed later */
	const char *const argv[] = { MKE2FS,
				     "-q",
				     "-F",
				     "-t",
				     "ext4",
				     "-b",
				     "4096",
				     "-i",
				     "16384",
				     "-E",
				     "nodiscard,lazy_itable_init=1",
				     "-L",
				     label,
				     path,
				     NULL };

	log_info("%s: make an ext4 on %s", what, path);
	int code = work_run("mke2fs", argv);

	if (code == 0)
		return 0;
	log_say("%s: mke2fs on %s ended with %d", what, path, code);
	return -1;
}

int e2tools_check(const char *what, const char *path)
{
	const char *const argv[] = { E2FSCK, "-p", path, NULL };

	log_info("%s: check %s", what, path);
	int code = work_run("e2fsck", argv);

	if (code >= 0 && code <= E2FSCK_CORRECTED)
		return 0;
	log_say("%s: %s has to be repaired by hand: e2fsck -p ended with %d",
		what, path, code);
	return -1;
}
