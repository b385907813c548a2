#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A recipe whose step "compile" takes its sources and its libraries from
# Debian packages: what is compiled, noted, and refused.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need mmdebstrap dpkg-deb dpkg-source dpkg-scanpackages gcc ar xz zstd

arch=$(dpkg --print-architecture)
triplet=$(gcc -print-multiarch)
# gcc of the host, which "gcc" is only on these
[ "$arch" = amd64 ] || [ "$arch" = arm64 ] || skip "not on $arch"

# library - libdep-dev with a header and a static library, in repo/
library() {
	mkdir -p dep/DEBIAN dep/usr/include "dep/usr/lib/$triplet" \
		dep/usr/share/doc/libdep-dev
	echo "libdep's" >dep/usr/share/doc/libdep-dev/copyright
	echo changes >dep/usr/share/doc/libdep-dev/changelog
	echo 'const char *dep(void);' >dep/usr/include/dep-real.h
	ln -s dep-real.h dep/usr/include/dep.h
	echo 'const char *dep(void) { return "library"; }' >dep.c
	gcc -c -o dep.o dep.c
	ar rcD "dep/usr/lib/$triplet/libdep.a" dep.o
	cat >dep/DEBIAN/control <<-CONTROL
	Package: libdep-dev
	Version: 3
	Architecture: $arch
	Depends: a-package-that-is-not-there
	Maintainer: Nobody <nobody@localhost>
	Description: a library
	CONTROL
	dpkg-deb -Zxz --build --root-owner-group dep repo/dep.deb >/dev/null
}

# source_package REVISION [TEXT] - tiny 1.0-REVISION with a patch of Debian's,
# which expects TEXT
source_package() {
	rm -rf tiny-1.0 repo/tiny*
	mkdir -p tiny-1.0/src tiny-1.0/debian/source tiny-1.0/debian/patches
	cat >tiny-1.0/src/main.c <<-'C'
	#include <stdio.h>
	#include <config.h>
	#include <dep.h>
	const char *more(void);
	int main(void)
	{
		puts("as it was released");
		fflush(stdout);
		printf("%s %s %s %s\n", CONFIGURED, dep(), more(), DEBIAN_VERSION);
		return 0;
	}
	C
	echo 'const char *more(void) { return __FILE__; }' >tiny-1.0/src/more.c
	tar -cJf repo/tiny_1.0.orig.tar.xz --exclude debian tiny-1.0
	echo '3.0 (quilt)' >tiny-1.0/debian/source/format
	[ "$1" = 1 ] || echo "tiny's" >tiny-1.0/debian/copyright
	# what would be run when the package was built the usual way
	printf '#!/bin/sh\ntouch %s/ran\n' "$TMP" >tiny-1.0/debian/rules
	chmod +x tiny-1.0/debian/rules
	echo fix.patch >tiny-1.0/debian/patches/series
	cat >tiny-1.0/debian/patches/fix.patch <<-PATCH
	--- a/src/main.c
	+++ b/src/main.c
	@@ -6,3 +6,3 @@
	 {
	-puts("${2:-as it was released}");
	+puts("fixed by Debian");
	 fflush(stdout);
	PATCH
	tar -C tiny-1.0 -cJf "repo/tiny_1.0-$1.debian.tar.xz" debian
	dsc "$1"
}

# dsc REVISION - the description of the source package, and what apt reads
dsc() {
	(
		cd repo
		cat >"tiny_1.0-$1.dsc" <<-DSC
		Format: 3.0 (quilt)
		Source: tiny
		Binary: tiny-bin
		Architecture: any
		Version: 1.0-$1
		Maintainer: Nobody <nobody@localhost>
		Checksums-Sha256:
		$(sums sha256sum tiny_*.tar.xz)
		Files:
		$(sums md5sum tiny_*.tar.xz)
		DSC
		dpkg-scanpackages . >Packages
		dpkg-scansources . >Sources
	) 2>scanned || fail "$(cat scanned)"
}

# sums PROGRAM FILE... - as a .dsc has them
sums() {
	local program=$1 file
	shift
	for file; do
		echo " $("$program" "$file" | cut -d ' ' -f 1)" \
			"$(stat -c %s "$file") $file"
	done
}

# recipe FOLDER [FROM] [SOURCES] - a package in FOLDER
recipe() {
	mkdir -p "$1"
	echo '#define CONFIGURED "configured"' >"$1/config.h"
	cat >"$1/build.yml" <<-YAML
	image: tiny
	content:
	  - compile:
	      from: ${2:-tiny}
	      packages: [libdep-dev]
	      sources: [${3:-src/*.c}]
	      flags: [-ldep]
	      output: /bin/tiny
	      mirror: "deb [trusted=yes] copy:$TMP/repo ./"
	YAML
}

# unpack REF - the image's program is ./tiny, its configuration ./config
unpack() {
	local blob
	rm -rf image tiny
	mkdir image
	ingot cache export "$1" --output image.tar
	tar -C image -xf image.tar
	for blob in image/blobs/sha256/*; do
		if zstd -qdc "$blob" >layer.tar 2>/dev/null; then
			tar -tf layer.tar | grep -v '/$' >files
			tar -xf layer.tar --strip-components=1 bin/tiny
		elif grep -q '"rootfs"' "$blob"; then
			cp "$blob" config
		fi
	done
}

build=(pkg build --arch "$arch" --offline)
mkdir repo
library
source_package 1
recipe pkg
ingot "${build[@]}" pkg
ref=$(tail -n 1 stdout)
unpack "$ref"
./tiny >said
cat >wanted <<'TEXT'
fixed by Debian
configured library src/more.c 1.0-1
TEXT
expect_same wanted said
expect_text config 'libdep-dev=3\\nsrc:tiny=1.0-1'
printf 'bin/tiny\nusr/share/doc/libdep-dev/copyright\n' >wanted
expect_same wanted files
expect_missing ran
ok "a patched source and a library become a program, with its licences"

mv image.tar first.tar
mkdir -p else/where tmp
recipe else/where/pkg
INGOT_THREADS=1 TMPDIR=$TMP/tmp ingot "${build[@]}" --force else/where/pkg
[ "$(tail -n 1 stdout)" = "$ref" ] || fail "another name"
unpack "$ref"
expect_same first.tar image.tar
[ -z "$(ls tmp)" ] || fail "something is left in TMPDIR"
ok "the same bytes in another place"

source_package 2
ingot "${build[@]}" pkg
expect_text stderr '^unchanged'
ingot "${build[@]}" --force pkg
unpack "$(tail -n 1 stdout)"
./tiny >said
expect_text said '1[.]0-2$'
expect_text files '^usr/share/doc/tiny/copyright$'
echo '#define CONFIGURED "anew"' >pkg/config.h
ingot pkg show-tag --arch "$arch" pkg
[ "$(cat stdout)" != "$ref" ] || fail "a header does not change the name"
ok "a new version comes when it is asked for"

recipe pkg nope
refused 'build.yml:3:5: compile: mmdebstrap: Unable to find a source package for nope' \
	"${build[@]}" pkg
# the name of a binary package is not that of its source
recipe pkg tiny-bin
refused 'Unable to find a source package for tiny-bin' "${build[@]}" pkg
recipe pkg "'x;reboot'"
refused "compile: from: 'x;reboot' is not the name of a Debian package" \
	"${build[@]}" pkg
recipe pkg tiny 'nope/*.c'
refused "compile: compile.sources\[0\]: read the folder of 'nope" \
	"${build[@]}" pkg
recipe pkg tiny src/nope.c
refused 'compile: gcc: src/nope.c' "${build[@]}" pkg
recipe pkg
source_package 3 'as it never was'
refused "compile: 'tiny_1.0-3.dsc': dpkg-source: .*fix.patch" \
	"${build[@]}" --force pkg
source_package 4
echo more >>repo/tiny_1.0.orig.tar.xz
refused 'compile: mmdebstrap: Failed to fetch.*tiny_1.0.orig.tar.xz' \
	"${build[@]}" --force pkg
no_leftovers "$INGOT_CACHE"
ok "what cannot be compiled is refused"
