#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The tar and the initrd hold the same tree, and other programs agree on it.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need bsdtar cpio zstd

import_images --set basic --set layers
cat >all.yml <<'YAML'
kernel:
  image: test/kernel:v1
  cmdline: "console=ttyS0 quiet"
init:
  - test/init:v1
services:
  - {name: base, image: test/base:v1}
  - {name: links, image: test/link-group:v1}
  - {name: deep, image: test/path-500:v1}
  - {name: zstd, image: test/mixed:v1}
  - {name: sparse, image: test/sparse-gnu:v1}
  - {name: fifo, image: test/fifo-over-file:v1}
files:
  - {path: srv/greeting, contents: "hello\n", mode: "0640"}
  - {path: srv/link, symlink: greeting}
  - {path: srv/empty, directory: true, mode: "0711"}
YAML
if [ "$(id -u)" = 0 ]; then
	sed -i '/^files:/i\  - {name: setuid, image: test/setuid:v1}' all.yml
	sed -i '/^files:/i\  - {name: devices, image: test/devices:v1}' all.yml
fi
ingot build --format tar,kernel+initrd all.yml
for file in all.tar all-kernel all-initrd.img all-cmdline; do
	[ -s $file ] || fail "$file was not made"
	[ "$(stat -c %a $file)" = 644 ] || fail "$file is not 0644"
done
expect_text all-cmdline '^console=ttyS0 quiet$'
[ "$(wc -l <all-cmdline)" = 0 ] || fail "the command line ends in a newline"

tar --warning=no-unknown-keyword -tf all.tar | sed 's,/$,,' >names.gnu
bsdtar -tf all.tar | sed 's,/$,,' >names.bsd
[ "$(wc -l <names.gnu)" -gt 100 ] || fail "too few names"
expect_same names.gnu names.bsd
ok "GNU tar and bsdtar list the same"

# Only root can give files away; without, setuid bits fall too.
owner=()
if [ "$(id -u)" != 0 ]; then
	owner=(--no-owner)
fi
tree all.tar "${owner[@]}" >tar.lines
mkdir gnu bsd initrd
tar --warning=no-unknown-keyword -pxf all.tar -C gnu
tree gnu "${owner[@]}" >gnu.lines
bsdtar -pxf all.tar -C bsd
tree bsd "${owner[@]}" >bsd.lines
diff gnu.lines bsd.lines || fail "GNU tar and bsdtar unpack differently"
diff tar.lines gnu.lines || fail "what GNU tar unpacks is not what is there"
ok "GNU tar and bsdtar unpack the same"

# The initrd: the same tree without boot/, with an end marker.
(cd initrd && zstd -dcq ../all-initrd.img | cpio -idmu --quiet) ||
	fail "cpio does not read the initrd"
[ "$(wc -c <initrd/.ingot-complete)" = 65 ] || fail "no end marker"
rm -f initrd/.ingot-complete
tree initrd "${owner[@]}" >initrd.lines
grep -v '^boot[ /]' tar.lines >tar.root
diff tar.root initrd.lines || fail "initrd and tar are not the same tree"
expect_text initrd.lines '/lower/b .*"link": "containers.*/lower/a"'
expect_text initrd.lines '/lower/sparse .*"size": 10485760'
ok "the initrd is the tar's tree"
expect_same all-kernel gnu/boot/kernel
printf '%s' "$(cat gnu/boot/cmdline)" | cmp - all-cmdline ||
	fail "boot/cmdline differs from -cmdline"

# Names that are not text; bsdtar reads them, but complains.
web_spec odd.yml test/odd-names:v1
ingot build --format tar,kernel+initrd odd.yml
tree odd.tar --no-owner | grep -v '^boot[ /]' >odd.lines
expect_text odd.lines '/bad%FF%FE '
expect_text odd.lines '/new%0Aline '
mkdir odd odd.cpio
tar --warning=no-unknown-keyword --exclude=boot --no-same-owner -pxf odd.tar \
	-C odd
tree odd --no-owner | diff odd.lines - || fail "odd names in the tar"
(cd odd.cpio && zstd -dcq ../odd-initrd.img | cpio -idmu --quiet)
rm -f odd.cpio/.ingot-complete
tree odd.cpio --no-owner | diff odd.lines - || fail "odd names in the initrd"
ok "odd names"

# What cpio cannot hold is said.
web_spec caps.yml test/file-caps:v1
ingot build --format kernel+initrd caps.yml
expect_text stderr 'warning: .*ping.*security\.capability.*left out'
ingot build --format tar caps.yml
expect_no_text stderr warning
tree caps.tar >caps.lines
expect_text caps.lines '/ping .*"security.capability": "0100000200200000'
ok "a lost capability is a warning, the tar keeps it"

# Every codec holds the same.
for how in gzip none zstd:19; do
	ingot build --compress $how --name as-${how%:*} --dir . all.yml
done
zstd -dcq all-initrd.img >plain
gzip -dc as-gzip-initrd.img | cmp - plain || fail "gzip differs"
expect_same as-none-initrd.img plain
zstd -dcq as-zstd-initrd.img | cmp - plain || fail "zstd:19 differs"
ok "the same archive in every codec"
