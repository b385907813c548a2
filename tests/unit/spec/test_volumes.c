/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#define VOLUMES	  "volumes: [{name: rw}, {name: ro, readonly: true}]\n"
#define SVC(rest) VOLUMES "services: [{name: s, image: i, " rest "}]\n"

static void rewrites_volume_names_to_their_paths(void **state)
{
	IG_AUTO(ig_spec_freep)
	struct ig_spec *spec = spec_of(
		"services: [{name: s, image: i, binds: ['rw:/a', '/h:/b:ro', 'ro:/c:ro', bad],"
		" binds.add: ['rw:/d:rshared'],"
		" mounts: [{type: bind, source: ro, destination: /e, options: [rbind, ro, rw]},"
		" {type: tmpfs, source: rw}]}]\n");
	struct ig_err err = { 0 };
	const struct ig_entry *e = &spec->services.v[0];

	(void)state;
	/* volumes of a later file serve as well */
	assert_int_equal(add(spec, "b.yml", VOLUMES, &err), 0);
	for (int twice = 0; twice < 2; twice++) {
		assert_int_equal(ig_spec_finish(spec, &err), 0);
		assert_string_equal(e->binds.v[0],
				    "/containers/volumes/rw/merged:/a");
		assert_string_equal(e->binds.v[1], "/h:/b:ro");
		assert_string_equal(e->binds.v[2],
				    "/containers/volumes/ro/merged:/c:ro");
		assert_string_equal(e->binds.v[3], "bad");
		assert_string_equal(e->binds_add.v[0],
				    "/containers/volumes/rw/merged:/d:rshared");
		assert_string_equal(e->mounts.v[0].source,
				    "/containers/volumes/ro/merged");
		assert_string_equal(e->mounts.v[1].source, "rw");
	}
}

static void refuses_wrong_references(void **state)
{
	static const struct spec_case cases[] = {
		{ SVC("binds: ['none:/a']"), IG_ESPEC,
		  "a.yml:2:12: 's': binds: volume 'none' is not declared" },
		{ SVC("binds: ['r:/a']"), IG_ESPEC, "volume 'r' is not" },
		{ SVC("binds: ['rwx:/a']"), IG_ESPEC, "volume 'rwx' is not" },
		{ SVC("binds: [':/a']"), IG_ESPEC, "volume '' is not" },
		{ SVC("binds: ['ro:/a']"), IG_ESPEC,
		  "volume 'ro' is read-only" },
		{ SVC("binds.add: ['ro:/a:rw']"), IG_ESPEC,
		  "'s': binds.add: volume 'ro' is read-only" },
		{ SVC("binds: ['ro:/a:ro,rshared']"), IG_ESPEC,
		  "is read-only" },
		{ SVC("mounts: [{type: bind, source: ro, destination: /a}]"),
		  IG_ESPEC, "'s': mounts: volume 'ro' is read-only" },
		{ SVC("mounts: [{type: bind, source: x, destination: /a}]"),
		  IG_ESPEC, "a.yml:2:41: 's': mounts: volume 'x' is not" },
		{ SVC("mounts: [{type: bind, destination: /a}]"), IG_ESPEC,
		  "a bind mount needs a source" },
		{ SVC("uid: nobody"), IG_ESPEC,
		  "a.yml:2:37: 's': uid: no container is named 'nobody'" },
		{ SVC("gid: '1000'"), IG_ESPEC, "'s': gid: '1000' in quotes" },
		{ SVC("additionalGids: [1, x]"), IG_ESPEC,
		  "additionalGids: no container is named 'x'" },
		{ SVC("uid: s, gid: root, additionalGids: ['']"), IG_OK, NULL },
		{ "files: [{path: a, contents: x, uid: t}]\n", IG_ESPEC,
		  "a.yml:1:37: uid: no container is named 't'" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_spec_freep)
		struct ig_spec *spec = spec_of(cases[i].text);
		struct ig_err err = { 0 };

		check_err(&cases[i], ig_spec_finish(spec, &err), &err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rewrites_volume_names_to_their_paths),
		cmocka_unit_test(refuses_wrong_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
