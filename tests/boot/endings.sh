#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ingot run says how a guest ended: panic, damaged initrd, time-out, and leaves
# no QEMU behind when it is killed.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

ingot_build "$SOURCE/examples/web.yml"

cp web-kernel panic-kernel
cp web-initrd.img panic-initrd.img
printf '%s' "console=ttyS0 quiet rdinit=/nothing panic=5" >panic-cmdline
guest_start panic --mem 256 --timeout 60
guest_end 3
ok "a panic is exit status 3"

cp web-kernel cut-kernel
cp web-cmdline cut-cmdline
head -c -300 web-initrd.img >cut-initrd.img
guest_start cut --mem 512 --timeout 60
guest_end 6
ok "an initrd that is cut is exit status 6"

guest_start web --mem 256 --timeout 2
guest_end 4
ok "a time-out is exit status 4"

guest_start web --mem 256 --timeout 60
for _ in $(seq 100); do
    qemu=$(pgrep -P "$guest" -f qemu-system || true)
    [ -n "$qemu" ] && break
    sleep 0.1
done
[ -n "$qemu" ] || fail "there is no QEMU below ingot run"
kill -KILL "$guest"
wait "$guest" 2>/dev/null || true
for _ in $(seq 50); do
    [ ! -d "/proc/$qemu" ] && break
    grep -q '^State:.*Z' "/proc/$qemu/status" 2>/dev/null && break
    sleep 0.1
done
if [ -d "/proc/$qemu" ] &&
    ! grep -q '^State:.*Z' "/proc/$qemu/status"; then
    fail "QEMU outlived ingot run"
fi
ok "no QEMU is left when ingot run is killed"
