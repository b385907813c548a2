# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced first by every functional test: tests/support/lib.sh, a cache of
# its own, an environment without surprises and a few more helpers.

# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
need_ingot

# shellcheck disable=SC2034 # for the tests
FUNC=$(cd "$SUPPORT/../func" && pwd)
unset SOURCE_DATE_EPOCH INGOT_THREADS XDG_CACHE_HOME TZ
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export HOME=$TMP/home INGOT_CACHE=$TMP/cache no_proxy='*'
mkdir "$HOME"
umask 022

# sanitized - the program has AddressSanitizer in it
sanitized() {
	grep -aq __asan_init "$INGOT"
}

# ingot ARGUMENT... - the program, which must succeed
ingot() {
	expect_status 0 "$INGOT" "$@"
}

# refused REGEX ARGUMENT... - the program must fail with status 1 and say so
refused() {
	text=$1
	shift
	expect_status 1 "$INGOT" "$@"
	expect_text "$TMP/stderr" "$text"
}

# usage REGEX ARGUMENT... - the same with status 2
usage() {
	text=$1
	shift
	expect_status 2 "$INGOT" "$@"
	expect_text "$TMP/stderr" "$text"
}

# all_formats - the names of the formats that the program lists
all_formats() {
	"$INGOT" formats | sed -n 's/^\([a-z][^ ]*\) .*/\1/p'
}

# import_images [OPTION...] - make images and put them into the cache
import_images() {
	make_images layout "$@"
	ingot -q cache import layout
}

# import_inits NAME=VERSION... - images of init that say so of themselves
import_inits() {
	PYTHONPATH=$SUPPORT "$PYTHON" -B "$FUNC/inits.py" inits.layout "$@"
	ingot -q cache import inits.layout
}

# web_spec FILE [IMAGE] - an appliance with one service
web_spec() {
	cat >"$1" <<-YAML
	kernel:
	  image: test/kernel:v1
	  cmdline: "console=ttyS0"
	init:
	  - test/init:v1
	services:
	  - name: web
	    image: ${2:-test/base:v1}
	files:
	  - path: srv/motd
	    contents: "hello"
	    mode: "0644"
	YAML
}

# tree FILE|FOLDER [OPTION...] - one line an entry; see tree.py
tree() {
	"$PYTHON" -B "$FUNC/tree.py" "$@"
}

# no_leftovers FOLDER... - no temporary file of a refused or killed build
no_leftovers() {
	left=$(find "$@" \( -name '.*.tmp*' -o -name '*.tmp' -o \
		-name '.ingot*' -o -name '.put-*' \) ! -type d)
	[ -z "$left" ] || fail "left behind: $left"
}
