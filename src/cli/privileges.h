/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_PRIVILEGES_H
#define IG_CLI_PRIVILEGES_H

#include <stdbool.h>

struct ig_err;
struct ig_plan;

/** cli_privileges() - tell which containers may do more because of their
 * image's label: what, when anything of the image is @fresh or the user wants
 * to know more, else their names. @strict refuses the first of them. */
int cli_privileges(const struct ig_plan *plan, bool fresh, bool strict,
		   struct ig_err *err);

#endif
