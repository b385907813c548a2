# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Boot tests source this. It adds to tests/support/lib.sh: $SOURCE (the
# project), one cache for all boot tests (packages are built once), and
# guest_start, guest_page, guest_stop.
SUPPORT=$(cd "$(dirname "$0")/../support" && pwd)
export SUPPORT
# shellcheck source=tests/support/lib.sh
. "$SUPPORT/lib.sh"

SOURCE=$(cd "$SUPPORT/../.." && pwd)
INGOT_CACHE=${INGOT_TEST_CACHE:-$TMP/cache}
export SOURCE INGOT_CACHE
command -v qemu-system-x86_64 >/dev/null || skip "there is no QEMU"
command -v mmdebstrap >/dev/null || skip "there is no mmdebstrap"

export guest=

# guest_start IMAGE OPTION... - boot in the background, console in console.log
guest_start() {
    # The run's own standard error goes to run.log; its exit status to wait.
    "$INGOT" run "$@" --accel tcg --console-log console.log \
        </dev/null >/dev/null 2>run.log &
    guest=$!
}

# guest_page PORT - the page at /, into page.html; fails when none comes
guest_page() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if curl -sf -m 0.5 -o page.html "http://127.0.0.1:$1/"; then
            return 0
        fi
        kill -0 "$guest" 2>/dev/null || break
        sleep 0.1
    done
    cat run.log console.log >&2
    fail "no page came from the guest"
}

# guest_end WANTED - wait for the guest; its exit status must be WANTED
guest_end() {
    local status=0
    wait "$guest" || status=$?
    [ "$status" -eq "$1" ] || {
        tail -n 50 console.log >&2
        cat run.log >&2
        fail "ingot run ended with $status, not $1"
    }
}

free_port() {
    python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
