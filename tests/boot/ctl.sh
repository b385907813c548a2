#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ingot-ctl in the guest: what runs, orders, programs in a service, the log;
# lines go to files and to a syslog server, and one that floods them hurts
# nobody.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/sbin:/usr/sbin
need sfdisk debugfs truncate

"$PYTHON" -B "$SUPPORT/syslog_server.py" port messages 20 2>server.err &
export BACKGROUND_PID=$!
wait_for 10 test -s port || fail "the syslog server did not start"

# What drives the guest; a section of its output for each command.
cat >drive.sh <<'SH'
run() {
    echo "--- $*"
    "$@" 2>&1
    echo "=== $?"
}
sleep 1
busybox ip addr add 10.0.2.15/24 dev eth0
busybox ip link set eth0 up
run ingot-ctl status
run ingot-ctl stop steady
run ingot-ctl status --json steady
run ingot-ctl start steady
run ingot-ctl restart steady
run ingot-ctl status steady
run ingot-ctl restart broken
run ingot-ctl stop waits
run ingot-ctl status waits
run ingot-ctl stop nosuch
run ingot-ctl exec driver /bin/sh -c 'echo inside; exit 7'
run ingot-ctl exec once /attempt
run ingot-ctl shell
run ingot-ctl logs -n 2 steady
run ingot-ctl logs -n 1 kernel
run ingot-ctl logs secret
run ingot-ctl nonsense
for p in /proc/[0-9]*; do
    grep -q '^ingot-logs.syslog' "$p/cmdline" && kill "${p#/proc/}"
done
ingot-ctl logs -n 0 -f init >/run/followed &
sleep 1
run ingot-ctl restart steady
sleep 1
kill $!
wait
echo "--- followed"
grep steady /run/followed
sleep 1
run grep -c flood /data/logs/flood.log.1
for f in /data/logs/*; do
    echo "file $(busybox stat -c '%s %n' "$f")"
done
run tail -n 1 /data/logs/steady.log
run grep VmRSS /proc/1/status
run ingot-ctl poweroff
sleep 60
SH
image="\"@pkg:$SOURCE/tests/boot/attempt\""
cat >ctl.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun", "@pkg:$SOURCE/pkg/disk"]
disks: [{label: data, mount: /var/lib/data}]
logs:
  memory: 128K
  console: errors
  disk: {path: /var/lib/data/logs, size: 64K, files: 2}
  syslog: "10.0.2.2:$(cat port)"
services:
  - name: driver
    image: "@pkg:$SOURCE/pkg/getty"
    command: [/bin/sh, /drive.sh]
    binds.add: ["/etc/drive.sh:/drive.sh", "/var/lib/data:/data"]
    log: console
  - {name: steady, image: $image, command: [/attempt, stay, steady], pid: host, stop: {signal: INT}}
  - {name: once, image: $image, command: [/attempt, fail, once, "9"]}
  - {name: broken, image: $image, binds: ["/nothing:/nothing"]}
  - {name: waits, image: $image, command: [/attempt, fail, waits, "9"], restart: {policy: always, delay: 30s}}
  - {name: secret, image: $image, command: [/attempt, stay, the-secret], pid: host, log: none}
  - name: flood
    image: "@pkg:$SOURCE/pkg/getty"
    command: [/bin/busybox, yes, the flood of lines from one service]
files:
  - {path: /etc/drive.sh, source: drive.sh, mode: "0755"}
YAML
ingot_build ctl.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }
truncate -s 256M disk.img
guest_start ctl --mem 512 --timeout 240 --disk disk.img
guest_end 0

# section COMMAND - what it said, without time and name, into said
section() {
    sed -n 's/\r$//; s/^\[ *[0-9.]*\] driver: //p' console.log |
        awk -v head="--- $1" '$0 == head { on = 1; next }
            /^--- / { on = 0 } on' >said
    [ -s said ] || {
        cat console.log >&2
        fail "nothing of '$1'"
    }
}

# gives COMMAND CODE REGEX... - each matches a line that it said
gives() {
    section "$1"
    expect_text said "^=== $2\$"
    shift 2
    for regex; do
        expect_text said "$regex"
    done
}

gives "ingot-ctl status" 0 "^system: (running|starting), up " \
    "^service +steady +up +[0-9]+ +[0-9]+s +0 +- +[0-9.]+[KM]" \
    "^service +once +(ended|cleaning) +- +[0-9]+s +0 +1 +-"
ok "the status is a table of states, exit codes and memory"

gives "ingot-ctl stop steady" 0
gives "ingot-ctl status --json steady" 0 \
    '"name":"steady","state":"ended","sinceMs":[0-9]+,"starts":1,"exit":0'
gives "ingot-ctl start steady" 0
gives "ingot-ctl restart steady" 0
gives "ingot-ctl status steady" 0 "^service +steady +up +[0-9]+ +[0-9]+s +2 "
gives "ingot-ctl restart broken" 1 "service 'broken' ended with code 1"
gives "ingot-ctl stop waits" 0
gives "ingot-ctl status waits" 0 "^service +waits +ended "
gives "ingot-ctl stop nosuch" 1 "no service 'nosuch'"
ok "services are stopped, started and restarted by hand"

gives "ingot-ctl exec driver /bin/sh -c echo inside; exit 7" 7 "^inside$"
gives "ingot-ctl exec once /attempt" 1 "service 'once' is not up"
gives "ingot-ctl shell" 1 "this system has no shell"
gives "ingot-ctl nonsense" 2 "^usage: "
ok "programs run in a service, and their exit code is handed on"

gives "ingot-ctl logs -n 2 steady" 0 \
    "^20[0-9-]*T[0-9:.]*Z \[ *[0-9.]+\] steady: steady stays"
gives "ingot-ctl logs -n 1 kernel" 0 "\] kernel: "
gives "ingot-ctl logs secret" 0
expect_no_text said "secret"
section followed
expect_text said "init: service steady: told to restart"
expect_text said "init: service steady: up, pid "
ok "the log is kept, by name, although one service floods it"

expect_no_text console.log \
    "^\[ *[0-9.]+\] (flood: |steady: |init: service steady: start)"
expect_text console.log "init: service once: ended with code 1"
expect_text console.log "init: powering off"
ok "consoles get errors only"

gives "tail -n 1 /data/logs/steady.log" 0 \
    "^20[0-9-]*T[0-9:.]*Z \[ *[0-9.]+\] steady stays"
grep -o 'file [0-9]* /data/logs/.*' console.log | tr -d '\r' >files
expect_text files "flood.log.1$"
expect_no_text files "flood.log.2$|secret"
awk '$2 > 65536 { print; bad = 1 } END { exit bad }' files ||
    fail "a file is too large"
ok "files are changed at their size, and no more than asked for"

start=$(sfdisk --dump disk.img | sed -n 's/^disk.img1 : start= *\([0-9]*\),.*/\1/p')
dd if=disk.img of=part.img bs=512 skip="$start" conv=sparse status=none
debugfs -R "cat /logs/init.log" part.img >disk.log 2>/dev/null
expect_text disk.log '\] told to power off$'
expect_text disk.log '\] service steady: ended with code 0'
ok "what was said on the way out is on the disk"

section "grep VmRSS /proc/1/status"
rss=$(grep -o 'VmRSS.*' said | tr -dc '0-9')
[ "$rss" -lt 3072 ] || fail "process 1 has $rss KiB"
ok "the flood left process 1 with $rss KiB"

stop_pid "$BACKGROUND_PID"
[ ! -s server.err ] || fail "syslog: $(cat server.err)"
expect_text messages "^<30>1 20[0-9T:.Z-]+ \S+ steady - - - steady stays$"
expect_text messages "^<[0-7]>1 \S+ \S+ kernel - - - "
expect_text messages " init - - - service broken: .* ended with code 1"
expect_text console.log "init: logs: syslog: 10.0.2.2:[0-9]+: connected"
expect_text console.log "init: logs: syslog: its process ended, again in"
# what came after the server had hung up, and after the process was killed
expect_text messages " init - - - service steady: told to restart"
[ "$(wc -l <messages)" -gt 20 ] || fail "nothing after the server hung up"
ok "a syslog server gets the lines, also after it hung up"

# seconds TEXT - when it was said
seconds() {
    sed -n "s/^\[ *\([0-9]*\)\.[0-9]*\] init: $1.*/\1/p" console.log
}
took=$(($(seconds "powering off") - $(seconds "told to power off")))
[ "$took" -le 3 ] || fail "the way out took $took s"
ok "the way out took $took s"
