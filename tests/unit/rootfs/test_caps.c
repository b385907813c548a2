/* SPDX-License-Identifier: Apache-2.0 */
#include "container_test.h"

#include <ingot/arena.h>

static void empty_is_no_capability(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	assert_config(&f, "\"capabilities\":{}");
	f.entry.capabilities = TEXTS("NONE");
	assert_config(&f, "\"capabilities\":{}");
}

static void keeps_the_order_and_drops_repetitions(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.capabilities = TEXTS("CAP_SYS_TIME", "CAP_CHOWN", "CAP_CHOWN");
	assert_config(&f, "\"capabilities\":{"
			  "\"bounding\":[\"CAP_CHOWN\",\"CAP_SYS_TIME\"],"
			  "\"effective\":[\"CAP_SYS_TIME\",\"CAP_CHOWN\"],"
			  "\"inheritable\":[\"CAP_CHOWN\",\"CAP_SYS_TIME\"],"
			  "\"permitted\":[\"CAP_CHOWN\",\"CAP_SYS_TIME\"]}");
}

static void ambient_joins_the_other_sets_but_not_effective(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.entry.capabilities = TEXTS("CAP_SYS_TIME");
	f.entry.ambient = TEXTS("CAP_NET_RAW");
	assert_config(&f, "\"bounding\":[\"CAP_NET_RAW\",\"CAP_SYS_TIME\"],"
			  "\"effective\":[\"CAP_SYS_TIME\"],");
	assert_config(&f, "\"permitted\":[\"CAP_NET_RAW\",\"CAP_SYS_TIME\"],"
			  "\"ambient\":[\"CAP_NET_RAW\"]}");
}

static void all_is_every_capability_in_the_order_of_the_bits(void **state)
{
	IG_AUTO(ig_arena_freep) struct ig_arena *arena = NULL;
	struct ig_err err = { 0 };
	struct ig_strs in = TEXTS("All");
	struct ig_strs out;

	(void)state;
	arena = ig_arena_new(1 << 20, &err);
	assert_int_equal(ig_caps_list(&out, &in, arena, &err), 0);
	assert_int_equal(out.n, 41);
	assert_string_equal(out.v[0], "CAP_CHOWN");
	assert_string_equal(out.v[21], "CAP_SYS_ADMIN");
	assert_string_equal(out.v[40], "CAP_CHECKPOINT_RESTORE");
}

static void the_label_comes_before_what_is_added(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.label = &f.label;
	f.label.capabilities = TEXTS("CAP_NET_ADMIN", "CAP_SYS_TIME");
	f.label.capabilities_add = TEXTS("CAP_BPF");
	f.entry.capabilities_add = TEXTS("CAP_CHOWN", "CAP_NET_ADMIN");
	assert_config(&f, "\"effective\":[\"CAP_NET_ADMIN\",\"CAP_SYS_TIME\","
			  "\"CAP_CHOWN\"]");
	f.entry.capabilities = NO_TEXTS;
	assert_config(&f, "\"capabilities\":{}");
}

static void refuses_unknown_names(void **state)
{
	static const struct {
		const char *v[2];
		size_t n;
		const char *part;
	} cases[] = {
		{ { "cap_chown" }, 1, "did you mean 'CAP_CHOWN'?" },
		{ { "CHOWN" }, 1, "'CHOWN': did you mean 'CAP_CHOWN'?" },
		{ { "all", "CAP_CHOWN" }, 2, "'all': it must be the only" },
		{ { "CAP_CHOWN", "none" }, 2, "'none': it must be the only" },
		{ { "" }, 1, "unknown capability ''" },
		{ { "wxyzwxyzwxyzwxyzwxyzwxyzwxyzwxyzwxyzwxyzwxyzwxyzwxyzwxyz"
		    "wxyzwxyzwxyz" },
		  1,
		  "unknown capability 'wxyz" },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const char *v[2] = { cases[i].v[0], cases[i].v[1] };

		fixture_init(&f);
		f.entry.capabilities = (struct ig_strs){ true, cases[i].n, v };
		assert_refused(&f, "x.yml:3:5: onboot[0].capabilities: ",
			       cases[i].part);
		fixture_init(&f);
		f.entry.ambient = (struct ig_strs){ true, cases[i].n, v };
		assert_refused(&f,
			       "x.yml:3:5: onboot[0].ambient: ", cases[i].part);
	}
}

static void names_the_label_when_it_is_wrong(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.bundle.label = &f.label;
	f.label.capabilities = TEXTS("X");
	assert_refused(&f, "label of img:1:1: capabilities: ", "'X'");
	f.label.capabilities = TEXTS("all");
	f.entry.capabilities_add = TEXTS("CAP_BPF");
	assert_refused(&f, "x.yml:3:5: onboot[0].capabilities.add: ", "'all'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_no_capability),
		cmocka_unit_test(keeps_the_order_and_drops_repetitions),
		cmocka_unit_test(
			ambient_joins_the_other_sets_but_not_effective),
		cmocka_unit_test(
			all_is_every_capability_in_the_order_of_the_bits),
		cmocka_unit_test(the_label_comes_before_what_is_added),
		cmocka_unit_test(refuses_unknown_names),
		cmocka_unit_test(names_the_label_when_it_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
