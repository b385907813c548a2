/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/build.h>
#include <ingot/err.h>

#include "cli.h"
#include "commands.h"

static const char *firmware_name(unsigned firmware)
{
	static const char *const names[] = {
		[0] = "-",
		[IG_BY_BIOS] = "BIOS",
		[IG_BY_UEFI] = "UEFI",
		[IG_BY_BIOS | IG_BY_UEFI] = "BIOS, UEFI",
		[IG_BY_BOARD] = "the board's",
	};

	return names[firmware];
}

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	(void)cli;
	if (argc)
		return ig_fail(err, IG_EUSAGE, "'%s' is one word too many",
			       argv[0]);
	ui_say("%-17s %-11s %-12s %s", "FORMAT", "FIRMWARE", "ARCH", "IS FOR");
	for (const struct ig_build_format *const *f = ig_build_formats(); *f;
	     f++)
		ui_say("%-17s %-11s %-12s %s\n%17s %s", (*f)->name,
		       firmware_name((*f)->firmware),
		       (*f)->arches ? (*f)->arches : "any", (*f)->purpose, "",
		       (*f)->files);
	return 0;
}

const struct cli_command cmd_formats = {
	.name = "formats",
	.usage = "",
	.brief = "List the formats that build can write",
	.examples = "ingot formats\n",
	.run = run,
};
