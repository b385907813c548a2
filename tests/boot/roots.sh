#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Roots that are mounted: squashfs, EROFS and CDs boot to the page, on disks and
# CD drives, for both architectures; one under dm-verity does, and does not when
# a byte of it or its hash is another.
# usage: roots.sh [NAME...]   (default: all)
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/boot/media_lib.sh
. "$SOURCE/tests/boot/media_lib.sh"
need sfdisk
need_file $OVMF/OVMF_CODE_4M.fd $AAVMF/AAVMF_CODE.fd

# name, format, firmware, how it is attached, file
amd64="
squashfs        kernel+squashfs none root    web-squashfs.img
erofs           kernel+erofs    none root    web-erofs.img
data-cd         kernel+iso      none root-cd data.iso
iso-bios-cd     iso-bios        bios scsi-cd cd.iso
iso-bios-disk   iso-bios        bios virtio  cd.iso
iso-efi-cd      iso-efi         uefi scsi-cd web-efi.iso
iso-efi-disk    iso-efi         uefi virtio  web-efi.iso
verity          raw-verity      uefi virtio  web-verity.img
verity-nvme     raw-verity      uefi nvme    web-verity.img
verity-erofs    raw-verity      uefi virtio  erofs-verity.img"
arm64="
arm64-squashfs  kernel+squashfs none root    web-squashfs.img
arm64-iso-cd    iso-efi         uefi scsi-cd web-efi.iso
arm64-verity    raw-verity      uefi virtio  web-verity.img"

# build_roots ARCH SPEC... - in the current folder
build_roots() {
    ARCH=$1
    shift
    build_as web kernel+squashfs,kernel+erofs,iso-efi,raw-verity "$@"
    build_as data kernel+iso "$@"
    [ "$ARCH" = arm64 ] || build_as cd iso-bios "$@"
    "$INGOT" build --arch "$ARCH" --root-fs erofs --name erofs \
        --format raw-verity --dir . "$@" 2>build.log
}

# change_byte FILE PARTITION OFFSET
change_byte() {
    local start
    start=$(sfdisk -d "$1" | sed -n "s/.*$2 : start= *\([0-9]*\),.*/\1/p")
    flip_byte "$1" $((start * 512 + $3))
}

# refused NAME FILE WORDS - it ends without a page, and says why
refused() {
    local port
    port=$(free_port)
    qemu_machine uefi
    qemu_attach virtio "$2" "$port"
    qemu_start
    for ((tries = 0; tries < 60; tries++)); do
        ! curl -sf -m 1 -o page.html "http://127.0.0.1:$port/" ||
            fail "$1: a page came"
        ! grep -Eaq "$3" console.log || break
        kill -0 "$guest" 2>/dev/null || break
        sleep 1
    done
    stop_pid "$guest"
    grep -Eaq "$3" console.log || {
        tail -n 20 console.log >&2
        fail "$1: the console does not say '$3'"
    }
    expect_no_text console.log 'init: boot:'
    ok "$1: refused"
}

mkdir amd64 arm64
(cd amd64 && build_roots amd64 "$SOURCE/examples/web.yml")
(cd arm64 && build_roots arm64 "$SOURCE/examples/web.yml")
cd amd64
ARCH=amd64 boot_all "$@" <<<"$amd64"
cd ../arm64
ARCH=arm64 boot_all "$@" <<<"$arm64"
cd ..
[ $# -eq 0 ] || exit 0

port=$(free_port)
guest_start amd64/web --mem 128 --publish "$port:80" --timeout 100
guest_page "$port"
kill -TERM "$guest"
guest_end 0
ok "ingot run: a squashfs with 128 MiB, and powers off when asked to"

# A block is checked when it is read: the first one always is.
cp amd64/web-verity.img changed.img
change_byte changed.img 2 100
refused "one byte of the root" changed.img 'Kernel panic|init: fatal'
# The top of the hash tree, which the command line has the hash of.
cp amd64/web-verity.img tree.img
change_byte tree.img 3 4100
refused "one byte of the hash tree" tree.img 'Kernel panic|init: fatal'
