#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every format gives the same bytes whoever builds where and when, and other
# programs take what came out. The formats are those that the program lists:
# one that none of the architectures can build fails the test.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

chmod 755 "$TMP"
for arch in amd64 arm64; do
	"$PYTHON" -B "$SUPPORT/appliance.py" "layout.$arch" $arch
	ingot -q --cache "cache.$arch" cache import "layout.$arch"
done
cp "$SUPPORT/appliance.yml" web.yml
ingot keys keys

# build DIR CACHE ARCH HOW FORMAT [COMMAND...] - one format into a folder of
# its own, since some have the same file names. HOW: plain or signed
build() {
	args=(--cache "$TMP/$2.$3" build --arch "$3" --format "$5"
		--dir "$TMP/$1/$3-$4/$5" "$TMP/web.yml")
	[ "$4" = plain ] ||
		args+=(--sign-key "$TMP/keys/db.key"
			--sign-cert "$TMP/keys/db.crt")
	(umask 0 && mkdir -p "$1/$3-$4/$5")
	"${@:6}" "$INGOT" "${args[@]}" >stdout 2>stderr </dev/null
}

# try ARCH HOW FORMAT - the first build; a line to "formats" or to "refused"
try() {
	if build first cache "$@"; then
		echo "$*" >>formats
	else
		rmdir "first/$1-$2/$3"
		echo "refused: $*: $(grep -m 1 '^ingot: build' stderr)" >>refused
		return 1
	fi
}

all_formats >all
[ "$(wc -l <all)" -gt 20 ] || fail "few formats: $(tr '\n' ' ' <all)"
: >formats
: >refused
while read -r format; do
	try amd64 plain "$format" || try arm64 plain "$format" ||
		fail "$format was not built; $(tail -n 2 refused)"
	[ ! -d "first/amd64-plain/$format" ] ||
		try arm64 plain "$format" || :
	try amd64 signed "$format" || :
done <all
grep -v 'no EFI program to sign' refused || :
# A refusal is no way out for what is known to work.
for known in 'amd64 plain raw-bios' 'amd64 signed '{uki,raw,iso} \
	'arm64 plain '{uki,raw,iso}; do
	grep -qx "$known" formats || fail "$known was refused"
done

# same TEXT COMMAND... - all formats again, from the caches "cold"
same() {
	text=$1
	shift
	rm -rf again
	mkdir -m 777 again
	while read -r arch how format; do
		build again cold "$arch" "$how" "$format" "$@" || {
			cat stderr >&2
			fail "$text: $arch $how $format was not built"
		}
	done <formats
	diff -rq first again >&2 || fail "$text: other bytes"
	ok "$text: $(find first -type f | wc -l) files"
}

fresh() {
	rm -rf cold.*
	for arch in amd64 arm64; do
		ingot -q --cache "cold.$arch" cache import "layout.$arch"
	done
}

locale=$(locale -a 2>/dev/null | grep -v '^C\|^POSIX' | head -n 1) || :
fresh
# shellcheck disable=SC2016
same "one thread, umask 077, time zone, locale, folder" \
	env INGOT_THREADS=1 TZ=Pacific/Kiritimati LC_ALL="${locale:-C.UTF-8}" \
	sh -c 'umask 077; cd /; exec "$@"' sh
same "four threads, warm" env INGOT_THREADS=4 TZ=America/Lima
fresh
other=(env HOME=/nonexistent INGOT_THREADS=4)
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chown -R nobody cold.* keys
	other+=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
same "four threads, cold, another user" "${other[@]}"

if sanitized; then
	echo "no other clock: libfaketime and AddressSanitizer do not go together"
elif ! command -v faketime >/dev/null; then
	echo "no other clock: faketime is not installed"
else
	for clock in +10y '@1985-01-02 03:04:05'; do
		year=$(faketime -f "$clock" date +%Y)
		[ "$year" != "$(date +%Y)" ] || fail "the clock is not $clock"
		fresh
		same "the year $year" faketime -f "$clock"
	done
fi

# -- other programs ------------------------------------------------------------

# partition FILE NUMBER - that partition's bytes to the file "part"
partition() {
	sfdisk --json "$1" >table.json 2>/dev/null || fail "sfdisk: $1"
	"$PYTHON" - "$1" "$2" <<-'PY'
	import json, sys
	table = json.load(open("table.json"))["partitiontable"]
	p = table["partitions"][int(sys.argv[2]) - 1]
	with open(sys.argv[1], "rb") as f, open("part", "wb") as out:
	    f.seek(p["start"] * 512)
	    out.write(f.read(p["size"] * 512))
	PY
}

# fat_of FILE - every FAT volume of the disk is sound, and there is one
fat_of() {
	found=0
	count=$(sfdisk --dump "$1" 2>/dev/null | grep -c 'start=') || :
	for n in $(seq "$count"); do
		partition "$1" "$n"
		[ "$(tail -c +511 part | head -c 2 | od -An -tx1)" = " 55 aa" ] ||
			continue
		expect_status 0 fsck.fat -n part
		found=1
	done
	[ $found = 1 ] || fail "$1: no FAT volume"
}

# reads PROGRAM - installed
reads() {
	command -v "$1" >/dev/null || return 1
	ok "read by $1"
}

PATH=$PATH:/sbin:/usr/sbin
made=first/amd64-plain
if reads sfdisk; then
	for file in raw/web.img raw-efi/web-efi.img \
		raw-bios/web-bios.img aws/web.raw; do
		expect_status 0 sfdisk --verify "$made/$file"
		expect_no_text stderr 'GPT|overlap|invalid'
		! command -v fsck.fat >/dev/null || fat_of "$made/$file"
	done
fi
if reads xorriso; then
	expect_status 0 xorriso -indev "$made/iso/web.iso" \
		-report_el_torito plain
	expect_text stdout 'El Torito boot img : +1 +BIOS'
	expect_text stdout 'El Torito boot img : +2 +UEFI'
fi
if reads qemu-img; then
	expect_status 0 qemu-img check "$made/qcow2-bios/web.qcow2"
	expect_status 0 qemu-img check "$made/qcow2-efi/web-efi.qcow2"
	compare() {
		expect_status 0 qemu-img compare -f "$1" -F raw \
			"$made/$2" "$made/$3"
	}
	compare qcow2 qcow2-bios/web.qcow2 raw-bios/web-bios.img
	compare qcow2 qcow2-efi/web-efi.qcow2 raw-efi/web-efi.img
	compare vpc vhd/web.vhd raw/web.img
	compare vpc dynamic-vhd/web.vhd raw/web.img
	compare vmdk vmdk/web.vmdk raw/web.img
fi
if reads objdump; then
	expect_status 0 objdump -h "$made/uki/web.efi"
	for section in cmdline linux initrd; do
		expect_text stdout " \\.$section "
	done
fi
if reads skopeo; then
	for file in oci/web-oci.tar containerdisk/web-containerdisk.tar; do
		[ -e "$made/$file" ] || continue
		expect_status 0 skopeo inspect --raw "oci-archive:$made/$file"
		expect_text stdout '"schemaVersion": ?2'
	done
fi
