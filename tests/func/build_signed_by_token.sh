#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# --sign-key with a pkcs11: URI: a key in a token signs the same bytes as the
# same key in a file, and the PIN is in no message.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need sbverify openssl softhsm2-util
for module in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
	[ ! -f "$module" ] || break
done
[ -f "$module" ] || skip "there is no module libsofthsm2.so"
# OpenSSL reads a key of it with either of the two.
openssl engine pkcs11 >/dev/null 2>&1 ||
	openssl list -providers -provider pkcs11 >/dev/null 2>&1 ||
	skip "OpenSSL has neither a provider nor an engine pkcs11"
# Sanitizers and modules that are loaded and unloaded do not go together.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

mkdir tokens
cat >softhsm2.conf <<-CONF
directories.tokendir = $PWD/tokens
objectstore.backend = file
log.level = ERROR
CONF
export SOFTHSM2_CONF=$PWD/softhsm2.conf
pin=geheim4711
softhsm2-util --init-token --free --label ingot-test --pin $pin \
	--so-pin so$pin >/dev/null || fail "no token"
ingot keys keys
openssl pkcs8 -topk8 -nocrypt -in keys/db.key -out db.p8
softhsm2-util --import db.p8 --token ingot-test --label db --id 01 \
	--pin $pin >/dev/null || fail "no key in the token"

"$PYTHON" -B "$FUNC/pe.py" make program
"$PYTHON" -B "$FUNC/pe.py" kernel kernel.layout program
"$PYTHON" -B "$FUNC/pe.py" loader loader.layout program
import_images --set basic
ingot -q cache import kernel.layout loader.layout
web_spec web.yml

# build DIR KEY CERT
build() {
	mkdir -p "$1"
	"$INGOT" build --arch amd64 --bootloader test/loader:v1 --dir "$1" \
		--format uki --sign-key "$2" --sign-cert "$3" web.yml
}

uri="pkcs11:token=ingot-test;object=db"
expect_status 0 build file keys/db.key keys/db.crt
expect_status 0 build token \
	"$uri?module-path=$module&pin-value=$pin" keys/db.crt
expect_no_text stderr $pin
expect_status 0 sbverify --cert keys/db.crt token/web.efi
expect_same token/web.efi file/web.efi
ok "the token signs the same bytes"

printf '%s' $pin >pin
expect_status 0 build source \
	"$uri?module-path=$module&pin-source=file:$PWD/pin" keys/db.crt
expect_same source/web.efi file/web.efi
ok "the PIN comes from a file"

# Without a module-path p11-kit knows the tokens; not all systems have it.
if build kit "$uri?pin-value=$pin" keys/db.crt >kit.log 2>&1; then
	expect_same kit/web.efi file/web.efi
	ok "p11-kit finds the token"
fi

# bad STATUS TEXT URI CERT - refused, nothing left, no PIN shown
bad() {
	expect_status "$1" build bad "$3" "$4"
	expect_text stderr "$2"
	expect_no_text stderr "$pin|wrong-pin"
	[ -z "$(ls -A bad)" ] || fail "left: $(ls -A bad)"
	ok "refused: $2"
}
with="module-path=$module&pin-value"
bad 1 'signing key: no private key .*: PIN incorrect' \
	"$uri?$with=wrong-pin" keys/db.crt
bad 1 'signing key: no private key behind the pkcs11 URI' \
	"pkcs11:token=absent;object=db?$with=$pin" keys/db.crt
bad 1 'signing key: no private key behind the pkcs11 URI' \
	"pkcs11:token=ingot-test;object=absent?$with=$pin" keys/db.crt
bad 1 'the URI has no pin-value or pin-source' "$uri?module-path=$module" \
	keys/db.crt
bad 1 'signing key: no private key .*: Unable to load PKCS#11 module' \
	"$uri?module-path=$PWD/absent.so&pin-value=$pin" keys/db.crt
bad 2 'is not that of the certificate' "$uri?$with=$pin" keys/KEK.crt
