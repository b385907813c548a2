#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Mistakes in a spec: status 1, one place (file, line, column, key) and a
# hint; nothing is made. Mistakes in the command line: status 2.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
mkdir out
n=0

# bad MESSAGE - the spec on standard input is refused with exactly this, behind
# "ingot: build: x.yml:"
bad() {
	cat >x.yml
	expect_status 1 "$INGOT" build --offline --dir out x.yml
	grep -qF "ingot: build: x.yml:$1" stderr || {
		cat x.yml stderr >&2
		fail "no such message: x.yml:$1"
	}
	[ ! -s stdout ] || fail "something on standard output: $1"
	n=$((n + 1))
}

bad "1:1: sevices: unknown key, did you mean 'services'?" <<<'sevices: []'
bad "1:1: wurst: unknown key" <<<'wurst: []'
bad "1:1: expected a mapping, got a list" <<<'- a'
bad "1:1: the file is empty" </dev/null
bad "1:1: the file is empty" <<<'# only a comment'
bad "2:1: a tab" < <(printf 'init:\n\t- x\n')
bad "1:7: init: expected a list" <<<'init: test/init:v1'
bad "2:3: services[0]: the key 'image' is missing" <<'YAML'
services:
- name: a
YAML
bad "2:3: services[0]: the key 'name' is missing" <<'YAML'
services:
- image: a
YAML
bad "4:3: services[1]: duplicate service name 'a', first used at x.yml:2" <<'YAML'
services:
- name: a
  image: test/base:v1
- name: a
  image: test/base:v1
YAML
bad "4:3: services[0].comand: unknown key, did you mean 'command'?" <<'YAML'
services:
- name: a
  image: test/base:v1
  comand: [x]
YAML
bad "4:12: services[0].command: expected a list of strings, got a string '/bin/x'" <<'YAML'
services:
- name: a
  image: test/base:v1
  command: /bin/x
YAML
bad "4:12: services[0].restart: expected 'always' or 'on-failure' or 'never', got 'often'" <<'YAML'
services:
- name: a
  image: test/base:v1
  restart: often
YAML
bad "4:36: services[0].restart.delay: '1d' is not a time: write 500ms, 10s or 2m" <<'YAML'
services:
- name: a
  image: test/base:v1
  restart: {policy: always, delay: 1d}
YAML
bad "2:43: onboot[0].restart: only services have it: other entries run once" <<'YAML'
onboot:
- {name: a, image: test/base:v1, restart: always}
YAML
bad "4:10: services[0].after[1]: 'db' is no service of this spec" <<'YAML'
services:
- name: a
  image: test/base:v1
  after: [b, db]
- {name: b, image: test/base:v1}
YAML
bad "3:44: services[1].requires[0]: 'a' waits for this service: neither would start" <<'YAML'
services:
- {name: a, image: test/base:v1, after:    [b]}
- {name: b, image: test/base:v1, requires: [a]}
YAML
bad "2:12: kernel.cmdline: expected a string, got a number; put it in quotes: \"1\"" <<'YAML'
kernel:
  cmdline: 1
  image: test/kernel:v1
YAML
bad "1:38: files[0].mode: expected a string, got a number; put it in quotes: \"0644\"" \
	<<<'files: [{path: a, contents: a, mode: 0644}]'
bad "1:9: files[0]: the key 'path' is missing" <<<'files: [{contents: a}]'
bad "3:1: duplicate key 'init', first given in line 1" <<'YAML'
init:
- test/init:v1
init: []
YAML
bad "1:8: unknown alias '*a'" <<<'init: [*a]'
bad "2:10: kernel.image: " <<'YAML'
kernel:
  image: "UPPER/case:x"
YAML
bad "1:8: init[0]: image reference 'test/init:v1:v2': 'v1:v2' is not a tag" \
	<<<'init: ["test/init:v1:v2"]'
bad "1:8: init[0]: " <<<'init: ["test/init@sha256:12"]'
bad "1:8: init[0]: " <<<'init: ["test/none:v1"]'
bad "2:10: services[0].name: " <<'YAML'
services:
- {name: "a/../../b", image: test/base:v1}
YAML
bad "2:10: services[0].name: " <<'YAML'
services:
- {name: "..", image: test/base:v1}
YAML
ok "$n specs refused, each at its place"

# Known only once the image is there.
cat >x.yml <<'YAML'
services:
- {name: a, image: test/base:v1, capabilities: [CAP_NET_ADMIM]}
YAML
refused "x.yml:2:3: services\[0\].capabilities: .*mean 'CAP_NET_ADMIN'" \
	build --offline --dir out x.yml

# All mistakes are told at once.
cat >x.yml <<'YAML'
sevices: []
kernle: {}
YAML
expect_status 1 "$INGOT" build x.yml
expect_text stderr "x.yml:1:1: sevices: .*'services'"
expect_text stderr "x.yml:2:1: kernle: .*'kernel'"
expect_status 1 "$INGOT" build - <x.yml
expect_text stderr '^ingot: build: standard input:1:1: sevices'
ok "all at once, from standard input too"

# Bombs and depth: quickly refused.
{
	echo 'x0: &x0 [a,a,a,a,a,a,a,a,a,a]'
	for i in 1 2 3 4 5 6 7 8 9; do
		p=$((i - 1))
		echo "x$i: &x$i [*x$p,*x$p,*x$p,*x$p,*x$p,*x$p,*x$p,*x$p,*x$p]"
	done
} >x.yml
expect_status 1 timeout 20 "$INGOT" build x.yml
expect_text stderr 'more than [0-9]+ values'
{ printf 'init: '; head -c 100000 /dev/zero | tr '\0' '['; } >x.yml
expect_status 1 timeout 20 "$INGOT" build x.yml
expect_text stderr 'nested more than [0-9]+ deep'
head -c 20000000 /dev/zero | tr '\0' '#' >x.yml
expect_status 1 timeout 20 "$INGOT" build x.yml
head -c 5000 /dev/urandom >x.yml
expect_status 1 timeout 20 "$INGOT" build x.yml
ok "bombs"

# No control character gets from a spec to the terminal.
printf '"ker\\e[31mnel\\u009b":\n  image: x\n' >x.yml
expect_status 1 "$INGOT" build x.yml
tr -d '\n\t\40-\176' <stderr >odd
[ ! -s odd ] || fail "control characters: $(od -c odd | head -n 2)"

web_spec web.yml
usage 'no spec given' build
usage "unknown format 'tra', did you mean 'tar'" build --format tra web.yml
usage "unknown format 'floppy'.*ingot formats" build --format floppy web.yml
usage 'more than one file' build -f kernel+initrd --output x web.yml
usage 'one format only' build -f tar,tar --output x web.yml
usage 'without --name' build -f tar --output x --name y web.yml
usage "unknown option '--ouptut', did you mean '--output'" build \
	--ouptut x web.yml
usage "option '--output' wants a value" build web.yml --output
usage "unknown architecture 'pdp11'" build --arch pdp11 web.yml
usage "not 'zip'" build --compress zip web.yml
usage "bad level in 'zstd:99'" build --compress zstd:99 web.yml
usage "not 'docker'" build --layer-rules docker web.yml
refused "no such file: 'none.yml'" build none.yml
refused "not a regular file" build out
[ -z "$(ls -A out)" ] || fail "something was made: $(ls out)"
ok "usage errors"
