#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# examples/web.yml boots, serves its page, and powers off when it is asked to.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

ingot_build "$SOURCE/examples/web.yml"
ok "built"
mkdir again
ingot_build --dir again "$SOURCE/examples/web.yml" 2>again.log
expect_text again.log '^0 parts made'
cmp web-initrd.img again/web-initrd.img
ok "a second build makes no part and the same bytes"

port=$(free_port)
guest_start web --mem 256 --publish "$port:80" --timeout 200
guest_page "$port"
grep -qi ingot page.html || fail "this is another page"
ok "the page is served, with 256 MiB"
# init looks for the page by itself, a moment later
wait_for 30 grep -q 'init: boot:' console.log || fail "it was never booted"
kill -TERM "$guest"
guest_end 0
ok "asked to, the guest powered off"
expect_text console.log 'network: uplink: eth0: 10.0.2.15/24 by DHCP'
expect_text console.log 'init: boot: kernel [0-9.]+ s, .*up [0-9.]+ s'
expect_text console.log 'init: service nginx: ended with code 0'
expect_text console.log 'init: powering off'
