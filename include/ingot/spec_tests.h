/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_TESTS_H
#define IG_SPEC_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec_base.h>

/*
 * What a machine that was booted from the image must do: `ingot test`. Texts
 * called regex are POSIX extended regular expressions that compile; "^" and
 * "$" are those of a line.
 */

#define IG_TESTS_MAX 200

enum ig_test_kind {
	IG_TEST_HTTP,
	IG_TEST_TCP,
	IG_TEST_CONSOLE,
	IG_TEST_EXEC,
	IG_TEST_EXIT,
	IG_TEST_FILE,
	IG_TEST_MEMORY,
	IG_TEST_KINDS
};
extern const char *const ig_test_kinds[IG_TEST_KINDS]; /* "http", "tcp", … */

struct ig_test_http {
	bool set;
	int64_t port;		  /* of the guest */
	const char *path;	  /* NULL: "/" */
	const char *host;	  /* for the header Host; NULL: the address */
	struct ig_opt_int status; /* not set: 200 */
	const char *body;	  /* regex, or NULL */
};

struct ig_test_tcp {
	bool set;
	int64_t port; /* of the guest */
};

/* A command in a service's container. */
struct ig_test_exec {
	bool set;
	struct ig_pos pos; /* of the service's name */
	const char *service;
	struct ig_strs command;
	struct ig_opt_int code; /* not set: 0 */
	const char *output;	/* regex, or NULL */
};

/* How a step or a service ended. */
struct ig_test_exit {
	bool set;
	struct ig_pos onboot_pos, service_pos; /* of the name */
	const char *onboot, *service;	       /* one of them */
	size_t step;		/* onboot's place, by ig_spec_finish() */
	struct ig_opt_int code; /* not set: 0 */
};

struct ig_test_file {
	bool set;
	struct ig_pos pos;    /* of the service's name */
	const char *service;  /* NULL: the machine's root */
	const char *path;     /* absolute */
	const char *contents; /* regex, or NULL */
	const char *mode;     /* octal text, or NULL */
};

/* Of the machine, when its other tests are done. */
struct ig_test_memory {
	bool set;
	const char *below; /* as written: "128M" */
	uint64_t bytes;	   /* the same */
};

struct ig_test {
	struct ig_pos pos;
	const char *name;
	enum ig_test_kind kind;
	const char *within; /* as written: "20s"; NULL: the default */
	int64_t within_ms;  /* the same, from power-on */
	bool after_reboot;
	struct ig_test_http http; /* the one of kind is set */
	struct ig_test_tcp tcp;
	const char *console; /* regex, or NULL */
	struct ig_test_exec exec;
	struct ig_test_exit exit;
	struct ig_test_file file;
	struct ig_test_memory memory;
};

struct ig_tests {
	size_t n;
	struct ig_test *v;
};

/** ig_tests_agent() - the first test that the guest's agent has to help
 * with; NULL: none. Then the image has no agent that runs. */
const struct ig_test *ig_tests_agent(const struct ig_tests *tests);

/** ig_tests_reboot() - does one of them come after a reboot? */
bool ig_tests_reboot(const struct ig_tests *tests);

#endif
