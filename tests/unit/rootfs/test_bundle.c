/* SPDX-License-Identifier: Apache-2.0 */
#include "container_test.h"

#include <stdlib.h>

#include <ingot/tree.h>

/* What LinuxKit writes for an image with only a command and PATH. */
static const char golden_config[] =
	"{\n"
	"    \"ociVersion\": \"1.2.1\",\n"
	"    \"process\": {\n"
	"        \"user\": {\n"
	"            \"uid\": 0,\n"
	"            \"gid\": 0\n"
	"        },\n"
	"        \"args\": [\n"
	"            \"/bin/x\"\n"
	"        ],\n"
	"        \"env\": [\n"
	"            \"PATH=/bin\"\n"
	"        ],\n"
	"        \"cwd\": \"/\",\n"
	"        \"capabilities\": {}\n"
	"    },\n"
	"    \"root\": {\n"
	"        \"path\": \"rootfs\"\n"
	"    },\n"
	"    \"mounts\": [\n"
	"        {\n"
	"            \"destination\": \"/dev\",\n"
	"            \"type\": \"tmpfs\",\n"
	"            \"source\": \"tmpfs\",\n"
	"            \"options\": [\n"
	"                \"nosuid\",\n"
	"                \"strictatime\",\n"
	"                \"mode=755\",\n"
	"                \"size=65536k\"\n"
	"            ]\n"
	"        },\n"
	"        {\n"
	"            \"destination\": \"/dev/pts\",\n"
	"            \"type\": \"devpts\",\n"
	"            \"source\": \"devpts\",\n"
	"            \"options\": [\n"
	"                \"nosuid\",\n"
	"                \"noexec\",\n"
	"                \"newinstance\",\n"
	"                \"ptmxmode=0666\",\n"
	"                \"mode=0620\"\n"
	"            ]\n"
	"        },\n"
	"        {\n"
	"            \"destination\": \"/proc\",\n"
	"            \"type\": \"proc\",\n"
	"            \"source\": \"proc\",\n"
	"            \"options\": [\n"
	"                \"nosuid\",\n"
	"                \"nodev\",\n"
	"                \"noexec\",\n"
	"                \"relatime\"\n"
	"            ]\n"
	"        },\n"
	"        {\n"
	"            \"destination\": \"/sys\",\n"
	"            \"type\": \"sysfs\",\n"
	"            \"source\": \"sysfs\",\n"
	"            \"options\": [\n"
	"                \"nosuid\",\n"
	"                \"noexec\",\n"
	"                \"nodev\"\n"
	"            ]\n"
	"        },\n"
	"        {\n"
	"            \"destination\": \"/sys/fs/cgroup\",\n"
	"            \"type\": \"cgroup\",\n"
	"            \"source\": \"cgroup\",\n"
	"            \"options\": [\n"
	"                \"nosuid\",\n"
	"                \"noexec\",\n"
	"                \"nodev\",\n"
	"                \"relatime\",\n"
	"                \"ro\"\n"
	"            ]\n"
	"        }\n"
	"    ],\n"
	"    \"linux\": {\n"
	"        \"resources\": {},\n"
	"        \"namespaces\": [\n"
	"            {\n"
	"                \"type\": \"pid\"\n"
	"            },\n"
	"            {\n"
	"                \"type\": \"mount\"\n"
	"            }\n"
	"        ]\n"
	"    }\n"
	"}";

static const char golden_runtime[] =
	"{\n"
	"    \"cgroups\": [],\n"
	"    \"mounts\": [\n"
	"        {\n"
	"            \"destination\": \"/containers/onboot/000-a/tmp\",\n"
	"            \"type\": \"tmpfs\",\n"
	"            \"source\": \"tmpfs\"\n"
	"        },\n"
	"        {\n"
	"            \"destination\": \"/containers/onboot/000-a/tmp\",\n"
	"            \"options\": [\n"
	"                \"remount\",\n"
	"                \"private\"\n"
	"            ]\n"
	"        },\n"
	"        {\n"
	"            \"destination\": \"/containers/onboot/000-a/rootfs\",\n"
	"            \"type\": \"overlay\",\n"
	"            \"source\": \"overlay\",\n"
	"            \"options\": [\n"
	"                \"lowerdir=/containers/onboot/000-a/lower\",\n"
	"                \"upperdir=/containers/onboot/000-a/tmp/upper\",\n"
	"                \"workdir=/containers/onboot/000-a/tmp/work\"\n"
	"            ]\n"
	"        }\n"
	"    ],\n"
	"    \"mkdir\": [],\n"
	"    \"interfaces\": [],\n"
	"    \"bindNS\": {\n"
	"        \"cgroup\": \"\",\n"
	"        \"ipc\": \"\",\n"
	"        \"mnt\": \"\",\n"
	"        \"net\": \"\",\n"
	"        \"pid\": \"\",\n"
	"        \"user\": \"\",\n"
	"        \"uts\": \"\"\n"
	"    },\n"
	"    \"namespace\": \"\"\n"
	"}";

static void config_json_equals_linuxkits(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	assert_int_equal(ig_bundle_config(&buf, &f.spec, &f.bundle, &err), 0);
	assert_string_equal(buf.data, golden_config);
}

static void runtime_json_equals_linuxkits(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	assert_int_equal(ig_bundle_runtime(&buf, &f.bundle, &err), 0);
	assert_string_equal(buf.data, golden_runtime);
}

static void fails_when_the_buffer_is_full(void **state)
{
	struct ig_err err = { 0 };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	for (size_t max = 0; max < sizeof(golden_config) - 1; max += 7) {
		IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(max);

		ig_err_clear(&err);
		assert_int_equal(
			ig_bundle_config(&buf, &f.spec, &f.bundle, &err), -1);
		assert_int_equal(err.code, IG_ELIMIT);
	}
	for (size_t max = 0; max < sizeof(golden_runtime) - 1; max += 7) {
		IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(max);

		ig_err_clear(&err);
		assert_int_equal(ig_bundle_runtime(&buf, &f.bundle, &err), -1);
		assert_int_equal(err.code, IG_ELIMIT);
	}
}

static void assert_runtime(const struct fixture *f, const char *part)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };

	if (ig_bundle_runtime(&buf, &f->bundle, &err) < 0)
		fail_msg("%s", err.msg);
	squeeze(&buf);
	assert_contains(buf.data, part);
}

static void a_read_only_root_is_bound(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.readonly = true;
	assert_runtime(&f, "\"mounts\":[{\"destination\":"
			   "\"/containers/onboot/000-a/rootfs\",\"source\":"
			   "\"/containers/onboot/000-a/rootfs\",\"options\":"
			   "[\"bind\"]}],\"mkdir\"");
}

static void an_image_used_again_lies_at_its_owner(void **state)
{
	struct ig_err err = { 0 };
	struct fixture owner;
	struct fixture f;
	char *root;

	(void)state;
	fixture_init(&owner);
	fixture_init(&f);
	memcpy(f.path, "containers/services/b", 22);
	f.bundle.owner = &owner.bundle;
	assert_runtime(&f, "\"lowerdir=/containers/onboot/000-a/lower\","
			   "\"upperdir=/containers/services/b/tmp/upper\"");
	f.bundle.readonly = true;
	assert_runtime(&f, "{\"destination\":\"/containers/services/b/rootfs\","
			   "\"source\":\"/containers/onboot/000-a/lower\",");
	owner.bundle.readonly = true;
	assert_runtime(&f, "\"source\":\"/containers/onboot/000-a/rootfs\",");
	f.bundle.readonly = false;
	assert_runtime(&f, "\"lowerdir=/containers/onboot/000-a/rootfs\",");
	root = ig_bundle_root(&f.bundle, &err);
	assert_string_equal(root, "containers/onboot/000-a/rootfs");
	free(root);
}

static void merges_the_runtime_section_member_by_member(void **state)
{
	struct ig_interface links[] = {
		{ .name = "eth0" },
		{ .name = "v0",
		  .add = "veth",
		  .peer = "v1",
		  .create_in_root = true },
	};
	struct ig_mount bind = { .destination = "/var/y",
				 .type = "bind",
				 .source = "/var/x",
				 .options = TEXTS("rw", "bind") };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.label = &f.label;
	f.label.runtime.cgroups = TEXTS("label");
	f.label.runtime.mkdir = TEXTS("/var/lib/x");
	f.label.runtime.bind_ns[IG_NS_NET] = "/run/l";
	f.label.runtime.bind_ns[IG_NS_PID] = "/run/p";
	f.label.runtime.namespace_ = "label";
	f.entry.runtime.cgroups = TEXTS("a", "b");
	f.entry.runtime.mounts = (struct ig_mounts){ true, 1, &bind };
	f.entry.runtime.interfaces_set = true;
	f.entry.runtime.interfaces_n = 2;
	f.entry.runtime.interfaces = links;
	f.entry.runtime.bind_ns[IG_NS_NET] = "/run/n";
	f.entry.runtime.namespace_ = "";
	assert_runtime(&f, "{\"cgroups\":[\"a\",\"b\"],\"mounts\":[");
	assert_runtime(&f, "{\"destination\":\"/var/y\",\"type\":\"bind\","
			   "\"source\":\"/var/x\",\"options\":[\"rw\","
			   "\"bind\"]}],\"mkdir\":[\"/var/lib/x\"],"
			   "\"interfaces\":[{\"name\":\"eth0\","
			   "\"createInRoot\":false},{\"name\":\"v0\",\"add\":"
			   "\"veth\",\"peer\":\"v1\",\"createInRoot\":true}],"
			   "\"bindNS\":{\"cgroup\":\"\",\"ipc\":\"\",\"mnt\":"
			   "\"\",\"net\":\"/run/n\",\"pid\":\"/run/p\","
			   "\"user\":\"\",\"uts\":\"\"},\"namespace\":\"\"}");
}

static void assert_node(struct ig_tree *tree, const char *path,
			enum ig_type type, uint32_t mode)
{
	struct ig_node *node = ig_tree_find(tree, path);

	if (!node)
		fail_msg("no '%s'", path);
	assert_int_equal(node->inode->type, type);
	assert_int_equal(node->inode->mode, mode);
	assert_int_equal(node->inode->mtime, IG_FIXED_TIME);
	assert_int_equal(node->inode->uid, 0);
}

static void makes_the_folders_of_a_bundle(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = NULL;
	struct ig_err err = { 0 };
	struct ig_node *node;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	tree = ig_tree_new(&err);
	assert_int_equal(ig_bundle_tree(tree, &f.spec, &f.bundle, &err), 0);
	assert_node(tree, "containers", IG_DIR, 0755);
	assert_node(tree, "containers/onboot", IG_DIR, 0755);
	assert_node(tree, "containers/onboot/000-a", IG_DIR, 0755);
	assert_node(tree, "containers/onboot/000-a/tmp", IG_DIR, 0755);
	assert_node(tree, "containers/onboot/000-a/rootfs", IG_DIR, 0755);
	assert_node(tree, "containers/onboot/000-a/config.json", IG_FILE, 0644);
	assert_node(tree, "containers/onboot/000-a/runtime.json", IG_FILE,
		    0644);
	assert_null(ig_tree_find(tree, "containers/onboot/000-a/lower"));
	node = ig_tree_find(tree, "containers/onboot/000-a/config.json");
	assert_int_equal(node->inode->size, sizeof(golden_config) - 1);
	assert_memory_equal(node->inode->mem, golden_config,
			    sizeof(golden_config) - 1);
}

static void a_read_only_bundle_has_no_overlay_folders(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = NULL;
	struct ig_err err = { 0 };
	struct fixture owner;
	struct fixture f;

	(void)state;
	fixture_init(&owner);
	fixture_init(&f);
	owner.bundle.readonly = f.bundle.readonly = true;
	memcpy(f.path, "containers/services/b", 22);
	f.bundle.owner = &owner.bundle;
	tree = ig_tree_new(&err);
	assert_int_equal(ig_bundle_tree(tree, &f.spec, &owner.bundle, &err), 0);
	assert_int_equal(ig_bundle_tree(tree, &f.spec, &f.bundle, &err), 0);
	assert_null(ig_tree_find(tree, "containers/onboot/000-a/tmp"));
	assert_null(ig_tree_find(tree, "containers/onboot/000-a/rootfs"));
	assert_null(ig_tree_find(tree, "containers/services/b/tmp"));
	assert_node(tree, "containers/services/b/rootfs", IG_DIR, 0755);
}

static void assert_service_json(const struct fixture *f, const char *want)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(1 << 20);
	struct ig_err err = { 0 };

	assert_int_equal(ig_bundle_service(&buf, &f->bundle, &err), 0);
	if (!want) {
		assert_int_equal(buf.len, 0);
		return;
	}
	squeeze(&buf);
	assert_string_equal(buf.data, want);
}

static void a_service_says_only_what_is_asked(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.section = IG_SERVICES;
	assert_service_json(&f, NULL);
	f.entry.after = TEXTS("b", "c");
	assert_service_json(&f, "{\"after\":[\"b\",\"c\"]}");
	f.entry.requires = TEXTS("d");
	f.entry.on_failure = "reboot";
	f.entry.stop.set = true;
	f.entry.stop.signal = "INT";
	f.entry.stop.grace_ms = 1500;
	f.entry.restart.set = true;
	f.entry.restart.policy = "on-failure";
	assert_service_json(
		&f,
		"{\"restart\":{\"policy\":\"on-failure\"},\"stop\":{\"signal\":2,\"graceMs\":1500},\"after\":[\"b\",\"c\"],\"requires\":[\"d\"],\"onFailure\":\"reboot\"}");
}

static void a_service_says_how_it_is_seen_to_be_ready(void **state)
{
	struct fixture f;
	struct ig_ready *ready = &f.entry.ready;

	(void)state;
	fixture_init(&f);
	f.bundle.section = IG_SERVICES;
	ready->set = true;
	ready->port = (struct ig_opt_int){ true, 5432 };
	ready->interval_ms = 100;
	ready->timeout_ms = 1500;
	ready->within_ms = 60000;
	assert_service_json(
		&f,
		"{\"ready\":{\"port\":5432,\"intervalMs\":100,\"timeoutMs\":1500,\"withinMs\":60000}}");
	*ready = (struct ig_ready){ .set = true, .file = "/run/x" };
	assert_service_json(&f, "{\"ready\":{\"file\":\"/run/x\"}}");
	*ready = (struct ig_ready){ .set = true, .exec = TEXTS("/a", "b") };
	assert_service_json(&f, "{\"ready\":{\"exec\":[\"/a\",\"b\"]}}");
	*ready = (struct ig_ready){ .set = true,
				    .http = { .set = true,
					      .port = { true, 80 },
					      .path = "/x",
					      .status = { true, 204 } } };
	assert_service_json(
		&f,
		"{\"ready\":{\"http\":{\"port\":80,\"path\":\"/x\",\"status\":204}}}");
}

static void a_step_says_whom_it_waits_for_and_how_long(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.section = IG_ONBOOT;
	f.entry.after.set = true;
	assert_service_json(&f, "{\"after\":[]}");
	f.entry.after = TEXTS("dhcp");
	f.entry.after_folders = TEXTS("000-dhcp", "003-dhcp");
	f.entry.on_failure = "stop";
	f.entry.timeout_ms = 1500;
	assert_service_json(
		&f,
		"{\"after\":[\"000-dhcp\",\"003-dhcp\"],\"onFailure\":\"stop\",\"timeoutMs\":1500}");
}

static void the_entry_goes_before_the_label_of_a_service(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.section = IG_SERVICES;
	f.bundle.label = &f.label;
	f.label.restart.set = true;
	f.label.restart.policy = "always";
	f.label.restart.delay_ms = 500;
	f.label.restart.limit = (struct ig_opt_int){ true, 0 };
	f.label.on_failure = "poweroff";
	assert_service_json(
		&f,
		"{\"restart\":{\"policy\":\"always\",\"delayMs\":500,\"limit\":0},\"onFailure\":\"poweroff\"}");
	f.entry.restart.set = true;
	f.entry.restart.policy = "never";
	f.entry.on_failure = "ignore";
	assert_service_json(
		&f,
		"{\"restart\":{\"policy\":\"never\"},\"onFailure\":\"ignore\"}");
	/* an image made to serve may also be a step */
	f.bundle.section = IG_ONBOOT;
	f.entry.on_failure = NULL;
	assert_service_json(&f, NULL);
}

static void only_a_service_with_wishes_has_the_file(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = NULL;
	struct ig_err err = { 0 };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	memcpy(f.path, "containers/services/a", 22);
	f.bundle.section = IG_SERVICES;
	tree = ig_tree_new(&err);
	assert_int_equal(ig_bundle_tree(tree, &f.spec, &f.bundle, &err), 0);
	assert_null(ig_tree_find(tree, "containers/services/a/ingot.json"));
	f.entry.on_failure = "reboot";
	memcpy(f.path, "containers/services/b", 22);
	assert_int_equal(ig_bundle_tree(tree, &f.spec, &f.bundle, &err), 0);
	assert_node(tree, "containers/services/b/ingot.json", IG_FILE, 0644);
}

static void numbers_names_from_100(void **state)
{
	struct ig_entry onboot[] = { { .name = "one" }, { .name = "two" } };
	struct ig_entry bye[] = { { .name = "one" } };
	struct ig_entry services[] = { { .name = "web" } };
	const struct ig_spec spec = {
		.onboot = { 2, onboot },
		.onshutdown = { 1, bye },
		.services = { 1, services },
	};
	static const struct {
		struct ig_id id;
		int64_t number; /* -1: refused */
		const char *part;
	} cases[] = {
		{ { .set = true, .name = "one" }, 102, NULL },
		{ { .set = true, .name = "two" }, 101, NULL },
		{ { .set = true, .name = "web" }, 103, NULL },
		{ { .set = true, .name = "root" }, 0, NULL },
		{ { .set = true, .name = "" }, 0, NULL },
		{ { .set = true, .number = 65534 }, 65534, NULL },
		{ { .set = false, .number = 5 }, 0, NULL },
		{ { .set = true, .name = "1000", .pos = { "x.yml", 1, 2, 0 } },
		  -1,
		  "x.yml:1:2: cannot find id '1000'" },
		{ { .set = true, .number = -3, .pos = { "-", 1, 2, 0 } },
		  -1,
		  "-:1:2: -3 is not between 0 and 4294967295" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		int64_t number = -2;
		int ret = ig_id_number(&number, &spec, &cases[i].id, &err);

		assert_int_equal(ret, cases[i].number < 0 ? -1 : 0);
		if (ret < 0) {
			assert_int_equal(err.code, IG_ESPEC);
			assert_contains(err.msg, cases[i].part);
		} else {
			assert_int_equal(number, cases[i].number);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_json_equals_linuxkits),
		cmocka_unit_test(runtime_json_equals_linuxkits),
		cmocka_unit_test(fails_when_the_buffer_is_full),
		cmocka_unit_test(a_read_only_root_is_bound),
		cmocka_unit_test(an_image_used_again_lies_at_its_owner),
		cmocka_unit_test(merges_the_runtime_section_member_by_member),
		cmocka_unit_test(makes_the_folders_of_a_bundle),
		cmocka_unit_test(a_read_only_bundle_has_no_overlay_folders),
		cmocka_unit_test(a_service_says_only_what_is_asked),
		cmocka_unit_test(a_service_says_how_it_is_seen_to_be_ready),
		cmocka_unit_test(a_step_says_whom_it_waits_for_and_how_long),
		cmocka_unit_test(the_entry_goes_before_the_label_of_a_service),
		cmocka_unit_test(only_a_service_with_wishes_has_the_file),
		cmocka_unit_test(numbers_names_from_100),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
