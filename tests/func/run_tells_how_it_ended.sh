#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The exit status of "run", with a script in QEMU's place.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
web_spec web.yml
ingot build web.yml
mkdir fake empty
run=("$INGOT" run --accel tcg --arch amd64)

expect_status 5 env PATH="$TMP/empty" "${run[@]}" web
expect_text stderr 'there is no QEMU here: install'
refused "no image 'none': neither a spec nor none-kernel and none-initrd.img" \
	run --arch amd64 none
for port in x 80 0:80 80:0 70000:80 80:70000 -1:80 host:80:80 80:80/x; do
	usage '^ingot: run: --publish: ' run --publish "$port" web
done
for disk in '' d,size=0 d,size=x d,size=1Q d,format=vmdk d,sise=1G; do
	usage '^ingot: run: --disk: ' run --disk "$disk" web
done
expect_missing d
usage 'takes a number from' run --mem 1 web
usage 'takes a number from' run --mem much web
usage 'takes a number from' run --timeout 0 web
usage 'takes a number from' run --cpus 0 web
usage 'takes auto, kvm or tcg' run --accel hvf web
usage 'one word too many' run web web
ok "no QEMU, no image, wrong options"

# qemu LINE... - the script that stands for QEMU
qemu() {
	{
		printf '%s\n' '#!/bin/sh' "for arg; do echo \"\$arg\"; done >'$TMP/args'" "$@"
	} >fake/qemu-system-x86_64
	chmod +x fake/qemu-system-x86_64
}
PATH=$TMP/fake:$PATH
export PATH

qemu 'echo "[    1.0] reboot: Power down"'
expect_status 0 "${run[@]}" web
expect_text stdout 'reboot: Power down'
expect_text stderr 'the guest powered off'
expect_text args '^web-kernel$|/web-kernel$'
expect_text args 'console=ttyS0'
expect_text args '^tcg'
ok "power off: 0"

qemu 'exit 1'
expect_status 1 "${run[@]}" web
expect_text stderr 'QEMU .*failed'
qemu 'kill -SEGV $$'
expect_status 1 "${run[@]}" web
ok "QEMU's own failure: 1"

qemu 'echo "[    1.0] Kernel panic - not syncing: VFS"' 'exec sleep 60'
expect_status 3 timeout 20 "${run[@]}" web
expect_text stdout 'Kernel panic'
qemu 'echo "web: Kernel panic - not syncing"' \
	'echo "[    1.0] web: Kernel panic - not syncing"'
expect_status 0 "${run[@]}" web
ok "panic: 3, but not when a service says so"

qemu 'exec sleep 60'
expect_status 4 timeout 20 "${run[@]}" --timeout 1 web
expect_text stderr 'time is over'
ok "time-out: 4"

qemu 'echo "[  1.0] init: fatal: the initrd was not unpacked completely"'
expect_status 6 "${run[@]}" web
expect_text stderr 'more memory with --mem'
ok "incomplete: 6"

qemu 'printf "a\033[31mb\n"'
expect_status 0 "${run[@]}" --console-log log --mem 300 --cpus 2 \
	--publish 127.0.0.1:18080:80 --disk disk.img,size=3M web
expect_same log stdout
expect_text args '^300'
expect_text args 'hostfwd=tcp:127.0.0.1:18080-:80'
expect_text args 'disk.img'
[ "$(stat -c %s disk.img)" = 3145728 ] || fail "disk.img is not 3 MiB"
refused 'disk .none.img. does not exist: add ,size=' run --accel tcg \
	--arch amd64 --disk none.img web
ok "console log, ports, disks"

# 2 GB of console in small: what grows by so much would by more.
# shellcheck disable=SC2016
qemu 'peak() { sed -n "s/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$PPID/status"; }' \
	'yes "$(printf %0200d 7)" | head -c 1M; peak >peak.1' \
	'yes "$(printf %0200d 7)" | head -c 200M; head -c 100M /dev/zero' \
	'peak >peak.2; echo; echo "[    1.0] reboot: Power down"'
"${run[@]}" web </dev/null >/dev/null 2>stderr || fail "a flood: status $?"
expect_text stderr 'the guest powered off'
grew=$(($(cat peak.2) - $(cat peak.1)))
[ "$grew" -lt 4096 ] || fail "300 MiB on the console took $grew KiB of memory"
ok "a console that is flooded takes no memory"

# port LINE... - what the script says by the port, and then its end
port() {
	qemu "printf '%s\\n' '{\"ms\":5,\"event\":\"start\",\"report\":1,\"kernel\":\"k\"}' $(printf " '%s'" "$@") >&4" \
		'echo "[    1.0] reboot: Power down"'
}

up='{"ms":8,"event":"started","kind":"service","name":"a<b"}'
booted='{"ms":9,"event":"booted","memoryKiB":2048,"availableKiB":1024}'
given='{"ms":9,"event":"given-up","kind":"service","name":"web"}'
port "$up" "$booted"
expect_status 0 "${run[@]}" --report report.json --chart chart.svg web
expect_text args '^socket,id=channel0,fd=4$'
expect_text args '^virtserialport,chardev=channel0,name=org.ingot.report$'
expect_text stderr '^boot complete .* memory: 1 of 2 MiB free$'
expect_text report.json '"end": "off"'
expect_text chart.svg '>a&#60;b<'
expect_status 0 "${run[@]}" --until-boot --quiet web
[ ! -s stderr ] || fail "--quiet is not quiet: $(cat stderr)"
ok "a boot report: table, JSON, chart"

port "$booted" "$given"
expect_status 1 "${run[@]}" web
expect_text stderr 'a service was given up'
port "$up"
expect_status 0 "${run[@]}" web
expect_status 1 "${run[@]}" --until-boot web
expect_text stderr 'ended before its boot was complete'
expect_text stderr '^the boot is not complete$'
ok "a service given up: 1; not booted: 1 with --until-boot"

# console LINE... - the same on the console: the port says nothing
console() {
	printf '[ 1.0] init: report %s\r\n' \
		'{"ms":5,"event":"start","report":1}' "$@" >said
	qemu "cat '$TMP/said'" 'echo "[    1.0] reboot: Power down"'
}
console "$up" "$booted"
expect_status 0 "${run[@]}" --until-boot --report serial.json web
expect_text stderr '^boot complete .* memory: 1 of 2 MiB free$'
expect_text serial.json '"name": "a<b"'
console "$booted" "$given"
expect_status 1 "${run[@]}" web
expect_text stderr 'a service was given up'
console "$up"
expect_status 0 "${run[@]}" --report early.json web
expect_text early.json '"name": "a<b"'
ok "a report by the console, where there is no port"

rm -f report.json
qemu 'echo "[    1.0] reboot: Power down"'
expect_status 0 "${run[@]}" --report report.json web
expect_text stderr 'warning: the guest sent no boot report'
expect_missing report.json
qemu 'echo "{\"ms\":1,\"event\":\"start\",\"report\":2}" >&4'
expect_status 0 "${run[@]}" --report report.json web
expect_text stderr 'boot report is of version 2, not 1'
port "$booted"
refused "open folder 'none/'" run --accel tcg --arch amd64 \
	--report none/report.json web
ok "no report, another version, no place for it"

# shellcheck disable=SC2016
qemu 'printf "%s\n" "{\"ms\":5,\"event\":\"start\",\"report\":1}" "{\"ms\":9,\"event\":\"booted\"}" >&4' \
	'read -r hello <&3; read -r press <&3; echo "$press" >pressed; exit 0'
expect_status 0 timeout 20 "${run[@]}" --until-boot web
expect_text pressed 'system_powerdown'
ok "until its boot is complete: the power button"

# A spec is built first, into the cache.
qemu 'exit 0'
mkdir spec
cp web.yml spec/app.yml
(cd spec && expect_status 0 "${run[@]}" --offline app.yml)
[ "$(ls spec)" = app.yml ] || fail "running left: $(ls spec)"
expect_text args '/app-kernel$'
ok "a spec is built first"

# gone PID - the process has ended
gone() {
	! kill -0 "$1" 2>/dev/null
}

# started_qemu - sets $qemu_pid and $ingot_pid
started_qemu() {
	rm -f qemu.pid
	"${run[@]}" web >stdout 2>stderr </dev/null &
	ingot_pid=$!
	wait_for 10 test -s qemu.pid || fail "the guest did not start"
	qemu_pid=$(cat qemu.pid)
	kill -0 "$qemu_pid" || fail "the guest has gone"
}

# shellcheck disable=SC2016
qemu "echo \$\$ >'$TMP/qemu.pid.new'" \
	"mv '$TMP/qemu.pid.new' '$TMP/qemu.pid'" 'exec sleep 60'
started_qemu
kill -KILL $ingot_pid
wait $ingot_pid 2>/dev/null || :
wait_for 10 gone "$qemu_pid" || fail "the guest outlives ingot"
ok "the guest ends when ingot is killed"

started_qemu
kill -TERM $ingot_pid
sleep 0.5
kill -INT $ingot_pid
got=0
wait $ingot_pid || got=$?
[ $got != 0 ] || fail "SIGTERM and SIGINT: status 0"
wait_for 10 gone "$qemu_pid" || fail "the guest outlives two signals"
expect_text stderr 'asking the guest to power off'
ok "a second signal ends the guest"
