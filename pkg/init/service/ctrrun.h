/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTRRUN_H
#define INIT_CTRRUN_H

#include "service/svc.h"

struct ctr;

/*
 * The children that do a container's slow work: start it and forget it.
 * A failure becomes an event of the container.
 */

/** ctrrun_start() - a child prepares the bundle and becomes the runtime. */
void ctrrun_start(struct ctr *c);

/** ctrrun_watch() - the runtime has ended well: learn the process id. */
void ctrrun_watch(struct ctr *c);

/** ctrrun_forget() - a child has the runtime forget an ended container. */
void ctrrun_forget(struct ctr *c);

/** ctrrun_failure() - the event for a start that failed. */
enum svc_event ctrrun_failure(const struct ctr *c);

#endif
