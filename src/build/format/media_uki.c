/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "media.h"

#define JSON_MAX     (4u << 10)
#define MEASUREMENTS "-measurements.json"

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
		  const struct ig_compose *c, struct ig_err *err)
{
	const struct ig_output_opts *o = c->opts;

	if (!o->sign_key)
		return ig_rope_add(out, pe, err);
	return ig_pe_sign(out, pe, o->sign_key, o->sign_cert, err);
}

int ig_media_write_uki(struct ig_rope *out, struct ig_compose *c,
		       const struct ig_boot *boot, struct ig_err *err)
{
	struct ig_rope *stub = ig_compose_new(c, err);
	struct ig_rope *plain = ig_compose_new(c, err);
	char os_release[256];
	struct ig_uki uki;

	if (!stub || !plain ||
	    ig_compose_loader(stub, c, "efi/linux.stub", err) < 0)
		return -1;
	describe(&uki, os_release, c, boot);
	uki.stub = stub;
	if (ig_uki_write(plain, &uki, err) < 0)
		return -1;
	return ig_media_sign(out, plain, c, err);
}

int ig_media_make_uki(struct ig_rope *out, struct ig_compose *c,
		      struct ig_err *err)
{
	if (ig_compose_need_kernel(c, err) < 0)
		return -1;
	return ig_media_write_uki(out, c, &c->boot, err);
}

/* "key": {"digest": …, "size": …} */
static int add_file(struct ig_buf *json, const char *key,
		    const struct ig_rope *file, struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;
	char hex[IG_SHA256_HEX];

	src = hash ? ig_rope_source(file, err) : NULL;
	sink = src ? ig_sink_hash(NULL, hash, NULL, err) : NULL;
	if (!sink || ig_pump(sink, src, NULL, err) < 0)
		return ig_wrap(err, "%s", key);
	ig_hash_end_hex(hash, hex);
	return ig_buf_printf(json, err,
			     ",\n  \"%s\": {\n"
			     "    \"digest\": \"sha256:%s\",\n"
			     "    \"size\": %llu\n"
			     "  }",
			     key, hex, (unsigned long long)ig_rope_size(file));
}

static int write_json(struct ig_buf *json, struct ig_compose *c,
		      struct ig_err *err)
{
	const struct ig_rope *efi;
	unsigned char digest[32];
	char pe[IG_SHA256_HEX], pcr[IG_SHA256_HEX];
	char os_release[256];
	struct ig_uki uki;

	if (ig_media_uki(&efi, c, err) < 0 || ig_pe_hash(digest, efi, err) < 0)
		return -1;
	describe(&uki, os_release, c, &c->boot);
	ig_hex(pe, digest, sizeof(digest));
	if (ig_uki_pcr11(digest, &uki, err) < 0)
		return -1;
	ig_hex(pcr, digest, sizeof(digest));
	if (ig_buf_printf(json, err,
			  "{\n"
			  "  \"image\": \"%s\",\n"
			  "  \"uki\": {\n"
			  "    \"authenticode\": \"sha256:%s\"\n"
			  "  },\n"
			  "  \"pcrs\": {\n"
			  "    \"sha256\": {\n"
			  "      \"11\": \"%s\"\n"
			  "    }\n"
			  "  }",
			  c->id, pe, pcr) < 0 ||
	    add_file(json, "kernel", uki.kernel, err) < 0 ||
	    add_file(json, "initrd", uki.initrd, err) < 0)
		return -1;
	return ig_buf_puts(json, "\n}\n", err);
}

int ig_media_measure(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(JSON_MAX);
	struct ig_rope *rope;

	if (c->opts->output)
		return 0; /* one file, and that is the medium */
	rope = ig_compose_new(c, err);
	if (!rope || write_json(&json, c, err) < 0 ||
	    ig_rope_mem(rope, json.data, json.len, err) < 0)
		return ig_wrap(err, "measurements");
	return ig_compose_rope(c, MEASUREMENTS, rope, err);
}
