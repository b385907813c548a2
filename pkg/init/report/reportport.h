/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_REPORTPORT_H
#define INIT_REPORTPORT_H

#include <stdbool.h>
#include <stddef.h>

/** reportport_send() - @len bytes, a record, to the virtio port, at once or
 * when it takes them. What is too much is dropped and counted. */
void reportport_send(const char *text, size_t len);

/** reportport_lost() - how many records were dropped since the last call. */
unsigned reportport_lost(void);

/** reportport_drain() - wait until the port has taken all, 200 ms at most. */
void reportport_drain(void);

#endif
