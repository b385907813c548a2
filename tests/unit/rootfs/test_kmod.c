/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/kmod.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/tree.h>

#define TOP "lib/modules/6.1.0-test"

static const char *const modules[] = {
	"kernel/drivers/net/virtio_net.ko",
	"kernel/drivers/net/net_failover.ko",
	"kernel/net/core/failover.ko",
	"kernel/drivers/virtio/virtio-ring.ko",
	"kernel/drivers/virtio/virtio.ko",
	"kernel/drivers/virtio/virtio_pci.ko",
	"kernel/fs/erofs/erofs.ko.xz",
	"kernel/lib/libcrc32c.ko",
	"kernel/crypto/crc32c_generic.ko",
	"kernel/arch/x86/crypto/crc32c-intel.ko",
	"kernel/fs/overlayfs/overlay.ko",
	"kernel/sound/late.ko",
	"kernel/sound/early.ko",
	"updates/extra_one.ko",
};

static const char dep[] =
	"kernel/drivers/net/virtio_net.ko: kernel/drivers/net/net_failover.ko kernel/drivers/virtio/virtio.ko\n"
	"kernel/drivers/net/net_failover.ko: kernel/net/core/failover.ko\n"
	"kernel/net/core/failover.ko:\n"
	"kernel/drivers/virtio/virtio-ring.ko:\n"
	"kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio-ring.ko\n"
	"kernel/drivers/virtio/virtio_pci.ko: kernel/drivers/virtio/virtio.ko\n"
	"kernel/fs/erofs/erofs.ko.xz: kernel/lib/libcrc32c.ko\n"
	"kernel/lib/libcrc32c.ko:\n"
	"kernel/crypto/crc32c_generic.ko:\n"
	"kernel/arch/x86/crypto/crc32c-intel.ko:\n"
	"kernel/fs/overlayfs/overlay.ko:\n"
	"kernel/sound/late.ko:\n"
	"kernel/sound/early.ko:\n"
	"updates/extra_one.ko:\n";

static const char softdep[] = "# Soft dependencies\n"
			      "softdep libcrc32c pre: crc32c\n"
			      "softdep late pre: early missing post: overlay\n";

static const char alias[] = "# Aliases\n"
			    "alias crc32c crc32c_generic\n"
			    "alias crc32c crc32c-intel\n"
			    "alias cpu:type:x86,ven* crc32c-intel\n"
			    "alias fs-overlay overlay\n"
			    "alias virtio:d00000001v* virtio_net\n";

static void put(struct ig_tree *tree, const char *path, const char *text)
{
	struct ig_err err = { 0 };
	char parent[512];
	char *slash;
	struct ig_inode *inode = ig_tree_inode(tree, IG_FILE, &err);
	struct ig_node *dir;

	assert_non_null(inode);
	inode->mode = 0644;
	inode->mem = text;
	inode->size = strlen(text);
	snprintf(parent, sizeof(parent), "%s/%s", TOP, path);
	slash = strrchr(parent, '/');
	*slash = '\0';
	dir = ig_tree_resolve(tree, parent, NULL, &err);
	assert_non_null(dir);
	assert_non_null(ig_tree_put(tree, dir, slash + 1, strlen(slash + 1),
				    inode, &err));
}

static struct ig_tree *kernel_tree(void)
{
	struct ig_err err = { 0 };
	struct ig_tree *tree = ig_tree_new(&err);

	assert_non_null(tree);
	for (size_t i = 0; i < IG_COUNT(modules); i++)
		put(tree, modules[i], "ELF");
	put(tree, "modules.dep", dep);
	put(tree, "modules.dep.bin", "binary");
	put(tree, "modules.softdep", softdep);
	put(tree, "modules.alias", alias);
	put(tree, "modules.builtin", "kernel/fs/ext4/ext4.ko\n");
	put(tree, "modules.order",
	    "kernel/sound/late.ko\nkernel/fs/overlayfs/overlay.ko\n");
	put(tree, "modules.symbols", "alias symbol:x libcrc32c\n");
	put(tree, "modules.devname", "# x\noverlay o c10:1\n");
	put(tree, "other", "stays");
	return tree;
}

static int choose(struct ig_tree *tree, const char *const *want,
		  struct ig_err *err)
{
	size_t n = 0;

	*err = (struct ig_err){ 0 };
	while (want[n])
		n++;
	return ig_modules_select(tree, NULL, want, n, err);
}

static const struct ig_node *at(struct ig_tree *tree, const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", TOP, path);
	return ig_tree_find(tree, full);
}

static const char *text_of(struct ig_tree *tree, const char *path)
{
	const struct ig_node *node = at(tree, path);

	assert_non_null(node);
	return node->inode->mem;
}

/* The modules that are left are those of @kept, a NULL-ended list. */
static void assert_kept(struct ig_tree *tree, const char *const *kept)
{
	for (size_t i = 0; i < IG_COUNT(modules); i++) {
		bool want = false;

		for (size_t k = 0; kept[k]; k++)
			want = want || strstr(modules[i], kept[k]);
		if (want != (at(tree, modules[i]) != NULL))
			fail_msg("%s is %s", modules[i],
				 want ? "gone" : "still there");
	}
}

static void check(const char *const *want, const char *const *kept)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = kernel_tree();
	struct ig_err err;

	if (choose(tree, want, &err) < 0)
		fail_msg("%s", err.msg);
	assert_kept(tree, kept);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NET                                                                    \
	"virtio_net", "net_failover", "/failover", "virtio-ring", "virtio.ko"

static void a_module_brings_its_dependencies(void **state)
{
	(void)state;
	check(LIST("virtio_net"), LIST(NET));
	check(LIST("virtio-net"), LIST(NET));
	check(LIST("virtio_ring"), LIST("virtio-ring"));
}

static void soft_dependencies_count_by_name_and_by_alias(void **state)
{
	(void)state;
	check(LIST("erofs"),
	      LIST("erofs", "libcrc32c", "crc32c_generic", "crc32c-intel"));
	check(LIST("late"), LIST("late", "early", "overlay"));
}

static void an_alias_is_a_name_too(void **state)
{
	(void)state;
	check(LIST("fs-overlay"), LIST("overlay"));
}

static void globs_match_below_kernel_or_from_the_top(void **state)
{
	(void)state;
	check(LIST("sound/e*"), LIST("early"));
	check(LIST("kernel/drivers/virtio/**"),
	      LIST("virtio-ring", "virtio.ko", "virtio_pci"));
	check(LIST("updates/*"), LIST("extra_one"));
	check(LIST("crc32c_*"), LIST("crc32c_generic", "crc32c-intel"));
}

static void a_class_takes_what_the_kernel_has(void **state)
{
	(void)state;
	check(LIST("class:virtio"), LIST(NET, "virtio_pci"));
}

static void a_builtin_is_fine(void **state)
{
	static const char *const none[] = { NULL };

	(void)state;
	check(LIST("ext4"), none);
}

static void no_modules_leave_no_folder_behind(void **state)
{
	static const char *const none[] = { NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = kernel_tree();
	struct ig_err err;

	(void)state;
	assert_int_equal(choose(tree, none, &err), 0);
	assert_kept(tree, none);
	assert_null(at(tree, "kernel"));
	assert_null(at(tree, "updates"));
	assert_string_equal(text_of(tree, "modules.dep"), "");
}

static void the_files_of_depmod_fit_what_is_left(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = kernel_tree();
	struct ig_err err;

	(void)state;
	assert_int_equal(choose(tree, LIST("overlay", "crc32c_intel"), &err),
			 0);
	assert_string_equal(text_of(tree, "modules.dep"),
			    "kernel/arch/x86/crypto/crc32c-intel.ko:\n"
			    "kernel/fs/overlayfs/overlay.ko:\n");
	assert_string_equal(text_of(tree, "modules.alias"),
			    "# Aliases\n"
			    "alias crc32c crc32c-intel\n"
			    "alias cpu:type:x86,ven* crc32c-intel\n"
			    "alias fs-overlay overlay\n");
	assert_string_equal(text_of(tree, "modules.softdep"),
			    "# Soft dependencies\n");
	assert_string_equal(text_of(tree, "modules.order"),
			    "kernel/fs/overlayfs/overlay.ko\n");
	assert_string_equal(text_of(tree, "modules.symbols"), "");
	assert_string_equal(text_of(tree, "modules.devname"),
			    "# x\noverlay o c10:1\n");
	assert_string_equal(text_of(tree, "modules.builtin"),
			    "kernel/fs/ext4/ext4.ko\n");
	assert_string_equal(text_of(tree, "other"), "stays");
	/* modprobe would believe it more than the text */
	assert_null(at(tree, "modules.dep.bin"));
}

static void what_does_not_exist_is_named_with_the_nearest(void **state)
{
	static const struct {
		const char *want, *part;
	} cases[] = {
		{ "virtio_nett", "is it 'virtio_net'" },
		{ "qqqqqqqqqq", "has no module 'qqqqqqqqqq'" },
		{ "class:nope", "no class of modules 'nope'" },
		{ "drivers/none/**", "no module that 'drivers/none/**'" },
		{ "", "has no module ''" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_tree_freep) struct ig_tree *tree = kernel_tree();
		struct ig_err err;

		assert_int_equal(choose(tree, LIST(cases[i].want), &err), -1);
		assert_int_equal(err.code, IG_ESPEC);
		if (!strstr(err.msg, cases[i].part))
			fail_msg("'%s' without '%s'", err.msg, cases[i].part);
	}
}

static void a_kernel_without_depmods_files_is_refused(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&err);

	(void)state;
	assert_int_equal(choose(tree, LIST("x"), &err), -1);
	assert_non_null(strstr(err.msg, "no lib/modules"));
	put(tree, "kernel/a.ko", "ELF");
	assert_int_equal(choose(tree, LIST("a"), &err), -1);
	assert_non_null(strstr(err.msg, "no modules.dep"));
}

static void damaged_files_do_no_harm(void **state)
{
	static const char *const deps[] = {
		"",
		"\n\n",
		":",
		"x",
		"kernel/a.ko",
		"kernel/a.ko:\x01\xff",
		"kernel/a.ko: kernel/a.ko\n",
		"kernel/a.ko:   \n \t\n:::\n",
	};
	static const char *const others[] = {
		"alias",
		"alias ",
		"alias a",
		"alias a ",
		"alias [ b",
		"softdep a pre:",
		"softdep a pre: a a: :",
		"softdep  ",
		" : ",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(deps); i++) {
		for (size_t k = 0; k < IG_COUNT(others); k++) {
			struct ig_err err = { 0 };
			IG_AUTO(ig_tree_freep)
			struct ig_tree *tree = ig_tree_new(&err);

			put(tree, "kernel/a.ko", "ELF");
			put(tree, "modules.dep", deps[i]);
			put(tree, "modules.alias", others[k]);
			put(tree, "modules.softdep", others[k]);
			put(tree, "modules.order", deps[i]);
			if (choose(tree, LIST("a", "kernel/**"), &err) < 0)
				assert_int_not_equal(err.code, IG_OK);
		}
	}
}

static void plain_names_are_to_be_loaded(void **state)
{
	static const char *const want[] = { "virtio-net", "class:virtio",
					    "drivers/net/**", "overlay" };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(4096);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_modules_load(&out, want, IG_COUNT(want), &err), 0);
	assert_string_equal(out.data, "virtio_net\noverlay\n");
}

static void every_class_has_a_description(void **state)
{
	const char *const *pairs = ig_module_classes();
	size_t n = 0;

	(void)state;
	for (; pairs[n]; n += 2) {
		assert_true(pairs[n][0]);
		assert_non_null(pairs[n + 1]);
	}
	assert_true(n > 20);
}

static void names_modules_and_what_is_built_in(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = kernel_tree();
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_modules_names(&out, tree, &err), 0);
	assert_non_null(strstr(out.data, "m virtio_net\n"));
	assert_non_null(strstr(out.data, "m virtio_ring\n"));
	assert_non_null(strstr(out.data, "m erofs\n"));
	assert_non_null(strstr(out.data, "b ext4\n"));
}

static void names_nothing_where_depmod_was_not_run(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = kernel_tree();
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	struct ig_err err = { 0 };

	(void)state;
	ig_tree_remove(tree, ig_tree_find(tree, TOP "/modules.dep"));
	assert_int_equal(ig_modules_names(&out, tree, &err), 0);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_modules_and_what_is_built_in),
		cmocka_unit_test(names_nothing_where_depmod_was_not_run),
		cmocka_unit_test(a_module_brings_its_dependencies),
		cmocka_unit_test(soft_dependencies_count_by_name_and_by_alias),
		cmocka_unit_test(an_alias_is_a_name_too),
		cmocka_unit_test(globs_match_below_kernel_or_from_the_top),
		cmocka_unit_test(a_class_takes_what_the_kernel_has),
		cmocka_unit_test(a_builtin_is_fine),
		cmocka_unit_test(no_modules_leave_no_folder_behind),
		cmocka_unit_test(the_files_of_depmod_fit_what_is_left),
		cmocka_unit_test(what_does_not_exist_is_named_with_the_nearest),
		cmocka_unit_test(a_kernel_without_depmods_files_is_refused),
		cmocka_unit_test(damaged_files_do_no_harm),
		cmocka_unit_test(plain_names_are_to_be_loaded),
		cmocka_unit_test(every_class_has_a_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
