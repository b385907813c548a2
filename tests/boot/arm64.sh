#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# arm64: packages that are cross-built, and every format that there is for it,
# boot to the page under its UEFI firmware or as kernel and initrd. The spec is
# that of a PC, with its console.
# usage: arm64.sh [NAME...]   (default: all)
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/boot/media_lib.sh
. "$SOURCE/tests/boot/media_lib.sh"
need qemu-system-aarch64 aarch64-linux-gnu-gcc
need_file $AAVMF/AAVMF_CODE.fd
ARCH=arm64

# name, format, firmware, how it is attached, file
cases="
uki             uki               uefi efi     web.efi
uki-on-disk     uki               uefi fat     esp
uki-by-network  uki               uefi pxe     web.efi
raw             raw               uefi virtio  web.img
raw-usb         raw               uefi usb     web.img
raw-efi         raw-efi           uefi virtio  web-efi.img
iso-cd          iso               uefi scsi-cd web.iso
iso-disk        iso               uefi virtio  web.iso
iso-usb         iso               uefi usb     web.iso
efi-initrd-cd   iso-efi-initrd    uefi scsi-cd web-efi-initrd.iso
qcow2-efi       qcow2-efi         uefi scsi    web-efi.qcow2
aws             aws               uefi nvme    web.raw
gcp             gcp               uefi scsi    disk.raw
vhd             vhd               uefi virtio  web.vhd
dynamic-vhd     dynamic-vhd       uefi virtio  dynamic.vhd
vmdk            vmdk              uefi virtio  web.vmdk
containerdisk   containerdisk     uefi virtio  bundle/rootfs/disk/disk.img
tar             tar-kernel-initrd none kernel  tar
oci             oci               none kernel  oci
firecracker     firecracker       none kernel  fire"

# The run below boots kernel+initrd, rpi3.sh its board. No iPXE of Debian is
# for arm64.
every_format "kernel+initrd pxe rpi3 raw-bios qcow2-bios tar docker wsl \
    kernel+squashfs kernel+erofs kernel+iso iso-bios iso-efi raw-verity" "$cases"

began=$SECONDS
build_media "$cases" "$SOURCE/examples/web.yml"
mkdir -p esp/EFI/BOOT
ln web.efi esp/EFI/BOOT/BOOTAA64.EFI
rename_kernel fire web-vmlinux web-initrd.img web-cmdline
ok "built and unpacked after $((SECONDS - began)) s"
boot_all "$@" <<<"$cases"
[ $# -eq 0 ] || exit 0
# by ACPI, and by the device tree
for name in raw tar; do
    expect_text boot.$name/console.log 'network: uplink: eth0: 10.0.2.15/24'
done
ok "process 1 has the machine's console, though the spec names another"

port=$(free_port)
guest_start web --mem 256 --publish "$port:80" --timeout 100
guest_page "$port"
kill -TERM "$guest"
guest_end 0
expect_text console.log 'init: power button pressed'
expect_text console.log 'init: service nginx: ended with code 0'
ok "kernel+initrd: ingot run serves the page, and powers off when asked to"

ingot_build -q "$SOURCE/examples/minimal.yml"
mkfifo keys
qemu_machine none
qemu_attach kernel minimal "$(free_port)"
timeout 60 "${machine[@]/file:console.log/stdio}" <keys >console.log 2>run.log &
guest=$!
exec 9>keys
prompt() { grep -q '~#' console.log || ! kill -0 "$guest" 2>/dev/null; }
wait_for 50 prompt
printf 'poweroff\r' >&9
wait "$guest" || { cat console.log run.log >&2; fail "the shell does not hear"; }
exec 9>&-
expect_text console.log 'console ttyAMA0, root shell'
expect_no_text console.log 'console ttyS'
expect_text console.log 'init: powering off'
ok "a root shell is on that console"
