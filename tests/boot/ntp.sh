#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The package ntp sets a wrong clock by a server, and stays.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

cat >ntp.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
onboot:
  - {name: dhcp, image: "@pkg:$SOURCE/pkg/dhcp", command: [/sbin/dhcp, "-1"]}
  - {name: wrong, image: "@pkg:$SOURCE/pkg/getty", command: [/bin/busybox, date, -s, "2022-02-02 02:02:02"]}
services:
  - name: ntp
    image: "@pkg:$SOURCE/pkg/ntp"
    binds.add: ["/etc/ntpd.conf:/etc/openntpd/ntpd.conf"]
    restart: always
  - name: look
    image: "@pkg:$SOURCE/pkg/getty"
    command:
      - /bin/sh
      - -c
      - |
        for i in \$(seq 200); do
          [ "\$(date +%Y)" = 2022 ] || break
          sleep 0.1
        done
        echo "it is \$(date +%s)"
        kill -USR2 1
        sleep 100
files:
  - {path: /etc/ntpd.conf, contents: "server 10.0.2.2\n"}
YAML
ingot_build ntp.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }

# the host's loopback is 10.0.2.2 to the guest; the port is the only one
cat >server.py <<'PY'
import socket, struct, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("127.0.0.1", 123))
print("ready", flush=True)
while True:
    data, peer = sock.recvfrom(512)
    now = time.time() + 2208988800
    stamp = struct.pack(">II", int(now), int(now % 1 * 2**32))
    sock.sendto(struct.pack(">BBbb", 0x24, 1, 6, -20) + bytes(8) + b"TEST"
                + stamp + data[40:48] + stamp + stamp, peer)
PY
python3 server.py >server.log 2>&1 &
BACKGROUND_PID=$!
for ((i = 0; i < 50; i++)); do
    grep -q ready server.log && break
    sleep 0.1
done
kill -0 "$BACKGROUND_PID" 2>/dev/null ||
    skip "no NTP server can be started: $(tail -n 1 server.log)"

guest_start ntp --mem 512 --timeout 120
guest_end 0
stop_pid "$BACKGROUND_PID"
BACKGROUND_PID=
expect_text console.log "service ntp: up"
expect_text console.log "ntp: set local clock"
expect_no_text console.log "service ntp: restart"
now=$(sed -n 's/.*look: it is \([0-9]*\).*/\1/p' console.log)
late=$(($(date +%s) - now))
[ "${late#-}" -lt 60 ] || { tail -n 40 console.log >&2; fail "it is off by $late s"; }
ok "a clock that is years off is right"
