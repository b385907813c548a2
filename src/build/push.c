/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/registry.h>
#include <ingot/rope.h>

/* A written layout, its blobs as slices of the file. */
struct parcel {
	const struct ig_output *output;
	struct ig_rope **ropes;
	struct ig_push_blob *blobs;
};

static void parcel_done(struct parcel *parcel)
{
	for (size_t i = 0; parcel->ropes && i < parcel->output->blobs_n; i++)
		ig_rope_free(parcel->ropes[i]);
	free(parcel->ropes);
	free(parcel->blobs);
}

static int slice(struct parcel *parcel, int fd, struct ig_err *err)
{
	size_t n = parcel->output->blobs_n;

	parcel->ropes = calloc(n, sizeof(struct ig_rope *));
	parcel->blobs = calloc(n, sizeof(*parcel->blobs));
	if (!parcel->ropes || !parcel->blobs)
		return ig_fail_mem(err);
	for (size_t i = 0; i < n; i++) {
		const struct ig_output_blob *blob = &parcel->output->blobs[i];
		struct ig_rope *rope = parcel->ropes[i] = ig_rope_new(err);

		if (!rope ||
		    ig_rope_file(rope, fd, blob->off, blob->size, err) < 0)
			return -1;
		parcel->blobs[i].digest = &blob->digest;
		parcel->blobs[i].data = rope;
	}
	return 0;
}

int ig_push_output(struct ig_pushed *done, const struct ig_output *output,
		   const struct ig_ref *ref,
		   const struct ig_registry_opts *opts, struct ig_err *err)
{
	ig_autofd int fd = open(output->path, O_RDONLY | O_CLOEXEC);
	IG_AUTO(parcel_done) struct parcel parcel = { .output = output };
	IG_AUTO(ig_registry_freep) struct ig_registry *registry = NULL;
	struct ig_push push = { .media_type = IG_MEDIA_MANIFEST };

	if (fd < 0)
		return ig_fail_sys(err, errno, "open '%s'", output->path);
	if (slice(&parcel, fd, err) < 0)
		return -1;
	push.manifest = parcel.blobs[0];
	push.blobs = parcel.blobs + 1;
	push.n = output->blobs_n - 1;
	registry = ig_registry_new(opts, err);
	if (!registry)
		return -1;
	return ig_registry_push(registry, ref, &push, done, err);
}
