#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Under Secure Boot a disk signed with the firmware's key boots to its page,
# and one without a signature is refused.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

SNAKEOIL=/usr/share/ovmf/PkKek-1-snakeoil
need_uefi
need_file $SNAKEOIL.key $SNAKEOIL.pem
need openssl

# secure_start FILE PORT
secure_start() {
    qemu_machine secure
    qemu_attach virtio "$1" "$2"
    qemu_start
}

openssl pkey -in "$SNAKEOIL.key" -passin pass:snakeoil -out key.pem
mkdir signed plain
ingot_build --format raw-efi --dir signed --sign-key key.pem \
    --sign-cert "$SNAKEOIL.pem" "$SOURCE/examples/web.yml"
ingot_build --format raw-efi --dir plain "$SOURCE/examples/web.yml"
cmp signed/web-measurements.json plain/web-measurements.json
ok "built"

port=$(free_port)
secure_start signed/web-efi.img "$port"
guest_page "$port"
stop_pid "$guest"
ok "signed: the page is served"

# refused NAME FILE - the firmware stays, and asks for something else to boot
refused() {
    local port tries
    port=$(free_port)
    secure_start "$2" "$port"
    for ((tries = 0; tries < 40; tries++)); do
        if curl -sf -m 1 -o page.html "http://127.0.0.1:$port/"; then
            fail "$1: the page came"
        fi
        grep -Eaq 'Access Denied|Security Violation' console.log && break
        kill -0 "$guest" 2>/dev/null || fail "QEMU ended: $(cat run.log)"
        sleep 1
    done
    stop_pid "$guest"
    expect_no_text console.log 'init: |Linux version'
    ok "$1: refused ($(grep -Eaio 'Access Denied|Security Violation' \
        console.log | head -n 1))"
}

refused "without a signature" plain/web-efi.img

# A byte in the middle of the kernel image, far behind its headers.
cp signed/web-efi.img altered.img
flip_byte altered.img $((10 << 20))
refused "with another byte" altered.img
