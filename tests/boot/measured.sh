#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A guest's TPM holds what NAME-measurements.json says: without and with Secure
# Boot, and with another command line.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

SNAKEOIL=/usr/share/ovmf/PkKek-1-snakeoil
need_uefi
need_file $SNAKEOIL.key
need openssl swtpm

# measured_start FIRMWARE IMAGE - a guest with a TPM of its own
measured_start() {
    local tpm="tpm-tis"
    [ "$ARCH" = amd64 ] || tpm="tpm-tis-device"
    rm -rf tpm
    mkdir tpm
    # It ends with the guest.
    timeout 200 swtpm socket --tpm2 --tpmstate dir=tpm --terminate \
        --ctrl type=unixio,path=tpm/socket --flags startup-clear &
    for ((tries = 0; tries < 100; tries++)); do
        [ -S tpm/socket ] && break
        sleep 0.1
    done
    qemu_machine "$1"
    qemu_disk virtio "$2"
    machine+=(-chardev "socket,id=tpm0,path=tpm/socket"
        -tpmdev "emulator,id=tpm,chardev=tpm0" -device "$tpm,tpmdev=tpm")
    qemu_start
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
        fail "the guest printed no PCRs: $(cat run.log)"
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
	  modules: [class:virtio, class:container, class:input, class:tpm]
	init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
	onboot:
	  - {name: pcrs, image: "@pkg:$SOURCE/tests/boot/pcrlist"}
	YAML
    ingot_build --format raw-efi,raw-verity "${@:3}" "$1.yml" \
        2>build.log || { cat build.log >&2; fail "no build of $1"; }
}

cmdline="console=ttyS0 quiet cryptomgr.notests panic=5"
openssl pkey -in "$SNAKEOIL.key" -passin pass:snakeoil -out key.pem
build plain "$cmdline"
build other "$cmdline ingot.other"
build signed "$cmdline" --sign-key key.pem --sign-cert "$SNAKEOIL.pem"
cmp plain-measurements.json signed-measurements.json
ok "built"

measured_start uefi plain-efi.img
measured_pcrs plain.pcrs
same_pcrs pcrs plain-measurements.json plain.pcrs
ok "PCR 4, 11 and 12 are as predicted"

measured_start uefi other-efi.img
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

measured_start secure signed-efi.img
measured_pcrs signed.pcrs
same_pcrs pcrs-secure-boot signed-measurements.json signed.pcrs
ok "with Secure Boot: as predicted"

# Stage 1 loads its modules in lockdown, so they have kept their signatures.
measured_start secure signed-verity.img
measured_pcrs verity.pcrs
same_pcrs pcrs-secure-boot signed-verity-measurements.json verity.pcrs
expect_text console.log 'init: root '
ok "a root under dm-verity, with Secure Boot: as predicted"
