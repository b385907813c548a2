/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_SERVICE_TABLES_H
#define IG_SPEC_SERVICE_TABLES_H

#include "schema.h"

/* Our keys of entries. */

extern const struct ig_object ig_schema_restart;  /* struct ig_restart */
extern const struct ig_object ig_schema_stop;	  /* struct ig_stop */
extern const struct ig_object ig_schema_ready;	  /* struct ig_ready */
extern const struct ig_object ig_schema_limits;	  /* struct ig_limits */
extern const struct ig_object ig_schema_watchdog; /* struct ig_watchdog */

int ig_check_delay(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node);
int ig_check_grace(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node);
int ig_check_signal(struct ig_walk *walk, const struct ig_path *path,
		    const struct ig_ynode *node);
int ig_check_restart(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path);
int ig_check_stop(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path);
/** ig_check_timeout() - a time that a step may take. */
int ig_check_timeout(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node);
/** ig_check_step() - an onboot or onshutdown entry as a whole. */
int ig_check_step(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path);

/** ig_check_order() - `after` and `requires` of all services: names that
 * there are, without a circle. */
int ig_check_order(struct ig_walk *walk, const struct ig_entries *services);
/** ig_check_steps() - `after` of all onboot entries: names of entries before
 * them. Fills in whose folders they are, in @arena. */
int ig_check_steps(struct ig_walk *walk, struct ig_entries *onboot,
		   struct ig_arena *arena);

#endif
