#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Services that end are started again as the spec says, wait for each other,
# are told to end in their own way, and may take the machine with them.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

image="\"@pkg:$SOURCE/tests/boot/attempt\""
cat >restart.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
services:
  - {name: a-second, image: $image, command: [/attempt, stay, a-second], after: [z-first]}
  - {name: z-first, image: $image, command: [/attempt, stay, z-first]}
  - name: flaky
    image: $image
    command: [/attempt, fail, flaky, "3"]
    restart: {policy: on-failure, delay: 500ms, limit: 5}
  - name: killed
    image: $image
    command: [/attempt, kill, killed, "2"]
    pid: host
    restart: always
  - {name: once, image: $image, command: [/attempt, fail, once, "9"]}
  - name: broken
    image: $image
    command: [/attempt, stay, broken]
    binds: ["/no/such/folder:/state"]
    restart: {policy: always, delay: 200ms, limit: 2}
  - {name: lost, image: $image, command: [/attempt, stay, lost], requires: [broken]}
  - {name: polite, image: $image, command: [/attempt, stay, polite], stop: {signal: INT, grace: 20s}}
  - {name: sleepy, image: $image, command: [/attempt, fail, sleepy, "9"], restart: {policy: on-failure, delay: 30s}}
  - name: last
    image: $image
    command: [/attempt, last, last, flaky, killed, polite, a-second]
    restart: {policy: on-failure, delay: 3s, limit: 1}
    on-failure: poweroff
YAML
ingot_build restart.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }
guest_start restart --mem 512 --timeout 240
guest_end 1 # services are given up

seen "service flaky: start" 4
seen "service flaky: ended with code 1" 3
seen "service flaky: restart in 500 ms (1st time)"
seen "service flaky: restart in 1 s (2nd time)"
seen "service flaky: restart in 2 s (3rd time)"
seen "flaky: flaky stays"
seen "this root is not fresh" 0
ok "what fails is started again, later each time, in a fresh root"

seen "service killed: ended by signal 9" 2
seen "service killed: restart in 1 s (1st time)"
seen "service killed: restart in 2 s (2nd time)"
seen "killed: killed stays"
ok "what is killed is started again"

seen "service once: start"
seen "service once: ended with code 1"
ok "what has no policy ends once"

before "service z-first: up" "service a-second: start"
seen "a-second: a-second stays"
ok "a service waits for the one that it comes after"

seen "service broken: could not be started" 3
seen "service broken: given up after 2 restarts in a row"
seen "service broken: the runtime could not delete it" 0
seen "service lost: given up: what it requires did not start"
seen "service lost: start" 0
ok "what requires a service that never starts is given up"

seen "service last: restart in 3 s (1st time)"
seen "service last: given up after 1 restart in a row"
seen "service last: its failure is to power off"
seen "service sleepy: start"
seen "service sleepy: not started again, the machine goes down"
seen "polite: told by SIGINT"
seen "service polite: ended with code 0"
before "service polite: ended with code 0" "powering off"
ok "a failure ends the machine, and services in their own way"
