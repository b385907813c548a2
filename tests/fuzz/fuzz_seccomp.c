/* SPDX-License-Identifier: Apache-2.0 */
/* A seccomp profile: refused with a reason, or a config.json comes of it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/spec_seccomp.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_config(const struct ig_spec *spec,
			 const struct ig_seccomp *profile)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT((size_t)64 << 20);
	char arch[] = "amd64", path[] = "containers/services/a";
	const struct ig_image_config config = { .arch = arch };
	const struct ig_entry entry = { .name = "a",
					.seccomp = "./f",
					.profile = profile };
	struct ig_bundle bundle = { .section = IG_SERVICES,
				    .entry = &entry,
				    .config = &config,
				    .path = path,
				    .safe = true };
	struct ig_err err = { 0 };

	bundle.owner = &bundle;
	if (ig_bundle_config(&out, spec, &bundle, &err) == 0) {
		if (!strstr(out.data, "\"defaultAction\""))
			abort();
	} else if (err.code != IG_ESPEC && err.code != IG_ELIMIT) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(&err);
	struct ig_seccomp profile;

	if (!spec)
		abort();
	if (ig_seccomp_parse(&profile, spec, "f", data, size, NULL, &err) == 0)
		write_config(spec, &profile);
	else if (!err.msg[0])
		abort();
	return 0;
}
