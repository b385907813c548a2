#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What containers get without being asked: with our guest a seccomp filter,
# hidden and read-only paths; with another one nothing. And what an image's
# label asks for is told, or refused.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

cat >make.py <<'PY'
import json
import sys
from images import D, F, Layout
layout = Layout()
root = [D("bin"), F("init", "#!/bin/sh\n", 0o755), D("etc"), D("proc"),
        D("sys"), D("dev")]
layout.image("init", [root])
layout.image("ours", [root], config={"Labels": {"org.ingot.init": "1"}})
layout.image("app", [[F("app", "x", 0o755)]], config={"Cmd": ["/app"]})
label = {"capabilities": ["CAP_NET_ADMIN", "CAP_KILL"], "pid": "host",
         "binds": ["/:/host"], "noNewPrivileges": True}
layout.image("greedy", [[F("app", "y", 0o755)]],
             config={"Cmd": ["/app"],
                     "Labels": {"org.mobyproject.config": json.dumps(label)}})
layout.write(sys.argv[1])
PY
PYTHONPATH=$SUPPORT "$PYTHON" -B make.py layout
ingot -q cache import layout

# spec INIT KEYS - one service of test/app
spec() {
	printf 'init: ["test/%s:v1"]\nservices:\n  - {name: a, image: "test/app:v1"%s}\n' \
		"$1" "${2:+, $2}"
}

# config - the service's config.json of a.tar, to standard output
config() {
	tar -xOf a.tar containers/services/a/config.json 2>/dev/null
}

spec init >a.yml
ingot build --output a.tar a.yml
config >foreign.json
expect_no_text foreign.json 'seccomp|maskedPaths|readonlyPaths'
ok "another init's containers are as they were"

spec ours >a.yml
ingot build --output a.tar a.yml
config >ours.json
expect_text ours.json '"defaultErrnoRet": 38'
expect_text ours.json '"/proc/kcore"'
expect_text ours.json '"/proc/sysrq-trigger"'
ok "ours are filtered, and hold back what tells of the machine"

spec ours 'seccomp: none, maskedPaths: [], readonlyPaths: []' >a.yml
ingot build --output a.tar a.yml
config >plain.json
expect_same plain.json foreign.json
ok "the spec turns it off"

# A profile lies beside the spec, wherever the build is started.
mkdir -p specs/more
printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [\n {"names": ["add_key"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13}]}\n' \
	>specs/more/p.json
spec init 'seccomp: more/p.json' >specs/a.yml
ingot build --output a.tar specs/a.yml
config >own.json
expect_text own.json '"errnoRet": 13'
expect_text own.json '"add_key"'
ok "a profile from a file, with any init"

spec init 'seccomp: p.json' >a.yml
refused "a.yml:3:[0-9]+: 'a': seccomp: open './p.json': No such file" \
	build --output no.tar a.yml
echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscals": []}' >p.json
refused "./p.json:1:37: syscals: unknown key, did you mean 'syscalls'" \
	build --output no.tar a.yml
printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [\n{"name": "no_call", "action": "SCMP_ACT_TRAP"}]}' >p.json
refused "./p.json:2:1: syscalls\[0\].names\[0\]: no system call 'no_call'" \
	build --output no.tar a.yml
printf '{"defaultAction": "SCMP_ACT_TRAP", "syscalls": [{"names": ["no_call", "read"], "action": "SCMP_ACT_ALLOW"}]}' >p.json
ingot build --output a.tar a.yml
expect_text stderr "./p.json: 1 system call that the guest's filter does not know, as 'no_call'"
spec init 'seccomp: defualt' >a.yml
refused "a.yml:3:[0-9]+: services\[0\].seccomp: expected 'default', 'none' or the path" \
	build --output no.tar a.yml
[ ! -e no.tar ] || fail "a refused build leaves a file"
ok "what is no profile is refused, with its place"

cat >greedy.yml <<'YAML'
services:
  - {name: g, image: "test/greedy:v1"}
YAML
ingot build --output g.tar greedy.yml
expect_text stderr "services\[0\] 'g' has by its image's label: CAP_NET_ADMIN, CAP_KILL, bind /:/host, pid host"
ingot build --output g.tar greedy.yml
expect_text stderr '^privileges by image labels \(-v lists them\): g$'
expect_no_text stderr 'CAP_KILL'
ingot -v build --output g.tar greedy.yml
expect_text stderr "has by its image's label: CAP_NET_ADMIN, CAP_KILL"
refused "greedy.yml:2:5: services\[0\]: the label of docker.io/test/greedy:v1 gives 'g' what the spec does not: CAP_NET_ADMIN, CAP_KILL, bind /:/host, pid host" \
	build --strict-labels --output no.tar greedy.yml
[ ! -e no.tar ] || fail "a refused build leaves a file"
cat >asked.yml <<'YAML'
services:
  - name: g
    image: test/greedy:v1
    capabilities: [CAP_NET_ADMIN]
    binds: []
    pid: host
YAML
ingot build --strict-labels --output g.tar asked.yml
expect_no_text stderr 'by its image'
ok "what a label asks for is told, in short when nothing is new, or refused"
