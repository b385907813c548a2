#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# pxe: kernel, initrd and an iPXE script with relative names.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
web_spec web.yml
ingot build --format kernel+initrd --dir . --name plain web.yml
ingot build --format pxe web.yml
expect_same web-kernel plain-kernel
expect_same web-initrd.img plain-initrd.img
expect_missing web-cmdline
cat >want.ipxe <<'IPXE'
#!ipxe
kernel web-kernel initrd=web-initrd.img console=ttyS0
initrd web-initrd.img
boot
IPXE
expect_same want.ipxe web.ipxe
ok "kernel, initrd and script"

sed -i 's/^  cmdline: .*/  cmdline: ""/' web.yml
ingot build --format pxe --name a.b_c web.yml
expect_text a.b_c.ipxe '^kernel a.b_c-kernel initrd=a.b_c-initrd.img$'
ok "no command line"

# Formats that share files write them once.
rm -f web-*
ingot build --format kernel+initrd,pxe web.yml
[ "$(grep -c web-initrd.img "$TMP/stderr")" = 1 ] || fail "initrd twice"
expect_same web-kernel plain-kernel
ok "shared files"

no_script() {
	expect_status "$1" "$INGOT" build --format pxe --dir no --name "$2" \
		web.yml
	expect_text stderr "$3"
}
mkdir no
no_script 2 'two words' "cannot name 'two words'"
# shellcheck disable=SC2016
for line in 'a ${net0/ip} b' 'a || b' 'a # b'; do
	sed -i "s,^  cmdline: .*,  cmdline: '$line'," web.yml
	no_script 1 web 'kernel.cmdline has .*iPXE'
done
[ -z "$(ls no)" ] || fail "a refused build left files"
ok "what a script cannot hold is refused"
usage 'format pxe is more than one file' build --format pxe --output x web.yml
