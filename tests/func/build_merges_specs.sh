#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Where specs come from and where the result goes: several specs, standard
# input, --dry-run, --output, --name, --dir.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
web_spec web.yml
ingot build --output web.tar web.yml
[ -s web.tar ] || fail "no web.tar"

expect_status 0 "$INGOT" build --output - web.yml
expect_same stdout web.tar
ok "--output - is the same tar"

ingot build --format tar --name other --dir . web.yml
expect_same other.tar web.tar
mkdir out
ingot build --format tar,kernel+initrd --dir out web.yml
expect_same out/web.tar web.tar
[ -s out/web-initrd.img ] || fail "--dir: no initrd"
ok "--name and --dir"

expect_status 0 "$INGOT" build --dry-run web.yml
mv stdout dry.yml
mkdir dry
ingot build --output dry/web.tar dry.yml
expect_same dry/web.tar web.tar
expect_status 0 "$INGOT" build --dry-run dry.yml
expect_same stdout dry.yml
ok "--dry-run is a spec that gives the same"
expect_status 0 env INGOT_CACHE=/nonexistent/cache \
	"$INGOT" build --dry-run web.yml
expect_same stdout dry.yml
ok "--dry-run needs no cache"

expect_status 0 "$INGOT" build --output - - <web.yml
expect_same stdout web.tar
expect_status 0 "$INGOT" build --format tar - <web.yml
expect_same ingot.tar web.tar
ok "a spec from standard input"

# Merging: lists are joined, the later kernel command line and name win.
cat >more.yml <<'YAML'
kernel:
  cmdline: "console=ttyS1"
services:
  - {name: second, image: test/mixed:v1}
files:
  - {path: srv/more, contents: "more"}
YAML
ingot build --format tar web.yml more.yml
tree more.tar >more.lines
expect_text more.lines '^containers/services/web/config.json '
expect_text more.lines '^containers/services/second/config.json '
expect_text more.lines '^srv/motd '
expect_text more.lines '^srv/more '
tar -xOf more.tar boot/cmdline 2>/dev/null >cmdline
expect_text cmdline '^console=ttyS1$'
expect_status 0 "$INGOT" build --dry-run web.yml more.yml
mv stdout merged.yml
ingot build --format tar merged.yml
expect_same merged.tar more.tar
ok "two specs are one"
expect_status 0 "$INGOT" build --output - web.yml - <more.yml
expect_same stdout more.tar
ok "standard input as the second spec"

# As in LinuxKit: from the current folder, not from beside the spec.
mkdir -p sub data
echo "from a file" >data/text
cat web.yml - >sub/files.yml <<'YAML'
  - {path: srv/text, source: data/text}
YAML
ingot build --output files.tar sub/files.yml
[ "$(tar -xOf files.tar srv/text 2>/dev/null)" = "from a file" ] ||
	fail "srv/text is not what its source holds"
cd sub
refused 'files.yml:13:5: files\[1\].source: .*data/text.* does not exist' \
	build --output ../no.tar ../sub/files.yml
expect_missing ../no.tar
cd ..
ok "the source of a file is below the current folder"

# What is wrong is told with its place in its own file.
# second PLACE TEXT YAML - built behind web.yml and more.yml
second() {
	echo "$3" >second.yml
	refused "^ingot: build: (format .*: )?second.yml:$1: $2" \
		build --offline --arch amd64 --dir none web.yml more.yml \
		second.yml
	[ ! -e none ] || rmdir none || fail "second.yml: files in none"
}
second 1:42 'services\[0\].image: .*test/none:v1' \
	'services: [{name: x, command: [], image: test/none:v1}]'
second 1:8 'init\[0\]: .*test/none:v1' 'init: [test/none:v1]'
second 1:12 'services\[0\].capabilities: ' \
	'services: [{name: x, image: test/base:v1, capabilities: [CAP_X]}]'
second 1:9 'files\[0\].source: ' 'files: [{path: x, source: ./none}]'
second 1:12 'services\[0\]: .x. starts ./none., which is not in ' \
	'services: [{name: x, image: test/base:v1, command: [/none]}]'
second 1:12 'services\[0\].ready: no image of init says that it knows' \
	'services: [{name: x, image: test/base:v1, ready: {port: 1}}]'
ok "each problem has its place in its own file"
