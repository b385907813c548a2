/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "build_internal.h"

#define LAYOUT "{\"imageLayoutVersion\":\"1.0.0\"}"

/* What an OCI layout below a volume needs. */
struct layout {
	struct ig_tree *tree;
	struct ig_generated *gen;
	struct ig_store *store;
	const char *base; /* "containers/volumes/v/lower" */
};

static struct ig_node *dir_at(struct ig_tree *tree, const char *path,
			      struct ig_err *err)
{
	struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};

	return ig_tree_resolve(tree, path, &model, err);
}

static struct ig_inode *file_at(struct layout *l, const char *sub,
				const char *name, struct ig_err *err)
{
	char path[512];
	struct ig_node *dir;
	struct ig_inode *inode = ig_tree_inode(l->tree, IG_FILE, err);

	if (!inode)
		return NULL;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	snprintf(path, sizeof(path), "%s%s", l->base, sub);
	dir = dir_at(l->tree, path, err);
	if (!dir || !ig_tree_put(l->tree, dir, name, strlen(name), inode, err))
		return NULL;
	return inode;
}

static int put_text(struct layout *l, const char *name, const char *text,
		    size_t len, struct ig_err *err)
{
	struct ig_inode *inode = file_at(l, "", name, err);

	if (!inode)
		return -1;
	inode->mem = ig_arena_strn(ig_tree_arena(l->tree), text, len, err);
	inode->size = len;
	return inode->mem ? 0 : -1;
}

static int put_blob(struct layout *l, const struct ig_descriptor *desc,
		    struct ig_err *err)
{
	struct ig_inode *inode =
		file_at(l, "/blobs/sha256", ig_digest_hex(&desc->digest), err);
	int fd = -1;

	if (!inode ||
	    ig_store_open_blob(&fd, l->store, &desc->digest, desc->size, err) <
		    0 ||
	    ig_generated_keep_fd(l->gen, fd, err) < 0)
		return -1;
	inode->fd = fd;
	inode->size = desc->size;
	return 0;
}

static int put_image(struct layout *l, const struct ig_image *image,
		     const struct ig_descriptor *desc, struct ig_err *err)
{
	if (put_blob(l, desc, err) < 0 ||
	    put_blob(l, &image->doc.config, err) < 0)
		return -1;
	for (size_t i = 0; i < image->doc.layers_n; i++)
		if (put_blob(l, &image->doc.layers[i], err) < 0)
			return -1;
	return 0;
}

/* format: oci - the image of this architecture, as an OCI image layout. */
static int put_layout(struct layout *l, const struct ig_pin *pin,
		      const char *arch, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf doc = IG_BUF_INIT(IG_DOC_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf index = IG_BUF_INIT(IG_DOC_MAX);
	char os[] = "linux", media[] = IG_MEDIA_MANIFEST, cpu[32];
	struct ig_descriptor desc = { .media_type = media,
				      .digest = pin->image->manifest,
				      .has_platform = true,
				      .platform = { os, cpu, NULL },
				      .ref_name = pin->name };
	struct ig_index list = { 1, &desc };

	snprintf(cpu, sizeof(cpu), "%s", arch);
	if (ig_store_read_blob(&doc, l->store, &desc.digest, err) < 0)
		return -1;
	desc.size = doc.len;
	if (put_image(l, pin->image, &desc, err) < 0 ||
	    put_text(l, "oci-layout", LAYOUT, strlen(LAYOUT), err) < 0 ||
	    ig_index_write(&index, &list, err) < 0)
		return -1;
	return put_text(l, "index.json", index.data, index.len, err);
}

static int add_volume(struct ig_tree *tree, struct ig_generated *gen,
		      const struct ig_plan *plan, struct ig_store *store,
		      const struct ig_volume *v, struct ig_err *err)
{
	static const char *const folders[] = { "lower", "tmp", "merged" };
	char path[512];
	struct layout l = { tree, gen, store, path };

	for (size_t i = 0; i < IG_COUNT(folders); i++) {
		snprintf(path, sizeof(path), "containers/volumes/%s/%s",
			 v->name, folders[i]);
		/* A read-only volume has no upper layer to put in tmp. */
		if (v->readonly && ig_streq(folders[i], "tmp"))
			continue;
		if (!dir_at(tree, path, err))
			return -1;
	}
	if (!v->image || !ig_streq(v->format, "oci"))
		return 0;
	snprintf(path, sizeof(path), "containers/volumes/%s/lower", v->name);
	return put_layout(&l, ig_lock_find(plan->lock, v->image),
			  plan->opts.arch, err);
}

int ig_generate_volumes(struct ig_tree *tree, struct ig_generated *gen,
			const struct ig_plan *plan, struct ig_store *store,
			struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;

	for (size_t i = 0; i < spec->volumes_n; i++)
		if (add_volume(tree, gen, plan, store, &spec->volumes[i], err) <
		    0)
			return ig_wrap(err, "volume '%s'",
				       spec->volumes[i].name);
	return 0;
}
