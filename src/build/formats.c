/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/str.h>

#include "build_internal.h"

static const struct ig_build_format *const formats[] = {
	&ig_format_initrd,
	&ig_format_initrd_tar,
	&ig_format_tar,
	NULL,
};

const struct ig_build_format *const *ig_build_formats(void)
{
	return formats;
}

const struct ig_build_format *ig_build_format(const char *name)
{
	for (size_t i = 0; formats[i]; i++)
		if (ig_streq(formats[i]->name, name))
			return formats[i];
	return NULL;
}
