#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The tests of each example pass; what keeps data boots from a disk, twice.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

# passes ARGUMENT... - ingot test, which must
passes() {
    timeout 300 "$INGOT" test --arch "$ARCH" --accel tcg --patience 3 \
        --log console.log "$@" >out.txt 2>err.txt </dev/null || {
        cat out.txt err.txt >&2
        tail -n 50 console.log >&2
        fail "tests failed: $*"
    }
}

for example in "$SOURCE"/examples/*.yml; do
    case $example in
    */data.yml)
        passes --format raw --mem 512 "$example"
        expect_text out.txt '^ok .* kept$'
        expect_text console.log 'init: rebooting'
        ;;
    *) passes --mem 512 "$example" ;;
    esac
    ok "${example##*/}: $(tail -n 1 out.txt)"
done
