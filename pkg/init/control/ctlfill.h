/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLFILL_H
#define INIT_CTLFILL_H

#include <stdbool.h>
#include <stddef.h>

struct ctlclient;

/** ctlfill_begin() - take a client's request: @len bytes without the end. What
 * is wrong with it is its answer. */
void ctlfill_begin(struct ctlclient *c, const char *line, size_t len);

/** ctlfill() - of the answer under way, what fits into the room for it; what
 * was there is sent. False when there is nothing to say. */
bool ctlfill(struct ctlclient *c);

#endif
