#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The boot report: by the port, on the serial line, in the guest; what ingot
# run makes of it; a machine whose host does not read goes its way.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

cat >report.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5 ingot.report=serial"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
onboot:
  - {name: bad, image: "@pkg:$SOURCE/pkg/getty", command: [/bin/sh, -c, "exit 7"]}
services:
  - {name: good, image: "@pkg:$SOURCE/pkg/getty", command: [/bin/sh, -c, "trap exit TERM; sleep 60 & wait"]}
  - name: flaky
    image: "@pkg:$SOURCE/tests/boot/attempt"
    command: [/attempt, fail, flaky, "1"]
    restart: {policy: on-failure, delay: 100ms, limit: 3}
  - name: look
    image: "@pkg:$SOURCE/pkg/getty"
    command: [/bin/sh, -c, "f=/run/ingot/boot.json; for i in \$(seq 100); do grep -q flaky.*run..2 \$f && grep -q booted \$f && break; sleep 0.1; done; sed s/^/boot.json:/ \$f; readlink /run/ingot/crun; env; exit 3"]
    binds: ["/run:/run"]
    pid: host
    capabilities: [all]
    on-failure: poweroff
YAML
ingot_build report.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }

cat >check.py <<'PY'
import json
import sys
import xml.etree.ElementTree as tree


def records(path, mark):
    """Of the lines with @mark what is behind it."""
    with open(path, errors="replace") as f:
        return [json.loads(line.split(mark, 1)[1]) for line in f
                if mark in line]


def check(what, good):
    if not good:
        sys.exit(f"{what}: no")


def one(list_, **want):
    found = [r for r in list_ if want.items() <= r.items()]
    check(f"{want} in {list_}", found)
    return found[0]


serial = records("console.log", "init: report ")
kept = records("console.log", "look: boot.json:")
with open("report.json") as f:
    report = json.load(f)

machine, consoles = {"amd64": ("x86_64", "ttyS0"),
                     "arm64": ("aarch64", "ttyAMA0 ttyS0")}[sys.argv[1]]
one(serial, event="start", report=1, machine=machine, consoles=consoles)
phases = [r["name"] for r in serial if r["event"] == "phase"]
check(phases, phases == ["kernel", "init", "modules", "mounts", "onboot",
                         "services"])
one(serial, event="ended", kind="onboot", name="000-bad", code=7)
one(serial, event="started", name="flaky", run=2)
one(serial, event="given-up", name="look")
one(serial, event="off", how="poweroff", clean=True)
times = [r["ms"] for r in serial if r["event"] not in ("start", "phase")]
check("times in order", times == sorted(times))
check("what is kept is what is told", kept == serial[:len(kept)] and
      one(kept, event="booted"))

check(report, report["report"] == 1 and report["lost"] == 0 and
      report["notUnderstood"] == 0 and report["end"] == "failed")
check("image", report["image"] == one(serial, event="start")["image"])
check("phases", [p["name"] for p in report["phases"]] == phases)
check("offset", 0 < report["offset"] < 60000)
one(report["onboot"], name="000-bad", code=7, failed=True)
one(report["services"], name="flaky", runs=2)
look = one(report["services"], name="look", code=3, state="given up")
check("order", look["started"] < look["up"] < report["booted"] <
      report["shutdown"] < report["off"])
check("memory", 0 < report["availableKiB"] < report["memoryKiB"] < 262144)
check("reason", report["clean"] and report["how"] == "poweroff" and
      "look" in report["reason"])

chart = tree.parse("chart.svg").getroot()
text = [e.text for e in chart.iter("{http://www.w3.org/2000/svg}text")]
check(text, {"report", "kernel", "000-bad", "look"} <= set(text))
PY

guest_start report --mem 256 --timeout 60 --report report.json \
    --chart chart.svg
guest_end 1
python3 check.py "$ARCH" || { cat console.log report.json >&2; fail "see above"; }
expect_text run.log 'a service was given up'
expect_text console.log 'look: /proc/1/fd/[0-9]'
! grep -q CLONED_BINARY console.log ||
    fail "crun's variable is in a container's environment"
expect_text run.log '^boot complete .* memory: [0-9]+ of [0-9]+ MiB free'
expect_text run.log '^  onboot 000-bad .* code 7'
ok "port, serial line, boot.json, table, chart"

# A guest that cannot use the port: what it tells on the serial line counts.
for file in kernel initrd.img; do ln report-$file serial-$file; done
echo "$(cat report-cmdline) module_blacklist=virtio_console" >serial-cmdline
guest_start serial --mem 256 --timeout 60 --until-boot --report serial.json
guest_end 0
expect_text run.log '^boot complete '
expect_text serial.json '"notUnderstood": 0,'
expect_text console.log 'init: powering off'
ok "until its boot is complete, by the serial line alone"

sed 's/^  - {name: bad, .*"exit 7"\]/&, on-failure: stop/' report.yml >held.yml
ingot_build -q held.yml
guest_start held --mem 256 --timeout 60 --until-boot
guest_end 1
expect_text run.log 'ended before its boot was complete'
expect_text run.log '^  onboot 000-bad .* given up'
ok "a boot that is held ends with 1"

# A port that nobody has open on the host's side.
qemu_machine none
qemu_attach kernel report "$(free_port)"
machine+=(-chardev "socket,id=r,path=port,server=on,wait=off"
    -device virtio-serial-pci
    -device "virtserialport,chardev=r,name=org.ingot.report")
qemu_start
wait "$guest" || fail "the guest did not power off"
[ "$(grep -c 'init: report ' console.log)" -gt 20 ] ||
    fail "not all is told on the serial line"
expect_text console.log 'init: powering off'
ok "nobody reads: PID 1 goes on"
