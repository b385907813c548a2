/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/registry.h>
#include <ingot/spec.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "build_opts.h"
#include "cli.h"
#include "commands.h"
#include "privileges.h"
#include "prove.h"
#include "push.h"

#define YAML_MAX (64u << 20)

/* Columns that the longest of the names takes. */
static int width(const struct ig_outputs *out)
{
	size_t most = 0;

	for (size_t i = 0; i < out->n; i++) {
		size_t len = strlen(out->v[i].path);

		most = len > most ? len : most;
	}
	return (int)most;
}

static void report(const struct cli_build *o, const struct ig_made *made,
		   const struct ig_outputs *out)
{
	char size[16];

	ui_note("%zu part%s made, %zu reused, %.2f s", made->made,
		made->made == 1 ? "" : "s", made->reused, ui_seconds());
	if (o->scratch || (o->output && ig_streq(o->output, "-")))
		return;
	for (size_t i = 0; i < out->n; i++)
		ui_note("  %-*s  %8s", width(out), out->v[i].path,
			ig_size_text(size, out->v[i].size));
}

static int prove(struct cli *cli, const struct ig_plan *plan, unsigned want,
		 const struct ig_output_opts *output,
		 const struct ig_outputs *out, struct ig_err *err)
{
	struct cli_proof proof = { .plan = plan,
				   .store = cli->store,
				   .want = want,
				   .output = output,
				   .first = out };

	return cli_prove(&proof, err);
}

/* What is planned, and of what. */
struct making {
	const struct ig_spec *spec;
	const struct ig_lock *lock;
	struct ig_store *store;
	struct ig_plan_opts opts;
	unsigned want;
};

static int make_planned(struct ig_plan *plan, struct ig_made *made,
			const struct making *m, struct ig_err *err)
{
	if (ig_plan(plan, m->spec, m->lock, &m->opts, err) < 0)
		return -1;
	return ig_make(plan, m->store, m->want, made, err);
}

/* What a kernel can do is known when it was made; then a layout that was
 * chosen by init alone may be the wrong one. */
static int plan_and_make(struct ig_plan *plan, struct ig_made *made,
			 const struct making *m, struct ig_err *err)
{
	struct making unpacked = *m;
	bool can = true;

	if (make_planned(plan, made, m, err) < 0)
		return -1;
	if (m->opts.layout != IG_LAYOUT_AUTO ||
	    plan->opts.layout != IG_LAYOUT_MOUNTED)
		return 0;
	if (ig_kernel_mounts(&can, plan, m->store, err) < 0)
		return -1;
	if (can)
		return 0;
	ui_note("the kernel cannot mount images: they are unpacked");
	ig_plan_done(plan);
	unpacked.opts.layout = IG_LAYOUT_UNPACKED;
	return make_planned(plan, made, &unpacked, err);
}

static int run_pipeline(struct cli *cli, const struct cli_build *o,
			struct ig_spec *spec, const struct ig_plan_opts *popts,
			unsigned want, struct ig_err *err)
{
	struct ig_registry_opts registry = { .insecure = o->insecure.v,
					     .ca_file = o->ca_file };
	struct ig_resolve_opts resolve = { .arch = o->arch,
					   .offline = o->offline,
					   .pull = o->pull,
					   .need = popts->need,
					   .registry = &registry };
	struct ig_output_opts output = { .formats = o->formats.v,
					 .dir = o->dir,
					 .name = o->name,
					 .output = o->output,
					 .sign_key = o->sign_key,
					 .sign_cert = o->sign_cert,
					 .size_text = o->size,
					 .size = o->bytes,
					 .direct = o->scratch };
	uint64_t memory = 0;
	IG_AUTO(ig_lock_done) struct ig_lock lock = { 0 };
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
	IG_AUTO(ig_outputs_done) struct ig_outputs out = { 0 };
	struct ig_made made = { 0, 0 };
	const struct making making = { .spec = spec,
				       .lock = &lock,
				       .store = cli->store,
				       .opts = *popts,
				       .want = want };

	if (cli_root_fs(&output.root, o->root_fs, err) < 0)
		return -1;
	if (cli_number(&memory, "mem", o->memory, 32, 1u << 24, err) < 0)
		return -1;
	output.memory_mib =
		(unsigned)(memory ? memory : spec->target.memory_mib);
	if (ig_resolve(&lock, spec, cli->store, &resolve, err) < 0 ||
	    plan_and_make(&plan, &made, &making, err) < 0 ||
	    cli_privileges(&plan, made.made > 0, o->strict_labels, err) < 0 ||
	    ig_compose(&plan, cli->store, &output, &out, err) < 0)
		return -1;
	report(o, &made, &out);
	if (o->prove && prove(cli, &plan, want, &output, &out, err) < 0)
		return -1;
	return o->push ? cli_push(o->push, &out, &registry, err) : 0;
}

static int take_loaders(struct cli *cli, const struct cli_build *o,
			struct ig_spec *spec, unsigned need,
			const struct cli_spec_opts *sopts, struct ig_err *err)
{
	const struct cli_loader loaders[] = {
		{ &spec->bootloader, "--bootloader", o->bootloader,
		  "bootloader", (need & IG_NEED_LOADER) && !o->dry_run },
		{ &spec->firmware, "--firmware", o->firmware, "firmware-rpi",
		  (need & IG_NEED_FIRMWARE) && !o->dry_run },
	};

	for (size_t i = 0; i < IG_COUNT(loaders); i++)
		if (cli_loader(spec, cli, &loaders[i], sopts, err) < 0)
			return -1;
	return 0;
}

static int dry_run(const struct ig_spec *spec, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf yaml = IG_BUF_INIT(YAML_MAX);

	if (ig_spec_yaml(&yaml, spec, err) < 0)
		return -1;
	fwrite(yaml.data, 1, yaml.len, stdout);
	return 0;
}

int cli_build(struct cli *cli, const struct cli_build *given, int n,
	      char **files, struct ig_err *err)
{
	static const char *const default_format[] = { "kernel+initrd", NULL };
	static const char *const stream_format[] = { "tar", NULL };
	struct cli_build o = *given;
	struct cli_spec_opts sopts = { .offline = o.offline,
				       .build_packages = !o.dry_run };
	struct ig_plan_opts popts = { 0 };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	ig_autofree char *base = NULL;
	unsigned want = 0;

	if (!n)
		return ig_fail(err, IG_EUSAGE, "no spec given");
	if (!o.formats.n) {
		o.formats.v =
			(const char **)(uintptr_t)(o.output ? stream_format
							    : default_format);
		o.formats.n = 1;
	}
	if (cli_arch(&o.arch, err) < 0 ||
	    cli_build_check(&popts, &want, &o, err) < 0)
		return -1;
	base = cli_base_name(files[n - 1], err);
	if (!base)
		return -1;
	if (!o.name)
		o.name = base;
	popts.arch = sopts.arch = o.arch;
	if (cli_spec(&spec, cli, n, files, &sopts, err) < 0)
		return -1;
	if (o.target_mib)
		*o.target_mib = (unsigned)spec->target.memory_mib;
	if (take_loaders(cli, &o, spec, popts.need, &sopts, err) < 0)
		return -1;
	if (o.dry_run)
		return dry_run(spec, err);
	if (cli_store(cli, err) < 0)
		return -1;
	return run_pipeline(cli, &o, spec, &popts, want, err);
}

static struct cli_build opts;

static const struct cli_option list[] = {
	{ "format", 'f', "LIST",
	  "what to make, commas between (default kernel+initrd)",
	  .list = &opts.formats },
	{ "name", 0, "NAME",
	  "base name of the files (default: the last spec's)",
	  .text = &opts.name },
	{ "dir", 0, "DIR", "folder of the files (default: this one)",
	  .text = &opts.dir },
	{ "output", 'o', "FILE",
	  "one file, or - for standard output (default format tar)",
	  .text = &opts.output },
	{ "o", 0, "FILE", NULL, .text = &opts.output },
	{ "arch", 0, "ARCH",
	  "architecture of the image: amd64, arm64, … (default: ours)",
	  .text = &opts.arch },
	{ "offline", 0, NULL,
	  "open no socket: what the cache lacks is an error",
	  .flag = &opts.offline },
	{ "pull", 0, NULL, "ask the registries even for what the cache has",
	  .flag = &opts.pull },
	{ "insecure", 0, "HOST",
	  "registry to ask over http (loopback always is)",
	  .list = &opts.insecure },
	{ "cert-file", 0, "PEM",
	  "certificates to trust instead of the system's",
	  .text = &opts.ca_file },
	{ "compress", 0, "HOW",
	  "initrd: zstd[:LEVEL], gzip[:LEVEL] or none (default zstd:3)",
	  .text = &opts.compress },
	{ "layout", 0, "HOW",
	  "images in an initrd: mounted (default with ingot's init), or unpacked",
	  .text = &opts.layout },
	{ "mem", 'm', "MIB",
	  "memory in a machine's configuration (firecracker; default 512)",
	  .text = &opts.memory },
	{ "root-fs", 0, "NAME",
	  "root of raw-verity: squashfs (default) or erofs",
	  .text = &opts.root_fs },
	{ "size", 0, "SIZE",
	  "of a disk: 512M, 4G; a number alone is G (default: as needed)",
	  .text = &opts.size },
	{ "bootloader", 0, "REF",
	  "boot-loader image, or @pkg:DIR (default: comes with ingot)",
	  .text = &opts.bootloader },
	{ "firmware", 0, "REF",
	  "image of a board's firmware (rpi3), as --bootloader",
	  .text = &opts.firmware },
	{ "sign-key", 0, "KEY", "sign EFI programs: PEM file, or pkcs11: URI",
	  .text = &opts.sign_key },
	{ "sign-cert", 0, "PEM", "certificate of that key",
	  .text = &opts.sign_cert },
	{ "layer-rules", 0, "RULES",
	  "linuxkit (default) or oci: they differ where a removed folder comes again",
	  .text = &opts.rules },
	{ "push", 0, "REF",
	  "send the OCI layout to REGISTRY/NAME[:TAG] (oci, containerdisk)",
	  .text = &opts.push },
	{ "strict-labels", 0, NULL,
	  "refuse privileges that an image's label asks for and the spec does not",
	  .flag = &opts.strict_labels },
	{ "prove", 0, NULL,
	  "build a second time from nothing and compare every byte",
	  .flag = &opts.prove },
	{ "dry-run", 0, NULL, "print the merged spec as YAML and stop",
	  .flag = &opts.dry_run },
	{ "no-sbom", 0, NULL, NULL, .flag = &opts.no_sbom },
	{ 0 },
};

static const struct cli_option *options(void)
{
	return list;
}

static int run(struct cli *cli, int argc, char **argv, struct ig_err *err)
{
	int result = cli_build(cli, &opts, argc, argv, err);

	cli_list_done(&opts.formats);
	cli_list_done(&opts.insecure);
	return result;
}

const struct cli_command cmd_build = {
	.name = "build",
	.usage = "[OPTION]… SPEC.yml…",
	.brief = "Build a bootable image from an appliance spec",
	.about = "Several specs are merged from left to right; - is standard "
		 "input. Images come from\nthe cache, else from their "
		 "registry. What did not change since the last build is\n"
		 "taken from the cache as it is.",
	.examples = "ingot build web.yml\n"
		    "ingot build --format tar --output web.tar web.yml\n"
		    "ingot build --arch arm64 --dir out base.yml board.yml\n",
	.options = options,
	.run = run,
};
