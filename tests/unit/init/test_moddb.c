/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "modules/moddb.h"

#include <stdio.h>

static const char dep[] =
	"kernel/net/core/failover.ko:\n"
	"kernel/drivers/net/net_failover.ko: kernel/net/core/failover.ko\n"
	"kernel/drivers/virtio/virtio_ring.ko:\n"
	"kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko\n"
	"kernel/drivers/net/virtio_net.ko: kernel/drivers/net/net_failover.ko kernel/net/core/failover.ko kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko\n"
	"kernel/lib/libcrc32c.ko.zst:\n"
	"kernel/crypto/crc32c_generic.ko:\n"
	"kernel/fs/my-fs.ko: kernel/lib/libcrc32c.ko.zst\n"
	"kernel/broken.ko: kernel/missing.ko\n"
	"kernel/ring-a.ko:\n"
	"kernel/ring-b.ko:\n"
	"kernel/post.ko:\n"
	"this line is no dependency\n"
	": kernel/nameless.ko\n"
	"kernel/last.ko: kernel/fs/built.ko";
static const char softdep[] = "# soft dependencies\n"
			      "softdep libcrc32c pre: crc32c\n"
			      "softdep ring_a pre: ring_b post: post\n"
			      "softdep ring-b pre: ring-a\n"
			      "softdep my_fs pre: nobody-has-this\n";
static const char alias[] = "# aliases\n"
			    "alias crc32c crc32c_generic\n"
			    "alias fs-my my_fs\n"
			    "alias virtio:d00000001v* virtio_net\n"
			    "alias pci:v*d00001041* broken\n"
			    "alias lonely\n"
			    "alias built-alias built\n";
static const char builtin[] = "kernel/fs/built.ko\n";

static struct moddb db;
static char order[512];

static struct text text(const char *s)
{
	return (struct text){ s, strlen(s) };
}

static int setup(void **state)
{
	(void)state;
	db = (struct moddb){ .dep = text(dep),
			     .softdep = text(softdep),
			     .alias = text(alias),
			     .builtin = text(builtin) };
	order[0] = '\0';
	return moddb_index(&db);
}

static int teardown(void **state)
{
	(void)state;
	moddb_done(&db);
	return 0;
}

static int note(void *ctx, const struct mod *m)
{
	size_t used = strlen(order);

	snprintf(order + used, sizeof(order) - used, "%.*s ", (int)m->name.len,
		 m->name.p);
	return ctx && (strlen(ctx) == m->name.len &&
		       memcmp(ctx, m->name.p, m->name.len) == 0)
		       ? -1
		       : 0;
}

static void index_keeps_dependency_lines_only(void **state)
{
	(void)state;
	assert_int_equal(db.n, 13);
	assert_int_equal(moddb_find(&db, text("virtio-net")), 4);
	assert_int_equal(moddb_find(&db, text("libcrc32c")), 5);
	assert_int_equal(moddb_find(&db, text("last")), 12);
	assert_true(moddb_find(&db, text("built")) == MODDB_BUILTIN);
	assert_true(moddb_find(&db, text("nothing")) == MODDB_NONE);
	assert_true(moddb_find(&db, text("")) == MODDB_NONE);
}

static void dependencies_are_loaded_last_in_line_first(void **state)
{
	(void)state;
	assert_int_equal(moddb_load(&db, text("virtio_net"), note, NULL), 0);
	assert_string_equal(
		order, "virtio_ring virtio failover net_failover virtio_net ");
}

static void a_module_is_tried_once(void **state)
{
	(void)state;
	moddb_load(&db, text("virtio_net"), note, NULL);
	order[0] = '\0';
	assert_int_equal(moddb_load(&db, text("virtio"), note, NULL), 0);
	assert_string_equal(order, "");
}

static void soft_dependencies_by_alias_come_first(void **state)
{
	(void)state;
	assert_int_equal(moddb_load(&db, text("fs-my"), note, NULL), 0);
	assert_string_equal(order, "crc32c_generic libcrc32c my-fs ");
}

static void a_failed_soft_dependency_does_not_matter(void **state)
{
	char fails[] = "crc32c_generic";

	(void)state;
	assert_int_equal(moddb_load(&db, text("my_fs"), note, fails), 0);
	assert_string_equal(order, "crc32c_generic libcrc32c my-fs ");
}

static void a_failed_hard_dependency_stops(void **state)
{
	char fails[] = "virtio";

	(void)state;
	assert_int_equal(moddb_load(&db, text("virtio_net"), note, fails), -1);
	assert_string_equal(order, "virtio_ring virtio ");
	assert_int_equal(moddb_load(&db, text("virtio_net"), note, NULL), -1);
}

static void a_missing_hard_dependency_is_a_failure(void **state)
{
	(void)state;
	assert_int_equal(moddb_load(&db, text("broken"), note, NULL), -1);
	assert_string_equal(order, "");
}

static void built_in_modules_need_nothing(void **state)
{
	(void)state;
	assert_int_equal(moddb_load(&db, text("built"), note, NULL), 0);
	assert_int_equal(moddb_load(&db, text("built_alias"), note, NULL), 0);
	assert_string_equal(order, "");
	assert_int_equal(moddb_load(&db, text("last"), note, NULL), 0);
	assert_string_equal(order, "last ");
}

static void a_ring_of_soft_dependencies_ends(void **state)
{
	(void)state;
	assert_int_equal(moddb_load(&db, text("ring_a"), note, NULL), 0);
	assert_string_equal(order, "ring-b ring-a post ");
}

static void unknown_names_are_told(void **state)
{
	char long_name[600];

	(void)state;
	memset(long_name, 'x', sizeof(long_name));
	assert_int_equal(moddb_load(&db, text("nothing"), note, NULL), 1);
	assert_int_equal(
		moddb_load(&db, (struct text){ long_name, 600 }, note, NULL),
		1);
	assert_int_equal(moddb_load(&db, text("lonely"), note, NULL), 1);
}

static void hit(void *ctx, struct text name, size_t i)
{
	(void)ctx;
	size_t used = strlen(order);

	snprintf(order + used, sizeof(order) - used, "%zu=%.*s ", i,
		 (int)name.len, name.p);
}

static void device_aliases_find_modules_in_one_pass(void **state)
{
	static const char *const ids[] = {
		"pci:v00001AF4d00001041sv0",
		"virtio:d00000001v00001AF4",
		"acpi:NOBODY:",
	};

	(void)state;
	moddb_match(&db, ids, 3, hit, NULL);
	assert_string_equal(order, "1=virtio_net 0=broken ");
}

static void a_folder_has_its_modules(void **state)
{
	(void)state;
	assert_true(moddb_below(&db, text("my-fs"), "kernel/fs/"));
	assert_true(moddb_below(&db, text("virtio_net"), "kernel/drivers/"));
	assert_false(moddb_below(&db, text("virtio_net"), "kernel/fs/"));
	assert_false(moddb_below(&db, text("last"), "kernel/last.ko.and-more"));
	assert_false(moddb_below(&db, text("built"), "kernel/fs/"));
	assert_false(moddb_below(&db, text("nobody"), "kernel/"));
}

static void empty_files_are_fine(void **state)
{
	struct moddb none = { .n = 0 };

	(void)state;
	assert_int_equal(moddb_index(&none), 0);
	assert_int_equal(moddb_load(&none, text("x"), note, NULL), 1);
	moddb_done(&none);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(index_keeps_dependency_lines_only),
		CASE(dependencies_are_loaded_last_in_line_first),
		CASE(a_module_is_tried_once),
		CASE(soft_dependencies_by_alias_come_first),
		CASE(a_failed_soft_dependency_does_not_matter),
		CASE(a_failed_hard_dependency_stops),
		CASE(a_missing_hard_dependency_is_a_failure),
		CASE(built_in_modules_need_nothing),
		CASE(a_ring_of_soft_dependencies_ends),
		CASE(unknown_names_are_told),
		CASE(device_aliases_find_modules_in_one_pass),
		CASE(a_folder_has_its_modules),
		CASE(empty_files_are_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
