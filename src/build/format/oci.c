/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "fact.h"
#include "formats.h"
#include "layout.h"

/*
 * The appliance as an OCI artifact (image-spec 1.1, manifest.md, "Guidelines
 * for Artifact Usage"). The layers are the parts as they lie in the store, so
 * a registry keeps what two appliances share once. Those that are not the
 * kernel, put one behind the other, are the initrd; so are their files in the
 * order of their titles.
 */
#define ARTIFACT "application/vnd.ingot.appliance.v1"
#define MEDIA	 "application/vnd.ingot."
#define TITLE	 "org.opencontainers.image.title"
#define EMPTY                                                                  \
	"{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2,\"data\":\"e30=\"}"

struct piece {
	struct ig_layout_blob blob;
	char *media, *title;
};

struct artifact {
	struct ig_compose *c;
	size_t n;
	struct piece *v;
	uint64_t at; /* in the initrd: where the next piece begins */
};

static void artifact_done(struct artifact *a)
{
	for (size_t i = 0; i < a->n; i++) {
		ig_layout_blob_done(&a->v[i].blob);
		free(a->v[i].media);
		free(a->v[i].title);
	}
	free(a->v);
}

/* ---- pieces ---- */

static const char *packed(const struct ig_plan *plan)
{
	if (plan->opts.codec == IG_CODEC_ZSTD)
		return "+zstd";
	return plan->opts.codec == IG_CODEC_GZIP ? "+gzip" : "";
}

/* The next @len bytes of the initrd, not hashed yet. */
static struct piece *add_piece(struct artifact *a, uint64_t len,
			       struct ig_err *err)
{
	struct piece *p = &a->v[a->n++];

	p->blob.data = ig_rope_new(err);
	if (!p->blob.data ||
	    ig_rope_slice(p->blob.data, a->c->boot.initrd, a->at, len, err) < 0)
		return NULL;
	a->at += len;
	return p;
}

static int name_piece(struct artifact *a, struct piece *p, const char *kind,
		      const char *what, struct ig_err *err)
{
	bool plain = ig_streq(kind, "ucode");

	p->media = ig_format(err, MEDIA "initrd.%s.v1.cpio%s", kind,
			     plain ? "" : packed(a->c->plan));
	p->title = ig_format(err, "initrd-%03zu-%s", a->n - 1, what);
	return p->media && p->title ? 0 : -1;
}

static int add_kernel(struct artifact *a, struct ig_err *err)
{
	struct piece *p = &a->v[a->n++];

	p->blob.data = ig_rope_new(err);
	p->media = ig_strdup(MEDIA "kernel.v1", err);
	p->title = ig_strdup("kernel", err);
	if (!p->blob.data || !p->media || !p->title)
		return -1;
	return ig_rope_add(p->blob.data, a->c->boot.kernel, err);
}

static int add_ucode(struct artifact *a, struct ig_err *err)
{
	ig_autofd int fd = -1;
	struct piece *p;
	uint64_t size;

	if (ig_kernel_ucode(&fd, a->c->plan, a->c->store, err) < 0)
		return -1;
	if (fd < 0)
		return 0;
	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	p = add_piece(a, (size + 3) & ~3ull, err); /* with its padding */
	return p ? name_piece(a, p, "ucode", "ucode", err) : -1;
}

/* "services[0]" as a file name: "services-0". */
static void file_name(char *out, size_t max, const char *location)
{
	size_t n = 0;

	for (; *location && n + 1 < max; location++)
		if (*location == '[')
			out[n++] = '-';
		else if (*location != ']' && *location != '/')
			out[n++] = *location;
	out[n] = '\0';
}

static bool in_initrd(const struct ig_part *part)
{
	return part->kind == IG_PART_ROOT || part->kind == IG_PART_IMAGE;
}

static int add_part(struct artifact *a, const struct ig_part *part,
		    struct ig_err *err)
{
	char suffix[32], what[64];
	ig_autofd int fd = -1;
	struct piece *p;
	uint64_t size;

	ig_part_suffix(suffix, a->c->plan, part);
	if (ig_part_open(&fd, a->c->store, part->key, suffix, err) < 0 ||
	    ig_size_of(&size, fd, err) < 0)
		return -1;
	p = add_piece(a, size, err);
	file_name(what, sizeof(what),
		  part->kind == IG_PART_ROOT ? "root" : part->location);
	if (!p)
		return -1;
	return name_piece(a, p, part->kind == IG_PART_ROOT ? "root" : "image",
			  what, err);
}

static int add_tail(struct artifact *a, struct ig_err *err)
{
	uint64_t size = ig_rope_size(a->c->boot.initrd);
	struct piece *p = add_piece(a, size - a->at, err);

	return p ? name_piece(a, p, "tail", "tail", err) : -1;
}

/* All at once: they go to different threads. */
static int hash_pieces(struct artifact *a, struct ig_err *err)
{
	ig_autofree struct ig_fact *facts = calloc(a->n, sizeof(*facts));

	if (!facts)
		return ig_fail_mem(err);
	for (size_t i = 0; i < a->n; i++)
		facts[i].rope = a->v[i].blob.data;
	if (ig_facts_find(a->c->store, facts, a->n, err) < 0)
		return -1;
	for (size_t i = 0; i < a->n; i++)
		ig_fact_digest(&a->v[i].blob.digest, &facts[i]);
	return 0;
}

static int collect(struct artifact *a, struct ig_err *err)
{
	const struct ig_plan *plan = a->c->plan;

	/* Besides the parts: kernel, microcode, tail; the two documents. */
	a->v = calloc(plan->parts_n + 5, sizeof(*a->v));
	if (!a->v)
		return ig_fail_mem(err);
	if (add_kernel(a, err) < 0 || add_ucode(a, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->parts_n; i++)
		if (in_initrd(&plan->parts[i]) &&
		    add_part(a, &plan->parts[i], err) < 0)
			return ig_wrap(err, "%s", plan->parts[i].source);
	return add_tail(a, err) < 0 ? -1 : hash_pieces(a, err);
}

/* ---- documents ---- */

static int put_note(struct ig_buf *out, const char *key, const char *value,
		    struct ig_err *err)
{
	return ig_buf_printf(out, err, "\"%s\":", key) < 0
		       ? -1
		       : ig_json_string(out, value, err);
}

static int put_layers(struct ig_buf *out, const struct artifact *a,
		      struct ig_err *err)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct piece *p = &a->v[i];

		if (ig_buf_printf(
			    out, err,
			    "%s{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%llu,\"annotations\":{",
			    i ? "," : "", p->media, p->blob.digest.text,
			    (unsigned long long)ig_rope_size(p->blob.data)) <
			    0 ||
		    put_note(out, TITLE, p->title, err) < 0 ||
		    ig_buf_puts(out, "}}", err) < 0)
			return -1;
	}
	return 0;
}

static int put_manifest(struct ig_buf *out, const struct artifact *a,
			struct ig_err *err)
{
	if (ig_buf_puts(
		    out,
		    "{\"schemaVersion\":2,\"mediaType\":\"" IG_MEDIA_MANIFEST
		    "\",\"artifactType\":\"" ARTIFACT "\",\"config\":" EMPTY
		    ",\"layers\":[",
		    err) < 0 ||
	    put_layers(out, a, err) < 0 ||
	    ig_buf_puts(out, "],\"annotations\":{", err) < 0 ||
	    put_note(out, "vnd.ingot.arch", a->c->plan->opts.arch, err) < 0 ||
	    ig_buf_putc(out, ',', err) < 0 ||
	    put_note(out, "vnd.ingot.cmdline", a->c->boot.cmdline, err) < 0 ||
	    ig_buf_putc(out, ',', err) < 0 ||
	    put_note(out, "vnd.ingot.id", a->c->id, err) < 0)
		return -1;
	return ig_buf_puts(out, "}}", err);
}

static int put_index(struct ig_buf *out, const struct artifact *a,
		     const struct ig_layout_blob *manifest, struct ig_err *err)
{
	return ig_buf_printf(
		out, err,
		"{\"schemaVersion\":2,\"mediaType\":\"" IG_MEDIA_INDEX
		"\",\"manifests\":[{\"mediaType\":\"" IG_MEDIA_MANIFEST
		"\",\"digest\":\"%s\",\"size\":%llu,\"artifactType\":\"" ARTIFACT
		"\",\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"},\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}]}",
		manifest->digest.text,
		(unsigned long long)ig_rope_size(manifest->data),
		a->c->plan->opts.arch);
}

static int write_layout(struct artifact *a, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf index = IG_BUF_INIT(IG_DOC_MAX);
	ig_autofree struct ig_layout_blob *blobs =
		calloc(a->n + 2, sizeof(*blobs));
	struct ig_layout layout = { .blobs = blobs };

	if (!blobs)
		return ig_fail_mem(err);
	if (put_manifest(&text, a, err) < 0)
		return -1;
	/* In a->v they are freed with the rest. */
	if (ig_layout_text(&a->v[a->n].blob, text.data, text.len, err) < 0 ||
	    put_index(&index, a, &a->v[a->n].blob, err) < 0)
		return -1;
	a->n++;
	if (ig_layout_text(&a->v[a->n++].blob, "{}", 2, err) < 0)
		return -1;
	while (layout.n < a->n) {
		/* The documents first, as others do: manifest, config. */
		size_t n = layout.n, i = n < 2 ? a->n - 2 + n : n - 2;

		blobs[layout.n++] = a->v[i].blob;
	}
	layout.index = index.data;
	return ig_layout_output(a->c, "-oci.tar", &layout, err);
}

static int write_oci(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(artifact_done) struct artifact a = { .c = c };

	if (ig_compose_need_kernel(c, err) < 0 || collect(&a, err) < 0)
		return -1;
	return write_layout(&a, err);
}

const struct ig_build_format ig_format_oci = {
	.name = "oci",
	.files = "NAME-oci.tar",
	.purpose = "an OCI artifact that registries take, as a layout in a tar",
	.want = IG_WANT_CPIO,
	.need = IG_NEED_KERNEL,
	.stream = true,
	.layout = true,
	.write = write_oci,
};
