/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "fact.h"
#include "formats.h"
#include "layout.h"

/*
 * KubeVirt's containerDisk: an image whose root has one disk below /disk,
 * readable by the user that QEMU runs as. The one layer is a plain tar: the
 * disk's content is compressed already, and its holes stay holes here.
 */
#define QEMU_ID 107

enum {
	CONFIG,
	MANIFEST,
	LAYER,
	BLOBS
};

struct disk_image {
	struct ig_compose *c;
	struct ig_layout_blob v[BLOBS];
	const struct ig_rope *disk;
};

static void image_done(struct disk_image *image)
{
	for (size_t i = 0; i < BLOBS; i++)
		ig_layout_blob_done(&image->v[i]);
}

/* A USTAR header of QEMU's user; the checksum counts itself as spaces. */
static int add_header(struct disk_image *image, const char *name, char type,
		      uint32_t mode, uint64_t size, struct ig_err *err)
{
	int64_t time = ig_compose_time(image->c);
	unsigned char head[512];
	unsigned sum = 0;

	if (ig_tar_header(head, name, mode, time, size, err) < 0)
		return -1;
	snprintf((char *)head + 108, 8, "%07o", QEMU_ID);
	snprintf((char *)head + 116, 8, "%07o", QEMU_ID);
	head[156] = (unsigned char)type;
	memset(head + 148, ' ', 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += head[i];
	snprintf((char *)head + 148, 7, "%06o", sum);
	return ig_rope_mem(image->v[LAYER].data, head, sizeof(head), err);
}

static int make_layer(struct disk_image *image, struct ig_err *err)
{
	struct ig_layout_blob *blob = &image->v[LAYER];
	struct ig_rope *tar = blob->data = ig_rope_new(err);
	struct ig_fact fact = { .rope = tar };

	if (!tar || add_header(image, "disk/", '5', 0755, 0, err) < 0 ||
	    add_header(image, "disk/disk.img", '0', 0440,
		       ig_rope_size(image->disk), err) < 0 ||
	    ig_rope_add(tar, image->disk, err) < 0 ||
	    ig_rope_align(tar, 512, err) < 0 ||
	    ig_rope_zero(tar, 1024, err) < 0 ||
	    ig_facts_find(image->c->store, &fact, 1, err) < 0)
		return -1;
	ig_fact_digest(&blob->digest, &fact);
	return 0;
}

static int make_config(struct disk_image *image, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	char os[] = "linux", arch[32];
	struct ig_image_config config = {
		.arch = arch,
		.os = os,
		.diff_ids_n = 1,
		.diff_ids = &image->v[LAYER].digest,
	};

	snprintf(arch, sizeof(arch), "%s", image->c->plan->opts.arch);
	if (ig_image_config_write(&text, &config, err) < 0)
		return -1;
	return ig_layout_text(&image->v[CONFIG], text.data, text.len, err);
}

static int make_manifest(struct disk_image *image, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	char config_type[] = IG_MEDIA_CONFIG, layer_type[] = IG_MEDIA_LAYER;
	struct ig_descriptor layer = {
		.media_type = layer_type,
		.digest = image->v[LAYER].digest,
		.size = ig_rope_size(image->v[LAYER].data),
	};
	struct ig_manifest doc = {
		.config = { .media_type = config_type,
			    .digest = image->v[CONFIG].digest,
			    .size = ig_rope_size(image->v[CONFIG].data) },
		.layers_n = 1,
		.layers = &layer,
	};

	if (ig_manifest_write(&text, &doc, err) < 0)
		return -1;
	return ig_layout_text(&image->v[MANIFEST], text.data, text.len, err);
}

static int put_index(struct ig_buf *out, const struct disk_image *image,
		     struct ig_err *err)
{
	char media[] = IG_MEDIA_MANIFEST, os[] = "linux", arch[32];
	char tag[] = "latest";
	struct ig_descriptor desc = {
		.media_type = media,
		.digest = image->v[MANIFEST].digest,
		.size = ig_rope_size(image->v[MANIFEST].data),
		.has_platform = true,
		.platform = { os, arch, NULL },
		.ref_name = tag,
	};
	struct ig_index index = { 1, &desc };

	snprintf(arch, sizeof(arch), "%s", image->c->plan->opts.arch);
	return ig_index_write(out, &index, err);
}

/* A name that a repository can have (distribution-spec, <name>). */
static bool is_repository(const char *name)
{
	for (const char *p = name; *p; p++) {
		bool word = islower((unsigned char)*p) ||
			    isdigit((unsigned char)*p);

		/* A separator stands alone between words. */
		if (!word &&
		    (!strchr("._-", *p) || p == name || strchr("._-", p[-1])))
			return false;
	}
	return *name && strlen(name) <= 128;
}

/* manifest.json, which `docker load` reads. */
static int put_docker(struct ig_buf *out, const struct disk_image *image,
		      struct ig_err *err)
{
	const char *name = image->c->opts->name;
	IG_AUTO(ig_buf_done) struct ig_buf tag = IG_BUF_INIT(512);

	if (is_repository(name) &&
	    ig_buf_printf(&tag, err, "\"%s-containerdisk:latest\"", name) < 0)
		return -1;
	return ig_buf_printf(
		out, err,
		"[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":[%s],\"Layers\":[\"blobs/sha256/%s\"]}]",
		ig_digest_hex(&image->v[CONFIG].digest),
		tag.data ? tag.data : "",
		ig_digest_hex(&image->v[LAYER].digest));
}

static int write_layout(struct disk_image *image, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf index = IG_BUF_INIT(IG_DOC_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf docker = IG_BUF_INIT(IG_DOC_MAX);
	struct ig_layout layout = { .n = BLOBS,
				    .blobs = image->v,
				    .manifest = MANIFEST };

	if (make_layer(image, err) < 0 || make_config(image, err) < 0 ||
	    make_manifest(image, err) < 0 ||
	    put_index(&index, image, err) < 0 ||
	    put_docker(&docker, image, err) < 0)
		return -1;
	layout.index = index.data;
	layout.docker = docker.data;
	return ig_layout_output(image->c, "-containerdisk.tar", &layout, err);
}

static int write_containerdisk(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(image_done) struct disk_image image = { .c = c };

	if (ig_compose_disk(&image.disk, c, err) < 0)
		return -1;
	return write_layout(&image, err);
}

const struct ig_build_format ig_format_containerdisk = {
	.name = "containerdisk",
	.files = "NAME-containerdisk.tar",
	.purpose = "a disk in an OCI image, for KubeVirt",
	.firmware = IG_BY_BIOS | IG_BY_UEFI,
	.arches = "amd64 arm64",
	.want = IG_WANT_CPIO,
	.need = IG_NEED_KERNEL | IG_NEED_LOADER,
	.stream = true,
	.disk = true,
	.layout = true,
	.write = write_containerdisk,
};
