#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two ends that nobody is left to see to: a kernel that panics, and a process 1
# that is stuck, and not only slow.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

image="\"@pkg:$SOURCE/tests/boot/subject\""
cat >base.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  # the port of both machines: the kernel is to have the last word
  cmdline: "console=ttyS0 console=ttyAMA0 quiet cryptomgr.notests"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
YAML
cat >panic.yml <<YAML
onboot:
  - {name: panic, image: $image, command: [/subject, panic], binds: [/proc/sysrq-trigger:/proc/sysrq-trigger], capabilities: [all]}
YAML
cat >stuck.yml <<YAML
watchdog: {timeout: 4s}
services:
  - {name: busy-1, image: $image, command: [/subject, busy]}
  - {name: busy-2, image: $image, command: [/subject, busy]}
  - {name: busy-3, image: $image, command: [/subject, busy]}
  - {name: busy-4, image: $image, command: [/subject, busy]}
  - {name: shout-1, image: $image, command: [/subject, shout]}
  - {name: shout-2, image: $image, command: [/subject, shout]}
  - {name: crash, image: $image, command: [/subject, say, "1", "0"], restart: {policy: always, delay: 100ms}}
  - {name: stick, image: $image, command: [/subject, stick, "15000"], pid: host, capabilities: [all]}
YAML
for name in panic stuck; do
    ingot_build --name $name base.yml $name.yml 2>build.log ||
        { cat build.log >&2; fail "$name was not built"; }
done

guest_start panic --mem 256 --timeout 60
guest_end 3
seen "Rebooting in 10 seconds"
ok "a panic reboots the machine by itself"

qemu_machine none
machine+=(-kernel stuck-kernel -initrd stuck-initrd.img
    -append "$(cat stuck-cmdline)")
begin=$SECONDS
qemu_start
wait "$guest" || fail "QEMU ended with $?"
[ $((SECONDS - begin)) -lt 60 ] || fail "the watchdog did not bark in time"
seen "watchdog: Software Watchdog, at the start 60 s"
seen "watchdog: Software Watchdog, 4 s"
seen "stick: process 1 stands still" 0
seen "init: boot:"
seen "powering off" 0
end=$(sed -n '$s/^\[ *\([0-9]*\).*/\1/p' console.log)
[ "${end:-0}" -ge 18 ] || {
    tail -n 5 console.log >&2
    fail "the watchdog barked at a busy machine, after ${end:-no} s"
}
ok "a machine that is busy is not reset"
ok "a process 1 that is stuck is the end of the machine's patience"
