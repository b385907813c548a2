#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# examples/minimal.yml: the console has a root shell, and poweroff typed there
# ends the guest; ingot-ctl works from it.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

ingot_build "$SOURCE/examples/minimal.yml"
mkfifo keys
# A terminal for ingot run: only then do keys go to the guest.
timeout 200 script -qefc "$INGOT run minimal --arch $ARCH --accel tcg --mem 256 \
    --timeout 120 --console-log console.log" /dev/null <keys >screen 2>&1 &
run=$!
exec 9>keys
for _ in $(seq 1200); do
    grep -q 'root\|~#' console.log 2>/dev/null &&
        grep -q 'init: boot:' console.log && break
    kill -0 "$run" 2>/dev/null || break
    sleep 0.1
done
sleep 2
# shellcheck disable=SC2016
printf 'echo the-sum-is-$((40+2))\r' >&9
sleep 2
printf 'ingot-ctl status getty\r' >&9
sleep 2
printf 'poweroff\r' >&9
status=0
wait "$run" || status=$?
exec 9>&-
[ "$status" -eq 0 ] || {
    tail -n 40 console.log >&2
    fail "the guest did not power off: $status"
}
expect_text console.log 'the-sum-is-42'
expect_text console.log '^service +getty +up +[0-9]+ '
ok "a shell on the console, ingot-ctl and poweroff from it"
