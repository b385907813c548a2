/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>

#include "formats.h"

/* Byte for byte what LinuxKit adds, so that `docker build - <NAME.docker`
 * gives the same image. */
#define DOCKERFILE                                                             \
	"\nFROM scratch\n\nCOPY . ./\n\nENTRYPOINT [\"/bin/rc.init\"]\n"

static int write_docker(struct ig_compose *c, struct ig_err *err)
{
	return ig_compose_tar(c, ".docker", "Dockerfile", DOCKERFILE, err);
}

const struct ig_build_format ig_format_docker = {
	.name = "docker",
	.files = "NAME.docker",
	.purpose = "the tar with a Dockerfile, for 'docker build -'",
	.want = IG_WANT_TAR,
	.stream = true,
	.write = write_docker,
};
