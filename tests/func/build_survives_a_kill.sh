#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A build that is ended at any moment leaves no half-written output or part,
# and the next build works.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic --set layers
web_spec web.yml test/big:v1
sed -i '/^files:/i\  - {name: s, image: test/sparse-gnu:v1}' web.yml
sed -i '/^files:/i\  - {name: h, image: test/hundred-layers:v1}' web.yml
build=(build --format "tar,kernel+initrd" --compress "zstd:15" --dir out)
mkdir out
ingot "${build[@]}" web.yml
(cd out && sha256sum ./*) >sums
began=$(date +%s%N)
rm -rf cache/parts out/*
ingot "${build[@]}" web.yml
whole=$((($(date +%s%N) - began) / 1000000))

# ended SIGNAL MS - begin a build from nothing, end it, look around
ended() {
	rm -rf cache/parts out
	mkdir out
	"$INGOT" "${build[@]}" web.yml >stdout 2>stderr &
	pid=$!
	sleep "$(printf '%d.%03d' $(($2 / 1000)) $(($2 % 1000)))"
	kill "-$1" $pid 2>/dev/null || :
	got=0
	wait $pid 2>/dev/null || got=$?
	for file in out/web*; do
		[ -e "$file" ] || continue
		(cd out && grep -F "./${file#out/}" ../sums |
			sha256sum --quiet -c -) || fail "SIG$1 at $2 ms: $file"
	done
}

caught=0
for tenth in 0 1 2 3 4 5 6 7 8 9; do
	ended TERM $((whole * tenth / 10))
	case $got in
	0) ;;
	143)
		caught=$((caught + 1))
		no_leftovers out cache/partial
		;;
	*)
		fail "SIGTERM: status $got: $(cat stderr)"
		;;
	esac
done
[ $caught -gt 2 ] || fail "SIGTERM came too late in each of ten builds"
expect_no_text stderr 'Sanitizer'
ok "SIGTERM: $caught of 10 builds ended, nothing left"

for tenth in 1 3 5 7 9; do
	ended KILL $((whole * tenth / 10))
	ingot "${build[@]}" web.yml
	(cd out && sha256sum --quiet -c ../sums) ||
		fail "the build after a SIGKILL gives other bytes"
done
ok "SIGKILL: the next build works and gives the same bytes"
ingot cache verify
expect_text stdout ' 0 damaged'
ingot cache gc --keep-days 0
find cache/partial -type f -mmin +60 | grep . && fail "old files in partial"
ingot "${build[@]}" web.yml
(cd out && sha256sum --quiet -c ../sums) || fail "after gc: other bytes"

# SIGINT says so and ends with its number.
rm -rf cache/parts
"$INGOT" "${build[@]}" web.yml >stdout 2>stderr &
pid=$!
sleep "$(printf '0.%03d' $((whole / 2 % 1000)))"
kill -INT $pid 2>/dev/null || :
got=0
wait $pid || got=$?
# A shell without job control starts background jobs with SIGINT ignored,
# and a handler replaces that.
case $got in
0) ;;
130) expect_text stderr '^ingot: interrupted$' ;;
*) fail "SIGINT: status $got: $(cat stderr)" ;;
esac
ok "SIGINT: status $got"
