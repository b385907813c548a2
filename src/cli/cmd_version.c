/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>

#include "cli.h"
#include "commands.h"

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	(void)cli;
	if (argc)
		return ig_fail(err, IG_EUSAGE, "'%s' is one word too many",
			       argv[0]);
	ui_say("ingot %s", IG_VERSION);
	return 0;
}

const struct cli_command cmd_version = {
	.name = "version",
	.usage = "",
	.brief = "Print the version",
	.examples = "ingot version\n",
	.run = run,
};
