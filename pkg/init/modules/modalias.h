/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_MODALIAS_H
#define INIT_MODALIAS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * modalias_match() - does a pattern of modules.alias match a device's alias?
 * @pat: borrowed, @plen bytes: '*', '?', "[abc]", "[a-z]", "[!x]"; anything
 * else stands for itself, and '-' and '_' are the same. @text: borrowed.
 * Cannot fail; a pattern that is malformed matches nothing. Time grows with
 * the product of both lengths at worst, never beyond.
 */
bool modalias_match(const char *pat, size_t plen, const char *text);

#endif
