/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_SERVICE_H
#define IG_SPEC_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <ingot/spec_base.h>

/*
 * What is wanted of entries beyond LinuxKit's keys. Times stand as written
 * ("1s", "500ms"; NULL: the default) and in milliseconds (0: the default).
 */

/* What happens when a service has ended. */
struct ig_restart {
	bool set;
	const char *policy; /* "always", "on-failure" or "never" */
	const char *delay;
	int64_t delay_ms;
	struct ig_opt_int limit; /* restarts in a row; 0: any number */
};

/* How a service is told to end. */
struct ig_stop {
	bool set;
	const char *signal; /* "TERM"; NULL: the default */
	const char *grace;
	int64_t grace_ms;
};

/* When a service counts as ready: exactly one of port, file, exec, http. */
struct ig_ready {
	bool set;
	struct ig_opt_int port;
	const char *file; /* in the container's root */
	struct ig_strs exec;
	struct ig_ready_http {
		bool set;
		struct ig_opt_int port;
		const char *path; /* NULL: "/" */
		struct ig_opt_int status;
	} http;
	const char *interval, *timeout, *within;
	int64_t interval_ms, timeout_ms, within_ms;
};

/* What an entry may use at most. They take the place of `resources`. */
struct ig_limits {
	bool set;
	const char *memory; /* as written: "256M"; NULL: any */
	uint64_t memory_bytes;
	struct ig_opt_int pids;
	const char *cpus; /* as written: "1.5"; NULL: all */
	uint64_t cpus_hundredths;
};

#endif
