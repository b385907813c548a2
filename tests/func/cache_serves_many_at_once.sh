#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Several imports, builds and a collection share one cache.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

make_images layout --tar layout.tar --set basic --set layers
web_spec web.yml test/big:v1
sed -i '/^files:/i\  - {name: h, image: test/hundred-layers:v1}' web.yml
ingot --cache alone cache import layout
names=$(wc -l <stdout)
ingot --cache alone build -f tar,kernel+initrd --name want web.yml

# all COMMAND... - four times at once, each with its number
all() {
	pids=
	for n in 1 2 3 4; do
		"$@" $n >"out.$n" 2>"err.$n" &
		pids="$pids $!"
	done
	n=0
	for pid in $pids; do
		n=$((n + 1))
		wait "$pid" || fail "$*, number $n: $(tail -n 3 err.$n)"
	done
}

import_one() {
	case $1 in
	1 | 3) "$INGOT" cache import layout ;;
	*) "$INGOT" cache import layout.tar ;;
	esac
}

build_one() {
	"$INGOT" build -f tar,kernel+initrd --name "got$1" web.yml
}

for round in 1 2 3; do
	rm -rf cache
	all import_one
	expect_status 0 "$INGOT" cache ls
	[ "$(wc -l <stdout)" = "$names" ] ||
		fail "round $round: names were lost"
	all build_one
	for n in 1 2 3 4; do
		expect_same got$n.tar want.tar
		expect_same got$n-initrd.img want-initrd.img
	done
done
ok "four imports, four builds"

# gc does its work alone, or says that it cannot.
collect() {
	"$INGOT" cache gc --keep-days 0 2>gc.err ||
		grep 'another program uses the store' gc.err
}

mixed() {
	case $1 in
	1) "$INGOT" cache import layout.tar ;;
	2) collect ;;
	*) build_one "$1" ;;
	esac
}

for round in 1 2 3 4 5; do
	all mixed
	expect_same got3.tar want.tar
	expect_same got4-initrd.img want-initrd.img
done
ingot cache verify
expect_text stdout ' 0 damaged'
[ -z "$(find cache/partial -type f)" ] || fail "files in partial"
ok "builds, an import and gc at once"

# Two builds of one output: one of the two, whole.
same() {
	"$INGOT" build --output same.tar web.yml
}
all same
expect_same same.tar want.tar
no_leftovers .
ok "the same output four times at once"
