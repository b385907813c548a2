#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The tests of each example pass; those of the page's also from a disk, and
# after a reboot from it.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

# passes ARGUMENT... - ingot test, which must
passes() {
    timeout 300 "$INGOT" test --accel tcg --patience 3 --log console.log "$@" >out.txt \
        2>err.txt </dev/null || {
        cat out.txt err.txt >&2
        tail -n 50 console.log >&2
        fail "tests failed: $*"
    }
}

for example in "$SOURCE"/examples/*.yml; do
    case $example in
    */web.yml)
        cat >again.yml <<'YAML'
tests:
  - name: again
    after-reboot: true
    http: {port: 80, status: 200}
YAML
        passes --format raw --mem 512 "$example" again.yml
        expect_text out.txt '^ok .* again$'
        expect_text console.log 'init: powering off'
        ;;
    *) passes --mem 512 "$example" ;;
    esac
    ok "${example##*/}: $(tail -n 1 out.txt)"
done
