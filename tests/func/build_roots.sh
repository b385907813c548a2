#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Roots that are mounted hold the tree that the tar holds, by other programs'
# word; dm-verity's hash is what veritysetup computes; stage 1 goes along when
# the kernel needs it, and only then.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need unsquashfs fsck.erofs xorriso zstd cpio

pe() {
	"$PYTHON" -B "$FUNC/pe.py" "$@" || fail "pe.py $*"
}

# kernel_of NAME ARGUMENT... - an image with that kernel and modules
kernel_of() {
	rm -rf kernel.layout
	"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout "$1" program "${@:2}"
	ingot -q cache import kernel.layout
}

import_images --set basic --set layers
pe make program
pe loader loader.layout program
ingot -q cache import loader.layout
names=(fs/squashfs/squashfs fs/erofs/erofs fs/isofs/isofs
	drivers/md/dm-verity drivers/block/virtio_blk net/other)
kernel_of modular "${names[@]/#/--module=}"
kernel_of builtin "${names[@]/#/--builtin=}"
cat >all.yml <<'YAML'
kernel: {image: test/modular:v1, cmdline: "console=ttyS0 quiet"}
init: [test/init:v1]
services:
  - {name: base, image: test/base:v1}
  - {name: links, image: test/link-group:v1}
  - {name: deep, image: test/path-500:v1}
  - {name: fifo, image: test/fifo-over-file:v1}
  - {name: setuid, image: test/setuid:v1}
files:
  - {path: srv/greeting, contents: "hello\n", mode: "0640"}
  - {path: srv/link, symlink: greeting}
YAML
if [ "$(id -u)" = 0 ]; then
	sed -i '/^files:/i\  - {name: devices, image: test/devices:v1}' all.yml
fi
build() {
	ingot build --arch amd64 --bootloader test/loader:v1 "$@"
}

# -- the trees
build --format tar,kernel+squashfs,kernel+erofs,kernel+iso,iso-efi all.yml
expect_text stderr 'made squashfs of the whole system'
owner=()
[ "$(id -u)" = 0 ] || owner=(--no-owner)
tree all.tar "${owner[@]}" | grep -v '^boot[ /]' >tar.lines

# plain FILE - its lines without what unpacking an EROFS or a CD loses here:
# names of one inode become files of their own
plain() {
	sed 's/"link": "[^"]*", //' "$1"
}

# same_tree FOLDER FILTER - what was unpacked there is the tar's tree
same_tree() {
	tree "$1" "${owner[@]}" >"$1.lines"
	diff <($2 tar.lines) <($2 "$1.lines") >differences ||
		fail "$1 is another tree: $(head -n 5 differences)"
	ok "$1 holds the tar's tree"
}
unsquashfs -q -n -d squashfs all-squashfs.img >/dev/null
same_tree squashfs cat
# fsck.erofs gives files away after it set their mode, which takes that back.
unset_bits() {
	plain "$1" | sed 's/"mode": "[246]\([0-7]*", .*"type": "file"\)/"mode": "0\1/'
}
fsck.erofs --extract=erofs all-erofs.img >/dev/null
same_tree erofs unset_bits
# The inode itself: i_mode, of the one that dump.erofs finds (it shows no bits
# above 0777, either).
dump.erofs --path=/containers/services/setuid/lower/su all-erofs.img >su
mode=$("$PYTHON" - "$(sed -n 's/.*NID: *\([0-9]*\).*/\1/p' su)" <<'PY'
import struct
import sys
image = open("all-erofs.img", "rb").read()
meta = struct.unpack_from("<I", image, 1024 + 40)[0] * 4096
print("%o" % struct.unpack_from("<H", image, meta + int(sys.argv[1]) * 32 + 4))
PY
)
[ "$mode" = 104755 ] || fail "the mode of a setuid program is $mode"
unsquashfs -s all-squashfs.img >super
expect_text super 'Compression zstd'
for image in all-squashfs.img all-erofs.img; do
	[ $(($(stat -c %s $image) % 4096)) = 0 ] || fail "$image ends in a block"
done

# xorriso makes no devices and pipes, either.
files() {
	plain "$1" | grep -v '"type": "\(char\|block\|fifo\)"'
}
for cd in all.iso all-efi.iso; do
	xorriso -osirrox on:auto_chmod_off -indev $cd -extract / "cd-$cd" \
		>xorriso.log 2>&1 || fail "xorriso: $(tail -n 3 xorriso.log)"
	rm -rf "cd-$cd/boot"
	same_tree "cd-$cd" files
done
isoinfo -d -i all.iso >volume
expect_text volume 'Volume id: LinuxKit'
isoinfo -d -i all-efi.iso >volume
label=$(sed -n 's/^Volume id: //p' volume)
grep -aq "options console=ttyS0 quiet root=LABEL=$label" all-efi.iso ||
	fail "the CD's command line does not name it"

# -- stage 1
mkdir stage1
(cd stage1 && zstd -dcq ../all-stage1.img | cpio -idmu --quiet)
(cd stage1 && find . -type f -o -type l | sort) >names
for name in ./init ./usr/sbin/modprobe ./.ingot-stage1 \
	./lib/modules/6.0/kernel/fs/squashfs/squashfs.ko \
	./lib/modules/6.0/kernel/drivers/md/dm-verity.ko; do
	grep -qxF "$name" names || fail "stage 1 has no $name: $(cat names)"
done
expect_no_text names 'net/other|\.dtb'
expect_text stage1/init 'stage 1'
zstd -dcq all-stage1.img | cpio -it --quiet 2>/dev/null | tail -n 1 |
	grep -qx .ingot-stage1 || fail "the end marker is not the last"
sed 's,test/modular,test/builtin,' all.yml >builtin.yml
build --format kernel+squashfs,iso-efi builtin.yml
expect_missing builtin-stage1.img
grep -aq 'options console=ttyS0 quiet root=/dev/sr0' builtin-efi.iso ||
	fail "without stage 1 the root is the first CD drive"
ok "stage 1 goes along when it is needed"

# -- a command line of one's own, and what does not change with it
sed 's,quiet,quiet root=/dev/vdb,' all.yml >own.yml
build --format iso-efi,kernel+squashfs own.yml
grep -aq 'options console=ttyS0 quiet root=/dev/vdb' own-efi.iso ||
	fail "root= of the spec was not kept"
expect_no_text stderr 'made squashfs'
expect_same all-squashfs.img own-squashfs.img
ok "the command line makes no new root"

# -- what is kept has been made as asked for this time
for how in gzip:3 zstd:9 zstd:3; do
	mkdir "kept-$how" "fresh-$how"
	build --compress $how --dir "kept-$how" \
		--format kernel+squashfs,kernel+erofs,iso-efi all.yml
	cp -r cache fresh-cache
	rm -rf fresh-cache/parts
	build --cache fresh-cache --compress $how --dir "fresh-$how" \
		--format kernel+squashfs,kernel+erofs,iso-efi all.yml
	diff -r "kept-$how" "fresh-$how" || fail "--compress $how: other bytes"
	rm -rf fresh-cache
done
cmp -s kept-zstd:9/all-squashfs.img kept-zstd:3/all-squashfs.img &&
	fail "the level makes no other squashfs"
ok "another compression makes another root"

# -- dm-verity
need sfdisk veritysetup objcopy
build --format raw-verity all.yml
sfdisk -d all-verity.img >table
# part NUMBER - its first sector and their count
part() {
	sed -n "s/^all-verity.img$1 : start= *\([0-9]*\), size= *\([0-9]*\),.*/\1 \2/p" table
}
for n in 2 3; do
	read -r start count <<<"$(part $n)"
	dd if=all-verity.img of=part$n bs=512 skip="$start" count="$count" \
		status=none
done
size=$(stat -c %s all-squashfs.img)
cmp -n "$size" part2 all-squashfs.img || fail "the root is no squashfs"
read -r start _ <<<"$(part 1)"
mcopy -n -i "all-verity.img@@$((start * 512))" ::EFI/BOOT/BOOTX64.EFI uki.efi
objcopy -O binary -j .cmdline uki.efi cmdline
hash=$(tr -d '\0' <cmdline | sed 's/.*roothash=//')
expect_text cmdline '^console=ttyS0 quiet roothash=[0-9a-f]{64}'
veritysetup verify part2 part3 "$hash" || fail "veritysetup finds a mistake"
flip_byte part2 1000
veritysetup verify part2 part3 "$hash" >/dev/null 2>&1 &&
	fail "veritysetup finds no mistake where there is one"
ids=$(sed -n 's/.*uuid=\([-0-9A-F]*\).*/\1/p' table | tail -n 2 | tr -d -- '-\n')
[ "$(tr '[:lower:]' '[:upper:]' <<<"$hash")" = "$ids" ] ||
	fail "the partitions' UUIDs are $ids, the root hash is $hash"
expect_text table 'type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709'
expect_text table 'type=2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5'
expect_text all-verity-measurements.json "\"roothash\": \"$hash\""
"$PYTHON" -m json.tool all-verity-measurements.json >/dev/null ||
	fail "the measurements are no JSON"
sgdisk -v all-verity.img >check
expect_text check 'No problems found'
ok "dm-verity: veritysetup agrees, and the partitions are found by the hash"
build --format raw-verity --root-fs erofs all.yml
read -r start count <<<"$(sfdisk -d all-verity.img | sed -n \
	's/^all-verity.img2 : start= *\([0-9]*\), size= *\([0-9]*\),.*/\1 \2/p')"
dd if=all-verity.img of=erofs.img bs=512 skip="$start" count="$count" status=none
fsck.erofs erofs.img >/dev/null || fail "the root is no EROFS"
usage '--root-fs takes squashfs or erofs' build --root-fs ext4 all.yml
refused 'names a root already' build --arch amd64 --format raw-verity \
	--bootloader test/loader:v1 own.yml
expect_missing own-verity.img
ok "EROFS as the root, and refusals"
