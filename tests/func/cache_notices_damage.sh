#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A blob that is not its digest neither gets in nor is used.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

make_images layout --tar layout.tar
printf 'services:\n  - {name: x, image: test/big:v1}\n' >x.yml
big=$(find layout/blobs -type f -size +2M)
big=${big##*/}
blob=cache/blobs/sha256/$big

# nothing_in CACHE - it holds no image and no blob
nothing_in() {
	expect_status 0 "$INGOT" --cache "$1" cache ls
	[ ! -s stdout ] || fail "$1: names after a refused import"
	[ -z "$(find "$1/blobs" -type f)" ] || fail "$1: blobs remain"
	[ -z "$(find "$1/partial" -type f)" ] || fail "$1: partial files remain"
}

# damage FILE - flip a bit without a change in size
damage() {
	chmod u+w "$1"
	printf 'X' | dd of="$1" bs=1 seek=1000 conv=notrunc status=none
}

cp -r layout wrong
damage wrong/blobs/sha256/"$big"
tar -C wrong -cf wrong.tar .
refused "${big:0:12}" --cache c1 cache import wrong.tar
nothing_in c1
refused "${big:0:12}" --cache c2 cache import wrong
expect_status 1 "$INGOT" --cache c3 cache import - <wrong.tar
nothing_in c3
tar -C wrong -cf short.tar --exclude="$big" .
ingot --cache c4 cache import short.tar
expect_text stderr "warning: .*left out: .*test/big:v1.*$big"
expect_no_text stdout 'test/big'
head -c 1000000 layout.tar >cut.tar
expect_status 1 "$INGOT" --cache c5 cache import cut.tar
nothing_in c5
for junk in empty text zeros; do
	case $junk in
	empty) : >junk.tar ;;
	text) echo hello >junk.tar ;;
	zeros) head -c 10240 /dev/zero >junk.tar ;;
	esac
	refused 'junk.tar' --cache c6 cache import junk.tar
	nothing_in c6
done
refused 'none' --cache c7 cache import none
ok "what is not its digest does not get in"

# Members that point out of the archive are not followed.
"$PYTHON" - layout evil.tar <<'PY'
import io, sys, tarfile
with tarfile.open(sys.argv[2], "w") as t:
    for name in ("../escape", "/tmp/ingot-escape", "blobs/sha256/../../up"):
        ti = tarfile.TarInfo(name)
        ti.size = 1
        t.addfile(ti, io.BytesIO(b"x"))
    ti = tarfile.TarInfo("index.json")
    ti.type, ti.linkname = tarfile.SYMTYPE, "/etc/passwd"
    t.addfile(ti)
    t.add(sys.argv[1] + "/oci-layout", "oci-layout")
PY
expect_status 1 "$INGOT" --cache c8/deep cache import evil.tar
expect_missing c8/escape c8/up escape /tmp/ingot-escape
ok "names in an archive lead nowhere"

# Damage in the cache is noticed before use.
ingot cache import layout.tar
ingot build --offline --output good.tar x.yml
rm -rf cache/parts
damage "$blob"
refused "$big|test/big" build --offline --output bad.tar x.yml
expect_text stderr 'damaged'
expect_missing bad.tar
expect_missing "$blob"
ingot cache import layout.tar
ingot build --offline --output again.tar x.yml
expect_same again.tar good.tar
ok "a damaged blob is not used, and a new import heals"

# Even when size and time stay the same: verify looks.
touch -r "$blob" stamp
damage "$blob"
touch -r stamp "$blob"
expect_status 1 "$INGOT" cache verify
expect_text stdout '^[0-9]+ blobs sound, 1 damaged and removed'
expect_missing "$blob"
ingot cache verify
expect_text stdout ' 0 damaged'
ingot cache import layout.tar
: >"$blob"
expect_status 1 "$INGOT" cache verify
ingot cache import layout.tar
ingot cache verify
ok "verify"

# The index of the cache itself.
cp cache/index.json index.good
echo '{"schemaVersion": 2, "manifests": [' >cache/index.json
expect_status 1 "$INGOT" cache ls
expect_text stderr 'index.json'
cp index.good cache/index.json
ingot cache ls
echo 'x' >cache/oci-layout
expect_status 1 "$INGOT" cache ls
expect_text stderr 'oci-layout'
ok "a damaged index is an error"
