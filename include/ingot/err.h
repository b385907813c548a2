/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_ERR_H
#define IG_ERR_H

/*
 * Errors. Every function that can fail takes a `struct ig_err *` as its last
 * argument, never NULL, and returns 0 or a value on success, -1 or NULL on
 * failure with the error filled; never one without the other.
 *
 * Raise once, where the cause is known. Wrap only where a name is known that
 * the callee did not know (a file, a digest, a service, a key's path).
 */

enum ig_code {
	IG_OK = 0,
	IG_EUSAGE,  /* the command line is wrong: exit status 2 */
	IG_ESPEC,   /* the appliance spec or a label is wrong */
	IG_ENOENT,  /* a named thing does not exist */
	IG_ENET,    /* a registry did not answer, or not as it must */
	IG_EDIGEST, /* bytes are not what their digest or size promised */
	IG_EFORMAT, /* bytes are not in the format that they claim */
	IG_ELIMIT,  /* one of our own limits was passed */
	IG_ESYS,    /* the operating system said no: see .sys */
	IG_ECANCEL, /* stopped by a signal or because a sibling failed */
};

/* Lives on the caller's stack: nothing to free, works when memory is gone. */
struct ig_err {
	enum ig_code code;
	int sys; /* errno, or 0 */
	char msg[480];
};

/** ig_fail() - fill @err. Returns -1. The message is cut at its limit. */
int ig_fail(struct ig_err *err, enum ig_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** ig_fail_sys() - as ig_fail(), code IG_ESYS, adds ": strerror". */
int ig_fail_sys(struct ig_err *err, int sys, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** ig_fail_mem() - memory is gone. Returns -1. */
int ig_fail_mem(struct ig_err *err);

/**
 * ig_wrap() - put "context: " in front of the message that is there.
 * When both do not fit, the context is cut, not the cause. Returns -1.
 */
int ig_wrap(struct ig_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** ig_err_clear() - make @err the empty error. */
void ig_err_clear(struct ig_err *err);

/* The analyzer sees one .c file at a time: tell it what these return. */
#ifdef __clang_analyzer__
#define ig_fail(...)	 ((void)ig_fail(__VA_ARGS__), -1)
#define ig_fail_sys(...) ((void)ig_fail_sys(__VA_ARGS__), -1)
#define ig_fail_mem(...) ((void)ig_fail_mem(__VA_ARGS__), -1)
#define ig_wrap(...)	 ((void)ig_wrap(__VA_ARGS__), -1)
#endif

#endif
