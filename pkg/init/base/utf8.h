/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_UTF8_H
#define INIT_UTF8_H

#include <stddef.h>

/** utf8_char() - bytes of the character at @p, of @left > 0 bytes; 0: there is
 * none (RFC 3629, 4). */
size_t utf8_char(const char *p, size_t left);

/** What stands for a byte that belongs to none: U+FFFD. */
#define UTF8_LOST "\xef\xbf\xbd"

#endif
