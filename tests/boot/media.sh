#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every format boots to the page under each firmware that it is for: as a disk,
# as a CD, as a USB stick, over the network.
# usage: media.sh [NAME...]   (default: all)
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/boot/media_lib.sh
. "$SOURCE/tests/boot/media_lib.sh"
need_file $OVMF/OVMF_CODE_4M.fd
# The network card's ROM, for both firmwares.
need_file /usr/lib/ipxe/qemu/efi-virtio.rom

# name, format, firmware, how it is attached, file
cases="
uki             uki               uefi efi     web.efi
uki-on-disk     uki               uefi fat     esp
raw-bios        raw-bios          bios virtio  web-bios.img
raw-efi         raw-efi           uefi virtio  web-efi.img
raw-on-bios     raw               bios virtio  web.img
raw-usb-bios    raw               bios usb     web.img
raw-on-uefi     raw               uefi virtio  web.img
raw-usb-uefi    raw               uefi usb     web.img
iso-cd-bios     iso               bios ahci-cd web.iso
iso-disk-bios   iso               bios virtio  web.iso
iso-usb-bios    iso               bios usb     web.iso
iso-cd-uefi     iso               uefi ahci-cd web.iso
iso-disk-uefi   iso               uefi virtio  web.iso
iso-usb-uefi    iso               uefi usb     web.iso
efi-initrd-cd   iso-efi-initrd    uefi ahci-cd web-efi-initrd.iso
efi-initrd-usb  iso-efi-initrd    uefi usb     web-efi-initrd.iso
qcow2-bios      qcow2-bios        bios virtio  web.qcow2
qcow2-efi       qcow2-efi         uefi scsi    web-efi.qcow2
aws-bios        aws               bios nvme    web.raw
aws-uefi        aws               uefi nvme    web.raw
gcp-bios        gcp               bios scsi    disk.raw
gcp-uefi        gcp               uefi scsi    disk.raw
vhd-bios        vhd               bios ahci    web.vhd
vhd-uefi        vhd               uefi ahci    web.vhd
dynamic-bios    dynamic-vhd       bios ahci    dynamic.vhd
dynamic-uefi    dynamic-vhd       uefi virtio  dynamic.vhd
vmdk-bios       vmdk              bios pvscsi  web.vmdk
vmdk-uefi       vmdk              uefi ahci    web.vmdk
containerdisk-bios containerdisk  bios virtio  bundle/rootfs/disk/disk.img
containerdisk-uefi containerdisk  uefi virtio  bundle/rootfs/disk/disk.img
pxe-bios        pxe               bios pxe     web.ipxe
pxe-uefi        pxe               uefi pxe     web.ipxe
tar             tar-kernel-initrd none kernel  tar
oci             oci               none kernel  oci
firecracker     firecracker       none kernel  fire"

# web.sh boots kernel+initrd; the next three do not boot by themselves. Roots
# that are mounted are not in this table.
every_format "kernel+initrd tar docker wsl rpi3 kernel+squashfs kernel+erofs \
    kernel+iso iso-bios iso-efi raw-verity" "$cases"

began=$SECONDS
build_media "$cases" "$SOURCE/examples/web.yml"
mkdir -p esp/EFI/BOOT
ln web.efi esp/EFI/BOOT/BOOTX64.EFI
rename_kernel fire web-vmlinux web-initrd.img web-cmdline
ok "built and unpacked after $((SECONDS - began)) s"
boot_all "$@" <<<"$cases"
