/* SPDX-License-Identifier: Apache-2.0 */
#include "machine_opts.h"

#include <stdint.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/str.h>

#define MEMORY_MIB 1024

int machine_opts_parse(struct ig_run *run, struct machine_opts *opts,
		       struct ig_err *err)
{
	uint64_t memory = 0, cpus = 1;

	if (cli_arch(&opts->arch, err) < 0 ||
	    cli_number(&memory, "mem", opts->memory, 32, 1u << 24, err) < 0 ||
	    cli_number(&cpus, "cpus", opts->cpus, 1, 256, err) < 0)
		return -1;
	run->arch = opts->arch;
	run->memory_mib = (unsigned)memory;
	run->cpus = (unsigned)cpus;
	return cli_accel(&run->accel, opts->accel, err);
}

void machine_opts_memory(struct ig_run *run, unsigned target_mib)
{
	if (!run->memory_mib)
		run->memory_mib = target_mib ? target_mib : MEMORY_MIB;
}

int machine_opts_disks(struct ig_run_disk *out, struct boot_image *image,
		       const struct machine_opts *opts, const char *state,
		       struct ig_err *err)
{
	if (opts->disks.n > BOOT_IMAGE_DISKS)
		return ig_fail(err, IG_EUSAGE, "more than %d disks",
			       BOOT_IMAGE_DISKS);
	for (size_t i = 0; i < opts->disks.n; i++) {
		if (ig_run_disk_parse(&out[i],
				      (char *)(uintptr_t)opts->disks.v[i],
				      err) < 0)
			return ig_wrap(err, "--disk");
		if (out[i].path)
			continue;
		if (ig_mkdirs(state, 0755, err) < 0)
			return -1;
		image->disks[i] = ig_format(err, "%s/disk%zu.img", state, i);
		if (!image->disks[i])
			return -1;
		out[i].path = image->disks[i];
	}
	return (int)opts->disks.n;
}
