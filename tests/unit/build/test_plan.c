/* SPDX-License-Identifier: Apache-2.0 */
#include "build_test.h"

#define SPEC                                                                   \
	"kernel:\n"                                                            \
	"  image: k:1\n"                                                       \
	"  cmdline: console=ttyS0\n"                                           \
	"init:\n"                                                              \
	"  - i:1\n"                                                            \
	"  - i:2\n"                                                            \
	"onboot:\n"                                                            \
	"  - name: once\n"                                                     \
	"    image: s:1\n"                                                     \
	"services:\n"                                                          \
	"  - name: web\n"                                                      \
	"    image: s:2\n"

/* A lock with all images of the tests; the digest repeats one digit. */
struct images {
	struct ig_lock lock;
	struct ig_pin pins[8];
	struct ig_image images[8];
};

static void add_image(struct images *all, const char *ref, char digit)
{
	struct ig_pin *pin = &all->pins[all->lock.n];
	struct ig_image *image = &all->images[all->lock.n++];
	char hex[65];

	memset(hex, digit, 64);
	hex[64] = '\0';
	ig_digest_from_hex(&image->manifest, hex);
	pin->name = ig_ref_expand(ref, &t_err);
	pin->image = image;
	assert_non_null(pin->name);
}

static void images_init(struct images *all, const char *changed)
{
	static const char *const refs[] = { "k:1", "i:1", "i:2",
					    "s:1", "s:2", "v:1" };

	memset(all, 0, sizeof(*all));
	all->lock.v = all->pins;
	for (size_t i = 0; i < IG_COUNT(refs); i++)
		add_image(all, refs[i],
			  ig_streq(refs[i], changed) ? 'f' : (char)('1' + i));
}

static void images_done(struct images *all)
{
	for (size_t i = 0; i < all->lock.n; i++)
		free(all->pins[i].name);
}

/* "kernel:KEY|init[0]:KEY|…", with tar keys when @tar. */
static void plan_text(struct ig_buf *out, const char *yaml, const char *changed,
		      const struct ig_plan_opts *opts, bool tar)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = t_spec(yaml);
	IG_AUTO(images_done) struct images all;
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };

	images_init(&all, changed);
	if (ig_plan(&plan, spec, &all.lock, opts, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	for (size_t i = 0; i < plan.parts_n; i++)
		ig_buf_printf(out, &t_err, "%s:%s\n", plan.parts[i].location,
			      tar ? plan.parts[i].tar_key : plan.parts[i].key);
}

/* The locations whose lines differ: "init[0] services[0]". */
static void changed_parts(struct ig_buf *out, const char *a, const char *b)
{
	while (*a && *b) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

		if (n != m || memcmp(a, b, n) != 0)
			ig_buf_printf(out, &t_err, "%s%.*s",
				      out->len ? " " : "", (int)strcspn(b, ":"),
				      b);
		a += n + 1;
		b += m + 1;
	}
	assert_int_equal(*a, *b);
	if (!out->len)
		ig_buf_puts(out, "", &t_err);
}

struct change {
	const char *what, *yaml, *image;
	enum ig_layer_rules rules;
	int64_t max_time;
	int codec, level;
	const char *want, *want_tar; /* NULL: the same */
};

static void check_change(const struct change *c, bool tar)
{
	struct ig_plan_opts before = t_plan_opts(), after = before;
	IG_AUTO(ig_buf_done) struct ig_buf a = IG_BUF_INIT(65536);
	IG_AUTO(ig_buf_done) struct ig_buf b = IG_BUF_INIT(65536);
	IG_AUTO(ig_buf_done) struct ig_buf diff = IG_BUF_INIT(65536);
	const char *want = tar && c->want_tar ? c->want_tar : c->want;

	after.rules = c->rules;
	if (c->max_time)
		after.max_time = c->max_time;
	if (c->codec)
		after.codec = c->codec;
	if (c->level)
		after.level = c->level;
	plan_text(&a, SPEC, NULL, &before, tar);
	plan_text(&b, c->yaml ? c->yaml : SPEC, c->image, &after, tar);
	changed_parts(&diff, a.data, b.data);
	if (!ig_streq(diff.data ? diff.data : "", want))
		fail_msg("%s%s: '%s' instead of '%s'", c->what,
			 tar ? " (tar)" : "", diff.data, want);
}

#define ALL "kernel init[0] onboot[0] services[0]"
#define KERNEL(lines)                                                          \
	"kernel:\n  image: k:1\n" lines "init: [i:1, i:2]\n"                   \
	"onboot:\n  - {name: once, image: s:1}\n"                              \
	"services:\n  - {name: web, image: s:2}\n"

static void changes_the_keys_that_a_change_touches_and_no_other(void **state)
{
	static const struct change changes[] = {
		{ .what = "nothing", .want = "" },
		{ .what = "style",
		  .yaml = KERNEL("  cmdline: x\n"),
		  .want = "" },
		{ .what = "cmdline",
		  .yaml = KERNEL("  cmdline: y z\n"),
		  .want = "" },
		{ .what = "kernel digest",
		  .image = "k:1",
		  .want = "kernel init[0]" },
		{ .what = "first init", .image = "i:1", .want = "init[0]" },
		{ .what = "second init", .image = "i:2", .want = "init[0]" },
		{ .what = "service digest",
		  .image = "s:2",
		  .want = "services[0]" },
		{ .what = "onboot digest",
		  .image = "s:1",
		  .want = "onboot[0]" },
		{ .what = "unused image", .image = "v:1", .want = "" },
		{ .what = "modules",
		  .yaml = KERNEL("  modules: [virtio_net]\n"),
		  .want = "kernel init[0]" },
		{ .what = "no modules",
		  .yaml = KERNEL("  modules: []\n"),
		  .want = "kernel init[0]" },
		{ .what = "binary",
		  .yaml = KERNEL("  binary: vmlinuz\n"),
		  .want = "kernel init[0]" },
		{ .what = "tar",
		  .yaml = KERNEL("  tar: none\n"),
		  .want = "kernel init[0]" },
		{ .what = "ucode",
		  .yaml = KERNEL("  ucode: u.cpio\n"),
		  .want = "kernel init[0]" },
		{ .what = "rules", .rules = IG_LAYERS_OCI, .want = ALL },
		{ .what = "time", .max_time = 5, .want = ALL },
		{ .what = "codec", .codec = IG_CODEC_GZIP, .want = "" },
		{ .what = "level", .level = 9, .want = "" },
		{ .what = "order of init",
		  .yaml = "kernel: {image: k:1}\ninit: [i:2, i:1]\n"
			  "onboot:\n  - {name: once, image: s:1}\n"
			  "services:\n  - {name: web, image: s:2}\n",
		  .want = "init[0]" },
		{ .what = "name of a service",
		  .yaml = "kernel: {image: k:1}\ninit: [i:1, i:2]\n"
			  "onboot:\n  - {name: once, image: s:1}\n"
			  "services:\n  - {name: www, image: s:2}\n",
		  .want = "services[0]" },
		{ .what = "a service's settings",
		  .yaml = "kernel: {image: k:1}\ninit: [i:1, i:2]\n"
			  "onboot:\n  - {name: once, image: s:1}\n"
			  "services:\n  - {name: web, image: s:2, "
			  "net: host, env: [A=b]}\n",
		  .want = "" },
		{ .what = "a read-only service",
		  .yaml = "kernel: {image: k:1}\ninit: [i:1, i:2]\n"
			  "onboot:\n  - {name: once, image: s:1}\n"
			  "services:\n  - {name: web, image: s:2, "
			  "readonly: true}\n",
		  .want = "services[0]" },
		{ .what = "files",
		  .yaml = SPEC "files:\n  - {path: a, contents: b}\n",
		  .want = "" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(changes); i++) {
		check_change(&changes[i], false);
		check_change(&changes[i], true);
	}
}

static void gives_every_part_its_own_key(void **state)
{
	static const char yaml[] = SPEC "  - {name: v, image: s:1}\n"
					"volumes:\n"
					"  - {name: v, image: v:1}\n";
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = t_spec(yaml);
	IG_AUTO(images_done) struct images all;
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
	struct ig_plan_opts opts = t_plan_opts();

	(void)state;
	images_init(&all, NULL);
	assert_int_equal(ig_plan(&plan, spec, &all.lock, &opts, &t_err), 0);
	for (size_t i = 0; i < plan.parts_n; i++) {
		assert_int_equal(strlen(plan.parts[i].key), 64);
		assert_string_not_equal(plan.parts[i].key,
					plan.parts[i].tar_key);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(plan.parts[i].key,
						plan.parts[k].key);
	}
}

static void lays_out_parts_and_bundles(void **state)
{
	static const char yaml[] =
		SPEC "  - {name: two, image: s:2}\n"
		     "onshutdown:\n  - {name: bye, image: s:1}\n"
		     "volumes:\n"
		     "  - {name: v, image: v:1}\n"
		     "  - {name: o, image: v:1, format: oci}\n"
		     "  - {name: empty}\n";
	static const char *const parts[][2] = {
		{ "kernel", NULL },
		{ "init[0]", NULL },
		{ "volume[0]", "containers/volumes/v/lower" },
		{ "onboot[0]", "containers/onboot/000-once/lower" },
		{ "services[0]", "containers/services/web/lower" },
	};
	static const char *const bundles[] = {
		"containers/onboot/000-once",
		"containers/onshutdown/000-bye",
		"containers/services/web",
		"containers/services/two",
	};
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = t_spec(yaml);
	IG_AUTO(images_done) struct images all;
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
	struct ig_plan_opts opts = t_plan_opts();

	(void)state;
	images_init(&all, NULL);
	if (ig_plan(&plan, spec, &all.lock, &opts, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	assert_int_equal(plan.parts_n, IG_COUNT(parts));
	for (size_t i = 0; i < plan.parts_n; i++) {
		assert_string_equal(plan.parts[i].location, parts[i][0]);
		assert_true(ig_streq(plan.parts[i].prefix, parts[i][1]));
	}
	assert_int_equal(plan.bundles_n, IG_COUNT(bundles));
	for (size_t i = 0; i < plan.bundles_n; i++)
		assert_string_equal(plan.bundles[i].path, bundles[i]);
	/* An image's content lies with the first that names it. */
	assert_ptr_equal(plan.bundles[1].owner, &plan.bundles[0]);
	assert_ptr_equal(plan.bundles[2].owner, &plan.bundles[2]);
	assert_ptr_equal(plan.bundles[3].owner, &plan.bundles[2]);
}

static void needs_neither_kernel_nor_init(void **state)
{
	static const struct {
		const char *yaml;
		size_t parts;
		bool kernel, root;
	} cases[] = {
		{ "services:\n  - {name: web, image: s:2}\n", 1, false, false },
		{ "init: [i:1]\n", 1, false, true },
		{ "kernel: {image: k:1}\n", 2, true, true },
		{ "files:\n  - {path: a, contents: b}\n", 0, false, false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = t_spec(cases[i].yaml);
		IG_AUTO(images_done) struct images all;
		IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
		struct ig_plan_opts opts = t_plan_opts();

		images_init(&all, NULL);
		assert_int_equal(ig_plan(&plan, spec, &all.lock, &opts, &t_err),
				 0);
		assert_int_equal(plan.parts_n, cases[i].parts);
		assert_int_equal(plan.kernel != NULL, cases[i].kernel);
		assert_int_equal(plan.root != NULL, cases[i].root);
	}
}

static void check_loader(const struct ig_part *part, const char *location)
{
	if (!location) {
		assert_null(part);
		return;
	}
	assert_non_null(part);
	assert_int_equal(part->kind, IG_PART_LOADER);
	assert_string_equal(part->location, location);
	assert_int_equal(strlen(part->key), 64);
}

static void plans_a_boot_loader_when_a_format_needs_it(void **state)
{
	static const char yaml[] = SPEC "bootloader: {image: v:1}\n"
					"firmware: {image: v:1}\n";
	static const unsigned needs[] = { IG_NEED_KERNEL, IG_NEED_LOADER,
					  IG_NEED_FIRMWARE };
	size_t parts[IG_COUNT(needs)];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(needs); i++) {
		IG_AUTO(ig_spec_freep) struct ig_spec *spec = t_spec(yaml);
		IG_AUTO(images_done) struct images all;
		IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };
		struct ig_plan_opts opts = t_plan_opts();

		opts.need = needs[i];
		images_init(&all, NULL);
		assert_int_equal(ig_plan(&plan, spec, &all.lock, &opts, &t_err),
				 0);
		check_loader(plan.loader,
			     needs[i] == IG_NEED_LOADER ? "bootloader" : NULL);
		check_loader(plan.firmware,
			     needs[i] == IG_NEED_FIRMWARE ? "firmware" : NULL);
		parts[i] = plan.parts_n;
		/* what is in the image does not depend on it */
		assert_int_equal(parts[i], parts[0]);
	}
}

/* Plan @yaml with the first init's label as the layout's init; the keys go to
 * @out. */
static int plan_mounted(struct ig_buf *out, const char *yaml, char *label)
{
	static char key[] = "org.ingot.init";
	struct ig_label labels[] = { { key, label } };
	struct ig_plan_opts opts = t_plan_opts();
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = t_spec(yaml);
	IG_AUTO(images_done) struct images all;
	IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };

	opts.layout = IG_LAYOUT_MOUNTED;
	images_init(&all, NULL);
	all.images[1].config.labels = labels;
	all.images[1].config.labels_n = label ? 1 : 0;
	if (ig_plan(&plan, spec, &all.lock, &opts, &t_err) < 0)
		return -1;
	for (size_t i = 0; i < plan.parts_n; i++)
		ig_buf_printf(out, &t_err, "%s:%s\n", plan.parts[i].location,
			      plan.parts[i].key);
	return 0;
}

static void changes_no_key_of_an_image_by_the_layout(void **state)
{
	static const struct {
		const char *yaml, *want;
	} cases[] = {
		{ SPEC, "" },
		/* two modules more */
		{ KERNEL("  modules: [loop]\n"), "kernel init[0]" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf a = IG_BUF_INIT(65536);
		IG_AUTO(ig_buf_done) struct ig_buf b = IG_BUF_INIT(65536);
		IG_AUTO(ig_buf_done) struct ig_buf diff = IG_BUF_INIT(65536);
		struct ig_plan_opts opts = t_plan_opts();
		char label[] = "2";

		plan_text(&a, cases[i].yaml, NULL, &opts, false);
		assert_int_equal(plan_mounted(&b, cases[i].yaml, label), 0);
		changed_parts(&diff, a.data, b.data);
		assert_string_equal(diff.data, cases[i].want);
	}
}

static void refuses_images_that_nothing_would_mount(void **state)
{
#define FILE_AT(path) SPEC "files:\n  - {path: " path ", contents: x}\n"
	static const struct {
		const char *yaml;
		char label[8]; /* "": none */
		const char *text;
	} cases[] = {
		{ SPEC, "2", NULL },
		{ SPEC, "12", NULL },
		{ SPEC, "", "t.yml:5:5: init: --layout mounted" },
		{ SPEC, "1", "init: --layout mounted" },
		{ SPEC, "2x", "init: --layout mounted" },
		{ "services:\n  - {name: web, image: s:2}\n", "2",
		  "the spec has no init" },
		{ FILE_AT("containers/services/web/lower/etc/x"), "2",
		  "below the image of docker.io/library/s:2" },
		{ FILE_AT("//containers/services/web/lower.squashfs"), "2",
		  "below the image of docker.io/library/s:2" },
		{ FILE_AT("containers/services/web/lower2/x"), "2", NULL },
		{ FILE_AT("containers/services/web/config"), "2", NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf keys = IG_BUF_INIT(65536);
		char label[8];
		int result;

		memcpy(label, cases[i].label, sizeof(label));
		ig_err_clear(&t_err);
		result = plan_mounted(&keys, cases[i].yaml,
				      *label ? label : NULL);
		if (!cases[i].text) {
			assert_int_equal(result, 0);
			continue;
		}
		assert_int_equal(result, -1);
		assert_int_equal(t_err.code, IG_ESPEC);
		if (!strstr(t_err.msg, cases[i].text))
			fail_msg("%zu: '%s'", i, t_err.msg);
	}
}

#define SERVICE(keys)                                                          \
	"init: [i:1, i:2]\nservices:\n  - {name: b, image: s:2, " keys "}\n"

static void refuses_wishes_that_nothing_would_read(void **state)
{
	static const struct {
		const char *yaml;
		char label[8]; /* "": none */
		const char *text;
	} cases[] = {
		{ SPEC "watchdog: {timeout: 30s}\n", "3", NULL },
		{ SPEC "watchdog: {timeout: 30s}\n", "2",
		  "watchdog: no image of init says that it knows this (label org.ingot.init, 3 or more)" },
		{ SPEC "watchdog: {timeout: 30s}\n", "", "t.yml:" },
		{ "init: [i:1, i:2]\nservices:\n  - {name: b, image: s:2, ready: {port: 1}}\n",
		  "", "services[0].ready: no image of init" },
		{ "init: [i:1, i:2]\nonboot:\n  - {name: b, image: s:2, timeout: 1s}\n",
		  "", "onboot[0].timeout: no image of init" },
		{ "init: [i:1, i:2]\nonboot:\n  - {name: b, image: s:2, after: []}\n",
		  "", "onboot[0].after: no image of init" },
		{ "init: [i:1, i:2]\nonboot:\n  - {name: b, image: s:2, on-failure: stop}\n",
		  "", "onboot[0].on-failure: no image of init" },
		{ SPEC "onshutdown:\n  - {name: b, image: s:2, timeout: 1s}\n",
		  "", "onshutdown[0].timeout: no image of init" },
		{ SERVICE("restart: always"), "",
		  "services[0].restart: no image of init says that it knows this (label org.ingot.init, 1 or more)" },
		{ SERVICE("restart: always"), "1", NULL },
		{ SERVICE("restart: never"), "", NULL },
		{ SERVICE("stop: {grace: 1s}"), "",
		  "services[0].stop: no image of init" },
		{ SERVICE("on-failure: reboot"), "",
		  "services[0].on-failure: no image of init" },
		{ SERVICE("after: []}\n  - {name: c, image: s:2, after: [b]"),
		  "", "services[1].after: no image of init" },
		{ SERVICE("after: []}\n  - {name: c, image: s:2, requires: [b]"),
		  "", "services[1].requires: no image of init" },
		/* any runtime minds these */
		{ "init: [i:1, i:2]\nservices:\n  - {name: b, image: s:2, limits: {pids: 9}}\n",
		  "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		static char key[] = "org.ingot.init";
		char value[8];
		struct ig_label labels[] = { { key, value } };
		struct ig_plan_opts opts = t_plan_opts();
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = t_spec(cases[i].yaml);
		IG_AUTO(images_done) struct images all;
		IG_AUTO(ig_plan_done) struct ig_plan plan = { 0 };

		memcpy(value, cases[i].label, sizeof(value));
		images_init(&all, NULL);
		all.images[1].config.labels = labels;
		all.images[1].config.labels_n = value[0] ? 1 : 0;
		ig_err_clear(&t_err);
		int rc = ig_plan(&plan, spec, &all.lock, &opts, &t_err);

		if (!cases[i].text) {
			assert_int_equal(rc, 0);
			continue;
		}
		assert_int_equal(rc, -1);
		if (!strstr(t_err.msg, cases[i].text))
			fail_msg("got '%s', not '%s'", t_err.msg,
				 cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			changes_the_keys_that_a_change_touches_and_no_other),
		cmocka_unit_test(gives_every_part_its_own_key),
		cmocka_unit_test(lays_out_parts_and_bundles),
		cmocka_unit_test(needs_neither_kernel_nor_init),
		cmocka_unit_test(plans_a_boot_loader_when_a_format_needs_it),
		cmocka_unit_test(changes_no_key_of_an_image_by_the_layout),
		cmocka_unit_test(refuses_images_that_nothing_would_mount),
		cmocka_unit_test(refuses_wishes_that_nothing_would_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
