/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "measurements.h"
#include "media.h"

#define JSON_MAX (4u << 10)

/* What is in the UKI; @os_release gets the text that it borrows. */
static void describe(struct ig_uki *out, char os_release[256],
		     const struct ig_compose *c, const struct ig_boot *boot)
{
	snprintf(
		os_release, 256,
		"ID=ingot\nNAME=\"ingot appliance\"\nPRETTY_NAME=\"ingot appliance %.12s\"\nVERSION_ID=\"%.12s\"\n",
		c->id, c->id);
	*out = (struct ig_uki){ .kernel = boot->kernel,
				.initrd = boot->initrd,
				.cmdline = boot->cmdline,
				.os_release = os_release };
}

int ig_media_sign(struct ig_rope *out, const struct ig_rope *pe,
		  const struct ig_pe_digest *known, const struct ig_compose *c,
		  struct ig_err *err)
{
	const struct ig_output_opts *o = c->opts;

	if (!o->sign_key)
		return ig_rope_add(out, pe, err);
	return ig_pe_sign(out, pe, known, o->sign_key, o->sign_cert, err);
}

static int put_together(struct ig_rope *out, struct ig_compose *c,
			const struct ig_boot *boot, struct ig_err *err)
{
	struct ig_rope *stub = ig_compose_new(c, err);
	char os_release[256];
	struct ig_uki uki;

	if (!stub || ig_compose_loader(stub, c, "efi/linux.stub", err) < 0)
		return -1;
	describe(&uki, os_release, c, boot);
	uki.stub = stub;
	return ig_uki_write(out, &uki, err);
}

static int find_facts(struct ig_made_uki *uki, const struct ig_compose *c,
		      struct ig_err *err)
{
	struct ig_fact *facts = uki->facts;

	if (facts[IG_UKI_FILE].known)
		return 0;
	/* The longest first: they go to different threads. */
	facts[IG_UKI_FILE] =
		(struct ig_fact){ .kind = IG_FACT_PE, .rope = uki->plain };
	facts[IG_UKI_INITRD] = (struct ig_fact){ .kind = IG_FACT_SHA256,
						 .rope = uki->boot.initrd };
	facts[IG_UKI_KERNEL] = (struct ig_fact){ .kind = IG_FACT_SHA256,
						 .rope = uki->boot.kernel };
	facts[IG_UKI_STARTS] = (struct ig_fact){ .kind = IG_FACT_PE_LOADED,
						 .rope = uki->boot.kernel };
	return ig_facts_find(c->store, facts, IG_UKI_FACTS, err);
}

int ig_media_make_uki(struct ig_made_uki *out, struct ig_compose *c,
		      const struct ig_boot *boot, struct ig_err *err)
{
	struct ig_rope *plain = ig_compose_new(c, err);
	struct ig_rope *file = ig_compose_new(c, err);

	*out = (struct ig_made_uki){ .boot = *boot, .plain = plain };
	if (!plain || !file || put_together(plain, c, boot, err) < 0 ||
	    (c->opts->sign_key && find_facts(out, c, err) < 0) ||
	    ig_media_sign(file, plain, &out->facts[IG_UKI_FILE].value, c, err) <
		    0)
		return ig_wrap(err, "UKI");
	out->file = file;
	return 0;
}

int ig_media_uki(const struct ig_rope **out, struct ig_compose *c,
		 struct ig_err *err)
{
	if (!c->uki.file && (ig_compose_need_kernel(c, err) < 0 ||
			     ig_media_make_uki(&c->uki, c, &c->boot, err) < 0))
		return -1;
	*out = c->uki.file;
	return 0;
}

/* With Secure Boot the stub has its kernel accepted without asking firmware,
 * which then does not measure it either (systemd 252, src/boot/efi/linux.c). */
static int predict_pcr4(struct ig_measurements *m, const struct ig_fact *facts,
			struct ig_err *err)
{
	unsigned char programs[64];

	memcpy(programs, m->uki, 32);
	memcpy(programs + 32, facts[IG_UKI_STARTS].value.sha256, 32);
	m->no_pcr4_off = !facts[IG_UKI_STARTS].known;
	if (ig_pcr4(m->pcr4, programs, 1, err) < 0)
		return -1;
	return ig_pcr4(m->pcr4_off, programs, 2, err);
}

static int measure(struct ig_measurements *m, const struct ig_compose *c,
		   struct ig_made_uki *made, struct ig_err *err)
{
	char os_release[256];
	struct ig_uki uki;

	if (find_facts(made, c, err) < 0)
		return -1;
	describe(&uki, os_release, c, &made->boot);
	m->image = c->id;
	m->kernel_size = ig_rope_size(uki.kernel);
	m->initrd_size = ig_rope_size(uki.initrd);
	memcpy(m->uki, made->facts[IG_UKI_FILE].value.sha256, 32);
	memcpy(m->kernel, made->facts[IG_UKI_KERNEL].value.sha256, 32);
	memcpy(m->initrd, made->facts[IG_UKI_INITRD].value.sha256, 32);
	uki.kernel_sha256 = m->kernel;
	uki.initrd_sha256 = m->initrd;
	if (ig_uki_pcr11(m->pcr11, &uki, err) < 0)
		return -1;
	return predict_pcr4(m, made->facts, err);
}

int ig_media_measure(struct ig_compose *c, struct ig_made_uki *uki,
		     const char *suffix, const char *roothash,
		     struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(JSON_MAX);
	struct ig_measurements m = { .roothash = roothash };
	struct ig_rope *rope;

	if (c->opts->output)
		return 0; /* one file, and that is the medium */
	rope = ig_compose_new(c, err);
	if (!rope || measure(&m, c, uki, err) < 0 ||
	    ig_measurements_json(&json, &m, err) < 0 ||
	    ig_rope_mem(rope, json.data, json.len, err) < 0)
		return ig_wrap(err, "measurements");
	return ig_compose_rope(c, suffix, rope, err);
}
