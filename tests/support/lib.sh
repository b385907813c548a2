# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Functional tests source this first:
#
#	. "$(dirname "$0")/../support/lib.sh"
#
# It gives a fresh folder as the current one ($TMP, removed at the end unless
# KEEP=1), $SUPPORT (this folder), $INGOT (the program, from the environment)
# and the functions below. A test that reaches its end passes; exit status 77
# is a skip. Servers listen on loopback and are stopped at the end.

set -eu

if [ -z "${SUPPORT:-}" ]; then
	SUPPORT=$(cd "$(dirname "$0")/../support" && pwd)
fi
: "${PYTHON:=python3}"
case ${INGOT:-} in
'' | /*) ;;
*) INGOT=$PWD/$INGOT ;;
esac
LC_ALL=C
export LC_ALL

TMP=$(mktemp -d "${TMPDIR:-/tmp}/ingot-test.XXXXXX")
REGISTRY_PID=
DEBIAN_REGISTRY_PID=
BACKGROUND_PID= # what a test started and that ends with it

# stop_pid PID - end a process of ours and wait for it
stop_pid() {
	[ -n "$1" ] || return 0
	kill "$1" 2>/dev/null || :
	wait "$1" 2>/dev/null || :
}

registry_stop() {
	stop_pid "$REGISTRY_PID"
	REGISTRY_PID=
}

debian_registry_stop() {
	stop_pid "$DEBIAN_REGISTRY_PID"
	DEBIAN_REGISTRY_PID=
}

cleanup() {
	status=$?
	trap - EXIT HUP INT TERM
	registry_stop
	debian_registry_stop
	stop_pid "$BACKGROUND_PID"
	cd /
	if [ "${KEEP:-0}" = 1 ]; then
		echo "kept: $TMP" >&2
	else
		chmod -R u+rwX "$TMP" 2>/dev/null || :
		rm -rf "$TMP"
	fi
	exit "$status"
}

trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$TMP"

# flip_byte FILE OFFSET - every bit of one byte is another
flip_byte() {
	flipped=$(($(od -An -tu1 -j "$2" -N 1 "$1") ^ 255))
	printf '%b' "\\0$(printf %o "$flipped")" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# -- verdicts ----------------------------------------------------------------

# ok TEXT - report a step that worked
ok() {
	echo "ok: $*"
}

# fail TEXT - end the test as failed
fail() {
	echo "FAIL: $*" >&2
	exit 1
}

# skip REASON - end the test as skipped
skip() {
	echo "skip: $*"
	exit 77
}

# need PROGRAM... - skip when one is missing
need() {
	for program in "$@"; do
		command -v "$program" >/dev/null 2>&1 ||
			skip "$program is not installed"
	done
}

# need_ingot - fail when INGOT does not name a program
need_ingot() {
	[ -x "${INGOT:-}" ] || fail "INGOT does not name the program"
}

# expect_status N COMMAND... - run it, output in $TMP/stdout and
# $TMP/stderr
expect_status() {
	want=$1
	shift
	got=0
	"$@" >"$TMP/stdout" 2>"$TMP/stderr" || got=$?
	[ "$got" = "$want" ] && return 0
	sed 's/^/  out: /' "$TMP/stdout" | tail -n 20 >&2
	sed 's/^/  err: /' "$TMP/stderr" | tail -n 20 >&2
	fail "status $got instead of $want: $*"
}

# expect_text FILE REGEX - some line matches the extended expression
expect_text() {
	grep -Eq -e "$2" "$1" && return 0
	sed 's/^/  /' "$1" | tail -n 20 >&2
	fail "no line of $1 matches: $2"
}

# expect_no_text FILE REGEX - no line matches
expect_no_text() {
	grep -En -e "$2" "$1" >&2 || return 0
	fail "a line of $1 matches: $2"
}

# expect_same FILE FILE - equal bytes
expect_same() {
	cmp "$1" "$2" || fail "$1 and $2 differ"
}

# expect_missing PATH... - nothing is there, not even a broken link
expect_missing() {
	for path in "$@"; do
		if [ -e "$path" ] || [ -L "$path" ]; then
			fail "$path exists"
		fi
	done
}

# -- images and registries ---------------------------------------------------

# wait_for SECONDS COMMAND... - until it succeeds
wait_for() {
	tries=$(($1 * 10))
	shift
	while [ "$tries" -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
		tries=$((tries - 1))
	done
	return 1
}

# make_images DIR [OPTION...] - an OCI layout; see images.py
make_images() {
	"$PYTHON" -B "$SUPPORT/images.py" "$@" || fail "images.py $*"
}

# registry_start LAYOUT [OPTION...] - the registry with faults; see
# registry.py. Sets REGISTRY (host:port), CDN (its second port) and
# REGISTRY_LOG (a JSON object a request).
registry_start() {
	[ -z "$REGISTRY_PID" ] || fail "registry_start: already running"
	rm -f "$TMP/registry.port"
	REGISTRY_LOG=$TMP/registry.log
	: >"$REGISTRY_LOG"
	"$PYTHON" -B "$SUPPORT/registry.py" --port-file "$TMP/registry.port" \
		--log "$REGISTRY_LOG" "$@" 2>"$TMP/registry.err" &
	REGISTRY_PID=$!
	if ! wait_for 10 test -s "$TMP/registry.port"; then
		cat "$TMP/registry.err" >&2
		fail "the test registry did not start"
	fi
	REGISTRY=127.0.0.1:$(cat "$TMP/registry.port")
	CDN=127.0.0.1:$(cat "$TMP/registry.port.cdn")
	export REGISTRY CDN REGISTRY_LOG
}

# free_port - print a TCP port that was free a moment ago
free_port() {
	"$PYTHON" -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# debian_registry_try PORT - start docker-registry there, fail if it ends
debian_registry_try() {
	cat >"$TMP/registry.yml" <<-CONFIG
	version: 0.1
	log: {level: warn, accesslog: {disabled: true}}
	storage:
	  filesystem: {rootdirectory: $TMP/registry-data}
	  delete: {enabled: true}
	http: {addr: "127.0.0.1:$1"}
	CONFIG
	# Variables named REGISTRY_* would override its configuration.
	env -i PATH="$PATH" docker-registry serve "$TMP/registry.yml" \
		>"$TMP/debian.log" 2>&1 &
	DEBIAN_REGISTRY_PID=$!
	tries=100
	while kill -0 "$DEBIAN_REGISTRY_PID" 2>/dev/null; do
		curl -fs --noproxy '*' --max-time 5 -o /dev/null \
			"http://127.0.0.1:$1/v2/" && return 0
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || break
		sleep 0.1
	done
	debian_registry_stop
	return 1
}

# debian_registry_start - Debian's docker-registry, empty; sets
# DEBIAN_REGISTRY (host:port). Skips the test when it is not installed.
debian_registry_start() {
	need docker-registry curl
	for attempt in 1 2 3; do
		port=$(free_port)
		if debian_registry_try "$port"; then
			DEBIAN_REGISTRY=127.0.0.1:$port
			export DEBIAN_REGISTRY
			return 0
		fi
	done
	cat "$TMP/debian.log" >&2
	fail "docker-registry did not start ($attempt attempts)"
}

# registry_fill LAYOUT NAME... - copy images (docker.io/test/NAME:v1 of the
# layout) to Debian's registry as test/NAME:v1, all platforms. skopeo 1.9 takes
# no nested index, no sha512, no Docker manifest types: serve those with
# registry_start.
registry_fill() {
	need skopeo
	layout=$1
	shift
	for name in "$@"; do
		skopeo --insecure-policy copy --quiet --all \
			--dest-tls-verify=false \
			"oci:$layout:docker.io/test/$name:v1" \
			"docker://$DEBIAN_REGISTRY/test/$name:v1" ||
			fail "skopeo copy of $name"
	done
}

# requests REGEX - how many lines of the request log match
requests() {
	grep -Ec -e "$1" "$REGISTRY_LOG" || :
}
