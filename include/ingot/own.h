/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_OWN_H
#define IG_OWN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Ownership that the reader can see: a local that owns is marked
 * ig_autofree, ig_autofd or IG_AUTO(donep); a move is spelled ig_take().
 */

void ig_freep(void *pp);  /* free(*(void **)pp), keeps errno */
void ig_closep(int *fdp); /* close(*fdp) unless -1, keeps errno */

#define IG_AUTO(donep) __attribute__((cleanup(donep)))
#define ig_autofree    IG_AUTO(ig_freep)
#define ig_autofd      IG_AUTO(ig_closep)

/** ig_take() - the pointer behind @pp, which becomes NULL. */
#define ig_take(pp)                                                            \
	(__extension__({                                                       \
		__typeof__(*(pp)) ig_taken_ = *(pp);                           \
		*(pp) = NULL;                                                  \
		ig_taken_;                                                     \
	}))

/** ig_take_fd() - the descriptor behind @fdp, which becomes -1. */
int ig_take_fd(int *fdp);

#define IG_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** ig_add_overflow(), ig_mul_overflow() - checked; nonzero when it overflows.
 */
#define ig_add_overflow(a, b, out) __builtin_add_overflow(a, b, out)
#define ig_mul_overflow(a, b, out) __builtin_mul_overflow(a, b, out)

#endif
