/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_STR_H
#define IG_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;

/** ig_strcopy() - a malloc()ed copy of @len bytes with a NUL behind, or NULL.
 * Unlike strndup() it never reads for a NUL in @text. */
char *ig_strcopy(const char *text, size_t len);
/** ig_strdup() - malloc()ed copy; NULL and @err filled when memory is gone. */
char *ig_strdup(const char *text, struct ig_err *err);
/** ig_format() - printf into malloc()ed memory; NULL with @err on failure. */
char *ig_format(struct ig_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

bool ig_starts(const char *text, const char *prefix);
bool ig_ends(const char *text, const char *suffix);
bool ig_streq(const char *a, const char *b); /* NULL equals only NULL */

/** ig_utf8_ok() - whether @len bytes are valid UTF-8 without NUL. */
bool ig_utf8_ok(const char *text, size_t len);
/** ig_utf8_char() - bytes of the valid UTF-8 character that @text, which ends
 * in NUL, begins with; 0 when there is none. */
size_t ig_utf8_char(const char *text);
/** ig_utf8_shown() - the same for one that a terminal can be given: 0 also for
 * what controls it, ends a line or turns its direction. */
size_t ig_utf8_shown(const char *text);

/** ig_parse_u64() - all of @text as a decimal number; no sign, no space. */
int ig_parse_u64(uint64_t *out, const char *text, struct ig_err *err);

/** ig_word() - where in @text a word starts that begins with @begins; words
 * are what blanks separate. NULL when there is none, or no @text. */
const char *ig_word(const char *text, const char *begins);
/** ig_parse_size() - "512M", "4G", "4GiB" (powers of 1024: K, M, G, T) as
 * bytes, from 1 to 1024T; a number alone counts @bare bytes, and is refused
 * when that is 0. IG_EUSAGE with a message that says how to write it. */
int ig_parse_size(uint64_t *out, const char *text, uint64_t bare,
		  struct ig_err *err);
/** ig_source_date() - SOURCE_DATE_EPOCH of the environment, @unset without.
 * Fails with IG_EUSAGE unless it is a number of seconds from 0 to 4294967295:
 * dates that every format can hold. */
int ig_source_date(int64_t *out, int64_t unset, struct ig_err *err);
/** ig_nearest() - the word of @words (NULL-ended) most like @text, when it is
 * near enough to be a typo, else NULL. Borrowed from @words. */
const char *ig_nearest(const char *text, const char *const *words);

/** ig_hex() - 2 * @len lower-case digits and a NUL to @out. */
void ig_hex(char *out, const unsigned char *bytes, size_t len);

/** ig_size_text() - "12.3 MB" (decimal) into @out of 16 bytes. Returns @out. */
char *ig_size_text(char out[16], uint64_t bytes);

#endif
