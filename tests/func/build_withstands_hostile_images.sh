#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Hostile images: refused or made as expected.json tells, in bounded memory and
# time, and nothing outside the output is touched.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

echo canary >canary
make_images layout --set hostile --bomb-mib 300 --bomb-files 50000
# Documents that nobody can read are left out, with a warning.
expect_status 0 timeout 120 "$INGOT" cache import layout
mv stderr import.log
expect_text import.log 'warning'
expect_no_text import.log "$(printf '[\001-\010\013-\037]')"

# shellcheck disable=SC2034 # read by judge.sh
sanitized || limit=1500000
# shellcheck source-path=SCRIPTDIR source=judge.sh
. "$FUNC/judge.sh"
judge_all layout/expected.json
ok "$judged images"
[ "$judged" -gt 100 ] || fail "only $judged images"
[ "$(cat canary)" = canary ] || fail "the canary was touched"
expect_missing "$TMP/../pwn" /tmp/pwn /tmp/canary/pwn
no_leftovers out cache
