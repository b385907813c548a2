#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The section network: without any container: DHCP with all that a server may
# do, static addresses, a VLAN; services wait for it.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
qemu-system-x86_64 -netdev help 2>/dev/null | grep -qx dgram ||
    skip "this QEMU has no -netdev dgram"

busybox="\"@pkg:$SOURCE/pkg/dhcp\""
cat >network.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
network:
  interfaces:
    - name: uplink
      match: {mac: "52:54:00:00:00:01", driver: virtio_net}
      dhcp: true
      accept-ra: false
    - name: lab
      match: {mac: "52:54:00:00:00:02"}
      dhcp: true
      dhcp-hostname: true
      accept-ra: false
    - name: fixed
      match: "eth*"
      addresses: ["192.0.2.10/24", "2001:db8::10/64"]
      gateway: ["2001:db8::1"]
      routes: [{to: 198.51.100.0/24, via: 192.0.2.254}]
      mtu: 1450
      accept-ra: false
    - {name: lan42, vlan: {id: 42, parent: fixed}, addresses: ["10.42.0.2/24"]}
    - {name: spare, match: {driver: no_such}, dhcp: true, required: false}
  wait: 60s
services:
  - name: report
    image: $busybox
    binds: ["/etc/resolv.conf:/etc/resolv.conf", "/run:/run:ro"]
    capabilities: [CAP_KILL]
    command:
      - /bin/busybox
      - sh
      - -c
      - |
        b=/bin/busybox
        show() {
          echo "hostname: \$(\$b hostname)"
          \$b sed 's/^/resolv: /' /etc/resolv.conf
          \$b ip addr | \$b sed 's/^/addr: /'
          \$b ip route | \$b sed 's/^/route: /'
          \$b ip -6 route | \$b sed 's/^/route6: /'
          \$b sed 's/^/state: /' /run/ingot/network.json
          for d in /proc/[0-9]*; do
            \$b grep -qx network \$d/comm 2>/dev/null || continue
            \$b grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' \$d/status | \$b sed 's/^/daemon: /'
          done
        }
        show
        until \$b grep -qF 10.9.0.78/24 /run/ingot/network.json; do \$b sleep 0.2; done
        echo "later"
        show
        lab() { \$b grep -A 4 '"name": "lab"' /run/ingot/network.json | \$b grep -q "\$1"; }
        until lab '"leaseSeconds": 3600'; do \$b sleep 0.2; done
        until lab '"state": "down"'; do \$b sleep 0.2; done
        until lab '"state": "bound"'; do \$b sleep 0.2; done
        for d in /proc/[0-9]*; do
          \$b grep -qx network \$d/comm 2>/dev/null && kill -KILL \${d#/proc/}
        done
        echo "killed"
    pid: host
    uts: host
YAML
ingot_build network.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }
ok "built"

lab=$(free_port):$(free_port)
fixed=$(free_port):$(free_port)
# dgram ID OWN:PEER - options for a card whose frames come to OWN as datagrams
dgram() {
    machine+=(-netdev "dgram,id=$1,local.type=inet,local.host=127.0.0.1,local.port=${2#*:},remote.type=inet,remote.host=127.0.0.1,remote.port=${2%:*}"
        -device "virtio-net-pci,netdev=$1,mac=$3,romfile=")
}
qemu_machine none
machine+=(-kernel network-kernel -initrd network-initrd.img
    -append "$(cat network-cmdline)" -qmp "unix:qmp.sock,server=on,wait=off"
    -netdev "user,id=net0"
    -device "virtio-net-pci,netdev=net0,mac=52:54:00:00:00:01,romfile=")
dgram lab "$lab" 52:54:00:00:00:02
dgram fixed "$fixed" 52:54:00:00:00:03
python3 "$SOURCE/tests/boot/dhcp_server.py" "$lab" "$fixed" qmp.sock "$ARCH" \
    >server.log 2>&1 &
server=$!
qemu_start
wait "$server" || {
    cat server.log console.log run.log >&2
    fail "the server's scenes were not all played"
}
wait "$guest" || fail "the guest did not power off"

if grep " got " server.log >&2; then
    fail "the client sent what it should not"
fi
ok "silence, rubbish, NAK, renewal, rebinding, expiry and a pulled cable"

seen "network: uplink: eth0: 10.0.2.15/24 by DHCP from 10.0.2.2, gateway 10.0.2.2, lease 86400 s" 2
seen "network: lab: 10.9.0.66 is declined: 52:54:00:bb:bb:bb has it"
seen "10.9.0.66/24" 0
seen "network: lab: 10.9.0.77 is declined: 52:54:00:bb:bb:bb has it"
before "init: network: ended by signal 9" "10.9.0.77 is declined"
# of one exchange: when it asks for the address, and while it has it
for address in 10.9.0.66 10.9.0.77 10.9.0.78; do
    grep -q "probe for $address" server.log || fail "no probe for $address"
done
grep -q "announces 10.9.0.77" server.log || fail "nothing was announced"
if grep "announces 10.9.0.66" server.log >&2; then
    fail "what another host has was announced"
fi
ok "an address that another host has is declined, before the use and in it"

seen "network: lab: eth1: 10.9.0.77/24 by DHCP from 10.9.0.1, gateway none, lease 6 s"
seen "network: lab: the server refuses the address" 2
before "network: lab: eth1: 10.9.0.77/24" "init: network: ready, after"
before "init: network: ready, after" "init: service report: start"
ok "services wait for the addresses"

# both TEXT - in both reports: the second one is after a NAK and another lease
both() { seen "$1" 2; }
both "report: hostname: from-dhcp"
both "report: resolv: search lab.example sub.lab.example"
both "report: resolv: nameserver 10.0.2.3"
both "report: resolv: nameserver 10.9.0.53"
both "report: route: default via 10.0.2.2 dev eth0  src 10.0.2.15  metric 100"
both "report: route: 203.0.113.0/24 via 10.9.0.1 dev eth1"
seen "report: addr:     inet 10.9.0.77/24 brd 10.9.0.255 scope global dynamic eth1"
seen "report: addr:     inet 10.9.0.78/24 brd 10.9.0.255 scope global dynamic eth1"
seen "via 10.9.0.9" 0
both "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400"
seen "network: lab: the lease has expired"
before "network: lab: the lease has expired" "10.9.0.77/24 by DHCP from 10.9.0.1, gateway none, lease 3600 s"
ok "a lease has its address, routes, MTU, name servers and host name"

both "report: addr:     inet 192.0.2.10/24 brd 192.0.2.255 scope global eth2"
both "report: addr:     inet6 2001:db8::10/64 scope global"
both "report: route: 198.51.100.0/24 via 192.0.2.254 dev eth2"
both "report: route6: default via 2001:db8::1 dev eth2"
both "report: addr: 5: lan42@eth2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450"
both "report: addr:     inet 10.42.0.2/24 brd 10.42.0.255 scope global lan42"
ok "static addresses and the VLAN"

both 'state: {"ready": true,'
both '{"name": "spare", "link": null, "ready": false,'
both "daemon: Uid:	65533	65533	65533	65533"
both "daemon: CapEff:	0000000000003400"
both "daemon: CapBnd:	0000000000000000"
both "daemon: NoNewPrivs:	1"
both "daemon: Seccomp:	2"
seen "Operation not permitted" 0
ok "the state can be read, and the daemon has three capabilities"

seen "init: network: ended by signal 9" 1
before "init: network: ended by signal 9" "init: power button pressed"
seen "init: network: ready, after" 1
ok "a daemon that is killed is started again"

before "init: power button pressed" "init: powering off"
seen "init: network: ended" 1
