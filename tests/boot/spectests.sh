#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# "ingot test": a machine whose tests all pass, before and after a reboot, and
# one whose tests fail, each in its own way.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

# spec FILE - the page's appliance and a shell, with the tests of standard input
spec() {
    sed "s|@pkg:\.\./|@pkg:$SOURCE/|; /^tests:/,\$d" \
        "$SOURCE/examples/web.yml" >"$1"
    sed -i "/^services:/a\\  - {name: getty, image: \"@pkg:$SOURCE/pkg/getty\"}" "$1"
    cat >>"$1" <<YAML
onboot:
  - {name: sysctl, image: "@pkg:$SOURCE/pkg/sysctl"}
files:
  - {path: etc/hostname, contents: "web\n", mode: "0644"}
YAML
    cat >>"$1"
}

# run_test STATUS ARGUMENT... - output in out.txt
run_test() {
    local want=$1 status=0
    shift
    timeout 300 "$INGOT" test --arch "$ARCH" --accel tcg --mem 512 --log console.log "$@" \
        >out.txt 2>err.txt </dev/null || status=$?
    [ "$status" -eq "$want" ] || {
        cat out.txt err.txt >&2
        tail -n 50 console.log >&2
        fail "ingot test ended with $status, not $want"
    }
}

spec good.yml <<'YAML'
disks:
  - {label: data, mount: /var/lib/data}
tests:
  - {name: page, http: {port: 80, body: "[Ii]ngot"}}
  - {name: none, http: {port: 80, path: /none, status: 404}}
  - {name: open, tcp: {port: 80}}
  - {name: booted, console: "^\\[.*init: boot: kernel"}
  - {name: shell, exec: {service: getty, command: [/bin/sh, -c, "echo a; echo b; exit 3"], code: 3, stdout: "^b$"}}
  - {name: version, exec: {service: nginx, command: [/usr/sbin/nginx, -v]}}
  - {name: step, exit: {onboot: sysctl}}
  - {name: served, file: {service: nginx, path: /etc/nginx/nginx.conf, contents: worker, mode: "0644"}}
  - {name: host, file: {path: /etc/hostname, contents: "^web$"}}
  - {name: disk, console: "init: disk data: make an ext4 on /dev/vda"}
  - {name: memory, memory: {below: 400M}}
  - {name: kept, after-reboot: true, file: {path: /proc/mounts, contents: " /var/lib/data ext4 "}}
  - {name: again, after-reboot: true, http: {port: 80, body: "[Ii]ngot"}}
  - {name: twice, after-reboot: true, console: "init: boot: kernel"}
  - {name: fresh, after-reboot: true, file: {path: /proc/uptime, contents: "^[0-9]?[0-9][.]"}}
YAML
sed -i "/pkg.crun/a\\  - \"@pkg:$SOURCE/pkg/disk\"" good.yml
run_test 0 --patience 3 --disk size=64M --junit good.xml --json good.json good.yml
expect_text out.txt '^15 passed, 0 failed'
[ "$(grep -c 'init: boot: kernel' console.log)" -eq 2 ] ||
    fail "the machine was not booted twice"
expect_text console.log 'init: told to reboot'
expect_text console.log 'init: rebooting'
ok "all pass, before and after a reboot"

spec bad.yml <<'YAML'
tests:
  - {name: status, http: {port: 80, status: 500}, within: 30s}
  - {name: body, http: {port: 80, body: "no such text"}, within: 30s}
  - {name: closed, tcp: {port: 81}, within: 30s}
  - {name: silence, console: "no such line", within: 30s}
  - {name: command, exec: {service: getty, command: [/bin/sh, -c, "exit 7"]}, within: 30s}
  - {name: program, exec: {service: nginx, command: [/no/such]}, within: 30s}
  - {name: step, exit: {onboot: sysctl, code: 1}}
  - {name: missing, file: {path: /etc/missing}, within: 30s}
  - {name: mode, file: {path: /etc/hostname, mode: "0600"}, within: 30s}
  - {name: memory, memory: {below: 16M}}
  - {name: late, http: {port: 80}, within: 1s}
YAML
run_test 1 --junit bad.xml bad.yml
expect_text out.txt '^0 passed, 11 failed'
expect_text out.txt '^the console: console.log$'
python3 - <<'PY' || fail "the results are not as they should be"
import json
import re
import xml.etree.ElementTree as tree

want = {
    "status": "status 200, not 500",
    "body": "the body has no 'no such text'",
    "closed": "the guest refuses the connection",
    "silence": "no line of the console has 'no such line'",
    "command": "code 7, not 0",
    "program": r"code \d+, not 0: .*No such file",
    "step": "^code 0, not 1$",
    "missing": "'/etc/missing': No such file or directory",
    "mode": "mode 0644, not 0600",
    "memory": r"^\d+\.\dM in use of \d+M, not below 16M$",
    "late": "^not within 1.0 s: ",
}
root = tree.parse("bad.xml").getroot()
got = {case.get("name"): case.find("failure").get("message")
       for case in root.iter("testcase")}
assert root.get("failures") == "11" and set(got) == set(want), got
for name, part in want.items():
    assert re.search(part, got[name]), (name, got[name])
root = tree.parse("good.xml").getroot()
assert root.get("tests") == "15" and not root.findall(".//failure")
assert json.load(open("good.json"))["passed"] is True
PY
ok "each fails in its own way"
