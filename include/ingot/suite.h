/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SUITE_H
#define IG_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_buf;
struct ig_err;
struct ig_run;
struct ig_spec;
struct ig_test;

/*
 * The tests of a spec, on a machine that was booted from its image. The guest
 * may be an attacker: what it says is bounded, and never printed as it is.
 */

#define IG_SUITE_REASON 240
#define IG_SUITE_WITHIN 60 /* seconds, for a test that says no time */

struct ig_result {
	const struct ig_test *test; /* of the spec, borrowed */
	bool passed;
	int64_t ms; /* from power-on to the verdict */
	/* Why it failed: one line of printable UTF-8; "" when it passed. */
	char reason[IG_SUITE_REASON];
};

struct ig_suite {
	size_t n;
	struct ig_result *v; /* in the order of the spec */
	int64_t ms;	     /* all together */
};

struct ig_suite_opts {
	/* What to boot. Its network has to be there; ports, channels, monitor,
	 * watch, log, time and quiet are set here. */
	const struct ig_run *run;
	unsigned timeout_s; /* for all of it; 0: none */
	unsigned patience;  /* each `within` is multiplied by it; 0: 1 */
	const char *log;    /* file for the console of all boots, or NULL */
	/* A test has its verdict; one at a time, on any thread. */
	void (*say)(void *ctx, const struct ig_result *result);
	void *ctx;
};

/**
 * ig_suite_run() - boot, run the tests that do not come after a reboot side by
 * side, reboot, run the others. No QEMU is left over in any case.
 * @out: every test has its result, also when the machine ended early. Free
 * with ig_suite_done().
 * Fails with IG_ENOENT without QEMU, IG_ECANCEL on a signal, IG_ESYS.
 */
int ig_suite_run(struct ig_suite *out, const struct ig_spec *spec,
		 const struct ig_suite_opts *opts, struct ig_err *err);
void ig_suite_done(struct ig_suite *suite); /* accepts the empty value */

/** ig_suite_failed() - how many did not pass. */
size_t ig_suite_failed(const struct ig_suite *suite);

/* For reports. */
struct ig_suite_about {
	const char *name, *arch, *format;
	const char *log; /* of the console; NULL: not kept */
};

/** ig_suite_junit(), ig_suite_json() - the results as JUnit's XML and as one
 * JSON document. */
int ig_suite_junit(struct ig_buf *out, const struct ig_suite *suite,
		   const struct ig_suite_about *about, struct ig_err *err);
int ig_suite_json(struct ig_buf *out, const struct ig_suite *suite,
		  const struct ig_suite_about *about, struct ig_err *err);

#endif
