/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILD_TEST_H
#define BUILD_TEST_H

/* A spec from text. Everything is static: one binary a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>

static struct ig_err t_err;

static inline struct ig_spec *t_spec(const char *yaml)
{
	struct ig_spec *spec = ig_spec_new(&t_err);

	assert_non_null(spec);
	if (ig_spec_add(spec, "t.yml", NULL, yaml, strlen(yaml), NULL, NULL,
			&t_err) < 0 ||
	    ig_spec_finish(spec, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	return spec;
}

static inline struct ig_plan_opts t_plan_opts(void)
{
	return (struct ig_plan_opts){ .arch = "amd64",
				      .rules = IG_LAYERS_LINUXKIT,
				      .max_time = INT64_MAX,
				      .codec = IG_CODEC_ZSTD,
				      .level = 3 };
}

#endif
