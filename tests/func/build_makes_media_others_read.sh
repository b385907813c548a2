#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Other programs read every medium, and take out of it the kernel, initrd and
# command line that went in: partition tables, FAT volumes, ISO 9660, virtual
# disks, UKIs, OCI layouts. With programs in the place of boot loaders.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
PATH=$PATH:/sbin:/usr/sbin
need sfdisk sgdisk fsck.fat mdir mcopy xorriso isoinfo qemu-img objdump \
	objcopy sbverify skopeo umoci bsdtar cpio

import_images --set basic
pe() {
	"$PYTHON" -B "$FUNC/pe.py" "$@" || fail "pe.py $*"
}
pe make program
pe kernel kernel.layout program
pe loader loader.layout program
ingot -q cache import kernel.layout loader.layout
web_spec web.yml test/big:v1

# build OPTION...
build() {
	ingot build --arch amd64 --bootloader test/loader:v1 --dir . "$@" \
		web.yml
}
formats=kernel+initrd,tar-kernel-initrd,uki,raw,raw-efi,raw-bios,iso
formats+=,iso-efi-initrd,qcow2-bios,qcow2-efi,aws,gcp,vhd,vmdk,oci,containerdisk
build --format "$formats"
build --format dynamic-vhd --name dynamic

# -- disks ---------------------------------------------------------------------

# partition FILE NUMBER - that partition's bytes to the file "part"
partition() {
	range=$(sfdisk --dump "$1" 2>/dev/null | sed -n \
		"s,^$1$2 : start= *\([0-9]*\)\, size= *\([0-9]*\).*,\1 \2,p")
	[ -n "$range" ] || fail "$1 has no partition $2"
	dd if="$1" of=part bs=512 skip="${range% *}" count="${range#* }" \
		status=none
}

# volume FILE WANTED... - the FAT volume is sound and has these files alone
volume() {
	file=$1
	shift
	expect_status 0 fsck.fat -n "$file"
	mdir -b -a -/ -i "$file" :: | grep -v '/$' | sed 's,^::/,,' |
		sort >"$file.list"
	printf '%s\n' "$@" | sort | diff - "$file.list" || fail "$file has others"
	rm -rf out
	mkdir out
	mcopy -s -n -i "$file" ::/* out || fail "mcopy of $file"
}

# boots_by_files - out/ has the kernel and the initrd
boots_by_files() {
	expect_same out/kernel web-kernel
	expect_same out/initrd.img web-initrd.img
}

# boots_by_entry - and what systemd-boot reads
boots_by_entry() {
	boots_by_files
	expect_same out/EFI/BOOT/BOOTX64.EFI program
	expect_text out/loader/entries/ingot.conf "^options $(cat web-cmdline)\$"
}

entry="EFI/BOOT/BOOTX64.EFI loader/loader.conf loader/entries/ingot.conf"
for disk in web.img web-efi.img web-bios.img; do
	expect_status 0 sfdisk --verify $disk
	expect_no_text stderr 'GPT|overlap|invalid|error'
	[ $disk = web-bios.img ] && continue
	expect_status 0 sgdisk -v $disk
	expect_text stdout 'No problems found'
done
partition web.img 2
# shellcheck disable=SC2086
volume part kernel initrd.img ingot/grub.cfg $entry
boots_by_entry
partition web-bios.img 1
volume part kernel initrd.img ingot/grub.cfg
boots_by_files
partition web-efi.img 1
volume part EFI/BOOT/BOOTX64.EFI
expect_same out/EFI/BOOT/BOOTX64.EFI web.efi
ok "disks: sfdisk, sgdisk, fsck.fat, mdir, mcopy"

# -- a command line of several lines -------------------------------------------

sed 's/"console=ttyS0"/"one\\nlinux \/other\\n"/' web.yml >lines.yml
ingot build --arch amd64 --bootloader test/loader:v1 --format raw --dir . \
	lines.yml
partition lines.img 2
mcopy -n -i part ::loader/entries/ingot.conf entry.conf
expect_text entry.conf '^options one linux /other $'
expect_no_text entry.conf '^linux /other'
ok "a line break in kernel.cmdline makes no line of the loader's entry"

# -- the forms of hypervisors --------------------------------------------------

# converted FORMAT FILE RAW
converted() {
	expect_status 0 qemu-img compare -f "$1" -F raw "$2" "$3"
	expect_text stdout 'Images are identical'
	expect_status 0 qemu-img info -f "$1" "$2"
	expect_text stdout "file format: $1"
}
converted qcow2 web.qcow2 web-bios.img
converted qcow2 web-efi.qcow2 web-efi.img
converted vpc web.vhd web.img
converted vpc dynamic.vhd web.img
converted vmdk web.vmdk web.img
expect_text stdout 'create type: streamOptimized'
for file in web.qcow2 web-efi.qcow2; do
	expect_status 0 qemu-img check $file
	expect_text stdout '^No errors were found'
done
expect_status 0 qemu-img check -f vmdk web.vmdk
expect_same web.raw web.img
tar -tvzf web.img.tar.gz >list
expect_text list ' 1073741824 .* disk.raw$'
[ "$(wc -l <list)" = 1 ] || fail "more than disk.raw"
tar -xzSf web.img.tar.gz
converted raw disk.raw web.img
ok "virtual disks: qemu-img, tar"

# -- CDs -----------------------------------------------------------------------

expect_same web-efi-initrd.iso web.iso
expect_status 0 xorriso -abort_on WARNING -osirrox on -indev web.iso \
	-extract / cd
expect_status 0 xorriso -indev web.iso -report_el_torito plain
expect_text stdout 'El Torito boot img : +1 +BIOS +y +none'
expect_text stdout 'El Torito boot img : +2 +UEFI +y +none'
expect_text stdout 'El Torito img path : +2 +/boot/efi.img'
(cd cd && find . -type f | sort) >cd.list
for names in R J; do
	isoinfo -$names -f -i web.iso | sed 's/;1$//' | while read -r name; do
		[ ! -f "cd$name" ] || echo ".$name"
	done | sort | diff cd.list - || fail "isoinfo -$names lists others"
done
while read -r name; do
	isoinfo -R -i web.iso -x "${name#.}" | cmp - "cd/$name" ||
		fail "isoinfo and xorriso read $name differently"
done <cd.list
# shellcheck disable=SC2086
volume cd/boot/efi.img kernel initrd.img $entry
boots_by_entry
expect_text cd/ingot/grub.cfg '^linux \(efi\)/kernel console=ttyS0$'
ok "CD: xorriso, isoinfo, fsck.fat, mdir, mcopy"
expect_status 0 sgdisk -v web.iso
expect_text stdout 'No problems found'
partition web.iso 2
expect_same part cd/boot/efi.img
ok "the CD as a stick: sgdisk, sfdisk"

# -- UKI -----------------------------------------------------------------------

# section NAME FILE - has this content
section() {
	objcopy --dump-section "$1=section" web.efi copy.efi
	expect_same section "$2"
}
expect_status 0 objdump -h web.efi
for name in osrel cmdline linux initrd; do
	expect_text stdout " \\.$name "
done
section .linux web-kernel
section .initrd web-initrd.img
section .cmdline web-cmdline
ok "UKI: objdump, objcopy"

ingot keys keys
build --format uki,iso --name signed --sign-key keys/db.key \
	--sign-cert keys/db.crt
expect_status 0 sbverify --cert keys/db.crt signed.efi
isoinfo -R -i signed.iso -x /boot/efi.img >esp
mcopy -n -i esp ::EFI/BOOT/BOOTX64.EFI boot.efi
expect_status 0 sbverify --cert keys/db.crt boot.efi
ok "signed UKI and CD: sbverify"

# -- archives and OCI layouts --------------------------------------------------

for reader in "tar -xf -" "bsdtar -xf -" "cpio -idu --quiet"; do
	mkdir tar
	(cd tar && $reader <../web-initrd.tar) || fail "$reader"
	for name in kernel initrd.img cmdline; do
		expect_same tar/$name web-$name
	done
	rm -r tar
done
ok "tar-kernel-initrd: tar, bsdtar, cpio"

for name in oci containerdisk; do
	expect_status 0 skopeo --insecure-policy inspect --raw \
		oci-archive:web-$name.tar
	expect_text stdout '"schemaVersion": ?2'
	expect_status 0 skopeo --insecure-policy copy \
		oci-archive:web-$name.tar oci:$name:web
done
expect_status 0 umoci unpack --rootless --image containerdisk:web bundle
expect_same bundle/rootfs/disk/disk.img web.img
ok "oci, containerdisk: skopeo, umoci"
