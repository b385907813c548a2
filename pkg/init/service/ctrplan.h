/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTRPLAN_H
#define INIT_CTRPLAN_H

#include "service/svc.h"

struct ctr;
struct ctr_list;

/**
 * ctrplan_read() - read ingot.json of every bundle in @list, and find whom
 * each waits for. What cannot be read is said, and counts as not there.
 */
void ctrplan_read(struct ctr_list *list);

/** ctrplan_order() - svc_order() over all that @c waits for. */
enum svc_order ctrplan_order(const struct ctr *c);

/**
 * ctrplan_verdict() - svc_verdict() for an ended @c; EV_CLEANED when nothing
 * is started any more. Begins a new row after a long run.
 */
enum svc_event ctrplan_verdict(struct ctr *c);

/** ctrplan_wait() - count a restart, say when it will be. Returns its time. */
int64_t ctrplan_wait(struct ctr *c);

/** ctrplan_say_given_up() - say why @c is not started, or not again. */
void ctrplan_say_given_up(const struct ctr *c);

#endif
