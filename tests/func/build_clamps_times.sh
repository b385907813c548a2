#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# SOURCE_DATE_EPOCH: no format has a later time in it, neither of the images
# nor one of its own.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

# Of what ingot makes itself, and of what is in the images.
times=1492533000,1600000000
for arch in amd64 arm64; do
	"$PYTHON" -B "$SUPPORT/appliance.py" "layout.$arch" $arch
	ingot -q --cache "cache.$arch" cache import "layout.$arch"
done

# build DIR FORMAT - for the first architecture that has it
build() {
	for arch in amd64 arm64; do
		mkdir -p "$1/$2"
		"$INGOT" --cache "cache.$arch" build --arch $arch \
			--compress none --format "$2" --dir "$1/$2" \
			"$SUPPORT/appliance.yml" >stdout 2>stderr && return 0
	done
	cat stderr >&2
	fail "$2 was not built"
}

found() {
	find "$1" -type f -exec "$PYTHON" -B "$FUNC/times.py" $times {} +
}

all_formats >all
while read -r format; do
	build without "$format"
	SOURCE_DATE_EPOCH=1000000000 build with "$format"
done <all
found without >first
# What the search is worth: it sees times of every kind without the variable.
for form in tar cpio VHD FAT 'ISO record' 'ISO volume'; do
	grep -q ": $form of 1492533000" first || fail "no time in the form $form"
done
while read -r format; do
	grep -q "^without/$format/" first || echo "no times: $format"
done <all
found with >second
[ ! -s second ] || {
	cat second >&2
	fail "$(wc -l <second) times later than SOURCE_DATE_EPOCH"
}
ok "$(wc -l <first) kinds of times in $(wc -l <all) formats are clamped"

for format in raw uki tar; do
	for bad in '' abc -1 1.5 12x 99999999999999999999 4294967296 ' 1'; do
		rm -rf bad
		mkdir bad
		expect_status 2 env SOURCE_DATE_EPOCH="$bad" "$INGOT" \
			--cache cache.amd64 build --format $format --dir bad \
			"$SUPPORT/appliance.yml"
		expect_text stderr "SOURCE_DATE_EPOCH is '$bad', not a number"
		[ -z "$(ls -A bad)" ] || fail "left: $(ls -A bad)"
	done
done
ok "what is no number is refused"
