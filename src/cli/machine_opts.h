/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_MACHINE_OPTS_H
#define IG_CLI_MACHINE_OPTS_H

#include <ingot/run.h>

#include "boot_image.h"
#include "cli.h"

struct ig_err;

/* The machine that run and test boot an image on. */
struct machine_opts {
	const char *arch, *memory, *cpus, *accel;
	struct cli_list disks;
};

/* Options of a command; @o is a struct machine_opts. */
#define MACHINE_OPTIONS(o)                                                     \
	{ "mem", 'm', "MIB",                                                   \
	  "memory in MiB (default: the spec's target.memory, or 1024)",        \
	  .text = &(o).memory },                                               \
		{ "cpus", 0, "N", "processors (default 1)",                    \
		  .text = &(o).cpus },                                         \
		{ "accel", 0, "NAME",                                          \
		  "kvm, tcg or auto: KVM where a guest really "                \
		  "starts (default)",                                          \
		  .text = &(o).accel },                                        \
		{ "arch", 0, "ARCH",                                           \
		  "architecture of the guest (default: ours)",                 \
		  .text = &(o).arch },                                         \
	{                                                                      \
		"disk", 0, "PATH,size=1G",                                     \
			"a disk, made when missing; size=, format=raw|qcow2",  \
			.list = &(o).disks, .whole = true                      \
	}

/** machine_opts_parse() - into @run, without the disks; no memory given: 0. */
int machine_opts_parse(struct ig_run *run, struct machine_opts *opts,
		       struct ig_err *err);

/** machine_opts_memory() - what @run has, else what the spec says, else
 * 1024 MiB. */
void machine_opts_memory(struct ig_run *run, unsigned target_mib);

/** machine_opts_disks() - the disks to @out (BOOT_IMAGE_DISKS of them); one
 * without a path lies in the folder @state, its path is @image's. Returns how
 * many, or -1. */
int machine_opts_disks(struct ig_run_disk *out, struct boot_image *image,
		       const struct machine_opts *opts, const char *state,
		       struct ig_err *err);

#endif
