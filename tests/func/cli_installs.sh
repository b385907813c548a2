#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What "cmake --install" puts where.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need cmake
build=$(dirname "$INGOT")/../..
[ -f "$build/cmake_install.cmake" ] || skip "$INGOT is in no build folder"

expect_status 0 cmake --install "$build" --prefix there
expect_status 0 there/bin/ingot version
for page in "$FUNC"/../../docs/man/*.?; do
	expect_same "$page" "there/share/man/man${page##*.}/${page##*/}"
done
ok "the program and its man pages"
for kind in pkg/init kernel/debian-cloud; do
	[ -f "there/share/ingot/$kind/build.yml" ] || fail "no $kind"
done
ok "packages and kernels"
