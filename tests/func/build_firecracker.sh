#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# firecracker: the kernel is unpacked, the configuration names the files.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need lz4 xz zstd gzip

import_images --set basic

# kernel NAME ARGUMENT... - an image, and an appliance NAME.yml with it
kernel() {
	name=$1
	shift
	rm -rf kernel.layout
	"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout "$name" "$@"
	ingot -q cache import kernel.layout
	web_spec "$name.yml"
	sed -i "s,test/kernel:v1,test/$name:v1," "$name.yml"
}

# An ELF file that takes several blocks of every format.
"$PYTHON" -c 'import random, sys
random.seed(1)
out = b"\x7fELF\x02\x01\x01" + bytes(9)
out += b"".join(random.choice((b"mov", b"push", b"ret")) * random.randrange(40)
                for n in range(150000))
sys.stdout.buffer.write(out)' >vmlinux
size=$(stat -c %s vmlinux)
gzip -9nc vmlinux >p.gzip
xz -c --check=crc32 --x86 --lzma2=dict=8MiB vmlinux >p.xz
lz4 -qlc9 vmlinux >p.lz4
zstd -qc --ultra -22 vmlinux >p.zstd
for packer in gzip xz lz4 zstd; do
	append=(--size "$size")
	[ $packer != gzip ] || append=()
	kernel $packer --bzimage "${append[@]}" p.$packer
	ingot build --format firecracker $packer.yml
	expect_same vmlinux $packer-vmlinux
	ok "bzImage with $packer"
done
kernel elf vmlinux
ingot build --format firecracker elf.yml
expect_same vmlinux elf-vmlinux
ok "a kernel that is no bzImage stays as it is"

"$PYTHON" - <<'CHECK' || fail "the configuration"
import json
with open("xz-firecracker.json") as f:
    got = json.load(f)
assert got == {
    "boot-source": {
        "kernel_image_path": "xz-vmlinux", "initrd_path": "xz-initrd.img",
        "boot_args": "console=ttyS0 reboot=k panic=1 pci=off"},
    "drives": [],
    "machine-config": {"vcpu_count": 1, "mem_size_mib": 512}}, got
CHECK
sed -i 's/^  cmdline: .*/  cmdline: "console=ttyS0,115200 panic=9 nopci=1 -- x"/' \
	xz.yml
ingot build --format firecracker,kernel+initrd --mem 128 xz.yml
expect_text xz-firecracker.json \
	'"console=ttyS0,115200 panic=9 nopci=1 reboot=k pci=off -- x"'
expect_text xz-firecracker.json '"mem_size_mib": 128$'
ok "the configuration"

# Unpacked once, then a part.
find cache -name '*.vmlinux' | grep -q . || fail "no part"
mkdir again
ingot build --format firecracker --dir again lz4.yml
for file in lz4-vmlinux lz4-initrd.img lz4-firecracker.json; do
	expect_same $file again/$file
done
ok "the same bytes again"

# Hostile kernels.
bad() {
	text=$1
	name=$2
	shift 2
	kernel "$name" "$@"
	refused "format firecracker: kernel: .*$text" build --format firecracker \
		--dir bad "$name.yml"
	[ -z "$(ls bad)" ] || fail "$name left files"
	ok "refused: $text"
}
mkdir bad
bad 'it is no bzImage' empty /dev/null
bad 'the payload is at' range --bzimage --offset 4000000000 p.xz
bad 'unpacks to [0-9]+ bytes instead of 1$' wrong --bzimage --size 1 p.lz4
head -c 20000 p.xz >cut.xz
bad 'unpack its xz payload' cut --bzimage --size "$size" cut.xz
echo "no magic" >none
bad 'packed in a way' none --bzimage --size 1 none
yes | head -c 100000 | gzip -nc >text
bad 'is no ELF' text --bzimage text
{
	head -c 64 vmlinux
	head -c 600M /dev/zero
} | zstd -qc >bomb
bad 'over 512 MiB' bomb --bzimage --size 629145664 bomb

# What QEMU starts here need not unpack itself, where the kernel can do that;
# what it cannot be unpacked from stays as it is.
mkdir fake
cat >fake/qemu-system-x86_64 <<SH
#!/bin/sh
while [ "\$1" != -kernel ]; do shift; done
cp "\$2" "$TMP/started"
echo '[    1.0] reboot: Power down'
SH
chmod +x fake/qemu-system-x86_64
# started CONFIG KERNEL ARGUMENT... - what "run" starts of such a kernel
started() {
	echo "$1" >config
	shift
	kernel direct --config config "$@"
	PATH=$TMP/fake:$PATH ingot run --accel tcg --arch amd64 direct.yml
}
no_pvh='CONFIG_BLK_DEV_INITRD=y
CONFIG_RD_ZSTD=y'
yes_pvh="CONFIG_PVH=y
$no_pvh"
started "$yes_pvh" --bzimage --size "$size" p.zstd
expect_same started vmlinux
started "$no_pvh" --bzimage --size "$size" p.zstd
cmp -s started vmlinux && fail "a kernel without PVH is started as ELF"
expect_text started 'HdrS'
started "$yes_pvh" --bzimage --size 1 none
expect_text started 'no magic'
ingot build --dir bad direct.yml
expect_text bad/direct-kernel 'HdrS'
ok "run starts an ELF kernel by PVH"
