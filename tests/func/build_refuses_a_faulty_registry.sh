#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every way a registry can be wrong: status 1, a clear text, nothing kept, and
# the same command works once the fault is gone.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

make_images layout
: >control
registry_start layout --control control
cat >app.yml <<YAML
init: ["$REGISTRY/test/base:v1"]
services:
  - {name: big, image: "$REGISTRY/test/big:v1"}
YAML
ingot --cache good build --output good.tar app.yml

# nothing_kept CACHE - no name; no blob of that size or kind that is wrong
nothing_kept() {
	expect_status 0 "$INGOT" --cache "$1" cache ls
	expect_no_text stdout '/test/big'
	ingot --cache "$1" cache verify
	expect_text stdout ' 0 damaged'
	[ -z "$(find "$1/blobs" -size +2M)" ] || fail "$1: a bad blob was kept"
	no_leftovers . "$1"
}

# fault TEXT SPEC... - the fault is told with TEXT, then it is gone
fault() {
	text=$1
	name=${2%%[:,]*}
	shift
	printf '%s\n' "$@" >control
	expect_status 1 timeout 60 "$INGOT" --cache "c.$name" build \
		--output "$name.tar" app.yml
	cp stderr "$name.err"
	expect_text "$name.err" "^ingot: build: app.yml:3:.*test/big:v1.*($text)"
	expect_no_text "$name.err" "$(printf '\033')"
	expect_missing "$name.tar"
	nothing_kept "c.$name"
	: >control
	ingot --cache "c.$name" build --output "$name.tar" app.yml
	expect_same "$name.tar" good.tar
	echo "ok: $name"
}

blob='/test/big/blobs/'
manifest='/test/big/manifests/'
fault 'digest|sha256|size' "flip:$blob,at=2000000"
fault 'bytes|size|cut|short' "short:$blob,by=1000"
fault 'bytes|size|more|long' "long:$blob,extra=1000"
fault 'bytes|size|more|long' "endless:$blob"
fault 'html|text/html' "html:$manifest"
fault 'larger|limit|size|bytes' "bigmanifest:$manifest"
fault 'text/plain. instead of' "badtype:$manifest,type=text/plain"
fault 'it hashes to' "wrongdigest:$manifest"
fault 'file:|redirect' "redirect-file:$blob"
fault 'redirect' "redirect-loop:$blob"
fault '403' "403:$blob"
fault '404|not found|no image|no such' "404:$manifest"

# An endless body does not fill the disk or the memory.
"$PYTHON" - "$REGISTRY_LOG" <<'PY' || fail "endless: too much was read"
import json, sys
sent = [json.loads(x)["sent"] or 0 for x in open(sys.argv[1])]
sys.exit(max(sent) > 100 << 20 or max(sent) < 3 << 20)
PY
ok "an endless body is cut"

# A redirect is followed, and nothing of ours goes along with it.
echo "redirect:$blob" >control
ingot --cache c.redirect build --output redirect.tar app.yml
expect_same redirect.tar good.tar
[ "$(requests '"listener": "cdn".*"path": "/.*"auth": false')" -gt 0 ] ||
	fail "nothing was asked of the second server"
[ "$(requests '"listener": "cdn".*("auth": true|"cookie": true)')" = 0 ] ||
	fail "the second server was told what is not its own"
ok "a redirect is followed"

# Who wants a password is told, not tried for ever.
: >"$REGISTRY_LOG"
echo 'auth,scheme=basic,user=u,password=p' >control
refused 'app.yml:1:8: init\[0\]: .*wants a login .status 401' \
	--cache c.auth build --output auth.tar app.yml
[ "$(wc -l <"$REGISTRY_LOG")" -lt 5 ] || fail "401 is tried again"
expect_missing auth.tar
ok "a registry that wants a login"
