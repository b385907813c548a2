#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# build --prove builds twice and finds what is not the same.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
web_spec web.yml

cleaned() {
	[ -z "$(find cache -name 'prove*')" ] || fail "the proof is still there"
}

# said REGEX - the last build's result; nothing of the second one is left
said() {
	expect_text stdout "$1"
	cleaned
}

for threads in 1 4; do
	INGOT_THREADS=$threads ingot build --prove \
		--format kernel+initrd,tar,oci,wsl,docker,pxe web.yml
	said '^the same bytes twice: 8 files$'
done
ingot build --prove --output one.tar web.yml
said '^the same bytes twice: 1 file$'
ingot build --prove --name sub web.yml
ingot build --format tar web.yml
expect_same one.tar web.tar
mkdir -p dir/sub
ingot build --prove --dir dir --name sub/web web.yml
said 'twice: 3 files'
ok "the same bytes twice"
usage "--prove compares files" build --prove --output - web.yml

# A source that is never twice the same.
change() {
	n=0
	while :; do
		n=$((n + 1))
		echo $n >new
		mv new changing
	done
}
change 2>/dev/null &
BACKGROUND_PID=$!
wait_for 10 test -s changing
for arch in amd64 arm64; do
	"$PYTHON" -B "$SUPPORT/appliance.py" "layout.$arch" $arch
	ingot -q --cache "cache.$arch" cache import "layout.$arch"
done
cp "$SUPPORT/appliance.yml" app.yml
cat >more.yml <<'YAML'
files:
  - {path: srv/changing, source: changing}
YAML

# differs FORMAT FILE WHERE [ARCH] - where the first difference is, and where
# the first one of content is, when that is another
differs() {
	arch=${4:-amd64}
	got=0
	"$INGOT" --cache "cache.$arch" build --prove --arch "$arch" --name web \
		--format "$1" app.yml more.yml >stdout 2>stderr || got=$?
	if [ $got != 1 ]; then
		cat stderr >&2
		fail "$1: status $got: another file was not found"
	fi
	if ! grep -Eq "^ingot: build: not the same bytes twice: '$2' differs at byte [0-9]+, $3\$" stderr; then
		cat stderr >&2
		fail "$1: not $3"
	fi
	cleaned
	ok "$1: $3"
}
own='in what the spec itself adds \(files, configurations\)'
then='; content differs first at byte [0-9]+, '
table="in the boot sector or the partition table$then"
uki="(in its headers|in the section .osrel)$then"
differs kernel+initrd web-initrd.img "$own"
differs tar web.tar "in the (header of the )?entry 'srv/changing'"
differs tar-kernel-initrd web-initrd.tar \
	"(in the header of the entry 'initrd.img'$then)?in the entry 'initrd.img', $own"
differs uki web.efi "${uki}in the section .initrd, $own"
differs raw-bios web-bios.img \
	"${table}in partition 1, in the file 'initrd.img', $own"
differs raw web.img \
	"${table}in partition 2 'EFI System', in the file 'initrd.img', $own"
differs raw web.img \
	"${table}in partition 1 'EFI System', in the file 'initrd.img', $own" \
	arm64
efi="in partition 1 'EFI System', in the file 'EFI/BOOT/BOOTX64.EFI', in the section .initrd, $own"
differs raw-efi web-efi.img "$table$efi"
bytes="in the disk's byte [0-9]+"
differs qcow2-efi web-efi.qcow2 "$bytes, $table$bytes, $efi"
disk="in partition 2 'EFI System', in the file 'initrd.img', $own"
differs vhd web.vhd "$table$disk"
differs dynamic-vhd web.vhd \
	"(in the map of the disk$then|$bytes, $table)$bytes, $disk"
differs iso web.iso \
	".*${then}in the file 'boot/efi.img', in the file 'initrd.img', $own"
differs raw-verity web-verity.img \
	"${table}in partition 1 'EFI System', in the file 'EFI/BOOT/BOOTX64.EFI', in the section .cmdline"
differs kernel+iso web.iso ".*in the file '.*srv/changing'"
blob="in the entry 'blobs/sha256/[0-9a-f]{64}'"
differs containerdisk web-containerdisk.tar \
	".*$then$blob, in the entry 'disk/disk.img', $disk"
differs oci web-oci.tar "in the entry 'index.json'$then$blob"
