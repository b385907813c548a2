#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What cannot boot is refused before a file is written, and the message says
# what to do instead. Trees for container engines are not concerned.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
web_spec good.yml
mkdir out

# change NAME SED... - NAME.yml is good.yml, edited
change() {
	name=$1
	shift
	sed "$@" good.yml >"$name.yml"
}

# cannot NAME REGEX [ARGUMENT...] - it is refused; as a plain tree it is fine
cannot() {
	name=$1
	text=$2
	shift 2
	refused "$text" build --dir out "$@" "$name.yml"
	[ -z "$(ls out)" ] || fail "$name left files"
	ingot build --output "$name.tar" "$@" "$name.yml"
	ok "refused: $name"
}

# warns NAME REGEX [ARGUMENT...] - it is built, with a warning
warns() {
	name=$1
	text=$2
	shift 2
	ingot build --dir . "$@" "$name.yml"
	expect_text stderr "warning: .*$text"
	ok "warned: $name"
}

# -- entry points
change none '/^  - name: web/a\    command: [/no/such, x]'
cannot none "none.yml:7:5: services\[0\]: 'web' starts '/no/such', which is not in docker.io/test/base:v1: set 'command'"
change folder '/^  - name: web/a\    command: [/bin]'
cannot folder "'/bin', which is a folder of"
change link '/^  - name: web/a\    command: [/sbin/../sbin/./sh]'
ingot build --dir out link.yml
rm -f out/*
ok "links are followed"
change through '/^  - name: web/a\    command: [/bin/sh/x]'
cannot through "'/bin/sh/x', which is not in"
for cover in 'binds: ["/opt:/opt:ro"]' 'tmpfs: ["/opt/x:size=1M"]' \
	'mounts: [{type: bind, source: /opt, destination: /opt/}]'; do
	change cover "/^  - name: web/a\\    command: [/opt/x/y]\n    $cover"
	warns cover "/opt/x/y', which is not in .*mounted"
done
change bare 's,test/base:v1,test/mixed:v1,'
warns bare "services\[0\] 'web' has no command"
change search '/^  - name: web/a\    command: [no-path]'
ingot build --dir . search.yml

# -- init
change init 's,test/init:v1,test/base:v1,'
cannot init "init.yml:5:5: init: no image of it has the program /init.*rdinit="
change rdinit -e 's,test/init:v1,test/base:v1,' \
	-e 's,console=ttyS0,console=ttyS0 rdinit=/bin/sh,'
ingot build --dir . rdinit.yml
change files -e 's,test/init:v1,test/base:v1,' \
	-e '/^files:/a\  - {path: /init, symlink: bin/sh}'
ingot build --dir . files.yml
ok "rdinit= and files bring an init"

# -- kernel
head -c 3000 /dev/zero >zeros
"$PYTHON" - <<'PY'
def put(name, at, data):
    head = bytearray(8192)
    head[at:at + len(data)] = data
    with open(name, "wb") as f:
        f.write(head)
put("arm64", 0x38, b"ARM\x64")
put("riscv", 0x38, b"RSC\x05")
PY
for kernel in zeros arm64 riscv; do
	rm -rf kernel.layout
	"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout $kernel $kernel
	ingot -q cache import kernel.layout
	change $kernel "s,test/kernel:v1,test/$kernel:v1,"
done
rm -rf kernel.layout
"$PYTHON" -B "$FUNC/kernel_image.py" --bzimage kernel.layout x86 arm64
ingot -q cache import kernel.layout
change x86 's,test/kernel:v1,test/x86:v1,'
warns zeros "kernel.binary: the file 'kernel' of docker.io/test/zeros:v1 does not look like a kernel"
cannot arm64 "arm64.yml:2:3: kernel.image: docker.io/test/arm64:v1 has a kernel for arm64, the image is for amd64: build with --arch arm64" --arch amd64
cannot riscv 'has a kernel for riscv64' --arch amd64
ingot build --dir . --arch amd64 x86.yml
expect_no_text stderr 'look like a kernel'

# -- what the formats need of the kernel
cat >bootloader.py <<'PY'
import sys
import kernel_image
kernel_image.Layout(sys.argv[1]).write("docker.io/test/loader:v1",
    kernel_image.tar([("linux/init", b"\x7fELF"), ("efi/linux.stub", b"MZ")]))
PY
PYTHONPATH=$FUNC "$PYTHON" -B bootloader.py loader.layout
ingot -q cache import loader.layout

# lacks NAME REGEX FORMAT [ARGUMENT...] - a kernel with $config and modules is
# refused for the format, and not for a tree
lacks() {
	name=$1
	text=$2
	format=$3
	shift 3
	tr ' ' '\n' <<<"$config" >kernel.config
	rm -rf kernel.layout
	"$PYTHON" -B "$FUNC/kernel_image.py" --bzimage kernel.layout \
		"$name" x86 ${config:+--config kernel.config} "${modules[@]}"
	ingot -q cache import kernel.layout
	change "$name" "s,test/kernel:v1,test/$name:v1,"
	refused "$name.yml:2:3: kernel.image: format ${format//+/.}: the kernel of docker.io/test/$name:v1 $text" \
		build --arch amd64 --bootloader test/loader:v1 \
		--format "$format" --dir out "$@" "$name.yml"
	[ -z "$(ls out)" ] || fail "$name left files"
	ok "refused: $name"
}
cp arm64 x86
config="CONFIG_RD_GZIP=y CONFIG_RD_ZSTD=y CONFIG_BLK_DEV_INITRD=y CONFIG_EROFS_FS=m"
modules=()
lacks no-squashfs 'cannot mount a squashfs .no CONFIG_SQUASHFS.: take EROFS' \
	kernel+squashfs
lacks no-stub 'cannot be started by UEFI .no CONFIG_EFI_STUB.' uki
lacks no-erofs-module 'cannot mount an EROFS' kernel+erofs
lacks no-cd 'cannot mount a CD' kernel+iso
config="CONFIG_EFI_STUB=y CONFIG_SQUASHFS=y CONFIG_SQUASHFS_ZSTD=y"
lacks no-verity 'has no dm-verity .no CONFIG_DM_VERITY.: take raw-efi' raw-verity
lacks no-initrd 'cannot take an initrd' kernel+initrd
config="CONFIG_BLK_DEV_INITRD=y CONFIG_RD_GZIP=y"
lacks no-zstd 'cannot unpack zstd .no CONFIG_RD_ZSTD.: build with --compress gzip' \
	kernel+initrd
ingot build --dir . --arch amd64 --compress gzip no-zstd.yml
config="CONFIG_EFI_STUB=y CONFIG_SQUASHFS=y CONFIG_SQUASHFS_ZSTD=y CONFIG_DM_VERITY=y"
lacks no-stage1 'cannot take an initrd' raw-verity
config="CONFIG_SQUASHFS=y"
lacks plain-squashfs 'cannot read a squashfs with zstd' kernel+squashfs
config=
modules=(--module squashfs --builtin ext4)
lacks by-names 'cannot mount an EROFS' kernel+erofs
usage 'format raw-bios is for amd64, not for arm64' \
	build --arch arm64 --format raw-bios good.yml

# -- memory
change small -e 's,test/base:v1,test/big:v1,' \
	-e '1i\target: {memory: 32M}'
sed -i '/^    image: test.big/a\    command: [sh]' small.yml
ingot build --dir . small.yml
truncate -s 40M huge
rm -rf kernel.layout
"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout huge huge
ingot -q cache import kernel.layout
change memory -e 's,test/kernel:v1,test/huge:v1,' \
	-e '1i\target: {memory: 32M}'
cannot memory 'memory.yml:1:18: target.memory: 32M is not enough: the kernel \(40 MiB\), .* need at least 4[0-9]M'
sed -i 's/32M/64M/' memory.yml
ingot build --dir . memory.yml
ok "enough memory"
