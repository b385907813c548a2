/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TEST_SUITE_SUPPORT_H
#define IG_TEST_SUITE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#include "suite_internal.h"

#endif
