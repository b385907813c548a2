#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The layout "mounted": each image is a squashfs in the initrd, with the tree that
# the tar has; an image is a part like all others; what cannot mount images is
# refused.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need unsquashfs zstd cpio

import_images --set basic --set layers
import_inits mounting=2 older=1 strange=x

# kernel_of NAME ARGUMENT... - an image with that kernel, $config and modules
kernel_of() {
	tr ' ' '\n' <<<"$config" >kernel.config
	rm -rf kernel.layout
	"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout "$1" "$FUNC/inits.py" \
		${config:+--config kernel.config} "${@:2}"
	ingot -q cache import kernel.layout
}
guest="CONFIG_DEVTMPFS=y CONFIG_TMPFS=y CONFIG_CGROUPS=y CONFIG_NAMESPACES=y CONFIG_CGROUP_BPF=y CONFIG_OVERLAY_FS=y CONFIG_SECCOMP_FILTER=y"
able="$guest CONFIG_BLK_DEV_INITRD=y CONFIG_RD_ZSTD=y CONFIG_RD_GZIP=y CONFIG_SQUASHFS_ZSTD=y"
config="$able CONFIG_BLK_DEV_LOOP=m CONFIG_SQUASHFS=m"
kernel_of modular --module block/loop --module fs/squashfs/squashfs \
	--module net/other --module net/unwanted

cat >app.yml <<'YAML'
kernel: {image: test/modular:v1, cmdline: quiet, modules: [other]}
init: [test/mounting:v1]
onboot:
  - {name: once, image: test/base:v1, readonly: true}
services:
  - {name: same, image: test/base:v1}
  - {name: links, image: test/link-group:v1}
  - {name: deep, image: test/path-500:v1}
  - {name: fifo, image: test/fifo-over-file:v1}
  - {name: big, image: test/big:v1}
files:
  - {path: etc/greeting, contents: "hello\n"}
YAML
if [ "$(id -u)" = 0 ]; then
	sed -i '/^files:/i\  - {name: devices, image: test/devices:v1}' app.yml
fi
mounted=(build --layout mounted --arch amd64)

# -- the tree
ingot build --arch amd64 --layout unpacked --dir plain \
	--format tar,kernel+initrd app.yml
ingot "${mounted[@]}" --format tar,kernel+initrd app.yml
mkdir unpacked
zstd -dcq app-initrd.img >app.cpio
cpio -it --quiet <app.cpio >names
(cd unpacked && cpio -idm --quiet --no-absolute-filenames <../app.cpio)
[ "$(tail -n 1 names)" = .ingot-complete ] || fail "the end marker is not last"
ok "zstd and cpio read the whole initrd"

# -- what is chosen without being asked
ingot build --arch amd64 --format kernel+initrd --dir chosen app.yml
expect_same chosen/app-initrd.img app-initrd.img
for init in init older; do
	sed "s,test/mounting,test/$init," app.yml >foreign.yml
	ingot build --arch amd64 --dir chosen foreign.yml
	ingot build --arch amd64 --layout unpacked --dir plain foreign.yml
	expect_same chosen/foreign-initrd.img plain/foreign-initrd.img
done
ok "mounted is the default, with an init image that does it"

owner=()
[ "$(id -u)" = 0 ] || owner=(--no-owner)
cat >places <<'PLACES'
containers/onboot/000-once/rootfs
containers/services/links/lower
containers/services/deep/lower
containers/services/fifo/lower
containers/services/big/lower
PLACES
[ "$(id -u)" != 0 ] || echo containers/services/devices/lower >>places
while read -r place; do
	[ -z "$(ls "unpacked/$place")" ] || fail "$place was unpacked"
	unsquashfs -q -n -d tree "unpacked/$place.squashfs" >/dev/null
	tree app.tar "${owner[@]}" --below "$place" | grep -v '^\. ' >tar.lines
	tree tree "${owner[@]}" >tree.lines
	[ -s tar.lines ] || fail "the tar has nothing at $place"
	diff tar.lines tree.lines >differences ||
		fail "$place: $(head -n 5 differences)"
	[ $(($(stat -c %s "unpacked/$place.squashfs") % 4096)) = 0 ] ||
		fail "$place.squashfs ends in a block"
	rm -rf tree
done <places
[ "$(grep -c 'squashfs$' names)" -gt "$(wc -l <places)" ] || fail "too few"
grep '\.squashfs$' names | sort >got
sed 's/$/.squashfs/' places | sort | diff - got >&2 || fail "other files"
expect_text unpacked/containers/services/same/runtime.json \
	'lowerdir=/containers/onboot/000-once/rootfs'
ok "each image once, with the tar's tree"

for module in loop squashfs other; do
	grep -q "/$module.ko$" names || fail "no module $module"
done
expect_no_text names unwanted
ok "what mounts images is among the modules"
cp app.yml all.yml
sed -i 's/, modules: .other.//' all.yml
ingot "${mounted[@]}" --output all.img --format tar all.yml
expect_text stderr 'warning: --layout mounted says nothing'
ingot build --arch amd64 --output plain.img --format tar all.yml
expect_same all.img plain.img
ok "a format without an initrd is the same"

# -- parts
cp app-initrd.img first.img
ingot "${mounted[@]}" app.yml
expect_text stderr '^0 parts made'
expect_same app-initrd.img first.img
sed 's,test/link-group:v1,test/setuid:v1,' app.yml >changed.yml
ingot "${mounted[@]}" changed.yml
expect_text stderr '^1 part made'
ok "what did not change is not made again"
for n in 1 3; do
	rm -rf cold again
	for layout in layout inits.layout kernel.layout; do
		ingot -q --cache cold cache import $layout
	done
	expect_status 0 env INGOT_THREADS=$n "$INGOT" --cache cold \
		"${mounted[@]}" --dir again app.yml
	expect_same again/app-initrd.img first.img
	ok "a cold cache, $n threads: the same bytes"
done
for how in gzip none; do
	ingot "${mounted[@]}" --prove --compress $how --dir $how app.yml
done
gzip -dc gzip/app-initrd.img | cpio -it --quiet | diff names - >&2 ||
	fail "gzip holds other files"
cpio -it --quiet <none/app-initrd.img | diff names - >&2 ||
	fail "not compressed it holds other files"
ok "gzip, and not compressed"

# -- refusals
nothing() {
	expect_missing out
	ok "refused: $1"
}
usage "takes unpacked or mounted, not 'flat'" build --layout flat app.yml
for init in init older strange; do
	sed "s,test/mounting,test/$init," app.yml >init.yml
	refused 'init.yml:2:8: init: --layout mounted: no image of it says' \
		"${mounted[@]}" --dir out init.yml
	nothing "the init image $init"
done
sed '/^init:/d' app.yml >none.yml
refused 'layout mounted: the spec has no init' \
	"${mounted[@]}" --dir out none.yml
nothing "no init"
for path in lower/etc/x lower lower.squashfs; do
	sed '$d' app.yml >files.yml
	echo "  - {path: /containers/services/links/$path, contents: x}" \
		>>files.yml
	refused "files.yml:[0-9]*:5: files.0.: '/containers/services/links/$path' would lie below the image of docker.io/test/link-group:v1" \
		"${mounted[@]}" --dir out files.yml
done
nothing "files in an image"
ingot build --arch amd64 --dir chosen files.yml
ingot build --arch amd64 --dir plain --layout unpacked files.yml
expect_same chosen/files-initrd.img plain/files-initrd.img
ok "without being asked such images are unpacked"
sed -i 's,/links/lower.squashfs,/links/lower-more,' files.yml
ingot "${mounted[@]}" files.yml

# lacks NAME REGEX - a kernel with $config and a module that is no help
lacks() {
	kernel_of "$1" --module net/other
	sed "s,test/modular,test/$1," app.yml >"$1.yml"
	refused "$1.yml:1:9: kernel.image: format kernel.initrd: the kernel of docker.io/test/$1:v1 $2: build with --layout unpacked" \
		"${mounted[@]}" --dir out "$1.yml"
	nothing "$1"
	ingot build --arch amd64 --dir chosen "$1.yml"
	expect_text stderr '^the kernel cannot mount images: they are unpacked$'
	ingot build --arch amd64 --dir plain --layout unpacked "$1.yml"
	expect_same "chosen/$1-initrd.img" "plain/$1-initrd.img"
}
config="$able CONFIG_SQUASHFS=y"
lacks no-loop 'has no loop devices .no CONFIG_BLK_DEV_LOOP.'
config="$able CONFIG_BLK_DEV_LOOP=y CONFIG_SQUASHFS=m"
lacks no-squashfs 'cannot mount a squashfs .no CONFIG_SQUASHFS.'
config="${able/CONFIG_SQUASHFS_ZSTD=y/} CONFIG_BLK_DEV_LOOP=y CONFIG_SQUASHFS=y"
lacks no-zstd 'cannot read a squashfs with zstd .no CONFIG_SQUASHFS_ZSTD.'
config="$able CONFIG_BLK_DEV_LOOP=y CONFIG_SQUASHFS=y"
kernel_of builtin --module net/other
sed "s,test/modular,test/builtin," app.yml >builtin.yml
ingot "${mounted[@]}" builtin.yml
ok "all built in"

# -- what our init and its containers need, mounted or not
# needs OPTION REGEX - the kernel above without it is refused
config="$able CONFIG_BLK_DEV_LOOP=y CONFIG_SQUASHFS=y"
needs() {
	local config=${config/CONFIG_$1=y/}
	kernel_of needy --module net/other
	sed "s,test/modular,test/needy," app.yml >needy.yml
	refused "needy.yml:$2 .no CONFIG_$1.$3" \
		build --arch amd64 --dir out needy.yml
	nothing "no $1"
}
needs DEVTMPFS '1:9: kernel.image: the kernel of docker.io/test/needy:v1 makes no device nodes' \
	", which ingot's init needs"
needs NAMESPACES "4:5: onboot.0.: 'once': the kernel of docker.io/test/needy:v1 has no namespaces" \
	': take another kernel'
needs OVERLAY_FS "6:5: services.0.: 'same': the kernel of .* cannot mount an overlay" \
	": say 'readonly: true', or take another kernel"
needs SECCOMP_FILTER "4:5: onboot.0.: 'once': the kernel of .* cannot filter system calls" \
	": say 'seccomp: none', or take another kernel"
sed -i '/- {name:/s/}/, seccomp: none}/' needy.yml
ingot build --arch amd64 needy.yml
sed -i 's,test/mounting,test/init,; s/, seccomp: none//' needy.yml
config=$able
kernel_of needy --module net/other
ingot build --arch amd64 needy.yml
ok "what nobody needs may be missing"

# -- memory: the squashfs counts twice, what is in it does not
cat >zeros.py <<'PY'
import sys
from images import F, Layout
layout = Layout()
layout.image("zeros", [[F("large", bytes(48 << 20)), F("sh", "x", 0o755)]],
             config={"Cmd": ["/sh"]})
layout.write(sys.argv[1])
PY
PYTHONPATH=$SUPPORT "$PYTHON" -B zeros.py zeros.layout
ingot -q cache import zeros.layout
sed -e 's,test/big:v1,test/zeros:v1,' -e '1i\target: {memory: 32M}' app.yml \
	>memory.yml
refused 'target.memory: 32M is not enough' build --arch amd64 --dir out \
	--layout unpacked memory.yml
ingot "${mounted[@]}" memory.yml
ok "the estimate of memory knows the layout"
