#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A guest's TPM holds what NAME-measurements.json says: without and with Secure
# Boot, and with another command line.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

OVMF=/usr/share/OVMF/OVMF
SNAKEOIL=/usr/share/ovmf/PkKek-1-snakeoil
for file in ${OVMF}_CODE_4M.fd ${OVMF}_CODE_4M.secboot.fd \
    ${OVMF}_VARS_4M.snakeoil.fd "$SNAKEOIL.key"; do
    [ -f "$file" ] || skip "there is no $file"
done
need openssl
need swtpm

# measured_start IMAGE CODE VARS OPTION... - a guest with a TPM of its own
measured_start() {
    rm -rf tpm
    mkdir tpm
    cp "$3" vars.fd
    : >console.log
    # It ends with the guest.
    timeout 200 swtpm socket --tpm2 --tpmstate dir=tpm --terminate \
        --ctrl type=unixio,path=tpm/socket --flags startup-clear &
    for ((tries = 0; tries < 100; tries++)); do
        [ -S tpm/socket ] && break
        sleep 0.1
    done
    # shellcheck disable=SC2054
    local args=(-accel tcg -m 512 -nodefaults -display none -no-reboot
        -serial file:console.log
        -drive "if=pflash,format=raw,readonly=on,file=$2"
        -drive if=pflash,format=raw,file=vars.fd
        -drive "file=$1,format=raw,if=virtio,readonly=on"
        -chardev socket,id=tpm0,path=tpm/socket
        -tpmdev emulator,id=tpm,chardev=tpm0 -device tpm-tis,tpmdev=tpm)
    timeout 150 qemu-system-x86_64 "${args[@]}" "${@:4}" >qemu.log 2>&1 &
    guest=$!
}

# measured_pcrs FILE - what the guest prints, as lines of "N hex"
measured_pcrs() {
    local tries
    for ((tries = 0; tries < 1400; tries++)); do
        grep -aq 'pcrlist: done' console.log && break
        kill -0 "$guest" 2>/dev/null || break
        sleep 0.1
    done
    stop_pid "$guest"
    grep -aq 'pcrlist: done' console.log || {
        tail -n 30 console.log >&2
        fail "the guest printed no PCRs: $(cat qemu.log)"
    }
    sed -n 's/.*pcr \([0-9]*\) \([0-9A-F]\{64\}\).*/\1 \L\2/p' console.log >"$1"
}

# predicted SECTION MEASUREMENTS - the same lines, of the file
predicted() {
    "$PYTHON" -c 'import json, sys
for n, value in json.load(open(sys.argv[2]))[sys.argv[1]]["sha256"].items():
    print(n, value)' "$@"
}

# same_pcrs SECTION MEASUREMENTS FILE - all that is predicted was measured
same_pcrs() {
    predicted "$1" "$2" >wanted
    [ "$(wc -l <wanted)" -eq 3 ] || fail "$2: not three PCRs in $1"
    grep -v '^7 ' "$3" >got || true
    diff wanted got || fail "the TPM does not hold what $2 says ($1)"
}

# build NAME CMDLINE OPTION...
build() {
    cat >"$1.yml" <<-YAML
	kernel:
	  image: "@pkg:$SOURCE/kernel/debian-cloud"
	  cmdline: "$2"
	  modules: [class:virtio, class:container, class:input]
	init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
	onboot:
	  - {name: pcrs, image: "@pkg:$SOURCE/tests/boot/pcrlist"}
	YAML
    "$INGOT" build --format raw-efi,raw-verity --dir . "${@:3}" "$1.yml" \
        2>build.log || { cat build.log >&2; fail "no build of $1"; }
}

cmdline="console=ttyS0 quiet cryptomgr.notests panic=5"
openssl pkey -in "$SNAKEOIL.key" -passin pass:snakeoil -out key.pem
build plain "$cmdline"
build other "$cmdline ingot.other"
build signed "$cmdline" --sign-key key.pem --sign-cert "$SNAKEOIL.pem"
cmp plain-measurements.json signed-measurements.json
ok "built"

measured_start plain-efi.img ${OVMF}_CODE_4M.fd ${OVMF}_VARS_4M.fd -M q35
measured_pcrs plain.pcrs
same_pcrs pcrs plain-measurements.json plain.pcrs
ok "PCR 4, 11 and 12 are as predicted"

measured_start other-efi.img ${OVMF}_CODE_4M.fd ${OVMF}_VARS_4M.fd -M q35
measured_pcrs other.pcrs
same_pcrs pcrs other-measurements.json other.pcrs
for n in 4 11; do
    if [ "$(grep "^$n " plain.pcrs)" = "$(grep "^$n " other.pcrs)" ]; then
        fail "another command line and yet the same PCR $n"
    fi
done
[ "$(grep '^7 ' plain.pcrs)" = "$(grep '^7 ' other.pcrs)" ] ||
    fail "PCR 7 is not of the firmware's settings alone"
ok "another command line: another PCR 11, as predicted"

# secure_start IMAGE
secure_start() {
    measured_start "$1" ${OVMF}_CODE_4M.secboot.fd \
        ${OVMF}_VARS_4M.snakeoil.fd -M q35,smm=on \
        -global ICH9-LPC.disable_s3=1 \
        -global driver=cfi.pflash01,property=secure,value=on
}
secure_start signed-efi.img
measured_pcrs signed.pcrs
same_pcrs pcrs-secure-boot signed-measurements.json signed.pcrs
ok "with Secure Boot: as predicted"

# Stage 1 loads its modules in lockdown, so they have kept their signatures.
secure_start signed-verity.img
measured_pcrs verity.pcrs
same_pcrs pcrs-secure-boot signed-verity-measurements.json verity.pcrs
expect_text console.log 'init: root '
ok "a root under dm-verity, with Secure Boot: as predicted"
