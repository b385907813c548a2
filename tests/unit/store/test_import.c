/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <archive.h>
#include <archive_entry.h>

#define NAME	  "docker.io/test/a:1"
#define FULL_NAME "{\"org.opencontainers.image.ref.name\":\"" NAME "\"}"
#define LAYOUT	  "{\"imageLayoutVersion\":\"1.0.0\"}"

/* ---- making archives ---- */

struct member {
	char path[200];
	const char *text; /* NULL: a link */
	const char *link;
};

static void write_tar(const char *path, const struct member *v, size_t n,
		      bool gzip)
{
	struct archive *a = archive_write_new();

	archive_write_set_format_ustar(a);
	if (gzip)
		archive_write_add_filter_gzip(a);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();
		size_t len = v[i].text ? strlen(v[i].text) : 0;

		archive_entry_set_pathname(e, v[i].path);
		archive_entry_set_filetype(e, v[i].text ? AE_IFREG : AE_IFLNK);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)len);
		if (v[i].link)
			archive_entry_set_symlink(e, v[i].link);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		if (len > 0)
			assert_int_equal(archive_write_data(a, v[i].text, len),
					 len);
		archive_entry_free(e);
	}
	archive_write_free(a);
}

static struct member member(const char *path, const char *text)
{
	struct member m = { .text = text };

	snprintf(m.path, sizeof(m.path), "%s", path);
	return m;
}

static struct member blob(const struct ig_digest *digest, const char *text)
{
	struct member m = { .text = text };

	snprintf(m.path, sizeof(m.path), "blobs/sha256/%s",
		 ig_digest_hex(digest));
	return m;
}

/* A whole layout: blobs first, index.json last, as some tools write it. */
struct layout {
	struct image image;
	char index[2048];
	struct member v[5];
};

static void layout_make(struct layout *l, const char *notes)
{
	image_make(&l->image, "amd64");
	layout_index(l->index, &l->image, notes);
	l->v[0] = blob(&l->image.layer_id, LAYER_TEXT);
	l->v[1] = blob(&l->image.manifest_id, l->image.manifest);
	l->v[2] = blob(&l->image.config_id, l->image.config);
	l->v[3] = member("oci-layout", LAYOUT);
	l->v[4] = member("index.json", l->index);
}

static const char *layout_tar(struct world *w, const struct layout *l, bool gz)
{
	const char *path = below(w, "in.tar");

	write_tar(path, l->v, IG_COUNT(l->v), gz);
	return path;
}

static const char *layout_folder(struct world *w, const struct layout *l)
{
	char name[256];

	assert_ok(w, ig_mkdirs(below(w, "in/blobs/sha256"), 0755, &w->err));
	for (size_t i = 0; i < IG_COUNT(l->v); i++) {
		snprintf(name, sizeof(name), "in/%s", l->v[i].path);
		write_text(below(w, name), l->v[i].text);
	}
	return below(w, "in");
}

static void takes(struct world *w, const char *source, const char *name,
		  const char *want)
{
	struct ig_imported got;
	struct ig_image image;

	assert_ok(w, ig_store_import(w->store, source, name, &got, &w->err));
	assert_int_equal(got.n, 1);
	assert_string_equal(got.names[0], want);
	ig_imported_done(&got);
	assert_ok(w, ig_image_load(&image, w->store, want, "amd64", &w->err));
	assert_true(ig_image_complete(&image, w->store));
	ig_image_done(&image);
}

static int import(struct world *w, const char *source, const char *name)
{
	struct ig_imported got;
	int result = ig_store_import(w->store, source, name, &got, &w->err);

	ig_imported_done(&got);
	return result;
}

static void holds_nothing(struct world *w)
{
	assert_int_equal(names_in(w), 0);
	assert_int_equal(files_in(w, "store/blobs"), 0);
	assert_int_equal(files_in(w, "store/partial"), 0);
	assert_int_equal(files_in(w, "store/verified"), 0);
}

/* ---- cases ---- */

static void takes_a_layout_from_every_container(void **state)
{
	struct world *w = *state;
	struct layout l;

	layout_make(&l, FULL_NAME);
	takes(w, layout_tar(w, &l, false), NULL, NAME);
	takes(w, layout_tar(w, &l, true), NULL, NAME);
	takes(w, layout_folder(w, &l), NULL, NAME);
	assert_int_equal(warnings, 0);
}

static void names_images_by_their_annotations(void **state)
{
	static const struct {
		const char *notes;
		const char *name;
		const char *want;
	} cases[] = {
		{ FULL_NAME, NULL, NAME },
		{ FULL_NAME, "other:2", NAME },
		{ "{\"io.containerd.image.name\":\"docker.io/library/x:3\","
		  "\"org.opencontainers.image.ref.name\":\"3\"}",
		  NULL, "docker.io/library/x:3" },
		{ "{\"io.containerd.image.name\":\"x:4\"}", NULL,
		  "docker.io/library/x:4" },
		{ "{\"org.opencontainers.image.ref.name\":\"latest\"}", "y:5",
		  "docker.io/library/y:5" },
		{ "{}", "z", "docker.io/library/z" },
		{ "{\"org.opencontainers.image.ref.name\":\"localhost/l:6\"}",
		  NULL, "localhost/l:6" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };
		ig_autofree char *want = NULL;
		struct layout l;

		want = ig_ref_expand(cases[i].want, &w->err);
		layout_make(&l, cases[i].notes);
		takes(w, layout_tar(w, &l, false), cases[i].name, want);
		assert_ok(w, ig_store_find(&desc, w->store, want, &w->err));
	}
}

static void refuses_an_image_without_a_name(void **state)
{
	struct world *w = *state;
	struct layout l;

	layout_make(&l, "{\"org.opencontainers.image.ref.name\":\"latest\"}");
	assert_fails(w, import(w, layout_tar(w, &l, false), NULL), IG_EFORMAT,
		     "has no full name");
	holds_nothing(w);
}

static void refuses_all_for_one_wrong_byte(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < 3; i++) {
		struct layout l;
		char text[1024];

		layout_make(&l, FULL_NAME);
		snprintf(text, sizeof(text), "%s", l.v[i].text);
		text[3] ^= 1;
		l.v[i].text = text;
		assert_fails(w, import(w, layout_tar(w, &l, false), NULL),
			     IG_EDIGEST, "other content");
		holds_nothing(w);
		assert_fails(w, import(w, layout_folder(w, &l), NULL),
			     IG_EDIGEST, "other content");
		holds_nothing(w);
	}
}

static void leaves_the_blobs_that_were_there_on_refusal(void **state)
{
	struct world *w = *state;
	struct layout l;
	struct ig_digest old = put_text(w, LAYER_TEXT);

	layout_make(&l, FULL_NAME);
	l.v[2].text = "other";
	assert_fails(w, import(w, layout_tar(w, &l, false), NULL), IG_EDIGEST,
		     "");
	assert_true(ig_store_has(w->store, &old, strlen(LAYER_TEXT)));
	assert_int_equal(files_in(w, "store/blobs"), 1);
}

static void refuses_an_image_that_is_not_whole(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < 3; i++) {
		struct layout l;

		layout_make(&l, FULL_NAME);
		l.v[i] = member("nothing", "");
		assert_fails(w, import(w, layout_tar(w, &l, false), NULL),
			     IG_ENOENT, "is not in the store");
		holds_nothing(w);
	}
}

static void keeps_no_stray_blob(void **state)
{
	struct world *w = *state;
	struct layout l;
	struct member v[7];

	layout_make(&l, FULL_NAME);
	memcpy(v, l.v, sizeof(l.v));
	v[5] = member("README", "something else");
	v[6] = member("blobs/sha512/0", "unknown digest");
	write_tar(below(w, "in.tar"), v, 7, false);
	takes(w, below(w, "in.tar"), NULL, NAME);
	assert_int_equal(files_in(w, "store/blobs"), 3);
}

static void refuses_what_is_no_archive(void **state)
{
	static const struct {
		const char *path, *text, *message;
	} cases[] = {
		{ "hello", "world", "neither an OCI layout" },
		{ "index.json", "{}", "it has no oci-layout" },
		{ "manifest.json", "garbage", "manifest.json" },
		{ "blobs/sha256/../../x", "", "is not the name of a blob" },
		{ "blobs/sha256/ABC", "", "is not the name of a blob" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct member m = member(cases[i].path, cases[i].text);

		write_tar(below(w, "in.tar"), &m, 1, false);
		assert_fails(w, import(w, below(w, "in.tar"), NULL), IG_EFORMAT,
			     cases[i].message);
		holds_nothing(w);
	}
	write_text(below(w, "in.txt"), "just text, no archive at all\n");
	assert_fails(w, import(w, below(w, "in.txt"), NULL), IG_EFORMAT, "tar");
	write_text(below(w, "in.txt"), "");
	assert_fails(w, import(w, below(w, "in.txt"), NULL), IG_EFORMAT, "");
	assert_fails(w, import(w, below(w, "none"), NULL), IG_ENOENT, "open");
	assert_fails(w, import(w, w->dir, NULL), IG_EFORMAT, "neither");
}

static void refuses_a_cut_archive(void **state)
{
	struct world *w = *state;
	struct layout l;
	struct stat st;

	for (int gz = 0; gz < 2; gz++) {
		const char *path;

		layout_make(&l, FULL_NAME);
		path = layout_tar(w, &l, gz);
		assert_int_equal(stat(path, &st), 0);
		for (off_t cut = st.st_size * 9 / 10; cut > 0; cut /= 2) {
			path = layout_tar(w, &l, gz);
			if (!gz && cut > 6 * 1024)
				continue; /* only zeros are missing */
			assert_int_equal(truncate(path, cut), 0);
			assert_true(import(w, path, NULL) < 0);
			holds_nothing(w);
		}
	}
}

/* ---- docker save ---- */

static void takes_a_docker_save(void **state)
{
	struct world *w = *state;
	struct image image;
	char config[100];
	char manifest[500];
	struct member v[5];

	image_make(&image, "amd64");
	snprintf(config, sizeof(config), "%s.json",
		 ig_digest_hex(&image.config_id));
	snprintf(manifest, sizeof(manifest),
		 "[{\"Config\":\"%s\",\"RepoTags\":[\"test/a:1\"],"
		 "\"Layers\":[\"two/layer.tar\"]}]",
		 config);
	v[0] = member("manifest.json", manifest);
	v[1] = member("one/layer.tar", LAYER_TEXT);
	v[2] = member("one/VERSION", "1.0");
	v[3] = member("two/layer.tar", NULL);
	v[3].link = "../one/layer.tar";
	v[4] = member(config, image.config);
	write_tar(below(w, "in.tar"), v, 5, false);
	takes(w, below(w, "in.tar"), NULL, NAME);
	assert_int_equal(files_in(w, "store/blobs"), 3);
	assert_true(exists(blob_path(w, &image.config_id)));
}

/* The form since Docker 25: a layout with a manifest.json beside. */
static void takes_a_docker_save_that_is_a_layout(void **state)
{
	struct world *w = *state;
	struct layout l;
	struct member v[6];
	char manifest[600];

	layout_make(&l, "{\"org.opencontainers.image.ref.name\":\"1\"}");
	snprintf(manifest, sizeof(manifest),
		 "[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":[\"test/a:1\"],"
		 "\"Layers\":[\"blobs/sha256/%s\"]}]",
		 ig_digest_hex(&l.image.config_id),
		 ig_digest_hex(&l.image.layer_id));
	memcpy(v, l.v, sizeof(l.v));
	v[5] = member("manifest.json", manifest);
	write_tar(below(w, "in.tar"), v, 6, false);
	takes(w, below(w, "in.tar"), NULL, NAME);
	/* Without the layout's own files too. */
	v[3] = member("x", "");
	v[4] = member("y", "");
	write_tar(below(w, "in.tar"), v, 6, false);
	takes(w, below(w, "in.tar"), NULL, NAME);
}

static void refuses_a_docker_save_that_lies(void **state)
{
	static const struct {
		const char *manifest, *layer, *message;
		enum ig_code code;
	} cases[] = {
		{ "[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":"
		  "[\"l.tar\"]}]",
		  "other", "not what the config promises", IG_EDIGEST },
		{ "[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":"
		  "[]}]",
		  LAYER_TEXT, "0 layers", IG_EFORMAT },
		{ "[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":"
		  "[\"../../etc/passwd\"]}]",
		  LAYER_TEXT, "not a path inside", IG_EFORMAT },
		{ "[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":"
		  "[\"none\"]}]",
		  LAYER_TEXT, "which is not in it", IG_EFORMAT },
		{ "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":"
		  "[\"l.tar\"]}]",
		  LAYER_TEXT, "has no name", IG_EFORMAT },
		{ "[{\"Config\":\"loop\",\"RepoTags\":[\"a:1\"],\"Layers\":"
		  "[\"l.tar\"]}]",
		  LAYER_TEXT, "which is not in it", IG_EFORMAT },
	};
	struct world *w = *state;
	struct image image;

	image_make(&image, "amd64");
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct member v[4] = {
			member("manifest.json", cases[i].manifest),
			member("l.tar", cases[i].layer),
			member("c.json", image.config),
			member("loop", NULL),
		};

		v[3].link = "loop";
		write_tar(below(w, "in.tar"), v, 4, false);
		assert_fails(w, import(w, below(w, "in.tar"), NULL),
			     cases[i].code, cases[i].message);
		holds_nothing(w);
	}
}

/* ---- export ---- */

static void export(struct world *w, struct ig_buf *out, const char *arch)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;

	sink = ig_sink_buf(out, &w->err);
	assert_non_null(sink);
	assert_ok(w, ig_store_export(w->store, NAME, arch, sink, &w->err));
}

static void exports_what_it_can_import(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(1 << 20);
	struct ig_store *store;
	struct layout l;

	layout_make(&l, FULL_NAME);
	takes(w, layout_folder(w, &l), NULL, NAME);
	export(w, &one, NULL);
	export(w, &two, "amd64");
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
	assert_ok(w, ig_write_file(AT_FDCWD, below(w, "out.tar"), one.data,
				   one.len, 0644, &w->err));
	store = w->store;
	assert_ok(w, ig_store_open(&w->store, below(w, "second"), &w->err));
	takes(w, below(w, "out.tar"), NULL, NAME);
	ig_store_close(w->store);
	w->store = store;
}

static void exports_the_platforms_that_are_there(void **state)
{
	struct world *w = *state;
	IG_AUTO(ig_buf_done) struct ig_buf all = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_buf_done) struct ig_buf some = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;
	static char media[] = IG_MEDIA_INDEX;
	struct ig_descriptor desc = { .media_type = media };
	struct image a;
	struct image b;
	char index[2048];

	image_make(&a, "amd64");
	image_make(&b, "arm64");
	image_put(w, &a);
	image_put(w, &b);
	index_make(index, &a, "amd64", &b, "arm64");
	desc.digest = put_text(w, index);
	desc.size = strlen(index);
	assert_ok(w, ig_store_name(w->store, NAME, &desc, &w->err));
	export(w, &all, NULL);
	export(w, &some, "amd64");
	assert_true(some.len < all.len);
	assert_int_equal(unlink(blob_path(w, &b.config_id)), 0);
	ig_buf_clear(&all);
	export(w, &all, NULL);
	assert_int_equal(all.len, some.len);
	assert_memory_equal(all.data, some.data, all.len);
	sink = ig_sink_buf(&all, &w->err);
	assert_fails(w, ig_store_export(w->store, NAME, "arm64", sink, &w->err),
		     IG_ENOENT, "");
	assert_ok(w, ig_write_file(AT_FDCWD, below(w, "out.tar"), some.data,
				   some.len, 0644, &w->err));
	assert_ok(w, import(w, below(w, "out.tar"), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(takes_a_layout_from_every_container),
		CASE(names_images_by_their_annotations),
		CASE(refuses_an_image_without_a_name),
		CASE(refuses_all_for_one_wrong_byte),
		CASE(leaves_the_blobs_that_were_there_on_refusal),
		CASE(refuses_an_image_that_is_not_whole),
		CASE(keeps_no_stray_blob),
		CASE(refuses_what_is_no_archive),
		CASE(refuses_a_cut_archive),
		CASE(takes_a_docker_save),
		CASE(takes_a_docker_save_that_is_a_layout),
		CASE(refuses_a_docker_save_that_lies),
		CASE(exports_what_it_can_import),
		CASE(exports_the_platforms_that_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
