/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/rootfs.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void apply(struct ig_tree *tree, struct ig_spool *spool,
		  const uint8_t *data, size_t size, enum ig_layer_rules rules)
{
	const struct ig_layers_opts opts = { rules, true, NULL };
	struct ig_err err = { 0 };
	struct ig_source *src = ig_source_mem(data, size, &err);

	if (!src)
		return;
	if (ig_layer_apply(tree, spool, src, "fuzz", &opts, &err) < 0 &&
	    (err.code == IG_OK || !err.msg[0]))
		abort();
	ig_source_close(src);
}

/* Names, counts and links of @tree must fit. */
static void check(struct ig_tree *tree)
{
	struct ig_err err = { 0 };
	char path[4096];

	if (ig_tree_sort(tree, &err) < 0)
		abort();
	for (struct ig_node *n = ig_tree_root(tree); n; n = ig_node_next(n)) {
		if (n->inode->nlink == 0 ||
		    (n->child && n->inode->type != IG_DIR) ||
		    ig_node_path(path, sizeof(path), "", n, &err) < 0 ||
		    ig_tree_find(tree, path) != n)
			abort();
	}
}

/* The bytes as three layers of two trees, dressed, one into the other. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_err err = { 0 };
	struct ig_spool spool = { memfd_create("spool", MFD_CLOEXEC), 0 };
	struct ig_tree *one = ig_tree_new(&err);
	struct ig_tree *two = ig_tree_new(&err);
	size_t half = size / 1024 * 512; /* between two records */

	if (spool.fd >= 0 && one && two) {
		apply(one, &spool, data, half, IG_LAYERS_LINUXKIT);
		apply(one, &spool, data + half, size - half,
		      IG_LAYERS_LINUXKIT);
		apply(one, &spool, data, size, IG_LAYERS_LINUXKIT);
		apply(two, &spool, data, size, IG_LAYERS_OCI);
		check(one);
		check(two);
		ig_tree_graft(one, ig_tree_root(one), two, &err);
		ig_tree_dress(one, true, &err);
		check(one);
	}
	ig_tree_free(one);
	ig_tree_free(two);
	if (spool.fd >= 0)
		close(spool.fd);
	return 0;
}
