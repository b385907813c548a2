#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# disk: in the spec and --size: partitions that other programs find sound,
# disks of the size that was asked for, full of holes, the same bytes again.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
PATH=$PATH:/sbin:/usr/sbin
need sfdisk sgdisk e2fsck dumpe2fs fsck.fat qemu-img

pe() {
	"$PYTHON" -B "$FUNC/pe.py" "$@" || fail "pe.py $*"
}

import_images --set basic
pe make program
pe kernel kernel.layout program
pe loader loader.layout program
ingot -q cache import kernel.layout loader.layout
web_spec web.yml
cat >disk.yml <<'YAML'
disk:
  size: 160M
  partitions:
    - {label: Boot_2, size: 5000K, format: vfat, type: xbootldr}
    - {label: swap, size: 16M, type: swap}
    - {label: data, format: ext4, type: var, grow: true}
YAML

# build DIR FORMATS OPTION...
build() {
	mkdir "$1"
	ingot build --arch amd64 --bootloader test/loader:v1 --dir "$1" \
		--format "$2" --name web "${@:3}"
}

# refuses REGEX OPTION... - with status 1; no file is left
refuses() {
	refused "$1" build --arch amd64 --bootloader test/loader:v1 --dir no \
		"${@:2}"
	[ -z "$(ls -A no)" ] || fail "files of a refused build"
}
mkdir no

# table FILE - "START SIZE TYPE NAME ATTRIBUTES", in sectors, a partition a line
table() {
	sfdisk --json "$1" >table.json || fail "sfdisk $1"
	"$PYTHON" - <<-'PY'
	import json
	for p in json.load(open("table.json"))["partitiontable"]["partitions"]:
	    print(p["start"], p["size"], p["type"], p.get("name", "-"),
	          p.get("attrs", "-"))
	PY
}

# part FILE NUMBER - that partition's bytes to the file "part"
part() {
	read -r start size _ <<<"$(table "$1" | sed -n "$2p")"
	dd if="$1" of=part bs=512 skip="$start" count="$size" conv=sparse \
		status=none
}

# label OFFSET - the FAT label in the file "part"
label() {
	tail -c "+$(($1 + 1))" part | head -c 11
}

formats=raw,raw-efi,raw-bios,qcow2-bios,qcow2-efi,aws,gcp,vhd,vmdk
formats=$formats,containerdisk
build one $formats web.yml disk.yml
expect_no_text stderr warning

# -- tables and volumes ----------------------------------------------------------

# volumes FILE NUMBER - the spec's three partitions begin there
volumes() {
	part "$1" "$2"
	[ "$(stat -c %s part)" = 5242880 ] || fail "$1: vfat has another size"
	expect_status 0 fsck.fat -n part
	[ "$(label 43)" = "BOOT_2     " ] || fail "$1: label $(label 43)"
	part "$1" $(($2 + 1))
	[ "$(stat -c %s part)" = 16777216 ] || fail "$1: swap's size"
	cmp -n 16777216 part /dev/zero || fail "$1: swap is not empty"
	part "$1" $(($2 + 2))
	expect_status 0 e2fsck -fn part
	expect_status 0 dumpe2fs -h part
	expect_text stdout '^Filesystem volume name: +data$'
	expect_text stdout "^Block count: +$(($(stat -c %s part) / 4096))\$"
}

for file in web.img web-efi.img web-bios.img web.raw; do
	[ "$(stat -c %s "one/$file")" = 167772160 ] || fail "$file: size"
	expect_status 0 sfdisk --verify "one/$file"
	expect_no_text stderr 'GPT|overlap|invalid'
done
for file in web.img web-efi.img; do
	expect_status 0 sgdisk -v "one/$file"
	expect_text stdout 'No problems found'
	table "one/$file" >list
	expect_text list ' 10240 BC13C2FF-59E6-4262-A352-B275FD6F7172 Boot_2 -$'
	expect_text list ' 32768 0657FD6D-A4AB-43C4-84E5-0933C84B4F4F swap -$'
	expect_text list ' 4D21B016-B534-45C2-A9FB-5C16E091FD2D data GUID:59$'
	# to the last whole mebibyte before the second table
	tail -n 1 list | {
		read -r start size _
		[ $((start + size)) = $((159 * 2048)) ] || fail "$file: end"
	}
done
cmp one/web.img one/web.raw
volumes one/web.img 3
volumes one/web-efi.img 2
volumes one/web-bios.img 2
table one/web-bios.img >list
[ "$(cut -d' ' -f3 list | tr '\n' ' ')" = "c ea 82 83 " ] ||
	fail "types of the MBR: $(cat list)"
tail -n 1 list | {
	read -r start size _
	[ $((start + size)) = $((160 * 2048)) ] || fail "MBR: end"
}
ok "GPT, MBR, FAT, ext4"

# -- virtual disks, holes ----------------------------------------------------------

for file in web.qcow2 web-efi.qcow2 web.vmdk; do
	qemu-img info --output json "one/$file" >info.json
	expect_text info.json '"virtual-size": 167772160'
done
expect_status 0 qemu-img check one/web.qcow2
expect_status 0 qemu-img check one/web-efi.qcow2
compare() {
	expect_status 0 qemu-img compare -f "$1" -F raw "one/$2" "one/$3"
}
compare qcow2 web.qcow2 web-bios.img
compare qcow2 web-efi.qcow2 web-efi.img
compare vmdk web.vmdk web.img
compare vpc web.vhd web.img
mkdir two
build two/dynamic dynamic-vhd web.yml disk.yml
expect_status 0 qemu-img compare -f vpc -F raw two/dynamic/web.vhd one/web.img
tar -tvzf one/web.img.tar.gz >list
expect_text list ' 1073741824 .* disk.raw$'
tar -xOzf one/web.img.tar.gz disk.raw | head -c 167772160 | cmp - one/web.img
for file in web.img web-efi.img web-bios.img web.raw web.vhd web.qcow2 \
	web-efi.qcow2 web.vmdk web-containerdisk.tar; do
	used=$(du -k "one/$file" | cut -f1)
	[ "$used" -lt 12288 ] || fail "$file takes $used KiB"
done
used=$(stat -c %s two/dynamic/web.vhd)
[ "$used" -lt 67108864 ] || fail "the dynamic VHD is $used bytes long"
ok "virtual disks"

build big raw,raw-bios,qcow2-efi --size 64G web.yml disk.yml
[ "$(stat -c %s big/web.img)" = 68719476736 ] || fail "--size 64G"
expect_status 0 sgdisk -v big/web.img
expect_text stdout 'No problems found'
used=$(du -ck big/* | tail -n 1 | cut -f1)
[ "$used" -lt 65536 ] || fail "64 GiB take $used KiB"
rm -r big
ok "64 GiB of holes"

# -- sizes ----------------------------------------------------------------------------

build two/bare raw --size 1 web.yml disk.yml
[ "$(stat -c %s two/bare/web.img)" = 1073741824 ] || fail "--size 1"
sed '/^  size/d; s/, grow: true//' disk.yml >small.yml
build two/small raw,raw-bios web.yml small.yml
volumes two/small/web.img 3
volumes two/small/web-bios.img 2
build two/odd raw --size 131073K web.yml small.yml
[ "$(stat -c %s two/odd/web.img)" = 134218752 ] || fail "--size 131073K"
expect_status 0 sgdisk -v two/odd/web.img
volumes two/odd/web.img 3
# Only what is said about the disk makes other bytes.
build two/none raw,qcow2-efi web.yml
printf 'disk: {}\n' >nothing.yml
build two/nothing raw,qcow2-efi web.yml nothing.yml
diff -r two/none two/nothing || fail "an empty section changes bytes"
cmp two/none/web-measurements.json one/web-measurements.json ||
	fail "the image depends on the disk"
! cmp -s two/none/web.img two/small/web.img || fail "no partitions"
ok "sizes"

# -- the same bytes ----------------------------------------------------------------

faked=()
if command -v faketime >/dev/null; then
	faked=(faketime '2031-05-06 07:08:09')
fi
expect_status 0 "$INGOT" -q --cache cold cache import layout kernel.layout \
	loader.layout
mkdir again
# shellcheck disable=SC2016
expect_status 0 env INGOT_THREADS=1 TZ=Pacific/Kiritimati "${faked[@]}" \
	sh -c 'umask 077; exec "$@"' sh "$INGOT" --cache cold build \
	--arch amd64 --bootloader test/loader:v1 --dir again --format $formats \
	--name web web.yml disk.yml
diff -rq one again || fail "other bytes"
rm -r again
build again raw,raw-bios --prove web.yml disk.yml
ok "the same bytes again"

export SOURCE_DATE_EPOCH=1000000000
build two/epoch raw web.yml disk.yml
unset SOURCE_DATE_EPOCH
"$PYTHON" -B "$FUNC/times.py" 1492533000 two/epoch/web.img >late
[ ! -s late ] || fail "$(cat late)"
part two/epoch/web.img 5
expect_status 0 env TZ=UTC dumpe2fs -h part
[ "$(grep -c ': *Sun Sep  9 01:46:40 2001$' stdout)" = 3 ] ||
	fail "times of ext4: $(cat stdout)"
ok "SOURCE_DATE_EPOCH"

# -- refusals ------------------------------------------------------------------------

printf 'disk: {size: 20M}\n' >twenty.yml
refuses 'twenty.yml:1:14: disk.size: 20M is too small: what boots takes [0-9]+M and the spec.s partitions 29M, so at least [0-9]+M' \
	--format raw web.yml disk.yml twenty.yml
least=$(sed -n 's/.*at least \([0-9]*\)M.*/\1/p' stderr)
refuses "[-]-size: $((least - 1))M is too small" --format raw-efi,raw \
	--size $((least - 1))M web.yml disk.yml
build two/least raw --size "${least}M" web.yml disk.yml
volumes two/least/web.img 3
cat >four.yml <<'YAML'
disk:
  partitions:
    - label: a
    - label: b
    - label: c
    - label: d
YAML
refuses 'four.yml:6:7: disk.partitions: a disk for BIOS alone has an MBR, with room for 3' \
	--format raw-bios web.yml four.yml
refuses 'four.yml:6:7: disk.partitions' --format raw,qcow2-bios web.yml four.yml
build two/four raw,raw-efi web.yml four.yml
printf 'disk: {partitions: [{label: a, size: 3T}]}\n' >huge.yml
refuses 'after 2 TiB' --format raw-bios web.yml huge.yml
usage "--size: '12Q' is not a size" build --size 12Q --format raw web.yml
printf 'disk: {partitions: [{label: a, format: ext5}]}\n' >bad.yml
refuses "bad.yml:1:40: disk.partitions\[0\].format: expected 'ext4'" \
	--format raw web.yml bad.yml
ok "refusals"

build two/nodisk kernel+initrd,iso --size 4G web.yml disk.yml
[ "$(grep -c 'warning: --size 4G says nothing' stderr)" = 1 ] ||
	fail "no warning, or more than one"
build two/plain kernel+initrd web.yml disk.yml
expect_no_text stderr warning
cmp two/plain/web-initrd.img two/nodisk/web-initrd.img
build two/mixed iso,raw --size 4G web.yml
expect_no_text stderr warning
ok "no format is a disk"
no_leftovers "$TMP"
