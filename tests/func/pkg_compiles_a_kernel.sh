#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A recipe with a step "linux", with a source package whose makefile only
# pretends to compile: what is asked for, made, kept and recorded.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need mmdebstrap dpkg-deb xz zstd make gcc flex bison bc perl pahole cpio depmod

MADE=$TMP/made # what the makefile was told to make, a line a goal

# source_package VERSION - a Debian package of a kernel's source, in repo/
source_package() {
	local top=source/linux-source-9.9
	rm -rf repo deb source
	mkdir -p repo deb/DEBIAN deb/usr/src $top
	cat >$top/Makefile <<-'MAKE'
	.RECIPEPREFIX = >
	# An option without what it depends on is dropped; all others are kept.
	allnoconfig:
	>echo "config $(ARCH) $(CROSS_COMPILE)" >>$(MADE)
	>{ echo "# Linux/$(ARCH) 9.9.@ Kernel Configuration"; \
	>  echo "CONFIG_CC_VERSION_TEXT=\"any\""; echo "CONFIG_AUTO=y"; \
	>  grep '^CONFIG' $(KCONFIG_ALLCONFIG) | grep -v LOST; } >.config
	bzImage Image:
	>echo "image $(KCFLAGS) $(KCPPFLAGS)$(LLVM)$(CC) $(KBUILD_BUILD_TIMESTAMP)" | \
	>  sed "s,$(CURDIR),HERE," >>$(MADE)
	>mkdir -p arch/x86/boot arch/arm64/boot include/config
	>cat .config >arch/x86/boot/bzImage
	>cat .config >arch/arm64/boot/Image
	>echo kernel/fs/ext4/ext4.ko >modules.builtin
	>printf 'ext4.license=GPL\0' >modules.builtin.modinfo
	>echo 9.9.@-test >include/config/kernel.release
	>if grep -q BREAK .config; then echo "x.c:1: error: no luck" >&2; exit 1; fi
	MAKE
	sed -i -e "s/@/$1/" -e "s,\$(MADE),$MADE," $top/Makefile
	tar -C source -cJf deb/usr/src/linux-source-9.9.tar.xz linux-source-9.9
	cat >deb/DEBIAN/control <<-CONTROL
	Package: linux-source-9.9
	Version: 9.9.$1-1
	Architecture: all
	Maintainer: Nobody <nobody@localhost>
	Description: a source
	CONTROL
	dpkg-deb -Zxz --build --root-owner-group deb repo/source.deb >/dev/null
	{
		grep -v '^Desc' deb/DEBIAN/control
		echo "Filename: ./source.deb"
		echo "Size: $(stat -c %s repo/source.deb)"
		echo "SHA256: $(sha256sum repo/source.deb | cut -d ' ' -f 1)"
		echo "Description: a source"
	} >repo/Packages
}

# recipe FRAGMENT... - a package of them
recipe() {
	cat >pkg/build.yml <<-YAML
	image: kernel
	content:
	  - linux:
	      packages: [linux-source-9.9]
	      fragments: [$(printf '%s, ' "$@")]
	      resolved: resolved.config
	      mirror: "deb [trusted=yes] copy:$TMP/repo ./"
	YAML
}

# made N GOAL - the makefile made GOAL N times
made() {
	[ "$(grep -c "^$2" "$MADE")" = "$1" ] || {
		cat "$MADE" >&2
		fail "not $1 times $2"
	}
}

build=(pkg build --arch amd64 --offline pkg)
mkdir -p pkg
source_package 1
recipe base.config x.config
printf '# why\nCONFIG_A=y\n# CONFIG_B is not set\n' >pkg/base.config
printf 'CONFIG_C="c"' >pkg/x.config
: >"$MADE"

refused 'build.yml:3:5: linux: resolved: .*resolved.config' "${build[@]}"
"$INGOT" pkg config --arch amd64 --offline pkg >pkg/resolved.config
cat >wanted <<'TEXT'
# Linux/x86_64 9.9.1 Kernel Configuration
CONFIG_AUTO=y
CONFIG_A=y
CONFIG_C="c"
TEXT
expect_same wanted pkg/resolved.config
made 0 image
ok "the whole configuration is told, and must be recorded"

export KCPPFLAGS=-DX LLVM=1 CC=true KBUILD_BUILD_TIMESTAMP=0 MAKEFLAGS=e
ingot "${build[@]}"
unset KCPPFLAGS LLVM CC KBUILD_BUILD_TIMESTAMP MAKEFLAGS
ref=$(tail -n 1 stdout)
made 1 image
expect_text "$MADE" '^config x86_64 x86_64-linux-gnu-$'
expect_text "$MADE" \
	'^image -ffile-prefix-map=HERE=[.] cc Thu Jan  1 00:00:00 UTC 1970$'
ingot cache export "$ref" --output image.tar
mkdir image
tar -C image -xf image.tar
for blob in image/blobs/sha256/*; do
	! zstd -qdc "$blob" >layer.tar 2>/dev/null || break
done
tar -xf layer.tar
tar -tf kernel.tar >list
expect_text list '^lib/modules/9.9.1-test/modules.builtin$'
expect_text list '^lib/modules/9.9.1-test/modules.dep$'
expect_text kernel-config '^CONFIG_CC_VERSION_TEXT="any"$'
expect_same kernel kernel-config
ok "it is a kernel image"

ingot "${build[@]}"
expect_text stderr '^unchanged'
ingot "${build[@]}" --force
expect_text stderr '^built'
[ "$(tail -n 1 stdout)" = "$ref" ] || fail "another name"
ingot cache export "$ref" --output again.tar
expect_same image.tar again.tar
echo 'labels: {x: y}' >>pkg/build.yml
ingot "${build[@]}"
made 1 image
ok "the same is compiled once"

recipe base.config
ingot pkg show-tag --arch amd64 pkg
[ "$(cat stdout)" != "$ref" ] || fail "the name did not change"
refused 'resolved.config is not what this configuration gives: 1 options differ, the first is CONFIG_C:' \
	"${build[@]}"
recipe base.config x.config
source_package 2
ingot "${build[@]}" --force
expect_no_text stderr 'is of another version'
echo 'CONFIG_OLD=y' >>pkg/resolved.config
ingot "${build[@]}" --force
expect_text stderr 'is of another version of the kernel: 1 options differ, the first is CONFIG_OLD'
made 2 image
ok "what is recorded is compared, and a new source compiled"

ingot pkg build --arch arm64 --offline pkg
expect_text "$MADE" '^config arm64 aarch64-linux-gnu-$'
made 3 image
refused 'kernels are compiled for amd64 and arm64 only|no program' \
	pkg build --arch riscv64 --offline pkg
ok "for another architecture"

count=$(wc -l <"$MADE")
echo 'CONFIG_A=y' >pkg/x.config
refused 'linux: fragments: x.config:1: CONFIG_A stands in base.config:2 too' \
	"${build[@]}"
echo 'B=y' >pkg/x.config
refused 'fragments\[1\]: x.config:1: neither CONFIG_NAME=VALUE nor a comment' \
	"${build[@]}"
[ "$(wc -l <"$MADE")" = "$count" ] || fail "something was made"
echo 'CONFIG_LOST=y' >pkg/x.config
refused 'x.config:1: CONFIG_LOST=y: the kernel makes it n' "${build[@]}"
echo 'CONFIG_M=m' >pkg/x.config
refused 'CONFIG_M=m: modules are not made' "${build[@]}"
made 3 image
rm pkg/x.config
refused "fragments\[1\]: source 'x.config' does not exist" "${build[@]}"
echo 'CONFIG_BREAK=y' >pkg/x.config
"$INGOT" pkg config --arch amd64 --offline pkg >pkg/resolved.config
refused 'linux: compile the kernel: make: no luck' "${build[@]}"
no_leftovers "$INGOT_CACHE"
echo 'image: x
content: [{files: []}]' >pkg/build.yml
refused "it compiles no kernel for 'amd64'" pkg config --arch amd64 pkg
ok "what cannot be is refused, before it is compiled"
