#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every boot medium boots to the page under each firmware that it is for: as a
# disk, as a CD, and a CD's file as a disk (USB stick).
# usage: media.sh [NAME...]   (default: all)
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

OVMF=/usr/share/OVMF/OVMF_CODE_4M.fd
[ -f "$OVMF" ] || skip "there is no OVMF"

# name, format, file, firmware, how it is attached
cases="raw-bios        raw-bios    web-bios.img    bios disk
raw-on-bios     raw         web.img         bios disk
raw-on-uefi     raw         web.img         uefi disk
raw-efi         raw-efi     web-efi.img     uefi disk
iso-bios-cd     iso         web.iso         bios cd
iso-bios-usb    iso         web.iso         bios disk
iso-uefi-cd     iso         web.iso         uefi cd
iso-uefi-usb    iso         web.iso         uefi disk
qcow2-bios      qcow2-bios  web.qcow2       bios qcow2
qcow2-efi       qcow2-efi   web-efi.qcow2   uefi qcow2
vhd             vhd         web.vhd         bios vpc
vmdk            vmdk        web.vmdk        bios vmdk
firecracker     firecracker web-vmlinux     none kernel"

# medium_start FILE FIRMWARE HOW PORT
medium_start() {
    # shellcheck disable=SC2054
    local args=(-accel tcg -machine q35 -m 512 -nodefaults -display none
        -no-reboot -serial file:console.log
        -netdev "user,id=net0,hostfwd=tcp:127.0.0.1:$4-:80"
        -device virtio-net-pci,netdev=net0,romfile=)
    if [ "$2" = uefi ]; then
        cp "${OVMF/CODE/VARS}" vars.fd
        # shellcheck disable=SC2054
        args+=(-drive "if=pflash,format=raw,readonly=on,file=$OVMF"
            -drive if=pflash,format=raw,file=vars.fd)
    fi
    case $3 in
    cd) args+=(-cdrom "$1" -boot d) ;;
    disk) args+=(-drive "file=$1,format=raw,if=virtio,readonly=on") ;;
    kernel)
        args+=(-kernel "$1" -initrd web-initrd.img
            -append "$(cat web-cmdline)")
        ;;
    *) args+=(-drive "file=$1,format=$3,if=virtio,readonly=on") ;;
    esac
    timeout 150 qemu-system-x86_64 "${args[@]}" >qemu.log 2>&1 &
    guest=$!
}

# One build makes all of them.
formats=kernel+initrd,raw,raw-efi,raw-bios,iso,qcow2-bios,qcow2-efi,vhd,vmdk
"$INGOT" build --format "$formats,firecracker,uki,gcp" --dir . \
    "$SOURCE/examples/web.yml" 2>build.log || { cat build.log; fail "no build"; }

while read -r name _ file firmware how; do
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    began=$(date +%s%N)
    cp "$file" run.img
    : >console.log
    : >run.log
    port=$(free_port)
    medium_start run.img "$firmware" "$how" "$port"
    guest_page "$port"
    stop_pid "$guest"
    ok "$name: page after $((($(date +%s%N) - began) / 1000000)) ms"
done <<<"$cases"
