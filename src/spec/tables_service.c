/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

static const char *const restart_words[] = { "always", "on-failure", "never",
					     NULL };

static const struct ig_field restart_fields[] = {
	{ .key = "policy",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_restart, policy),
	  .words = restart_words },
	{ .key = "delay",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_restart, delay),
	  .check = ig_check_delay },
	IG_NUMBER("limit", IG_K_OPT_INT, struct ig_restart, limit, 1000000),
	IG_FIELDS_END
};
const struct ig_object ig_schema_restart = {
	.size = sizeof(struct ig_restart),
	.fields = restart_fields,
	.brief = "policy",
	.check = ig_check_restart,
};

static const struct ig_field stop_fields[] = {
	{ .key = "signal",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_stop, signal),
	  .check = ig_check_signal },
	{ .key = "grace",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_stop, grace),
	  .check = ig_check_grace },
	IG_FIELDS_END
};
const struct ig_object ig_schema_stop = {
	.size = sizeof(struct ig_stop),
	.fields = stop_fields,
	.check = ig_check_stop,
};
