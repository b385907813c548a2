/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#define MIB (1ull << 20)
#define ONE(part)                                                              \
	"disk:\n  partitions:\n"                                               \
	"  - {label: a, " part "}\n"
#define LABEL(label, format)                                                   \
	"disk: {partitions: [{label: \"" label "\", format: " format "}]}\n"

static const char full[] =
	"disk:\n"
	"  size: 4G\n"
	"  partitions:\n"
	"  - label: EFI-2\n    format: vfat\n    type: esp\n"
	"  - label: swap\n    size: 1000K\n    type: swap\n"
	"  - label: data\n    size: 512MiB\n    format: ext4\n"
	"    type: 0fc63daf-8483-4772-8e79-3d69d8477de4\n    grow: true\n";

static void a_disk_has_a_size_and_partitions(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(full);
	const struct ig_disk_section *d = &spec->disk;

	(void)state;
	assert_true(d->set && d->partitions_set);
	assert_true(d->bytes == 4096 * MIB);
	assert_int_equal(d->pos.line, 2);
	assert_int_equal(d->partitions_n, 3);
	assert_string_equal(d->partitions[0].label, "EFI-2");
	assert_true(d->partitions[0].bytes == 3 * MIB); /* what vfat needs */
	assert_false(d->partitions[0].grow);
	assert_null(d->partitions[1].format);
	assert_true(d->partitions[1].bytes == MIB); /* whole mebibytes */
	assert_int_equal(d->partitions[2].pos.line, 10);
	assert_true(d->partitions[2].bytes == 512 * MIB);
	assert_true(d->partitions[2].grow);
}

static void what_is_left_out_has_defaults(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"disk: {partitions: [{label: a}, {label: b, format: ext4}, {label: c, format: none}]}\n");
	const struct ig_disk_section *d = &spec->disk;

	(void)state;
	assert_true(d->bytes == 0);
	assert_true(d->partitions[0].bytes == MIB);
	assert_true(d->partitions[1].bytes == 8 * MIB);
	assert_true(d->partitions[2].bytes == MIB);
	assert_null(d->partitions[0].type);
}

static void later_files_override_fields(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(full);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(add(spec, "b.yml", "\ndisk: {size: 8G}\n", &err), 0);
	assert_string_equal(spec->disk.size, "8G");
	assert_string_equal(spec->disk.pos.file, "b.yml");
	assert_int_equal(spec->disk.partitions_n, 3);
	assert_int_equal(
		add(spec, "c.yml", "disk: {partitions: [{label: x}]}\n", &err),
		0);
	assert_int_equal(spec->disk.partitions_n, 1);
	assert_true(spec->disk.bytes == 8192 * MIB);
	assert_int_equal(add(spec, "d.yml", "init: [i]\n", &err), 0);
	assert_int_equal(spec->disk.partitions_n, 1);
	assert_int_equal(add(spec, "e.yml", "disk: {partitions: []}\n", &err),
			 0);
	assert_int_equal(spec->disk.partitions_n, 0);
	assert_true(spec->disk.partitions_set);
}

static void a_dump_has_it_and_metadata_has_not(void **state)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = spec_of(full);
	IG_AUTO(ig_spec_freep) struct ig_spec *again = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(4096);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(4096);
	IG_AUTO(ig_buf_done) struct ig_buf meta = IG_BUF_INIT(4096);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_spec_yaml(&one, spec, &err), 0);
	assert_non_null(strstr(one.data, full));
	again = spec_of(one.data);
	assert_int_equal(ig_spec_yaml(&two, again, &err), 0);
	assert_string_equal(one.data, two.data);
	/* The initrd, where metadata is, must not depend on the disk. */
	assert_int_equal(ig_spec_metadata(&meta, spec, "yaml", NULL, &err), 0);
	assert_int_equal(ig_spec_metadata(&meta, spec, "json", NULL, &err), 0);
	assert_null(strstr(meta.data, "disk"));
	assert_null(strstr(meta.data, "grow"));
}

static void types_have_names_and_guids(void **state)
{
	static const struct {
		const char *type, *arch, *guid;
	} cases[] = {
		{ NULL, "amd64", "0FC63DAF-8483-4772-8E79-3D69D8477DE4" },
		{ "linux-generic", "arm64",
		  "0FC63DAF-8483-4772-8E79-3D69D8477DE4" },
		{ "home", NULL, "933AC7E1-2EB4-4F13-B844-0E14E2AEF915" },
		{ "root", "amd64", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709" },
		{ "root", "arm64", "B921B045-1DF0-41C3-AF44-4C6F280D3FAE" },
		{ "root", "s390x", NULL },
		{ "root", NULL, NULL },
		{ "usr-verity", "amd64",
		  "77FF5F63-E7B6-4633-ACF4-1565B864C0E6" },
		{ "12345678-9abc-def0-1234-56789abcdef0", "s390x",
		  "12345678-9abc-def0-1234-56789abcdef0" },
		{ "nothing", "amd64", NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const char *got =
			ig_partition_guid(cases[i].type, cases[i].arch);

		assert_true(ig_streq(got, cases[i].guid));
	}
}

static void mistakes_are_named(void **state)
{
	static const struct spec_case cases[] = {
		{ "disk: {sizes: 1G}\n", IG_ESPEC,
		  "a.yml:1:8: disk.sizes: unknown key, did you mean 'size'?" },
		{ "disk: {size: 12}\n", IG_ESPEC,
		  "disk.size: expected a string" },
		{ "disk: {size: \"12\"}\n", IG_ESPEC,
		  "a.yml:1:14: disk.size: '12' is not a size: write 512M or 4G" },
		{ "disk: {size: 0G}\n", IG_ESPEC, "is not a size" },
		{ "disk: {size: 1GB}\n", IG_ESPEC, "is not a size" },
		{ "disk: {size: 1025T}\n", IG_ESPEC, "at most 1024T" },
		{ "disk: {size: 99999999999999999999999G}\n", IG_ESPEC,
		  "is not a size" },
		{ "disk: []\n", IG_ESPEC, "disk: expected a mapping" },
		{ "disk: {partitions: {}}\n", IG_ESPEC,
		  "disk.partitions: expected a list" },
		{ "disk: {partitions: [{size: 1M}]}\n", IG_ESPEC,
		  "disk.partitions[0]: the key 'label' is missing" },
		{ ONE("sise: 1M"), IG_ESPEC,
		  "a.yml:3:16: disk.partitions[0].sise: unknown key, did you mean 'size'?" },
		{ ONE("format: ext3"), IG_ESPEC,
		  "disk.partitions[0].format: expected 'ext4' or 'vfat' or 'none', got 'ext3'" },
		{ ONE("type: hone"), IG_ESPEC,
		  "a.yml:3:22: disk.partitions[0].type: unknown partition type 'hone', did you mean 'home'?" },
		{ ONE("type: zzzzzzzzz"), IG_ESPEC, "or a GUID" },
		{ ONE("type: 0fc63daf-8483-4772-8e79-3d69d8477de"), IG_ESPEC,
		  "or a GUID" },
		{ ONE("type: 0fc63daf-8483-4772-8e79-3d69d8477dex"), IG_ESPEC,
		  "or a GUID" },
		{ ONE("type: 00000000-0000-0000-0000-000000000000"), IG_ESPEC,
		  "or a GUID" },
		{ ONE("size: 7M, format: ext4"), IG_ESPEC,
		  "a.yml:3:22: disk.partitions[0].size: 7M is not enough: ext4 needs at least 8M" },
		{ ONE("size: 2M, format: vfat"), IG_ESPEC,
		  "vfat needs at least 3M" },
		{ ONE("type: swap, format: ext4"), IG_ESPEC,
		  "disk.partitions[0].format: swap has no file system" },
		{ ONE("type: esp, format: ext4"), IG_ESPEC,
		  "firmware reads only vfat" },
		{ ONE("grow: 1"), IG_ESPEC, "expected true or false" },
		{ ONE("grow: true") "  - {label: b}\n", IG_ESPEC,
		  "disk.partitions[0].grow: only the last partition" },
		{ ONE("size: 1M") "  - {label: A}\n", IG_ESPEC,
		  "disk.partitions[1].label: another partition has that label" },
		{ "disk: {}\n", IG_OK, "" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void labels_fit_where_they_go(void **state)
{
	static const struct spec_case cases[] = {
		{ LABEL("", "none"), IG_ESPEC, "must not be empty" },
		{ LABEL("esp", "none"), IG_ESPEC,
		  "'esp' is a name of the boot partition" },
		{ LABEL("EFI system", "none"), IG_ESPEC, "take another" },
		{ LABEL("\\u00fc", "none"), IG_ESPEC, "plain ASCII" },
		{ LABEL("a\\tb", "none"), IG_ESPEC, "plain ASCII" },
		{ LABEL("123456789012345678901234567890123456", "none"),
		  IG_ESPEC, "longer than 35 characters" },
		{ LABEL("12345678901234567", "ext4"), IG_ESPEC,
		  "longer than the 16 characters that ext4 has room for" },
		{ LABEL("123456789012", "vfat"), IG_ESPEC,
		  "longer than the 11 characters that vfat has room for" },
		{ LABEL("a b", "vfat"), IG_ESPEC,
		  "only letters, digits, '_' and '-'" },
		{ LABEL("12345678901234567890123456789012345", "none"), IG_OK,
		  "" },
		{ LABEL("a b~!", "ext4"), IG_OK, "" },
		{ LABEL("lower_case", "vfat"), IG_OK, "" },
	};

	(void)state;
	check_cases(cases, IG_COUNT(cases));
}

static void there_are_not_too_many(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(1 << 16);
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };

	(void)state;
	spec = ig_spec_new(&err);
	ig_buf_puts(&text, "disk:\n  partitions:\n", &err);
	for (int i = 0; i < 64; i++)
		ig_buf_printf(&text, &err, "  - {label: p%d}\n", i);
	assert_int_equal(add(spec, "a.yml", text.data, &err), 0);
	ig_buf_puts(&text, "  - {label: last}\n", &err);
	assert_int_equal(add(spec, "b.yml", text.data, &err), -1);
	assert_non_null(strstr(err.msg, "more than 64 partitions"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk_has_a_size_and_partitions),
		cmocka_unit_test(what_is_left_out_has_defaults),
		cmocka_unit_test(later_files_override_fields),
		cmocka_unit_test(a_dump_has_it_and_metadata_has_not),
		cmocka_unit_test(types_have_names_and_guids),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(labels_fit_where_they_go),
		cmocka_unit_test(there_are_not_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
