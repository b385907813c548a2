/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_JSONOUT_H
#define INIT_JSONOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One JSON object a line, into memory of a fixed size. Errors stick: when one
 * does not fit, jsonout_end() takes all of it back and tells.
 */
struct jsonout {
	char *buf; /* borrowed */
	size_t cap;
	size_t len; /* of whole lines */
	size_t at;  /* of the one under way */
	bool failed;
};

/** jsonout_begin() - "{" behind the lines that are there. */
void jsonout_begin(struct jsonout *out);

/** jsonout_text() - "key":"text"; bytes that are no UTF-8 become U+FFFD. */
void jsonout_text(struct jsonout *out, const char *key, const char *text,
		  size_t len);
void jsonout_word(struct jsonout *out, const char *key, const char *text);
void jsonout_int(struct jsonout *out, const char *key, int64_t value);
/** jsonout_ms() - @us microseconds as milliseconds with three digits. */
void jsonout_ms(struct jsonout *out, const char *key, int64_t us);
void jsonout_bool(struct jsonout *out, const char *key, bool value);

/** jsonout_end() - "}" and a line's end; false when it did not fit. */
bool jsonout_end(struct jsonout *out);

#endif
