/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_LOGS_H
#define IG_BUILD_LOGS_H

struct ig_err;
struct ig_plan;
struct ig_spec;
struct ig_tree;

/** ig_logs_check() - refuse `logs`, and `log` of a service, where init does
 * not know them. IG_ESPEC. */
int ig_logs_check(const struct ig_plan *plan, struct ig_err *err);

/** ig_logs_file() - what the guest reads of the section, into @tree. */
int ig_logs_file(struct ig_tree *tree, const struct ig_spec *spec,
		 struct ig_err *err);

#endif
