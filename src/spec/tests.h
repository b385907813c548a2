/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_TESTS_PRIV_H
#define IG_SPEC_TESTS_PRIV_H

#include "schema.h"

extern const struct ig_object ig_schema_test; /* struct ig_test */

/** ig_check_tests() - the names in all tests: of services and steps that
 * there are. Notes the steps' places. */
int ig_check_tests(struct ig_walk *walk, struct ig_spec *spec);

int ig_check_test_name(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node);
int ig_check_test_within(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node);
int ig_check_test_regex(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node);
int ig_check_test_url(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node);
int ig_check_test_host(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node);
int ig_check_test_path(struct ig_walk *walk, const struct ig_path *path,
		       const struct ig_ynode *node);
int ig_check_test_exec(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path);
int ig_check_test_exit(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path);
int ig_check_test(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path);

#endif
