# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # after common.sh
# Builds each image that an expected.json names and judges the result.

: "${limit:=unlimited}"
mkdir -p out

# build_one IMAGE - a tar with it as the service "x"; sets $got
build_one() {
	printf 'services:\n  - {name: x, image: "%s"}\n' "$1" >one.yml
	got=0
	rm -f out/one.tar
	(
		ulimit -v "$limit"
		exec timeout 60 "$INGOT" build --offline --layer-rules oci \
			--output out/one.tar one.yml
	) >stdout 2>stderr || got=$?
}

# check_tree IMAGE - print how its tree differs from the expected one
check_tree() {
	tree out/one.tar --below containers/services/x/lower \
		--expected layout/expected.json --ref "$1" >differences ||
		sed "s,^,$1: ," differences
}

# judge IMAGE EXPECT WARNING - print what is wrong
judge() {
	build_one "$1"
	case $got in
	0)
		[ "$2" != refused ] || echo "$1: was not refused"
		[ "$2" = refused ] || check_tree "$1"
		if [ "$3" = true ] && ! grep -q warning: stderr; then
			echo "$1: no warning"
		fi
		;;
	1)
		if [ "$2" = ok ]; then
			echo "$1: refused: $(cat stderr)"
		fi
		grep -q '^ingot: build: ' stderr || echo "$1: no message"
		if [ -e out/one.tar ]; then
			echo "$1: refused, but there is a file"
		fi
		;;
	*)
		echo "$1: status $got: $(tail -n 3 stderr)"
		;;
	esac
	tr -d '\n\t\40-\176\200-\377' <stderr >odd
	[ ! -s odd ] || echo "$1: control characters in the messages"
}

# judge_all FILE - every image that has one tree or is to be refused
judge_all() {
	"$PYTHON" - "$1" >images <<-'PY'
	import json, sys
	for ref, e in json.load(open(sys.argv[1])).items():
	    if "platforms" not in e:
	        print(ref, e["expect"], str(e.get("warning", False)).lower())
	PY
	: >bad
	while read -r ref expect warning; do
		judge "$ref" "$expect" "$warning" >>bad
	done <images
	# shellcheck disable=SC2034 # for who sources this
	judged=$(wc -l <images)
	[ ! -s bad ] || {
		cat bad >&2
		fail "$(cut -d: -f1,2 bad | sort -u | wc -l) images are wrong"
	}
}
