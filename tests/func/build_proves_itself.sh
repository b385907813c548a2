#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# build --prove builds twice and finds what is not the same.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
web_spec web.yml

cleaned() {
	[ -z "$(find cache -name 'prove*')" ] || fail "the proof is still there"
}

# said REGEX - the last build's result; nothing of the second one is left
said() {
	expect_text stdout "$1"
	cleaned
}

for threads in 1 4; do
	INGOT_THREADS=$threads ingot build --prove \
		--format kernel+initrd,tar,oci,wsl,docker,pxe web.yml
	said '^the same bytes twice: 8 files$'
done
ingot build --prove --output one.tar web.yml
said '^the same bytes twice: 1 file$'
ingot build --prove --name sub web.yml
ingot build --format tar web.yml
expect_same one.tar web.tar
mkdir -p dir/sub
ingot build --prove --dir dir --name sub/web web.yml
said 'twice: 3 files'
ok "the same bytes twice"
usage "--prove compares files" build --prove --output - web.yml

# A source that is never twice the same.
change() {
	n=0
	while :; do
		n=$((n + 1))
		echo $n >new
		mv new changing
	done
}
change 2>/dev/null &
changer=$!
wait_for 10 test -s changing
cat >>web.yml <<'YAML'
  - {path: srv/changing, source: changing}
YAML
for format in kernel+initrd tar; do
	got=0
	"$INGOT" build --prove --format $format web.yml >stdout 2>stderr ||
		got=$?
	[ $got = 1 ] || {
		kill $changer
		fail "status $got: another file was not found"
	}
	mv stderr $format.err
done
kill $changer
wait $changer 2>/dev/null || :
expect_text kernel+initrd.err "^ingot: build: not the same bytes twice: 'web-initrd.img' differs at byte [0-9]+, in what the spec itself adds"
expect_text tar.err "^ingot: build: not the same bytes twice: 'web.tar' differs at byte [0-9]+, in the entry 'srv/changing'"
cleaned
ok "what differs is named"
