#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# rpi3: a tar of what the Raspberry Pi's firmware boots from.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need cpio gzip zstd

# image NAME FOLDER - an image test/NAME:v1 of the files in FOLDER
image() {
	rm -rf image.layout
	PYTHONPATH=$FUNC "$PYTHON" -B - "$1" "$2" <<-'PY'
	import os, sys
	from kernel_image import Layout, tar
	members = []
	for folder, _, names in os.walk(sys.argv[2]):
	    for name in names:
	        path = os.path.join(folder, name)
	        with open(path, "rb") as f:
	            members.append((os.path.relpath(path, sys.argv[2]), f.read()))
	Layout("image.layout").write(f"docker.io/test/{sys.argv[1]}:v1",
	                             tar(sorted(members)), "arm64")
	PY
	ingot -q cache import image.layout
}

# kernel NAME FILE [DTB...] - a kernel image, and an appliance NAME.yml with it
kernel() {
	rm -rf k.image k.tar
	mkdir -p k.image k.tar/boot/dtb/broadcom k.tar/boot/dtb/other \
		k.tar/lib/modules/6.1/kernel
	echo ".ko" >k.tar/lib/modules/6.1/kernel/x.ko
	echo "kernel/x.ko:" >k.tar/lib/modules/6.1/modules.dep
	echo "no board of ours" >k.tar/boot/dtb/other/board.dtb
	for dtb in "${@:3}"; do
		echo "tree of $dtb" >"k.tar/boot/dtb/broadcom/$dtb"
	done
	cp "$2" k.image/kernel
	tar --sort=name --mtime=@1 --owner=0 --group=0 -C k.tar \
		-cf k.image/kernel.tar .
	image "$1" k.image
	web_spec "$1.yml"
	sed -i "s,test/kernel:v1,test/$1:v1," "$1.yml"
}

mkdir -p init base/bin
echo "PID 1" >init/init
echo "a shell" >base/bin/sh
image init init
cp -r image.layout init.layout
image base base
cp -r image.layout base.layout

# A kernel as Linux: Documentation/arm64/booting.rst.
"$PYTHON" -c 'import sys
sys.stdout.buffer.write(b"MZ" + bytes(54) + b"ARM\x64" + bytes(range(256)) * 99)
' >Image
gzip -nc Image >Image.gz
dtbs=(bcm2837-rpi-3-b.dtb bcm2837-rpi-3-b-plus.dtb bcm2711-rpi-4-b.dtb
	bcm2837-rpi-cm3-io3.dtb)
kernel pi Image "${dtbs[@]}"
kernel packed Image.gz "${dtbs[@]}"
mkdir -p fw/rpi3/overlays fw/other
for file in bootcode.bin start.elf fixup.dat COPYRIGHT overlays/x.dtbo; do
	echo "$file of the vendor" >fw/rpi3/$file
done
echo "of nobody's" >fw/other/x
image firmware fw
cp -r image.layout firmware.layout
pi=(--arch arm64 --format rpi3 --firmware test/firmware:v1)

ingot build "${pi[@]}" --dir . pi.yml
tar -tf pi.tar >names
expect_same names - <<'NAMES'
config.txt
cmdline.txt
kernel8.img
initrd.img
bcm2837-rpi-3-b-plus.dtb
bcm2837-rpi-3-b.dtb
bcm2837-rpi-cm3-io3.dtb
COPYRIGHT
bootcode.bin
fixup.dat
overlays/x.dtbo
start.elf
NAMES
mkdir card
tar -C card -xf pi.tar
expect_same card/kernel8.img Image
expect_same card/overlays/x.dtbo fw/rpi3/overlays/x.dtbo
expect_same card/bcm2837-rpi-3-b.dtb - <<<"tree of bcm2837-rpi-3-b.dtb"
expect_same card/cmdline.txt - <<<"console=ttyS0"
expect_same card/config.txt - <<'CONFIG'
arm_64bit=1
kernel=kernel8.img
initramfs initrd.img followkernel
upstream_kernel=1
enable_uart=1
CONFIG
ok "the card"

# The same system in other forms: device trees are in the tar alone.
ingot build --arch arm64 --format tar,kernel+initrd --dir . --name same pi.yml
expect_same card/initrd.img same-initrd.img
zstd -qdc same-initrd.img >same.cpio
cpio -it --quiet <same.cpio >lines
expect_text lines "^lib/modules/6.1/kernel/x.ko$"
expect_no_text lines '^boot'
tree same.tar >lines
expect_text lines '^boot/dtb/broadcom/bcm2837-rpi-3-b.dtb '
expect_text lines '^boot/dtb/other/board.dtb '
ok "the system is that of the other formats"

ingot build "${pi[@]}" --output - pi.yml
expect_same stdout pi.tar
ingot --cache cold -q cache import init.layout base.layout firmware.layout
kernel pi Image "${dtbs[@]}"
ingot --cache cold -q cache import image.layout
ingot --cache cold build "${pi[@]}" --output cold.tar pi.yml
expect_same cold.tar pi.tar
ok "the same bytes again"

ingot build "${pi[@]}" --output packed.tar packed.yml
tar -xOf packed.tar kernel8.img >unpacked
expect_same unpacked Image
ok "a packed kernel is unpacked"

kernel vendor Image bcm2710-rpi-3-b.dtb bcm2837-rpi-3-b.dtb
ingot build "${pi[@]}" --output vendor.tar vendor.yml
tar -xOf vendor.tar config.txt >config
expect_no_text config upstream_kernel
expect_text config '^initramfs initrd.img followkernel$'
ok "the vendor's kernel has the vendor's names"

# Where the firmware comes from: an option, the spec, the recipe of the program.
cp pi.yml spec.yml
echo 'firmware: {image: test/firmware:v1}' >>spec.yml
ingot build --arch arm64 --format rpi3 --output spec.tar spec.yml
expect_same spec.tar pi.tar
mkdir -p pkg/firmware-rpi
{
	echo 'image: firmware'
	echo 'content: [{files: ['
	find fw/rpi3 -type f | while read -r file; do
		echo "  {path: ${file#fw}, source: ${file#fw/}},"
	done
	echo ']}]'
} >pkg/firmware-rpi/build.yml
cp -r fw/rpi3 pkg/firmware-rpi/
export INGOT_PKG_PATH=$TMP/pkg
ingot build --arch arm64 --format rpi3 --output own.tar pi.yml
expect_same own.tar pi.tar
sed -i 's,test/firmware,no/such,' spec.yml
refused "spec.yml:[0-9]+:[0-9]+: firmware.image: .*no/such" build --offline \
	--arch arm64 --format rpi3 --output bad.tar spec.yml
ingot build --offline --arch arm64 --dir . --name none spec.yml
ok "the firmware's image is read when a format needs it"

# One image may be both; the boot loader's is another matter.
mkdir -p both/efi
cp -r fw/rpi3 both/
echo "no program" >both/efi/systemd-boot.efi
image both both
ingot build --arch arm64 --format raw,rpi3 --bootloader test/both:v1 \
	--firmware test/both:v1 --dir . --name both pi.yml
expect_same both.tar pi.tar
[ -s both.img ] || fail "no disk"
ok "together with a boot loader"

# -- refusals ------------------------------------------------------------------

mkdir bad
usage 'format rpi3 is for arm64, not for amd64' \
	build --arch amd64 --format rpi3 --dir bad pi.yml
usage 'formats tar and rpi3 both write NAME.tar: build them one after' \
	build --arch arm64 --format tar,rpi3 --dir bad pi.yml
usage 'formats vhd and dynamic-vhd both write NAME.vhd' \
	build --format vhd,raw,dynamic-vhd --dir bad pi.yml

# bad REGEX SPEC [OPTION...] - a build that must fail
bad() {
	refused "$1" build "${pi[@]}" --dir bad "${@:3}" "$2"
	[ -z "$(ls bad)" ] || fail "it left files: $(ls bad)"
	ok "refused: $1"
}
kernel bare Image bcm2711-rpi-4-b.dtb
bad 'bare.yml:2:3: kernel.image: .*/test/bare:v1 has no device tree of a' \
	bare.yml
printf '\177ELF%s' "$(printf '%0100d' 0)" >elf
kernel elf elf "${dtbs[@]}"
bad 'kernel: it is no arm64 Image' elf.yml
mkdir -p two/rpi3
cp fw/rpi3/*.* two/rpi3/
touch two/rpi3/BCM2837-RPI-3-B.dtb
image two two
bad "two files would be 'BCM2837-RPI-3-B.dtb' on the card" pi.yml \
	--firmware test/two:v1
rm two/rpi3/BCM*
echo "arm_64bit=0" >two/rpi3/Config.txt
image two two
bad "two files would be 'Config.txt'" pi.yml --firmware test/two:v1
rm two/rpi3/Config.txt two/rpi3/start.elf
image two two
bad "firmware image '.*/test/two:v1' has no '/rpi3/start.elf', needed for" \
	pi.yml --firmware test/two:v1
touch "two/rpi3/$(printf 'x%.0s' {1..120})"
image two two
bad 'does not fit a tar header' pi.yml --firmware test/two:v1
sed 's,^  cmdline: .*,  cmdline: "a\\nb",' pi.yml >lines.yml
bad 'kernel.cmdline has a line break' lines.yml
sed '/^kernel:/,/cmdline:/d' pi.yml >none.yml
bad 'the spec has no kernel' none.yml
