#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the kernel's unpacker drops or mixes up in silence: made right, or
# refused when it is built.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
PYTHONPATH=$SUPPORT "$PYTHON" -B "$FUNC/traps.py" traps.layout
ingot -q cache import traps.layout

# spec INIT... - web.yml with these images of init, one over the other
spec() {
	web_spec web.yml
	for init; do
		sed -i "/^services:/i\\  - test/$init:v1" web.yml
	done
	[ $# = 0 ] || sed -i '/test\/init:v1/d' web.yml
}

# unpacked_order - every folder stands before what is in it
unpacked_order() {
	zstd -dcq web-initrd.img | cpio -it --quiet >names 2>/dev/null
	[ -s names ] || fail "cpio reads no name"
	awk '{ name = $0; sub("^[.]?/", "", name); seen[name] = 1
		if (sub("/[^/]*$", "", name) && !(name in seen)) {
			print name " is missing before " $0; bad = 1
		} } END { exit bad }' names || fail "the kernel would drop that"
}

build=(build --layout unpacked)

spec
sed -i 's,test/base:v1,test/late:v1,' web.yml
ingot "${build[@]}" web.yml
unpacked_order
ingot build --format tar web.yml
tree web.tar --below containers/services/web/lower >lines
expect_text lines '^d .*"mode": "0700".*"uid": 5'
expect_text lines '^d/e .*"mode": "0750".*"uid": 3'
ok "folders that come after what is in them"

spec usrmerge
refused "usrmerge:v1: 'lib' is a directory with content" "${build[@]}" web.yml
printf '  - {path: lib/x, contents: "1"}\n' >>web.yml
sed -i 's,test/kernel:v1,test/plain-kernel:v1,' web.yml
ingot "${build[@]}" web.yml
unpacked_order
expect_text names '^usr/lib/x$'
expect_no_text names '^lib/'
ok "the modules below a link /lib are refused, a file goes where it leads"

spec file folder
ingot "${build[@]}" web.yml
unpacked_order
[ "$(grep -c '^opt/x$' names)" = 1 ] || fail "opt/x is twice in the initrd"
expect_text names '^opt/x/y$'
spec folder file
refused "file:v1: 'opt/x' is a directory with content" "${build[@]}" web.yml
ok "a folder over a file, and a file over a folder"

spec folder
printf '  - {path: opt/x, contents: "2"}\n' >>web.yml
refused "'opt/x' is a directory with content" "${build[@]}" web.yml
ok "a file of the spec in a folder's place"

spec
sed -i 's,test/base:v1,test/long:v1,' web.yml
ingot "${build[@]}" web.yml
unpacked_order
name=$(printf 'n%.0s' $(seq 255))
expect_text names "/lower/$name\$"
expect_text names "/lower/$(echo "$name" | tr n m)/f\$"
sed -i 's,test/long:v1,test/too-long:v1,' web.yml
refused 'too-long.*nnnn' "${build[@]}" web.yml
web_spec web.yml
printf '  - {path: "srv/n%s", contents: "2"}\n' "$name" >>web.yml
refused "web.yml:[0-9]+:[0-9]+: files\[1\]" "${build[@]}" web.yml
ok "names of 255 bytes, and of 256"

spec
sed -i 's,test/base:v1,test/4-gib:v1,' web.yml
refused '4294967296 bytes: an initramfs holds files below 4 GiB' \
	"${build[@]}" web.yml
truncate -s 4G big
web_spec web.yml
printf '  - {path: big, source: big, mode: "0600"}\n' >>web.yml
refused 'larger than 4 GiB' "${build[@]}" web.yml
expect_missing web-initrd.img.tmp
ok "a file of 4 GiB"

spec
sed -i 's,test/base:v1,test/2-gib:v1,' web.yml
printf 'target: {memory: 1G}\n' >>web.yml
refused 'target.memory: 1G is not enough' "${build[@]}" web.yml
no_leftovers . cache
ok "an initrd of 2 GiB for a machine that has less"
