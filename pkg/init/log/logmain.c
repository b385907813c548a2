/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logmain.h"

#include "base/sys.h"
#include "log/logdisk.h"
#include "log/syslog.h"

#include <stdlib.h>
#include <string.h>

static int usage(void)
{
	complain("usage: ingot-logs disk FOLDER SIZE FILES | syslog ADDRESS");
	return 2;
}

int logs_main(int argc, char **argv)
{
	const char *to = argc > 1 ? argv[1] : "";

	if (strcmp(to, "syslog") == 0 && argc == 3)
		return syslog_main(argv[2]);
	if (strcmp(to, "disk") != 0 || argc != 5)
		return usage();
	unsigned long long size = strtoull(argv[3], NULL, 10);
	unsigned long files = strtoul(argv[4], NULL, 10);

	if (size == 0 || files == 0 || files > 1000)
		return usage();
	return logdisk_main(argv[2], size, (unsigned)files);
}
