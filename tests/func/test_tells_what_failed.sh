#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# "ingot test" with a script in the place of QEMU and its guest: verdicts,
# reports, a hostile guest, signals. tests/boot/spectests.sh has real ones.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
import_inits agent=3

# spec FILE TEST... - an appliance with these tests
spec() {
	web_spec "$1"
	# the kernel of these tests has no overlay
	sed -i "s|test/init|test/agent|; s|^  - name: web|&\n    readonly: true|" "$1"
	printf 'onboot:\n- {name: step, image: test/base:v1, readonly: true}\ntests:\n' >>"$1"
	printf -- '- {name: %s}\n' "${@:2}" >>"$1"
}

# guest JSON - what the guest of the next runs does
guest() {
	printf '%s' "$1" >guest.json
	: >boots
}
mkdir fake empty
# without a wrapper of the interpreter, which takes longer than the guest
python=$("$PYTHON" -c 'import sys; print(sys.executable)')
printf '#!/bin/sh\nexec "%s" -B "%s" "$@"\n' "$python" "$FUNC/guest.py" \
	>fake/qemu-system-x86_64
chmod +x fake/qemu-system-x86_64
export GUEST=$TMP/guest.json BOOTS=$TMP/boots
run=("$INGOT" test --accel tcg --arch amd64 --offline)

# -- wrong use
spec app.yml 'page, http: {port: 80}, within: 1s'
expect_status 1 env PATH="$TMP/empty" "${run[@]}" app.yml
expect_text stderr 'there is no QEMU for amd64 here: install'
PATH=$TMP/fake:$PATH
export PATH
usage 'no spec given' test
usage 'give the spec as a file' test --arch amd64 -
usage "unknown format 'rav', did you mean 'raw'" test -f rav app.yml
usage "format 'iso' is none that is tested here" test -f iso app.yml
usage 'takes bios or uefi' test -f raw --firmware efi app.yml
usage 'uefi does not start the format raw-bios' \
	test -f raw-bios --arch amd64 --firmware uefi app.yml
usage 'bios does not start the format kernel' test --firmware bios app.yml
usage 'bios is for amd64 only' \
	test -f raw --arch arm64 --firmware bios app.yml
usage 'takes a number from' test --mem 1 app.yml
usage 'takes a number from' test --timeout 0 app.yml
usage 'takes a number from' test --patience 0 app.yml
usage 'takes auto, kvm or tcg' test --accel hvf app.yml
web_spec none.yml
refused "none.yml: there are no 'tests'" test --arch amd64 none.yml
web_spec foreign.yml
printf 'tests:\n- {name: m, memory: {below: 1M}}\n' >>foreign.yml
refused 'foreign.yml:14:3: tests\[0\].memory: no image of init says that it knows this' \
	build --arch amd64 foreign.yml
spec wrong.yml 'a, exec: {service: wob, command: [x]}'
refused "wrong.yml:.*: tests\[0\].exec.service: 'wob' is no service" \
	test --arch amd64 wrong.yml
expect_missing none-kernel foreign-kernel "$INGOT_CACHE/run"
usage 'a disk needs a file or a size' test --disk format=raw app.yml
ok "wrong options and specs"

# -- the image
ingot build --offline --arch amd64 --dir plain none.yml
cp none.yml more.yml
printf 'tests:\n- {name: a, tcp: {port: 1}}\n- {name: b, console: x}\n' >>more.yml
ingot build --offline --arch amd64 --dir more --name none more.yml
expect_same plain/none-initrd.img more/none-initrd.img
spec agent.yml 'm, memory: {below: 1M}'
ingot build --offline --arch amd64 -f tar -o agent.tar agent.yml
ingot build --offline --arch amd64 -f tar -o app.tar app.yml
expect_text <(tar tf agent.tar 2>/dev/null) '^etc/ingot/agent.json$'
expect_no_text <(tar tf app.tar 2>/dev/null) 'agent.json'
ok "tests leave the image as it is, but for the agent's file"

# -- all pass, also after a reboot
all=('page, http: {port: 80, path: "/x?y", body: "^hello$"}'
	'open, tcp: {port: 22}' 'said, console: "^lo+gin:$"'
	'run, exec: {service: web, command: [x], stdout: fine}'
	'step, exit: {onboot: step}' 'end, exit: {service: web, code: 3}'
	'file, file: {path: /x, mode: "0640", contents: "^key"}'
	'memory, memory: {below: 2M}'
	'again, after-reboot: true, http: {port: 80}'
	'used, after-reboot: true, memory: {below: 3M}')
answers='"exec": {"code": 0, "stdout": "all fine", "stderr": ""},
	"exit": {"ended": true, "started": true, "code": 0},
	"file": {"type": "file", "mode": 416, "contents": "a\nkey\n"},
	"memory": {"totalKiB": 8192, "availableKiB": 6145}'
spec all.yml "${all[@]}"
sed -i 's/code: 3/code: 0/' all.yml
guest "{\"console\": \"[ 1.0] x\\r\\nlooogin:\\r\\n\", \"answers\": {$answers}}"
expect_status 0 "${run[@]}" --junit j.xml --json j.json --log log all.yml
[ "$(grep -c '^ok ' stdout)" = 10 ] || fail "not 10 are ok"
expect_text stdout '^10 passed, 0 failed'
[ "$(wc -l <boots)" = 2 ] || fail "not two boots"
[ "$(grep -c 'rebooting' log)" = 1 ] || fail "the log has not both boots"
expect_text boots 'virtserialport,chardev=channel0,name=org.ingot.agent'
expect_text boots 'hostfwd=tcp:127.0.0.1:[0-9]+-:80,hostfwd=tcp:127.0.0.1:[0-9]+-:22'
[ -z "$(ls "$INGOT_CACHE/run")" ] || fail "left: $(ls "$INGOT_CACHE/run")"
"$PYTHON" - <<'PY'
import json
import xml.etree.ElementTree as tree
root = tree.parse("j.xml").getroot()
cases = root.findall("testsuite/testcase")
assert root.get("tests") == "10" and root.get("failures") == "0"
assert [c.get("name") for c in cases][:2] == ["page", "open"]
assert not root.findall(".//failure")
doc = json.load(open("j.json"))
assert doc["passed"] and doc["name"] == "all" and len(doc["tests"]) == 10
assert [t["afterReboot"] for t in doc["tests"]].count(True) == 2
PY
ok "all pass: 0, two boots, reports"

guest '{"status": 200}'
expect_status 0 "${run[@]}" --disk size=8M --disk mine.img,size=1M app.yml
expect_text boots 'file=/.*/run/test[^ ]*/disk0.img,format=raw,.*file=./mine.img,'
[ "$(stat -c %s mine.img)" = 1048576 ] || fail "mine.img is not kept"
[ -z "$(ls "$INGOT_CACHE/run")" ] || fail "left: $(ls "$INGOT_CACHE/run")"
ok "disks: one for this test, one that stays"

# -- every one fails in its own way
spec bad.yml 'status, http: {port: 80}, within: 1s' \
	'body, http: {port: 80, status: 404, body: "^no$"}, within: 1s' \
	'said, console: "never", within: 1s' \
	'code, exec: {service: web, command: [x]}, within: 1s' \
	'step, exit: {onboot: step}' \
	'mode, file: {path: /x, mode: "0600"}, within: 1s' \
	'memory, memory: {below: 1M}' 'late, tcp: {port: 9}, within: 1s' \
	'again, after-reboot: true, http: {port: 80}, within: 1s'
guest '{"status": 404, "body": "\u001b[31m<&>", "silent": true, "answers": {
	"exec": {"code": 2, "stdout": "", "stderr": "bad\u001b]0;x\u0007"},
	"exit": {"ended": true, "started": true, "code": 7},
	"file": {"type": "file", "mode": 420, "contents": ""},
	"memory": {"totalKiB": 8192, "availableKiB": 4096}}}'
expect_status 1 "${run[@]}" --patience 6 --junit j.xml bad.yml
expect_text stdout '^FAIL .* status: not within 6.0 s: status 404, not 200$'
expect_text stdout "^FAIL .* body: .*the body has no '.no.': '.\[31m<&>'$"
expect_text stdout "^FAIL .* said: .*no line of the console has 'never'$"
expect_text stdout '^FAIL .* code: .*code 2, not 0: bad.\]0;x.$'
expect_text stdout '^FAIL .* step: code 7, not 0$'
expect_text stdout '^FAIL .* mode: .*mode 0644, not 0600$'
expect_text stdout '^FAIL .* memory: 4.0M in use of 8M, not below 1M$'
expect_text stdout '^FAIL .* late: .*does not answer at the port$'
expect_text stdout '^FAIL .* again: .*status 404'
expect_text stdout '^0 passed, 9 failed'
expect_no_text stdout $'[\001-\011\033]'
kept=$(sed -n 's/^the console: //p' stdout)
[ -f "$kept" ] || fail "the console is not kept: '$kept'"
"$PYTHON" - <<'PY'
import xml.etree.ElementTree as tree
root = tree.parse("j.xml").getroot()
fails = {c.get("name"): c.find("failure").get("message")
         for c in root.iter("testcase")}
assert len(fails) == 9 and "<&>" in fails["body"], fails
PY
guest '{"status": 404}'
expect_status 1 "${run[@]}" --patience 2 app.yml
expect_text stdout '^FAIL .* page: not within 2.0 s: '
guest '{"closed": true}'
spec closed.yml 'tcp, tcp: {port: 9}, within: 1s' \
	'page, http: {port: 80}, within: 1s'
expect_status 1 "${run[@]}" --patience 6 closed.yml
expect_text stdout '^FAIL .* tcp: .*refuses the connection$'
expect_text stdout '^FAIL .* page: .*no page: '
ok "each failure has its reason: 1"

# -- a hostile agent
spec agent.yml 'a, exec: {service: web, command: [x]}, within: 1s'
for answer in 'x\n' '{"id":1}\n' '[]\n{"id":2,"code":0}\n' \
	'{"id":1,"code":0' '{"id":1,"code":0,"code":0}\n' \
	'{"id":1,"stdout":"\u00ff"}\n'; do
	ANSWER=$answer "$PYTHON" - <<'PY'
import json
import os
text = os.environ["ANSWER"].replace("\\n", "\n")
json.dump({"answers": {"exec": text}}, open("guest.json", "w"))
PY
	expect_status 1 "${run[@]}" --patience 2 agent.yml
	expect_text stdout '^FAIL .* a: '
done
"$PYTHON" - <<'PY'
import json
answer = "x" * (3 << 20) + '\n{"id":1,"code":0}\n'
json.dump({"answers": {"exec": answer}}, open("guest.json", "w"))
PY
sed -i 's/within: 1s/within: 20s/' agent.yml
expect_status 0 "${run[@]}" agent.yml
ok "what an agent says is read with limits"

# -- how the machine ends
spec end.yml 'page, http: {port: 80, status: 404}' \
	'again, after-reboot: true, http: {port: 80}'
guest '{"exits": 1}'
expect_status 1 "${run[@]}" end.yml
expect_text stdout '^FAIL .* page: QEMU or the guest failed'
expect_text stdout '^FAIL .* again: there was no reboot'
guest '{"console": "[    1.0] Kernel panic - not syncing: VFS\n"}'
expect_status 1 "${run[@]}" end.yml
expect_text stdout "page: the guest's kernel panicked"
guest '{}'
expect_status 1 "${run[@]}" --timeout 4 end.yml
expect_text stdout 'page: the time for all tests is over'
ok "a machine that ends early fails the tests that are left"

# without an agent the power button is pressed, and the machine starts again
spec button.yml 'page, http: {port: 80}' \
	'again, after-reboot: true, http: {port: 80}'
guest '{}'
expect_status 0 "${run[@]}" button.yml
[ "$(wc -l <boots)" = 2 ] || fail "not two boots"
ok "a reboot by the power button"

# gone PID - the process has ended
gone() {
	! kill -0 "$1" 2>/dev/null
}
for signal in INT TERM KILL; do
	guest '{}'
	"${run[@]}" --junit never.xml end.yml >stdout 2>stderr </dev/null &
	pid=$!
	wait_for 20 test -s boots || fail "the guest did not start"
	qemu=$(sed -n 's/ .*//p' boots)
	sleep 0.5
	# a shell's background job ignores SIGINT
	[ $signal = INT ] && signal=HUP
	kill -$signal $pid
	got=0
	wait $pid 2>/dev/null || got=$?
	[ $got -gt 128 ] || fail "SIG$signal: status $got"
	wait_for 10 gone "$qemu" || fail "SIG$signal: the guest outlives ingot"
	expect_missing never.xml
done
ok "no guest outlives a signal"
