/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLANSWER_H
#define INIT_CTLANSWER_H

#include "service/svc.h"

#include <stdbool.h>
#include <stdint.h>

struct ctr;
struct jsonout;
struct ring_record;

/* The lines that the control socket answers with. All but false: it fits. */

bool ctlanswer_ctr(struct jsonout *out, const struct ctr *c);
bool ctlanswer_line(struct jsonout *out, const struct ring_record *rec);
bool ctlanswer_lost(struct jsonout *out, uint64_t lost);
bool ctlanswer_ok(struct jsonout *out);
bool ctlanswer_system(struct jsonout *out, enum sys_state state, int64_t now);
/** @why: a word behind it is put in quotes, or NULL. */
bool ctlanswer_error(struct jsonout *out, const char *why, const char *word);

#endif
