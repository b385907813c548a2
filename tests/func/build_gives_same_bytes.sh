#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The same inputs give the same bytes, whoever builds where and when.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic --set layers
web_spec web.yml test/hundred-layers:v1
cat >>web.yml <<'YAML'
  - {path: srv/a, directory: true}
YAML
sed -i '/^files:/i\  - {name: sparse, image: test/sparse-gnu:v1}' web.yml
sed -i '/^files:/i\  - {name: big, image: test/big:v1}' web.yml
ingot build --format tar,kernel+initrd web.yml
sha256sum web.tar web-initrd.img web-kernel web-cmdline >sums

# same TEXT COMMAND... - it builds in a folder of its own with a fresh cache
same() {
	text=$1
	shift
	rm -rf "$TMP/again"
	mkdir "$TMP/again"
	(
		cd "$TMP/again"
		expect_status 0 "$@" build --format tar,kernel+initrd --dir . \
			"$TMP/web.yml"
		sha256sum --quiet -c "$TMP/sums" || fail "$text: other bytes"
	)
	ok "$text"
}

# fresh - an empty cache with only the images
fresh() {
	rm -rf "$TMP/cold"
	expect_status 0 "$INGOT" -q --cache "$TMP/cold" cache import layout
}

same "a warm cache" "$INGOT"
fresh
same "a cold cache" "$INGOT" --cache "$TMP/cold"
for n in 1 3 16; do
	fresh
	same "$n threads" env INGOT_THREADS=$n "$INGOT" --cache "$TMP/cold"
done
fresh
same "another time zone" env TZ=Pacific/Kiritimati "$INGOT" \
	--cache "$TMP/cold"
fresh
locale=$(locale -a 2>/dev/null | grep -v '^C\|^POSIX' | head -n 1) || :
same "locale ${locale:-C.UTF-8}" env LC_ALL="${locale:-C.UTF-8}" "$INGOT" \
	--cache "$TMP/cold"
fresh
# shellcheck disable=SC2016
same "umask 077" sh -c 'umask 077; exec "$@"' sh "$INGOT" \
	--cache "$TMP/cold"
fresh
touch -d '2001-01-01' layout/blobs/sha256/* web.yml
same "another time" "$INGOT" --cache "$TMP/cold"

if [ "$(id -u)" = 0 ]; then
	chmod 755 "$TMP"
	fresh
	chmod -R a+rwX "$TMP/cold"
	rm -rf again && mkdir again && chmod 777 again
	chown -R nobody cold again
	expect_status 0 setpriv --reuid=65534 --regid=65534 --clear-groups \
		env HOME=/nonexistent "$INGOT" --cache "$TMP/cold" build \
		--format tar,kernel+initrd --dir again web.yml
	(cd again && sha256sum --quiet -c "$TMP/sums") || fail "user: bytes"
	ok "another user"
fi

# SOURCE_DATE_EPOCH clamps: nothing is younger, what is older stays.
mkdir epoch
expect_status 0 env SOURCE_DATE_EPOCH=4000000000 "$INGOT" build \
	--output epoch/future.tar web.yml
expect_same epoch/future.tar web.tar
for n in 1 2; do
	expect_status 0 env SOURCE_DATE_EPOCH=1400000000 "$INGOT" build \
		--output epoch/$n.tar web.yml
done
expect_same epoch/1.tar epoch/2.tar
TZ=UTC tar --full-time -tvf epoch/1.tar 2>/dev/null >times.txt
expect_no_text times.txt ' 201[5-9]-| 202[0-9]-'
expect_text times.txt ' 2014-05-13 16:53:20 '
[ "$(wc -l <times.txt)" = "$(tar -tf web.tar 2>/dev/null | wc -l)" ] ||
	fail "other entries under SOURCE_DATE_EPOCH"
for bad in '' abc -1 1.5 12x 99999999999999999999 4294967296 ' 1'; do
	expect_status 2 env SOURCE_DATE_EPOCH="$bad" "$INGOT" build \
		--output epoch/bad.tar web.yml
	expect_text stderr "SOURCE_DATE_EPOCH is '$bad'"
done
expect_missing epoch/bad.tar
ok "SOURCE_DATE_EPOCH clamps, and nonsense in it is refused"
