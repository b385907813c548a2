/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_GLOB_H
#define IG_GLOB_H

#include <stdbool.h>

/**
 * ig_glob() - whether @path matches @pattern: "*", "?" and "[a-z]" stay in a
 * component, "**" crosses slashes (behind "a/": all below a), a backslash
 * takes the next character as it is. Slashes in front of both mean nothing.
 * Time: at most the square of the lengths.
 */
bool ig_glob(const char *pattern, const char *path);

#endif
