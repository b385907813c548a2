#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The recipe and CMake must name the sources that are there.
set -eu
cd "$1"
there=$(printf '%s\n' *.c */*.c | sort)
recipe=$(grep -oE '^ +- [a-z0-9_/]+\.c$' build.yml | tr -d ' -' | sort)
cmake=$(grep -v '^#' CMakeLists.txt | grep -oE '(^|[ 	])[a-z0-9_/]+\.c' | tr -d ' \t' | sort)
diff <(echo "$there") <(echo "$recipe") || { echo "build.yml differs"; exit 1; }
diff <(echo "$there") <(echo "$cmake") || { echo "CMakeLists.txt differs"; exit 1; }
