/* SPDX-License-Identifier: Apache-2.0 */
#include "container_test.h"

static void a_read_only_container_has_read_only_defaults(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.readonly = true;
	assert_config(&f, "\"size=65536k\",\"ro\"]");
	assert_config(&f, "\"sysfs\",\"options\":[\"nosuid\",\"noexec\","
			  "\"nodev\",\"ro\"]");
	assert_config(&f, "\"root\":{\"path\":\"rootfs\",\"readonly\":true}");
}

static void writes_every_form_of_tmpfs(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.tmpfs = TEXTS("/run", "/t:size=1k,mode=755", "/e:");
	assert_config(&f, "{\"destination\":\"/run\",\"type\":\"tmpfs\","
			  "\"source\":\"tmpfs\"},");
	assert_config(&f, "{\"destination\":\"/t\",\"type\":\"tmpfs\","
			  "\"source\":\"tmpfs\","
			  "\"options\":[\"size=1k\",\"mode=755\"]}");
	assert_config(&f, "{\"destination\":\"/e\",\"type\":\"tmpfs\","
			  "\"source\":\"tmpfs\"},");
}

static void writes_every_form_of_bind(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.binds = TEXTS("/a:/b", "/c:/d:ro", "/e:/f:rw,rshared,noexec",
			      "/etc/x:/dev");
	assert_config(&f, "\"mounts\":[{\"destination\":\"/b\","
			  "\"type\":\"bind\",\"source\":\"/a\",\"options\":"
			  "[\"rw\",\"rbind\",\"rshared\"]},");
	assert_config(&f, "\"source\":\"/c\",\"options\":[\"ro\",\"rbind\"]}");
	assert_config(&f, "\"options\":[\"rw\",\"rshared\",\"noexec\","
			  "\"rbind\"]}");
	/* what comes later takes the place of the default */
	assert_config(&f, "{\"destination\":\"/dev\",\"type\":\"bind\","
			  "\"source\":\"/etc/x\"");
	assert_config_lacks(&f, "65536k");
}

static void fills_in_what_mounts_leave_out(void **state)
{
	struct ig_mount v[] = {
		{ .type = "proc" },
		{ .source = "mqueue" },
		{ .type = "sysfs", .options = TEXTS("rw") },
		{ .type = "devpts", .options = TEXTS("a", "b") },
		{ .destination = "/dev", .source = "x" },
		{ .destination = "/data",
		  .type = "ext4",
		  .source = "/dev/sda1",
		  .options = TEXTS("noatime") },
	};
	static const char *const parts[] = {
		"{\"destination\":\"/proc\",\"type\":\"proc\","
		"\"source\":\"proc\"}",
		"{\"destination\":\"/dev/mqueue\",\"type\":\"mqueue\","
		"\"source\":\"mqueue\"}",
		"{\"destination\":\"/sys\",\"type\":\"sysfs\","
		"\"source\":\"sysfs\",\"options\":[\"rw\"]}",
		"{\"destination\":\"/dev/pts\",\"type\":\"devpts\","
		"\"source\":\"devpts\",\"options\":[\"a\",\"b\"]}",
		"{\"destination\":\"/dev\",\"type\":\"tmpfs\","
		"\"source\":\"x\"}",
		"\"mounts\":[{\"destination\":\"/data\",\"type\":\"ext4\","
		"\"source\":\"/dev/sda1\",\"options\":[\"noatime\"]}",
	};
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.mounts = (struct ig_mounts){ true, IG_COUNT(v), v };
	for (size_t i = 0; i < IG_COUNT(parts); i++)
		assert_config(&f, parts[i]);
}

static void binds_of_the_spec_cancel_those_of_the_label(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.label = &f.label;
	f.label.binds = TEXTS("/l:/l");
	f.entry.binds_add = TEXTS("/x:/y:ro");
	assert_config(&f, "\"/l\"");
	assert_config(&f, "\"/y\"");
	f.entry.binds = NO_TEXTS;
	assert_config_lacks(&f, "\"/l\"");
	assert_config_lacks(&f, "\"/y\"");
}

static void refuses_texts_that_are_no_mount(void **state)
{
	static const struct {
		const char *tmpfs, *bind, *part;
	} cases[] = {
		{ "/a:b:c", NULL, "'/a:b:c': too many ':'" },
		{ ":x", NULL, "the destination is missing" },
		{ "", NULL, "the destination is missing" },
		{ NULL, "/a", "'/a': missing ':'" },
		{ NULL, "/a:/b:c:d", "too many ':'" },
		{ NULL, ":/b", "the source is empty" },
		{ NULL, "/a:", "the destination is empty" },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		fixture_init(&f);
		if (cases[i].tmpfs) {
			f.entry.tmpfs = TEXTS(cases[i].tmpfs);
			assert_refused(&f, "x.yml:3:5: onboot[0].tmpfs: ",
				       cases[i].part);
			continue;
		}
		f.entry.binds = TEXTS(cases[i].bind);
		assert_refused(&f,
			       "x.yml:3:5: onboot[0].binds: ", cases[i].part);
	}
}

static void refuses_mounts_that_cannot_be_filled_in(void **state)
{
	struct ig_mount no_destination = { .type = "ext4", .source = "/dev/a" };
	struct ig_mount no_type = { .destination = "/zz",
				    .pos = { "x.yml", 9, 7, 0 } };
	struct ig_mount nothing = { .pos = { "x.yml", 9, 7, 0 } };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.mounts = (struct ig_mounts){ true, 1, &no_destination };
	assert_refused(&f, "x.yml:3:5: onboot[0].mounts: ",
		       "type 'ext4' is missing destination");
	f.entry.mounts.v = &no_type;
	assert_refused(&f, "x.yml:9:7: onboot[0].mounts: ",
		       "destination '/zz' is missing type");
	f.entry.mounts.v = &nothing;
	assert_refused(&f, "x.yml:9:7: ", "missing type");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_only_container_has_read_only_defaults),
		cmocka_unit_test(writes_every_form_of_tmpfs),
		cmocka_unit_test(writes_every_form_of_bind),
		cmocka_unit_test(fills_in_what_mounts_leave_out),
		cmocka_unit_test(binds_of_the_spec_cancel_those_of_the_label),
		cmocka_unit_test(refuses_texts_that_are_no_mount),
		cmocka_unit_test(refuses_mounts_that_cannot_be_filled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
