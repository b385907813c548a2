/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TEST_STORE_HELP_H
#define IG_TEST_STORE_HELP_H

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>

/* A fresh folder for each case, with a store below it. */
struct world {
	char dir[64];
	char path[96]; /* of the store */
	struct ig_store *store;
	struct ig_err err;
};

#define CASE(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
#define MAYBE	   __attribute__((unused)) static

MAYBE unsigned warnings;

MAYBE void count_warning(void *ctx, enum ig_level level, const char *text)
{
	(void)ctx;
	(void)text;
	if (level == IG_LOG_WARN)
		warnings++;
}

MAYBE int world_begin(void **state)
{
	static const struct ig_log log = { NULL, count_warning, NULL };
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	ig_log_set(&log);
	warnings = 0;
	snprintf(w->dir, sizeof(w->dir), "/tmp/ingot-store-XXXXXX");
	if (!mkdtemp(w->dir))
		return -1;
	snprintf(w->path, sizeof(w->path), "%s/store", w->dir);
	if (ig_store_open(&w->store, w->path, &w->err) < 0)
		return -1;
	*state = w;
	return 0;
}

MAYBE int remove_one(const char *path, const struct stat *st, int type,
		     struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

MAYBE int world_end(void **state)
{
	struct world *w = *state;

	ig_store_close(w->store);
	nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(w);
	return 0;
}

#define assert_ok(w, call)                                                     \
	do {                                                                   \
		if ((call) < 0)                                                \
			fail_msg("%s", (w)->err.msg);                          \
	} while (0)

#define assert_fails(w, call, want, part)                                      \
	do {                                                                   \
		assert_true((call) < 0);                                       \
		assert_int_equal((w)->err.code, want);                         \
		if (!strstr((w)->err.msg, part))                               \
			fail_msg("'%s' lacks '%s'", (w)->err.msg, part);       \
	} while (0)

MAYBE struct ig_digest digest_of(const void *data, size_t len)
{
	struct ig_digest digest;
	char hex[IG_SHA256_HEX];
	struct ig_err err;

	assert_int_equal(ig_hash_bytes(hex, data, len, &err), 0);
	ig_digest_from_hex(&digest, hex);
	return digest;
}

MAYBE struct ig_digest digest_text(const char *text)
{
	return digest_of(text, strlen(text));
}

MAYBE struct ig_digest put_text(struct world *w, const char *text)
{
	struct ig_digest digest;

	assert_ok(w, ig_store_put_bytes(w->store, text, strlen(text), &digest,
					&w->err));
	return digest;
}

/* Path below the world's folder. */
MAYBE const char *below(const struct world *w, const char *name)
{
	static char path[4][512];
	static unsigned turn;
	char *out = path[turn++ % 4];

	snprintf(out, sizeof(path[0]), "%s/%s", w->dir, name);
	return out;
}

MAYBE const char *blob_path(const struct world *w,
			    const struct ig_digest *digest)
{
	char name[128];

	snprintf(name, sizeof(name), "store/blobs/sha256/%s",
		 ig_digest_hex(digest));
	return below(w, name);
}

MAYBE void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

MAYBE bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

MAYBE int count_name(void *ctx, const char *name,
		     const struct ig_descriptor *desc)
{
	(void)name;
	(void)desc;
	++*(unsigned *)ctx;
	return 0;
}

MAYBE unsigned names_in(struct world *w)
{
	unsigned n = 0;

	assert_ok(w, ig_store_each(w->store, count_name, &n, &w->err));
	return n;
}

/* How many regular files there are below @name. */
MAYBE unsigned files_met;

MAYBE int count_file(const char *path, const struct stat *st, int type,
		     struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)ftw;
	files_met += type == FTW_F;
	return 0;
}

MAYBE unsigned files_in(const struct world *w, const char *name)
{
	files_met = 0;
	nftw(below(w, name), count_file, 16, FTW_PHYS);
	return files_met;
}

/* ---- a small image ---- */

#define ARCH_CONFIG                                                            \
	"{\"architecture\":\"%s\",\"os\":\"linux\",\"rootfs\":{\"type\":"      \
	"\"layers\",\"diff_ids\":[\"%s\"]}}"
#define LAYER_TEXT "this stands for a layer"

struct image {
	char config[512], manifest[1024];
	struct ig_digest layer_id, config_id, manifest_id;
};

MAYBE void image_make(struct image *out, const char *arch)
{
	out->layer_id = digest_text(LAYER_TEXT);
	snprintf(out->config, sizeof(out->config), ARCH_CONFIG, arch,
		 out->layer_id.text);
	out->config_id = digest_text(out->config);
	snprintf(out->manifest, sizeof(out->manifest),
		 "{\"schemaVersion\":2,\"mediaType\":\"" IG_MEDIA_MANIFEST
		 "\",\"config\":{\"mediaType\":\"" IG_MEDIA_CONFIG
		 "\",\"digest\":\"%s\",\"size\":%zu},\"layers\":[{"
		 "\"mediaType\":\"" IG_MEDIA_LAYER
		 "\",\"digest\":\"%s\",\"size\":%zu}]}",
		 out->config_id.text, strlen(out->config), out->layer_id.text,
		 strlen(LAYER_TEXT));
	out->manifest_id = digest_text(out->manifest);
}

MAYBE void image_put(struct world *w, const struct image *image)
{
	put_text(w, LAYER_TEXT);
	put_text(w, image->config);
	put_text(w, image->manifest);
}

MAYBE struct ig_descriptor image_desc(const struct image *image)
{
	static char media[] = IG_MEDIA_MANIFEST;

	return (struct ig_descriptor){ .media_type = media,
				       .digest = image->manifest_id,
				       .size = strlen(image->manifest) };
}

/* An index of two images. */
MAYBE void index_make(char out[2048], const struct image *a, const char *arch_a,
		      const struct image *b, const char *arch_b)
{
	snprintf(out, 2048,
		 "{\"schemaVersion\":2,\"mediaType\":\"" IG_MEDIA_INDEX
		 "\",\"manifests\":["
		 "{\"mediaType\":\"" IG_MEDIA_MANIFEST
		 "\",\"digest\":\"%s\",\"size\":%zu,\"platform\":{"
		 "\"architecture\":\"%s\",\"os\":\"linux\"}},"
		 "{\"mediaType\":\"" IG_MEDIA_MANIFEST
		 "\",\"digest\":\"%s\",\"size\":%zu,\"platform\":{"
		 "\"architecture\":\"%s\",\"os\":\"linux\"}}]}",
		 a->manifest_id.text, strlen(a->manifest), arch_a,
		 b->manifest_id.text, strlen(b->manifest), arch_b);
}

/* A layout's index.json with one entry; @notes is the annotations object. */
MAYBE void layout_index(char out[2048], const struct image *image,
			const char *notes)
{
	snprintf(out, 2048,
		 "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":"
		 "\"" IG_MEDIA_MANIFEST "\",\"digest\":\"%s\",\"size\":%zu,"
		 "\"annotations\":%s}]}",
		 image->manifest_id.text, strlen(image->manifest), notes);
}

#endif
