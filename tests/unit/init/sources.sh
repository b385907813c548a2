#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# CMake must name the sources that are there, and both recipes their folders.
set -eu
cd "$1"
there=$(printf '%s\n' *.c */*.c | LC_ALL=C sort)
cmake=$(grep -v '^#' CMakeLists.txt | grep -oE '(^|[ 	])[a-z0-9_/]+\.c' |
	tr -d ' \t' | LC_ALL=C sort)
diff <(echo "$there") <(echo "$cmake") || { echo "CMakeLists.txt differs"; exit 1; }
folders=$(printf '%s\n' main.c */ | sed 's,/$,/*.c,' | LC_ALL=C sort)
for recipe in build.yml ../bootloader/build.yml; do
	named=$(grep -oE '^ +- [a-z0-9_]+(/[*])?[.]c$' "$recipe" | tr -d ' -' |
		LC_ALL=C sort)
	diff <(echo "$folders") <(echo "$named") ||
		{ echo "$recipe differs"; exit 1; }
done
