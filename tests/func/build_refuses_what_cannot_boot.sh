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
