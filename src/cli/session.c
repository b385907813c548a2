/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>

#include "cli.h"

/* --cache, INGOT_CACHE, XDG_CACHE_HOME (XDG base directory specification:
 * relative paths in it count as unset), HOME. */
char *cli_cache_dir(const char *given, struct ig_err *err)
{
	const char *dir = given;

	if (!dir || !*dir)
		dir = getenv("INGOT_CACHE");
	if (dir && *dir)
		return ig_strdup(dir, err);
	dir = getenv("XDG_CACHE_HOME");
	if (dir && *dir == '/')
		return ig_format(err, "%s/ingot", dir);
	dir = getenv("HOME");
	if (dir && *dir)
		return ig_format(err, "%s/.cache/ingot", dir);
	ig_fail(err, IG_EUSAGE,
		"no folder for the cache: give --cache, or set INGOT_CACHE or HOME");
	return NULL;
}

int cli_store(struct cli *cli, struct ig_err *err)
{
	if (cli->store)
		return 0;
	return ig_store_open(&cli->store, cli->cache, err);
}

void cli_done(struct cli *cli)
{
	ig_store_close(cli->store);
	free(cli->cache);
	cli->store = NULL;
	cli->cache = NULL;
}
