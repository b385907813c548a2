/* SPDX-License-Identifier: Apache-2.0 */
#include "container_test.h"

#include <ingot/log.h>

static void the_spec_wins_over_the_label_over_the_image(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.config.workdir = f.cmd0;
	assert_config(&f, "\"args\":[\"/bin/x\"],\"env\":[\"PATH=/bin\"],"
			  "\"cwd\":\"/bin/x\"");
	f.bundle.label = &f.label;
	assert_config(&f, "\"args\":[\"/bin/x\"]");
	f.label.command = TEXTS("/app", "label");
	f.label.env = TEXTS("B=2");
	f.label.cwd = "/label";
	assert_config(&f, "\"args\":[\"/app\",\"label\"],\"env\":[\"B=2\"],"
			  "\"cwd\":\"/label\"");
	f.entry.command = TEXTS("/y");
	f.entry.env = TEXTS("C=3");
	f.entry.cwd = "/yaml";
	assert_config(&f, "\"args\":[\"/y\"],\"env\":[\"C=3\"],"
			  "\"cwd\":\"/yaml\"");
	f.entry.env = NO_TEXTS;
	f.entry.command = NO_TEXTS;
	f.entry.cwd = "";
	assert_config(&f, "\"gid\":0},\"cwd\":\"/label\"");
}

static void the_entrypoint_stands_before_the_command(void **state)
{
	char entry[] = "/init";
	char *v[] = { entry };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.config.entrypoint = v;
	f.config.entrypoint_n = 1;
	assert_config(&f, "\"args\":[\"/init\",\"/bin/x\"]");
}

static void takes_every_plain_member(void **state)
{
	struct ig_kv v[] = { { "z", "<1>" }, { "a", "2" } };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.label = &f.label;
	f.label.hostname = "fromlabel";
	f.label.no_new_privileges = (struct ig_opt_bool){ true, true };
	f.label.oom_score_adj = (struct ig_opt_int){ true, -300 };
	f.label.annotations = (struct ig_map){ true, 2, v };
	f.label.sysctl = (struct ig_map){ true, 2, v };
	f.label.cgroups_path = "/c";
	f.label.rootfs_propagation = "shared";
	f.label.masked_paths = TEXTS("/proc/kcore");
	f.label.readonly_paths = TEXTS("/proc/sys");
	assert_config(&f, "\"capabilities\":{},\"noNewPrivileges\":true,"
			  "\"oomScoreAdj\":-300},\"root\":{\"path\":"
			  "\"rootfs\"},\"hostname\":\"fromlabel\",\"mounts\"");
	assert_config(&f, "],\"annotations\":{\"a\":\"2\","
			  "\"z\":\"\\u003c1\\u003e\"},\"linux\":{\"sysctl\":{"
			  "\"a\":\"2\",\"z\":\"\\u003c1\\u003e\"},"
			  "\"resources\":{},\"cgroupsPath\":\"/c\","
			  "\"namespaces\":[{\"type\":\"pid\"},"
			  "{\"type\":\"mount\"}],"
			  "\"rootfsPropagation\":\"shared\","
			  "\"maskedPaths\":[\"/proc/kcore\"],"
			  "\"readonlyPaths\":[\"/proc/sys\"]}}");
	f.entry.no_new_privileges = (struct ig_opt_bool){ true, false };
	f.entry.oom_score_adj = (struct ig_opt_int){ true, 0 };
	f.entry.annotations.set = true;
	f.entry.hostname = "mine";
	assert_config(&f, "{},\"oomScoreAdj\":0},");
	assert_config(&f, "\"hostname\":\"mine\"");
	assert_config_lacks(&f, "annotations");
}

static void resolves_users(void **state)
{
	struct ig_entry services[] = { { .name = "db" }, { .name = "web" } };
	struct ig_id gids[] = { { .set = true, .number = 7 },
				{ .set = true, .name = "web" } };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.spec.onboot = (struct ig_entries){ 1, &f.entry };
	f.spec.services = (struct ig_entries){ 2, services };
	f.entry.uid = (struct ig_id){ .set = true, .name = "db" };
	f.entry.gid = (struct ig_id){ .set = true, .number = 4294967295 };
	f.entry.additional_gids = (struct ig_ids){ true, 2, gids };
	assert_config(&f, "\"user\":{\"uid\":101,\"gid\":4294967295,"
			  "\"additionalGids\":[7,102]}");
	f.entry.uid.name = "root";
	f.entry.gid.name = "";
	assert_config(&f, "\"uid\":0,\"gid\":0,");
}

static void refuses_users_that_are_nobody(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.uid = (struct ig_id){ .set = true,
				      .name = "nobody",
				      .pos = { "x.yml", 5, 6, 0 } };
	assert_refused(&f, "x.yml:5:6: onboot[0].uid: ", "'nobody'");
	f.entry.uid = (struct ig_id){ 0 };
	f.entry.gid = (struct ig_id){ .set = true, .number = -1 };
	assert_refused(&f, "x.yml:3:5: onboot[0].gid: ", "-1 is not between");
	f.entry.gid = (struct ig_id){ 0 };
	f.entry.additional_gids = (struct ig_ids){
		true, 1, &(struct ig_id){ .set = true, .number = 4294967296 }
	};
	assert_refused(&f, "x.yml:3:5: onboot[0].additionalGids: ",
		       "4294967296 is not between");
}

static int warnings;

static void count_warning(void *ctx, enum ig_level level, const char *text)
{
	(void)ctx;
	if (level == IG_LOG_WARN && strstr(text, "'1000:1000'"))
		warnings++;
}

static void warns_that_the_user_of_the_image_is_not_used(void **state)
{
	static const struct ig_log log = { .say = count_warning };
	char user[] = "1000:1000";
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.config.user = user;
	ig_log_set(&log);
	warnings = 0;
	assert_config(&f, "\"user\":{\"uid\":0,\"gid\":0}");
	assert_int_equal(warnings, 1);
	f.entry.uid = (struct ig_id){ .set = true };
	assert_config(&f, "\"user\":{\"uid\":0,\"gid\":0}");
	ig_log_set(NULL);
	assert_int_equal(warnings, 1);
}

static void reads_rlimits(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.rlimits =
		TEXTS("nofile,1024,4096", "RLIMIT_CORE, 0 , unlimited",
		      "memlock,Unlimited,18446744073709551615");
	assert_config(&f,
		      "\"rlimits\":["
		      "{\"type\":\"RLIMIT_NOFILE\",\"hard\":4096,"
		      "\"soft\":1024},"
		      "{\"type\":\"RLIMIT_CORE\",\"hard\":18446744073709551615,"
		      "\"soft\":0},{\"type\":\"RLIMIT_MEMLOCK\","
		      "\"hard\":18446744073709551615,"
		      "\"soft\":18446744073709551615}]");
}

static void refuses_bad_rlimits(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "nofile,1024", "cannot parse rlimit 'nofile,1024'" },
		{ "nofile,1,2,3", "cannot parse rlimit 'nofile,1,2,3'" },
		{ "bogus,1,2", "'bogus,1,2': unknown limit 'bogus'" },
		{ "nofiles,1,2", "did you mean 'RLIMIT_NOFILE'?" },
		{ ",1,2", "the name of the limit is missing" },
		{ "nofile,a,2", "'nofile,a,2': 'a' is neither" },
		{ "nofile,1,-2", "'-2' is neither" },
		{ "nofile,1,18446744073709551616", "is neither" },
		{ "nofile,,2", "'' is neither" },
		{ "nofileeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee,1,2",
		  "unknown limit" },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		fixture_init(&f);
		f.entry.rlimits = TEXTS(cases[i].text);
		assert_refused(&f,
			       "x.yml:3:5: onboot[0].rlimits: ", cases[i].part);
	}
}

static void a_device_also_gets_a_rule(void **state)
{
	struct ig_device v[] = {
		{ .path = "/dev/ttyS0",
		  .type = "c",
		  .major = 4,
		  .minor = 64,
		  .mode = "0660" },
		{ .path = "all", .type = "b" },
	};
	struct ig_resource_device rule = { .allow = false, .access = "m" };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.devices = (struct ig_devices){ true, 2, v };
	f.entry.resources.set = true;
	f.entry.resources.devices = &rule;
	f.entry.resources.devices_n = 1;
	assert_config(&f, "\"resources\":{\"devices\":["
			  "{\"allow\":false,\"access\":\"m\"},"
			  "{\"allow\":true,\"type\":\"c\",\"major\":4,"
			  "\"minor\":64,\"access\":\"rwm\"},{\"allow\":true,"
			  "\"type\":\"b\",\"access\":\"rwm\"}]}");
	assert_config(&f, "\"devices\":[{\"path\":\"/dev/ttyS0\",\"type\":"
			  "\"c\",\"major\":4,\"minor\":64,\"fileMode\":432}]");
}

static void refuses_bad_modes_of_devices(void **state)
{
	static const struct {
		const char *mode, *part;
	} cases[] = {
		{ NULL, "device '/dev/x' has no mode" },
		{ "", "device '/dev/x' has no mode" },
		{ "0o660", "'0o660' as octal" },
		{ "888", "'888' as octal" },
		{ "10000", "more than permission bits" },
		{ "77777777777777777777", "as octal" },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_device device = { .path = "/dev/x",
					    .mode = cases[i].mode,
					    .pos = { "x.yml", 7, 8, 0 } };

		fixture_init(&f);
		f.entry.devices = (struct ig_devices){ true, 1, &device };
		assert_refused(&f,
			       "x.yml:7:8: onboot[0].devices: ", cases[i].part);
	}
}

static void writes_namespaces_in_a_fixed_order(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.label = &f.label;
	f.label.net = "host";
	f.entry.userns = "new";
	f.entry.pid = "/run/pid";
	f.entry.ipc = "new";
	assert_config(&f, "\"namespaces\":[{\"type\":\"ipc\"},"
			  "{\"type\":\"pid\",\"path\":\"/run/pid\"},"
			  "{\"type\":\"user\"},{\"type\":\"mount\"}]");
	f.entry.net = "none";
	f.entry.pid = "host";
	f.entry.ipc = "root";
	assert_config(&f, "\"namespaces\":[{\"type\":\"network\"},"
			  "{\"type\":\"user\"},{\"type\":\"mount\"}]");
	f.entry.net = "/run/netns/x";
	assert_config(&f, "\"namespaces\":[{\"type\":\"network\","
			  "\"path\":\"/run/netns/x\"},");
	f.entry.ipc = "none";
	assert_refused(&f, "x.yml:3:5: onboot[0].ipc: ", "'none' is neither");
	f.entry.ipc = NULL;
	f.entry.net = NULL;
	f.label.net = "hosts";
	assert_refused(&f, "label of img:1:1: net: ", "'hosts' is neither");
}

static void writes_every_resource(void **state)
{
	struct ig_throttle_device slow = { 8, 0, 1000 };
	struct ig_throttles throttle = { 1, &slow };
	struct ig_weight_device weight = { .major = 8,
					   .minor = 16,
					   .weight = { true, 100 } };
	struct ig_hugepage huge = { "2MB", 9 };
	struct ig_net_priority priority = { "eth0", 500 };
	struct fixture f;
	struct ig_resources *r = &f.entry.resources;

	(void)state;
	fixture_init(&f);
	r->set = r->memory_set = r->cpu_set = r->pids_set = true;
	r->blockio_set = r->network_set = true;
	r->mem_limit = (struct ig_opt_int){ true, -1 };
	r->mem_kernel_tcp = (struct ig_opt_int){ true, 5 };
	r->mem_swappiness = (struct ig_opt_int){ true, 0 };
	r->mem_disable_oom_killer = (struct ig_opt_bool){ true, false };
	r->cpu_quota = (struct ig_opt_int){ true, 1000 };
	r->cpu_rt_period = (struct ig_opt_int){ true, 2 };
	r->cpu_cpus = "0-1";
	r->blkio_leaf_weight = (struct ig_opt_int){ true, 10 };
	r->blkio_weight_devices_n = 1;
	r->blkio_weight_devices = &weight;
	r->read_bps = r->write_bps = r->read_iops = r->write_iops = throttle;
	r->hugepages_n = 1;
	r->hugepages = &huge;
	r->net_class_id = (struct ig_opt_int){ true, 1048577 };
	r->net_priorities_n = 1;
	r->net_priorities = &priority;
#define SLOW "[{\"major\":8,\"minor\":0,\"rate\":1000}]"
	assert_config(&f,
		      "\"resources\":{\"memory\":{\"limit\":-1,\"kernelTCP\":5,"
		      "\"swappiness\":0,\"disableOOMKiller\":false},"
		      "\"cpu\":{\"quota\":1000,\"realtimePeriod\":2,"
		      "\"cpus\":\"0-1\"},\"pids\":{\"limit\":0},"
		      "\"blockIO\":{\"leafWeight\":10,\"weightDevice\":["
		      "{\"major\":8,\"minor\":16,\"weight\":100}],"
		      "\"throttleReadBpsDevice\":" SLOW
		      ",\"throttleWriteBpsDevice\":" SLOW
		      ",\"throttleReadIOPSDevice\":" SLOW
		      ",\"throttleWriteIOPSDevice\":" SLOW "},"
		      "\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":9}],"
		      "\"network\":{\"classID\":1048577,\"priorities\":["
		      "{\"name\":\"eth0\",\"priority\":500}]}}");
	r->blkio_weight = (struct ig_opt_int){ true, 65536 };
	assert_refused(&f, "x.yml:3:5: onboot[0].resources: ",
		       "weight: 65536 is not between 0 and 65535");
}

static void limits_take_the_place_of_resources(void **state)
{
	struct fixture f;
	struct ig_resources *r = &f.entry.resources;

	(void)state;
	fixture_init(&f);
	r->set = r->memory_set = r->cpu_set = true;
	r->mem_limit = (struct ig_opt_int){ true, 5 };
	r->mem_swap = (struct ig_opt_int){ true, 6 };
	r->cpu_shares = (struct ig_opt_int){ true, 7 };
	f.label.limits =
		(struct ig_limits){ .set = true, .pids = { true, 100 } };
	f.bundle.label = &f.label;
	assert_config(&f, "\"resources\":{\"memory\":{\"limit\":5,\"swap\":6},"
			  "\"cpu\":{\"shares\":7},\"pids\":{\"limit\":100}}");
	f.entry.limits = (struct ig_limits){ .set = true,
					     .memory = "256M",
					     .memory_bytes = 256u << 20,
					     .cpus = "1.5",
					     .cpus_hundredths = 150 };
	assert_config(&f, "\"resources\":{\"memory\":{\"limit\":268435456,"
			  "\"swap\":6},\"cpu\":{\"shares\":7,"
			  "\"quota\":150000,\"period\":100000}}");
	/* what was given is as it was */
	assert_int_equal(r->mem_limit.v, 5);
}

static void writes_id_mappings(void **state)
{
	struct ig_idmap v[] = { { .host = 1000, .container = 0, .size = 1 } };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.uid_mappings = (struct ig_idmaps){ true, 1, v };
	f.entry.gid_mappings = (struct ig_idmaps){ true, 1, v };
	assert_config(&f, "\"linux\":{\"uidMappings\":[{\"containerID\":0,"
			  "\"hostID\":1000,\"size\":1}],\"gidMappings\":[{"
			  "\"containerID\":0,\"hostID\":1000,\"size\":1}],"
			  "\"resources\":{},");
	v[0].size = 4294967296;
	assert_refused(&f, "x.yml:3:5: onboot[0].uidMappings: ",
		       "4294967296 is not between");
}

static void refuses_names_that_leave_the_folder(void **state)
{
	static const char *const names[] = { "..",  ".",   "a/b", "a:b",
					     "a,b", "a b", "",	  "\n" };
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		fixture_init(&f);
		f.entry.name = names[i];
		assert_refused(&f, "x.yml:3:5: onboot[0].name: ", "name");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_spec_wins_over_the_label_over_the_image),
		cmocka_unit_test(the_entrypoint_stands_before_the_command),
		cmocka_unit_test(takes_every_plain_member),
		cmocka_unit_test(resolves_users),
		cmocka_unit_test(refuses_users_that_are_nobody),
		cmocka_unit_test(warns_that_the_user_of_the_image_is_not_used),
		cmocka_unit_test(reads_rlimits),
		cmocka_unit_test(refuses_bad_rlimits),
		cmocka_unit_test(a_device_also_gets_a_rule),
		cmocka_unit_test(refuses_bad_modes_of_devices),
		cmocka_unit_test(writes_namespaces_in_a_fixed_order),
		cmocka_unit_test(writes_every_resource),
		cmocka_unit_test(writes_id_mappings),
		cmocka_unit_test(refuses_names_that_leave_the_folder),
		cmocka_unit_test(limits_take_the_place_of_resources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
