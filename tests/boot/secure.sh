#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Under Secure Boot a disk signed with the firmware's key boots to its page,
# and one without a signature is refused.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

CODE=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd
VARS=/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd
SNAKEOIL=/usr/share/ovmf/PkKek-1-snakeoil
for file in "$CODE" "$VARS" "$SNAKEOIL.key" "$SNAKEOIL.pem"; do
    [ -f "$file" ] || skip "there is no $file"
done
need openssl

# secure_start FILE PORT
secure_start() {
    cp "$VARS" vars.fd
    : >console.log
    : >run.log
    # shellcheck disable=SC2054
    local args=(-accel tcg -machine q35,smm=on -m 512 -nodefaults
        -display none -no-reboot -serial file:console.log
        -global driver=cfi.pflash01,property=secure,value=on
        -global ICH9-LPC.disable_s3=1
        -drive "if=pflash,format=raw,readonly=on,file=$CODE"
        -drive if=pflash,format=raw,file=vars.fd
        -drive "file=$1,format=raw,if=virtio,readonly=on"
        -netdev "user,id=net0,hostfwd=tcp:127.0.0.1:$2-:80"
        -device virtio-net-pci,netdev=net0,romfile=)
    timeout 150 qemu-system-x86_64 "${args[@]}" >qemu.log 2>&1 &
    guest=$!
}

openssl pkey -in "$SNAKEOIL.key" -passin pass:snakeoil -out key.pem
mkdir signed plain
"$INGOT" build --format raw-efi --dir signed --sign-key key.pem \
    --sign-cert "$SNAKEOIL.pem" "$SOURCE/examples/web.yml"
"$INGOT" build --format raw-efi --dir plain "$SOURCE/examples/web.yml"
cmp signed/web-measurements.json plain/web-measurements.json
ok "built"

port=$(free_port)
secure_start signed/web-efi.img "$port"
guest_page "$port"
stop_pid "$guest"
ok "signed: the page is served"

# The firmware stays, and asks for something else to boot.
port=$(free_port)
secure_start plain/web-efi.img "$port"
for ((tries = 0; tries < 40; tries++)); do
    if curl -sf -m 1 -o page.html "http://127.0.0.1:$port/"; then
        fail "without a signature the page came"
    fi
    grep -Eaq 'Access Denied|Security Violation' console.log && break
    kill -0 "$guest" 2>/dev/null || fail "QEMU ended: $(cat qemu.log)"
    sleep 1
done
stop_pid "$guest"
expect_no_text console.log 'init: |Linux version'
ok "without a signature: refused ($(grep -Eaio 'Access Denied|Security Violation' \
    console.log || echo 'silent'))"
