/* SPDX-License-Identifier: Apache-2.0 */
#include "build_test.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/format.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/registry.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/tree.h>

#include "compose.h"
#include "support/scratch.h"

#define BOTH (IG_WANT_CPIO | IG_WANT_TAR)
#define SPEC                                                                   \
	"kernel: {image: test/kernel:1, cmdline: console=ttyS0}\n"             \
	"init: [test/init:1]\n"                                                \
	"onboot:\n  - {name: once, image: test/app:1}\n"                       \
	"services:\n  - {name: web, image: test/web:1}\n"                      \
	"files:\n  - {path: etc/motd, contents: hi}\n"
#define PARTS 4 /* kernel, root, once, web */

/* ---- images ---- */

static void put_file(struct ig_tree *tree, const char *name, const char *text)
{
	static const char empty_tar[1024]; /* two zero blocks */

	struct ig_inode *inode = ig_tree_inode(tree, IG_FILE, &t_err);
	struct ig_node *dir = ig_tree_root(tree);

	inode->mode = 0755;
	inode->mtime = 1600000000;
	inode->mem = text ? text : empty_tar;
	inode->size = text ? strlen(text) : sizeof(empty_tar);
	if (strchr(name, '/')) {
		size_t len = (size_t)(strrchr(name, '/') - name);
		ig_autofree char *parent = ig_strcopy(name, len);

		dir = ig_tree_resolve(tree, parent, NULL, &t_err);
		name += len + 1;
	}
	assert_non_null(
		ig_tree_put(tree, dir, name, strlen(name), inode, &t_err));
}

/* A tar with the files of @files ("name", text, …, NULL; a NULL text is an
 * empty tar) into @out. */
static void make_tar(struct ig_buf *out, const char *const *files)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = ig_sink_buf(out, &t_err);
	struct ig_encode_opts opts = { .prefix = "", .max_time = INT64_MAX };

	for (; *files; files += 2)
		put_file(tree, files[0], files[1]);
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	assert_int_equal(ig_tar_write(sink, tree, &opts, &t_err), 0);
	assert_int_equal(ig_tar_end(sink, &t_err), 0);
}

static void put_image(struct ig_store *store, const char *name,
		      const char *const *files)
{
	IG_AUTO(ig_buf_done) struct ig_buf tar = IG_BUF_INIT(1u << 20);
	IG_AUTO(ig_buf_done) struct ig_buf config = IG_BUF_INIT(4096);
	IG_AUTO(ig_buf_done) struct ig_buf doc = IG_BUF_INIT(4096);
	ig_autofree char *ref = ig_ref_expand(name, &t_err);
	char media[] = IG_MEDIA_MANIFEST;
	struct ig_descriptor desc = { .media_type = media };
	struct ig_digest layer, conf;

	make_tar(&tar, files);
	assert_int_equal(
		ig_store_put_bytes(store, tar.data, tar.len, &layer, &t_err),
		0);
	ig_buf_printf(&config, &t_err,
		      "{\"architecture\":\"amd64\",\"os\":\"linux\","
		      "\"config\":{\"Cmd\":[\"/x\"]},"
		      "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}",
		      layer.text);
	assert_int_equal(ig_store_put_bytes(store, config.data, config.len,
					    &conf, &t_err),
			 0);
	ig_buf_printf(&doc, &t_err,
		      "{\"schemaVersion\":2,\"mediaType\":\"%s\","
		      "\"config\":{\"mediaType\":"
		      "\"application/vnd.oci.image.config.v1+json\","
		      "\"digest\":\"%s\",\"size\":%zu},"
		      "\"layers\":[{\"mediaType\":"
		      "\"application/vnd.oci.image.layer.v1.tar\","
		      "\"digest\":\"%s\",\"size\":%zu}]}",
		      media, conf.text, config.len, layer.text, tar.len);
	assert_int_equal(ig_store_put_bytes(store, doc.data, doc.len,
					    &desc.digest, &t_err),
			 0);
	desc.size = doc.len;
	assert_int_equal(ig_store_name(store, ref, &desc, &t_err), 0);
}

static void put_images(struct ig_store *store)
{
	static const char *const init[] = { "init", "I am PID 1", NULL };
	static const char *const app[] = { "x", "app", NULL };
	static const char *const web[] = { "x", "web", "y", "more", NULL };
	static const char *const kernel[] = { "kernel",	    "vmlinuz",
					      "kernel.tar", NULL,
					      "ucode.cpio", "microcode",
					      NULL };

	put_image(store, "test/kernel:1", kernel);
	put_image(store, "test/init:1", init);
	put_image(store, "test/app:1", app);
	put_image(store, "test/web:1", web);
}

static struct ig_store *open_store(const char *dir)
{
	struct ig_store *store = NULL;

	if (ig_store_open(&store, dir, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	return store;
}

/* ---- a build ---- */

struct built {
	struct ig_made made;
	char hash[65]; /* of all outputs */
};

static void hash_outputs(char out[65], const struct ig_outputs *outputs)
{
	struct ig_hash *hash = ig_hash_new(&t_err);

	for (size_t i = 0; i < outputs->n; i++) {
		IG_AUTO(ig_buf_done)
		struct ig_buf data = IG_BUF_INIT(16u << 20);

		assert_int_equal(ig_read_file(&data, AT_FDCWD,
					      outputs->v[i].path, &t_err),
				 0);
		assert_int_equal(data.len, outputs->v[i].size);
		ig_hash_field(hash, outputs->v[i].path);
		ig_hash_add(hash, data.data, data.len);
	}
	ig_hash_end_hex(hash, out);
	ig_hash_free(hash);
}

static int try_build(struct built *out, struct ig_store *store,
		     const char *yaml, unsigned want)
{
	static const char *const formats[] = { "kernel+initrd", "tar", NULL };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = t_spec(yaml);
	IG_AUTO(ig_lock_done) struct ig_lock lock = { 0 };
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
	IG_AUTO(ig_outputs_done) struct ig_outputs outputs = { 0 };
	struct ig_resolve_opts resolve = { .arch = "amd64", .offline = true };
	struct ig_plan_opts opts = t_plan_opts();
	struct ig_output_opts to = { .formats = formats, .name = "img" };

	memset(out, 0, sizeof(*out));
	if (ig_resolve(&lock, spec, store, &resolve, &t_err) < 0 ||
	    ig_plan(&plan, spec, &lock, &opts, &t_err) < 0 ||
	    ig_make(&plan, store, want, &out->made, &t_err) < 0)
		return -1;
	if (want != BOTH)
		return 0;
	if (ig_compose(&plan, store, &to, &outputs, &t_err) < 0)
		return -1;
	hash_outputs(out->hash, &outputs);
	return 0;
}

static struct built build(struct ig_store *store, const char *yaml,
			  unsigned want)
{
	struct built out;

	if (try_build(&out, store, yaml, want) < 0)
		fail_msg("%s", t_err.msg);
	return out;
}

static void reuses_all_the_second_time(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	struct built one, two;

	(void)state;
	put_images(store);
	one = build(store, SPEC, BOTH);
	assert_int_equal(one.made.made, PARTS);
	assert_int_equal(one.made.reused, 0);
	two = build(store, SPEC, BOTH);
	assert_int_equal(two.made.made, 0);
	assert_int_equal(two.made.reused, PARTS);
	assert_string_equal(one.hash, two.hash);
}

static void makes_only_what_a_change_touches(void **state)
{
	static const char other[] =
		"kernel: {image: test/kernel:1, cmdline: quiet}\n"
		"init: [test/init:1]\n"
		"onboot:\n  - {name: once, image: test/app:1}\n"
		"services:\n  - {name: web, image: test/app:1}\n"
		"  - {name: www, image: test/web:1}\n";
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	struct built two;

	(void)state;
	put_images(store);
	build(store, SPEC, BOTH);
	two = build(store, other, BOTH);
	assert_int_equal(two.made.made, 1); /* www: a new place */
	assert_int_equal(two.made.reused, PARTS - 1);
}

static void adds_the_other_encoding_to_what_is_there(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	IG_AUTO(ig_store_closep) struct ig_store *fresh = open_store("fresh");
	struct built one, two;

	(void)state;
	put_images(store);
	put_images(fresh);
	assert_int_equal(build(store, SPEC, IG_WANT_CPIO).made.made, PARTS);
	assert_int_equal(build(store, SPEC, IG_WANT_CPIO).made.made, 0);
	one = build(store, SPEC, BOTH);
	assert_int_equal(one.made.made, PARTS - 1); /* but the kernel */
	two = build(fresh, SPEC, BOTH);
	assert_string_equal(one.hash, two.hash);
}

static void gives_the_same_bytes_with_any_threads_and_a_new_store(void **state)
{
	static const char *const threads[] = { "1", "4" };
	char first[65] = "";

	(void)state;
	for (size_t i = 0; i < IG_COUNT(threads); i++) {
		char dir[32];
		IG_AUTO(ig_store_closep) struct ig_store *store = NULL;
		struct built one;

		snprintf(dir, sizeof(dir), "store%zu", i);
		store = open_store(dir);
		put_images(store);
		setenv("INGOT_THREADS", threads[i], 1);
		one = build(store, SPEC, BOTH);
		unsetenv("INGOT_THREADS");
		if (i)
			assert_string_equal(one.hash, first);
		memcpy(first, one.hash, sizeof(first));
	}
}

/* ---- damage ---- */

static const char *damage_suffix;
static size_t damaged;

static int damage(const char *path, const struct stat *st, int kind,
		  struct FTW *at)
{
	(void)st;
	(void)at;
	if (kind != FTW_F || !ig_ends(path, damage_suffix))
		return 0;
	damaged++;
	return truncate(path, 1);
}

static void makes_a_damaged_part_again(void **state)
{
	static const char ucode[] =
		"kernel: {image: test/kernel:1, ucode: ucode.cpio}\n"
		"init: [test/init:1]\n";
	static const struct {
		const char *suffix;
		size_t files, made;
	} cases[] = {
		{ ".cpio-zstd3", 1, 1 }, { ".tar", 1, 1 },
		{ ".mtree", 2, 2 },	 { ".kernel", 1, 1 },
		{ ".modules", 1, 1 },	 { ".ucode", 1, 1 },
		{ ".dtbs", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char dir[32];
		IG_AUTO(ig_store_closep) struct ig_store *store = NULL;
		struct built one, two;

		snprintf(dir, sizeof(dir), "store%zu", i);
		store = open_store(dir);
		put_images(store);
		one = build(store, ucode, BOTH);
		damage_suffix = cases[i].suffix;
		damaged = 0;
		assert_int_equal(nftw(dir, damage, 16, FTW_PHYS), 0);
		assert_int_equal(damaged, cases[i].files);
		two = build(store, ucode, BOTH);
		assert_int_equal(two.made.made, cases[i].made);
		assert_string_equal(one.hash, two.hash);
	}
}

static void goes_on_without_microcode(void **state)
{
	static const char yaml[] =
		"kernel: {image: test/kernel:1, ucode: none.cpio}\n"
		"init: [test/init:1]\n";
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");

	(void)state;
	put_images(store);
	build(store, yaml, BOTH);
	assert_int_equal(build(store, yaml, BOTH).made.made, 0);
}

static void blames_the_line_of_what_the_kernel_image_lacks(void **state)
{
	static const struct {
		const char *yaml, *part;
	} cases[] = {
		{ "kernel: {image: test/kernel:1, binary: vmlinux}\n",
		  "t.yml:1:9: kernel.binary: the image has no file 'vmlinux'" },
		{ "kernel: {image: test/kernel:1, tar: m.tar}\n",
		  "kernel.tar: the image has no file 'm.tar'" },
	};
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");

	(void)state;
	put_images(store);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct built out;

		assert_int_equal(try_build(&out, store, cases[i].yaml, BOTH),
				 -1);
		assert_int_equal(t_err.code, IG_ENOENT);
		if (!strstr(t_err.msg, cases[i].part))
			fail_msg("%s", t_err.msg);
	}
	assert_int_equal(access("img-kernel", F_OK), -1);
	assert_int_equal(access("img.tar", F_OK), -1);
}

static void refuses_what_is_not_in_the_store_when_offline(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	struct built out;

	(void)state;
	put_images(store);
	assert_int_equal(try_build(&out, store,
				   "init:\n  - test/init:1\n  - no/such:9\n",
				   BOTH),
			 -1);
	assert_int_equal(t_err.code, IG_ENOENT);
	assert_non_null(strstr(t_err.msg, "t.yml:3:5: init[1]:"));
	assert_non_null(strstr(t_err.msg, "--offline"));
}

/* ---- boot-loader programs ---- */

#define LOADER_SPEC "init: [test/init:1]\nbootloader: {image: test/loader:1}\n"

static void put_loader(struct ig_store *store)
{
	static const char *const files[] = { "efi/linux.stub",
					     "stub",
					     "bios/core.img",
					     "core",
					     "efi/empty",
					     "",
					     "linux/init",
					     "first",
					     "other/x",
					     "x",
					     NULL };

	put_images(store);
	put_image(store, "test/loader:1", files);
}

/* Make the parts of LOADER_SPEC, and take @path of its loader; 0 or -1. */
static int take(struct ig_made *made, struct ig_store *store, bool need,
		const char *path, char data[16])
{
	static const struct ig_build_format format = { .name = "disk" };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = t_spec(LOADER_SPEC);
	IG_AUTO(ig_lock_done) struct ig_lock lock = { 0 };
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);
	struct ig_resolve_opts resolve = { .arch = "amd64",
					   .offline = true,
					   .need = need ? IG_NEED_LOADER : 0 };
	struct ig_plan_opts opts = t_plan_opts();
	ig_autofree struct ig_compose *c = calloc(1, sizeof(*c));

	memset(made, 0, sizeof(*made));
	memset(data, 0, 16);
	opts.need = need ? IG_NEED_LOADER : 0;
	if (ig_resolve(&lock, spec, store, &resolve, &t_err) < 0 ||
	    ig_plan(&plan, spec, &lock, &opts, &t_err) < 0 ||
	    ig_make(&plan, store, IG_WANT_CPIO, made, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	assert_int_equal(lock.n, need ? 2 : 1);
	c->plan = &plan;
	c->store = store;
	c->format = &format;
	if (ig_compose_loader(rope, c, path, &t_err) < 0)
		return -1;
	assert_in_range(ig_rope_size(rope), 1, 15);
	return ig_rope_read(rope, data, ig_rope_size(rope), 0, &t_err);
}

static void takes_single_files_of_the_boot_loader_image(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	struct ig_made made;
	char data[16];

	(void)state;
	put_loader(store);
	assert_int_equal(take(&made, store, true, "/efi/linux.stub", data), 0);
	assert_string_equal(data, "stub");
	assert_int_equal(made.made, 2); /* the root, the loader */
	assert_int_equal(take(&made, store, true, "bios/core.img", data), 0);
	assert_string_equal(data, "core");
	assert_int_equal(made.made, 0);
	assert_int_equal(take(&made, store, true, "linux/init", data), 0);
	assert_string_equal(data, "first");
	assert_int_equal(made.reused, 2);
}

static void says_what_the_boot_loader_image_lacks(void **state)
{
	static const char *const paths[] = { "bios/boot.img", "other/x" };
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	struct ig_made made;
	char data[16];

	(void)state;
	put_loader(store);
	for (size_t i = 0; i < IG_COUNT(paths); i++) {
		assert_int_equal(take(&made, store, true, paths[i], data), -1);
		assert_int_equal(t_err.code, IG_ENOENT);
		assert_non_null(strstr(t_err.msg, "test/loader:1' has no '/"));
		assert_non_null(strstr(t_err.msg, "needed for disk"));
	}
}

static void makes_a_lost_boot_loader_file_again(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	struct ig_made made;
	char data[16];

	(void)state;
	put_loader(store);
	assert_int_equal(take(&made, store, true, "efi/linux.stub", data), 0);
	damage_suffix = ".loader";
	damaged = 0;
	assert_int_equal(nftw("store", damage, 16, FTW_PHYS), 0);
	assert_int_equal(damaged, 4);
	assert_int_equal(take(&made, store, true, "efi/linux.stub", data), 0);
	assert_string_equal(data, "stub");
	assert_int_equal(made.made, 1);
}

static void leaves_the_boot_loader_alone_when_no_format_needs_it(void **state)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = open_store("store");
	struct ig_made made;
	char data[16];

	(void)state;
	put_images(store); /* it is not even there */
	assert_int_equal(take(&made, store, false, "efi/linux.stub", data), -1);
	assert_int_equal(t_err.code, IG_ESPEC);
	assert_int_equal(made.made, 1);
}

#define WITH_SCRATCH(test)                                                     \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCRATCH(reuses_all_the_second_time),
		WITH_SCRATCH(makes_only_what_a_change_touches),
		WITH_SCRATCH(adds_the_other_encoding_to_what_is_there),
		WITH_SCRATCH(
			gives_the_same_bytes_with_any_threads_and_a_new_store),
		WITH_SCRATCH(makes_a_damaged_part_again),
		WITH_SCRATCH(goes_on_without_microcode),
		WITH_SCRATCH(blames_the_line_of_what_the_kernel_image_lacks),
		WITH_SCRATCH(refuses_what_is_not_in_the_store_when_offline),
		WITH_SCRATCH(takes_single_files_of_the_boot_loader_image),
		WITH_SCRATCH(says_what_the_boot_loader_image_lacks),
		WITH_SCRATCH(makes_a_lost_boot_loader_file_again),
		WITH_SCRATCH(
			leaves_the_boot_loader_alone_when_no_format_needs_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
