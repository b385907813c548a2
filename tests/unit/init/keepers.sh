#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The children of process 1 that carry lines to a disk and to a syslog server,
# as programs of this machine: they read what the control socket says.
#   keepers.sh INIT SUPPORT
set -eu
init=$1
SUPPORT=$2
# shellcheck source=tests/support/lib.sh
. "$SUPPORT/lib.sh"
ln -s "$init" ingot-logs
export PATH=$PWD:$PATH

# line NAME MS TEXT - as process 1 sends it
line() {
    printf '{"seq":1,"ms":%s,"name":"%s","level":6,"text":"%s"}\n' "$2" "$1" "$3"
}

# -- disk ----------------------------------------------------------------------

{ line web 10377 'GET \"/\"'; line db 20 up; printf '{"lost":40}\n'; } |
    ingot-logs disk "$PWD/new/logs" 65536 2 2>err
expect_text new/logs/web.log '^20[0-9-]+T[0-9:.]+Z \[   10\.377\] GET "/"$'
expect_text new/logs/db.log ' \[    0\.020\] up$'
expect_text new/logs/init.log ' 40 lines were lost here$'
expect_text err '40 lines were lost'
ok "lines come to files by their names"

# the limit is one for files: what it says goes through a pipe
for _ in 1 2 3 4; do line web 1 x; done | {
    trap '' XFSZ
    ulimit -f 0
    exec ingot-logs disk "$PWD/full" 65536 2 2>&1
} | cat >err
[ "$(wc -l <err)" -eq 1 ] || fail "a full disk is told more than once"
expect_text err "File too large; the services run on"
ok "a full disk is told once"

mkdir linked
echo kept >elsewhere
ln -s ../elsewhere linked/web.log
line web 1 x | ingot-logs disk "$PWD/linked" 65536 2 2>err
[ "$(cat elsewhere)" = kept ] || fail "a link was followed"
expect_text err "Too many levels of symbolic links"
ok "a link in the folder leads nowhere"

printf 'garbage\n{"lost":"x"}\n' | ingot-logs disk "$PWD/new" 65536 2 2>err
[ "$(grep -c 'a line that is none' err)" -eq 2 ] || fail "garbage was taken"
mkfifo lines
ingot-logs disk "$PWD/term" 65536 2 <lines 2>err &
export BACKGROUND_PID=$!
exec 9>lines
line web 1 before >&9
wait_for 10 test -s term/web.log || fail "nothing was written"
kill -TERM "$BACKGROUND_PID"
line web 2 after >&9
exec 9>&-
wait "$BACKGROUND_PID" || fail "SIGTERM ended it"
expect_text term/web.log "after"
ok "what comes after SIGTERM is written too"

# -- syslog --------------------------------------------------------------------

"$PYTHON" -B "$SUPPORT/syslog_server.py" port messages 1 2>server.err &
export BACKGROUND_PID=$!
wait_for 10 test -s port || fail "the syslog server did not start"
ingot-logs syslog "127.0.0.1:$(cat port)" <lines 2>err &
sender=$!
exec 9>lines
line web 10377 first >&9
wait_for 10 grep -q first messages || fail "no message"
# it has hung up: what follows needs a new connection
sleep 0.3
line kernel 10378 second >&9
wait_for 10 grep -q second messages || fail "no message after it hung up"
exec 9>&-
wait "$sender" || fail "it ended with a failure"
expect_text messages '^<30>1 20[0-9T:.Z-]+ [^ ]+ web - - - first$'
expect_text messages '^<6>1 20[0-9T:.Z-]+ [^ ]+ kernel - - - second$'
expect_text err 'Connection reset by peer'
expect_text err 'connected$'
stop_pid "$BACKGROUND_PID"
[ ! -s server.err ] || fail "$(cat server.err)"
ok "a server gets what came, before and after it hung up"

# nobody listens there any more
ingot-logs syslog "127.0.0.1:$(cat port)" <lines 2>err &
export BACKGROUND_PID=$!
exec 9>lines
line web 1 lost >&9
wait_for 10 grep -q 'Connection refused; what is not sent waits' err ||
    fail "nothing is said about a server that is not there"
kill -TERM "$BACKGROUND_PID"
wait_for 5 test ! -d "/proc/$BACKGROUND_PID" ||
    grep -q '^State:.*Z' "/proc/$BACKGROUND_PID/status" ||
    fail "it does not end without a server"
exec 9>&-
ok "without a server it does not hold up the shutdown"

expect_status 2 ingot-logs syslog log.example:514
expect_text stderr "is no address"
expect_status 2 ingot-logs disk /a 0 1
expect_status 2 ingot-logs
