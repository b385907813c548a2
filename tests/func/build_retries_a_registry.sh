#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What passes is tried again: too many requests, servers that are busy,
# connections that break off.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

make_images layout
: >control
registry_start layout --control control
cat >app.yml <<YAML
services:
  - {name: big, image: "$REGISTRY/test/big:v1"}
YAML
ingot --cache good build --output good.tar app.yml
blob='/test/big/blobs/'
manifest='/test/big/manifests/'

# passes NAME SPEC... - the build works all the same, and says that it waits
passes() {
	name=$1
	shift
	printf '%s\n' "$@" >control
	expect_status 0 timeout 60 "$INGOT" --cache "c.$name" build \
		--output "$name.tar" app.yml
	expect_same "$name.tar" good.tar
	expect_text stderr 'trying again in [0-9.]+ s \([2-5] of [2-5]\)'
	ok "$name"
}

passes 429 "429:$manifest,times=1,retry=1"
passes 503 "503:$blob,times=2,retry=none"
passes date "429:$blob,times=1,retry=date+1"
passes cut "cut:$blob,after=1000000,times=2"
passes cut200 "cut200:$blob,after=1000000"
passes cutbadrange "cutbadrange:$blob,after=1000000,bad=offset,times=2"

# What does not pass ends, in bounded time.
echo "503:$manifest,retry=none" >control
before=$(date +%s)
refused 'app.yml:2:.*given up after 5 tries.*503' --cache c.end build \
	--output end.tar app.yml
[ $(($(date +%s) - before)) -lt 30 ] || fail "503 for ever: took too long"
expect_missing end.tar
ok "503 for ever: given up"

# A build that waits can be interrupted at once.
echo "503:$manifest,retry=60" >control
"$INGOT" --cache c.int build --output int.tar app.yml >stdout 2>stderr &
pid=$!
wait_for 10 grep -q 'trying again' stderr || fail "no retry"
before=$(date +%s)
kill -TERM $pid
got=0
wait $pid || got=$?
[ $got = 143 ] || fail "SIGTERM while waiting: status $got"
[ $(($(date +%s) - before)) -lt 5 ] || fail "SIGTERM while waiting: slow"
expect_missing int.tar
ok "waiting can be interrupted"

# So can a download; the next build has it all.
echo "slow:$blob,rate=500000" >control
"$INGOT" --cache c.slow build --output slow.tar app.yml >stdout 2>stderr &
pid=$!
sleep 1
kill -TERM $pid
got=0
wait $pid || got=$?
[ $got = 143 ] || fail "SIGTERM in a download: status $got"
expect_missing slow.tar
: >control
ingot --cache c.slow build --output slow.tar app.yml
expect_same slow.tar good.tar
ok "a download can be interrupted"
