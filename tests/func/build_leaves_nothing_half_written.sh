#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A build that fails leaves no file, an older output as it was, and says why.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic --set layers
web_spec web.yml
ingot build --format tar,kernel+initrd web.yml
mkdir out
cp web.tar web-* out/
cp out/web.tar old.tar

# untouched - the older outputs are still there and nothing beside them
untouched() {
	expect_same out/web.tar old.tar
	[ "$(find out | wc -l)" = 5 ] || fail "out holds: $(ls -A out)"
	no_leftovers "$TMP"
}

both=(build --format "tar,kernel+initrd" --dir out)

# What a registry, a layer or a spec can do wrong.
mkdir bad
web_spec bad/web.yml test/diff-id-wrong:v1
refused '^ingot: build: image .*diff-id-wrong:v1.*layer 1 of 1: .* but the image says' \
	"${both[@]}" bad/web.yml
untouched
web_spec bad/web.yml test/nowhere:v1
refused 'services\[0\].image: .*test/nowhere:v1' "${both[@]}" --offline \
	bad/web.yml
untouched
web_spec bad/web.yml
echo '  - {path: srv/x, source: not-there}' >>bad/web.yml
refused "files\[1\].source: .*'not-there' does not exist" "${both[@]}" \
	bad/web.yml
untouched
ok "a refused build leaves the older outputs alone"

# Where the output goes.
refused "open folder 'nowhere/.*No such file" build --output nowhere/web.tar web.yml
expect_missing nowhere
refused "make folder 'web.yml': File exists" build -f tar --dir web.yml web.yml
mkdir -p taken/web.tar
usage 'is not a regular file' build -f tar --dir taken web.yml
usage 'is not a regular file' build --output /dev/full web.yml
[ -c /dev/full ] || fail "/dev/full was replaced"
usage 'is not a regular file' build --output out web.yml
untouched
ok "an output that cannot be made"

got=0
"$INGOT" build --output - web.yml >/dev/full 2>stderr || got=$?
[ $got = 1 ] || fail "writing to a full device: status $got"
expect_text stderr 'No space left on device'
(
	ulimit -f 20
	refused 'File too large' build --output big.tar web.yml
)
expect_missing big.tar
no_leftovers "$TMP"
(
	ulimit -f 5
	refused 'File too large' --cache small cache import layout
)
expect_status 0 "$INGOT" --cache small cache ls
no_leftovers "$TMP"
ok "no room in the output or in the cache"

if [ "$(id -u)" != 0 ]; then
	mkdir locked
	chmod 555 locked
	refused 'Permission denied' build -f tar --dir locked web.yml
	ok "a folder that cannot be written"
elif mkdir small.fs && mount -t tmpfs -o size=64k none small.fs 2>/dev/null
then
	refused 'No space left on device' build -f tar --dir small.fs web.yml
	left=$(ls -A small.fs)
	mount -o remount,ro small.fs
	refused 'Read-only file system' build -f tar --dir small.fs web.yml
	umount small.fs
	[ -z "$left" ] || fail "left on the full file system: $left"
	ok "a full and a read-only file system"
fi

# A format that fails after another was written takes both away.
mkdir two two/web-initrd.img
usage 'is not a regular file' build -f tar,kernel+initrd --dir two web.yml
[ "$(find two | wc -l)" = 2 ] || fail "two holds: $(ls -A two)"
ok "all files of a build or none"

# A cache that cannot be.
echo text >file
refused 'file' --cache file/x build --output x.tar web.yml
refused "'file'|file" --cache file build --output x.tar web.yml
expect_missing x.tar
ok "a cache that cannot be opened"
