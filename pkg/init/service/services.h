/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SERVICES_H
#define INIT_SERVICES_H

struct ctr;
struct ctr_list;

/** services_start() - start what need not wait for another any more. */
void services_start(struct ctr_list *services);

/** services_failed() - one that was given up and takes the machine with it;
 * NULL: none. */
const struct ctr *services_failed(const struct ctr_list *services);

#endif
