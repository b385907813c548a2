#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# --sign-key and --sign-cert: firmware's rules are met, the bytes are the same
# again, and a key that does not fit leaves nothing. What is measured is what
# another program computes.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need sbverify openssl

pe() {
	"$PYTHON" -B "$FUNC/pe.py" "$@" || fail "pe.py $*"
}

import_images --set basic
pe make program
pe kernel kernel.layout program
pe loader loader.layout program
ingot -q cache import kernel.layout loader.layout
web_spec web.yml

ingot keys keys --name "Test & Co"
for file in PK KEK db; do
	openssl x509 -in keys/$file.crt -noout -subject >subject
	expect_text subject "CN = Test & Co $file\$"
	[ "$(stat -c %a keys/$file.key)" = 600 ] || fail "mode of $file.key"
done
cp -r keys before
usage "keys: '.*' exists" keys keys
diff -r keys before || fail "keys were written over"
usage "give one folder" keys
usage "is not UTF-8 of at most 64 bytes" keys long \
	--name "$(printf 'x%.0s' {1..65})"
expect_missing long
ok "keys"

# build DIR FORMATS [OPTION...]
build() {
	mkdir "$1"
	ingot build --arch amd64 --bootloader test/loader:v1 --dir "$1" \
		--format "$2" "${@:3}" web.yml
}
sign=(--sign-key keys/db.key --sign-cert keys/db.crt)
build plain uki
build signed uki,raw-efi,qcow2-efi,raw,iso "${sign[@]}"
expect_status 0 sbverify --cert keys/db.crt signed/web.efi
expect_status 1 sbverify --cert keys/KEK.crt signed/web.efi
expect_status 1 sbverify --cert keys/db.crt plain/web.efi
ok "the UKI is signed when it is asked for"

build again uki,raw-efi,qcow2-efi,raw,iso "${sign[@]}"
diff -r signed again || fail "another build, other bytes"
ok "the same bytes again"

# The programs on the media: find them by their signed end, or take them out.
if command -v mcopy >/dev/null; then
	for image in web-efi.img web.img; do
		at=1048576
		[ $image != web.img ] || at=2097152
		mcopy -n -i "signed/$image@@$at" ::EFI/BOOT/BOOTX64.EFI $image.efi
		expect_status 0 sbverify --cert keys/db.crt $image.efi
	done
	expect_same web-efi.img.efi signed/web.efi
	ok "programs on disks are signed"
fi

# measured DIR - the file says what pe.py finds
measured() {
	pe facts "$1/web.efi" >facts.json
	"$PYTHON" - "$1/web-measurements.json" <<-'CHECK' || fail "$1: wrong"
	import json, re, sys
	text = open(sys.argv[1]).read()
	got = json.loads(text)
	want = json.load(open("facts.json"))
	assert text == json.dumps(got, indent=2) + "\n", text
	assert list(got) == ["image", "uki", "pcrs", "pcrs-secure-boot",
	                     "kernel", "initrd"], got
	assert re.fullmatch("[0-9a-f]{64}", got["image"]), got
	assert got["uki"] == {"authenticode": "sha256:" + want["authenticode"]}
	for name, pcr4 in ("pcrs", "pcr4"), ("pcrs-secure-boot", "pcr4-secure"):
	    assert got[name] == {"sha256": {"4": want[pcr4],
	                                    "11": want["pcr11"],
	                                    "12": "0" * 64}}, got
	for name in ("kernel", "initrd"):
	    assert got[name]["digest"] == "sha256:" + want[name], name
	CHECK
}
measured plain
measured signed
expect_same plain/web-measurements.json signed/web-measurements.json
ingot build --arch amd64 --bootloader test/loader:v1 --format uki \
	--output one.efi web.yml
expect_same one.efi plain/web.efi
ok "measurements"

# bad STATUS TEXT OPTION... - refused, and nothing is left
bad() {
	rm -rf bad fresh
	mkdir bad
	expect_status "$1" env INGOT_CACHE="$TMP/fresh" "$INGOT" build \
		--arch amd64 --bootloader test/loader:v1 --dir bad \
		--format uki "${@:3}" web.yml
	expect_text stderr "$2"
	expect_missing fresh
	[ -z "$(ls -A bad)" ] || fail "left: $(ls -A bad)"
	ok "refused: $2"
}
bad 2 'sign-key and --sign-cert go together' --sign-key keys/db.key
bad 2 'sign-key and --sign-cert go together' --sign-cert keys/db.crt
bad 1 "signing key: .*'absent.key'" --sign-key absent.key \
	--sign-cert keys/db.crt
bad 1 "signing certificate: .*'absent.crt'" --sign-key keys/db.key \
	--sign-cert absent.crt
bad 2 'is not that of the certificate' --sign-key keys/KEK.key \
	--sign-cert keys/db.crt
bad 1 'no private key in PEM form' --sign-key keys/db.crt \
	--sign-cert keys/db.crt
openssl ecparam -name prime256v1 -genkey -noout -out ec.key
openssl req -new -x509 -key ec.key -subj /CN=ec -out ec.crt
bad 2 'is not RSA of 2048 bits' --sign-key ec.key --sign-cert ec.crt
openssl pkey -in keys/db.key -aes128 -passout pass:geheim -out locked.key
bad 2 'is encrypted: decrypt it first' --sign-key locked.key \
	--sign-cert keys/db.crt
bad 1 'pkcs11' --sign-key 'pkcs11:token=t;object=o?pin-value=geheim' \
	--sign-cert keys/db.crt
expect_no_text stderr 'geheim'
usage 'no EFI program to sign' build "${sign[@]}" --dir bad \
	--format kernel+initrd,tar web.yml
[ -z "$(ls -A bad)" ] || fail "left: $(ls -A bad)"
