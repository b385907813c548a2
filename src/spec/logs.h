/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_LOGS_PRIV_H
#define IG_SPEC_LOGS_PRIV_H

#include "schema.h"

extern const struct ig_object ig_schema_logs; /* struct ig_logs */

/** ig_merge_logs() - what @more says goes before what @logs says. */
void ig_merge_logs(struct ig_logs *logs, const struct ig_logs *more);

#endif
