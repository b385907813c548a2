/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/keys.h>
#include <ingot/own.h>

#include "cli.h"
#include "commands.h"

static const char *common_name;

static int make_in(const char *dir, const struct ig_keys_opts *opts,
		   struct ig_err *err)
{
	ig_autofd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return ig_fail_sys(err, errno, "open '%s'", dir);
	return ig_keys_make(fd, opts, err);
}

static int make(const char *dir, const struct ig_keys_opts *opts,
		struct ig_err *err)
{
	bool made = mkdir(dir, 0700) == 0;

	if (!made && errno != EEXIST)
		return ig_fail_sys(err, errno, "make folder '%s'", dir);
	if (make_in(dir, opts, err) == 0)
		return 0;
	if (made)
		rmdir(dir);
	return ig_wrap(err, "%s", dir);
}

static const struct cli_option *options(void)
{
	static const struct cli_option list[] = {
		{ "name", 0, "CN",
		  "certificates are called \"CN PK\", … (default: ingot)",
		  .text = &common_name },
		{ 0 },
	};

	return list;
}

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	struct ig_keys_opts opts = { .name = common_name,
				     .time = (int64_t)time(NULL) };

	(void)cli;
	if (argc != 1)
		return ig_fail(err, IG_EUSAGE, "give one folder");
	if (!opts.name)
		opts.name = "ingot";
	if (!*opts.name)
		return ig_fail(err, IG_EUSAGE, "--name is empty");
	if (make(argv[0], &opts, err) < 0)
		return -1;
	ui_note("PK, KEK and db are in '%s'; db signs: --sign-key %s/db.key --sign-cert %s/db.crt",
		argv[0], argv[0], argv[0]);
	return 0;
}

const struct cli_command cmd_keys = {
	.name = "keys",
	.usage = "[OPTION]… DIR",
	.brief = "Make keys for UEFI Secure Boot",
	.about = "PK, KEK and db, each as a private key, a certificate and "
		 "what firmware takes (.esl,\n.auth), go to the folder DIR. "
		 "Keys that are there are never written over.",
	.examples = "ingot keys keys --name \"Example Ltd\"\n"
		    "ingot build --format raw-efi --sign-key keys/db.key \\\n"
		    "    --sign-cert keys/db.crt web.yml\n",
	.options = options,
	.run = run,
};
