/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/build.h>
#include <ingot/err.h>

#include "cli.h"
#include "commands.h"

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	(void)cli;
	if (argc)
		return ig_fail(err, IG_EUSAGE, "'%s' is one word too many",
			       argv[0]);
	for (const struct ig_build_format *const *f = ig_build_formats(); *f;
	     f++)
		ui_say("%-15s %s\n%15s files: %s", (*f)->name, (*f)->purpose,
		       "", (*f)->files);
	return 0;
}

const struct cli_command cmd_formats = {
	.name = "formats",
	.usage = "",
	.brief = "List the formats that build can write",
	.examples = "ingot formats\n",
	.run = run,
};
