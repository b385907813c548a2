#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What every format makes of one appliance has the hashes of formats.sums: a
# drift from one version of the program to the next is noticed. With --record
# (tests/golden/record) the hashes are written down anew.
#
# Lines of formats.sums are "SHA256  ARCH/COMPRESS/FORMAT/FILE". With
# --compress none most formats hold no byte of a compressor; hashes of the
# others are compared only where the libraries are those of its first line.
# shellcheck source-path=SCRIPTDIR source=../func/common.sh
GOLDEN=$(cd "$(dirname "$0")" && pwd)
SUPPORT=$GOLDEN/../support
. "$GOLDEN/../func/common.sh"

# Formats that compress whatever --compress says.
packing='gcp|vmdk|wsl|kernel\+squashfs|raw-verity'

libraries() {
	for library in libzstd zlib libsquashfs1; do
		version=$(pkg-config --modversion $library 2>/dev/null) || :
		echo "$library ${version:-unknown}"
	done | paste -sd ' '
}

# build ARCH COMPRESS FORMAT - its files; a reason to "refused" when there is
# none
build() {
	mkdir -p "made/$1/$2/$3"
	"$INGOT" --cache "cache.$1" build --arch "$1" --compress "$2" \
		--format "$3" --dir "made/$1/$2/$3" "$SUPPORT/appliance.yml" \
		>stdout 2>stderr && return 0
	rmdir "made/$1/$2/$3"
	echo "$*: $(grep -m 1 '^ingot: build' stderr)" >>refused
}

all_formats >all
: >refused
for arch in amd64 arm64; do
	"$PYTHON" -B "$SUPPORT/appliance.py" "layout.$arch" $arch
	ingot -q --cache "cache.$arch" cache import "layout.$arch"
	while read -r format; do
		build $arch none "$format"
		[ $arch != amd64 ] || build $arch zstd "$format"
	done <all
done
while read -r format; do
	[ -d "made/amd64/none/$format" ] || [ -d "made/arm64/none/$format" ] || {
		grep " $format:" refused >&2
		fail "$format was not built"
	}
done <all
(cd made && find . -type f | sed 's,^\./,,' | LC_ALL=C sort |
	xargs -d '\n' sha256sum) >sums

if [ "${1:-}" = --record ]; then
	{
		echo "# $(libraries)"
		cat sums
	} >"$GOLDEN/formats.sums"
	echo "$(wc -l <sums) hashes in $GOLDEN/formats.sums"
	exit 0
fi

# plain - the lines of files without a byte of a compressor
plain() {
	grep '/none/' | grep -Ev "/none/($packing)/"
}

grep -v '^#' "$GOLDEN/formats.sums" >golden
if [ "# $(libraries)" = "$(head -n 1 "$GOLDEN/formats.sums")" ]; then
	other=
else
	other="other libraries ($(libraries)): $(wc -l <golden) hashes are known"
	plain <golden >golden.plain && mv golden.plain golden
	plain <sums >sums.plain && mv sums.plain sums
	other+=", $(wc -l <golden) of them compared"
fi
if ! diff golden sums >differ; then
	sed -n 's/^< \([^ ]*\)  \(.*\)/  \2 was \1/p
		s/^> \([^ ]*\)  \(.*\)/  \2 is  \1/p' differ | LC_ALL=C sort >&2
	echo "If that was meant, say so in CHANGELOG.md, raise" \
		"IG_PART_VERSION where it is a part that changed, and run" \
		"INGOT=$INGOT tests/golden/record" >&2
	fail "not as recorded: $(sed -n 's/^[<>] //p' differ | cut -d/ -f3 |
		sort -u | paste -sd ' ')"
fi
[ -z "$other" ] || skip "$other"
ok "$(wc -l <golden) hashes of $(wc -l <all) formats"
