#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every format gives the same bytes whoever builds where and when, and other
# programs take what came out.
# INGOT_TEST_CACHE: a folder that keeps the boot-loader package between runs.
# Without that package formats that need it are left out.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

: "${INGOT_TEST_CACHE:=$TMP/packages}"
chmod 755 "$TMP"

# A kernel that every format takes: a bzImage around an ELF file, with the
# beginning of an EFI program.
PYTHONPATH=$FUNC "$PYTHON" -B - >kernel <<'PY'
import gzip, sys
from kernel_image import bzimage
elf = b"\x7fELF\x02\x01\x01" + bytes(11) + b"\x3e\0" + bytes(range(256)) * 4000
image = bytearray(bzimage(gzip.compress(elf, mtime=0), None, None))
image[0:2], image[0x3c] = b"MZ", 0x40
image[0x40:0x46] = b"PE\0\0\x64\x86"
sys.stdout.buffer.write(image)
PY
"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout packed kernel
import_images --set basic
ingot -q cache import kernel.layout
web_spec web.yml
sed -i 's,test/kernel:v1,test/packed:v1,' web.yml

loader() {
	command -v mmdebstrap grub-mkimage >/dev/null || return 1
	timeout 240 "$INGOT" --cache "$INGOT_TEST_CACHE" pkg build \
		--arch amd64 "$FUNC/../../pkg/bootloader" >pkg.log 2>&1 &&
		"$INGOT" --cache "$INGOT_TEST_CACHE" cache export \
			--arch amd64 -o loader.tar "$(tail -n 1 pkg.log)"
}
extra=()
if loader; then
	ingot -q cache import loader.tar
	extra=(--bootloader "$(tail -n 1 pkg.log)")
else
	echo "no boot-loader package: formats that need it are left out"
fi

# The formats of the program; each in a folder of its own, since some have
# the same names.
"$INGOT" formats | sed -n 's/^\([^ ][^ ]*\) .*/\1/p' >all
while read -r format; do
	mkdir -p "first/$format"
	if "$INGOT" build --arch amd64 "${extra[@]}" --format "$format" \
		--dir "first/$format" web.yml 2>stderr; then
		echo "$format"
	elif [ ${#extra[@]} = 0 ] && grep -q bootloader stderr; then
		rmdir "first/$format"
	else
		cat stderr >&2
		fail "$format was not built"
	fi
done <all >formats
[ "$(wc -l <formats)" -gt 7 ] || fail "few formats: $(tr '\n' ' ' <formats)"

# same TEXT COMMAND... - all formats again, from an empty or warm $cold
same() {
	text=$1
	shift
	rm -rf again
	mkdir -m 777 again
	while read -r format; do
		(umask 0 && mkdir "again/$format")
		expect_status 0 "$@" "$INGOT" --cache "$TMP/cold" build \
			--arch amd64 "${extra[@]}" --format "$format" \
			--dir "$TMP/again/$format" "$TMP/web.yml"
	done <formats
	diff -rq first again >&2 || fail "$text: other bytes"
	ok "$text: $(find first -type f | wc -l) files"
}

fresh() {
	rm -rf cold
	layouts=(layout kernel.layout)
	[ ! -e loader.tar ] || layouts+=(loader.tar)
	expect_status 0 "$INGOT" -q --cache cold cache import "${layouts[@]}"
}

faked=()
if command -v faketime >/dev/null; then
	faked=(faketime '2031-05-06 07:08:09')
fi
locale=$(locale -a 2>/dev/null | grep -v '^C\|^POSIX' | head -n 1) || :
fresh
# shellcheck disable=SC2016
same "one thread, umask 077, time zone, locale, folder" \
	env INGOT_THREADS=1 TZ=Pacific/Kiritimati \
	LC_ALL="${locale:-C.UTF-8}" "${faked[@]}" \
	sh -c 'umask 077; cd /; exec "$@"' sh
same "four threads, warm" env INGOT_THREADS=4 TZ=America/Lima
fresh
other=(env HOME=/nonexistent INGOT_THREADS=4)
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chown -R nobody cold
	other+=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
same "four threads, cold, another user" "${other[@]}"

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
if [ ${#extra[@]} != 0 ]; then
	if reads sfdisk; then
		for file in raw/web.img raw-efi/web-efi.img \
			raw-bios/web-bios.img aws/web.raw; do
			expect_status 0 sfdisk --verify "first/$file"
			expect_no_text stderr 'GPT|overlap|invalid'
			! command -v fsck.fat >/dev/null || fat_of "first/$file"
		done
	fi
	if reads xorriso; then
		expect_status 0 xorriso -indev first/iso/web.iso -report_el_torito \
			plain
		expect_text stdout 'El Torito boot img : +1 +BIOS'
		expect_text stdout 'El Torito boot img : +2 +UEFI'
	fi
	if reads qemu-img; then
		expect_status 0 qemu-img check first/qcow2-bios/web.qcow2
		expect_status 0 qemu-img check first/qcow2-efi/web-efi.qcow2
		compare() {
			expect_status 0 qemu-img compare -f "$1" -F raw \
				"first/$2" "first/$3"
		}
		compare qcow2 qcow2-bios/web.qcow2 raw-bios/web-bios.img
		compare qcow2 qcow2-efi/web-efi.qcow2 raw-efi/web-efi.img
		compare vpc vhd/web.vhd raw/web.img
		compare vpc dynamic-vhd/web.vhd raw/web.img
		compare vmdk vmdk/web.vmdk raw/web.img
	fi
	if reads objdump; then
		expect_status 0 objdump -h first/uki/web.efi
		for section in cmdline linux initrd; do
			expect_text stdout " \\.$section "
		done
	fi
fi
if reads skopeo; then
	for file in oci/web-oci.tar containerdisk/web-containerdisk.tar; do
		[ -e "first/$file" ] || continue
		expect_status 0 skopeo inspect --raw "oci-archive:first/$file"
		expect_text stdout '"schemaVersion": ?2'
	done
fi
