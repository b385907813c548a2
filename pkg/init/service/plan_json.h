/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_PLAN_JSON_H
#define INIT_PLAN_JSON_H

#include "base/json.h"

#define FIELDS(a) (a), sizeof(a) / sizeof((a)[0])

/** plan_read_ms() - milliseconds, 1 to @most, into microseconds. */
int plan_read_ms(struct json *j, int64_t *out, int64_t most);

#endif
