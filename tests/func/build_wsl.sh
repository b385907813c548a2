#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# wsl: the tree without boot/ as a gzip'd tar, with WSL's two files.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need bsdtar

import_images --set basic --set layers
web_spec web.yml
ingot build --format tar,wsl --name 'my web' web.yml
mv 'my web.wsl' web.wsl
mv 'my web.tar' web.tar
gzip -t web.wsl || fail "gzip -t"
tar --warning=no-unknown-keyword -tzf web.wsl >names.gnu
bsdtar -tf web.wsl | sed 's,/$,,' | sort >names.bsd
sed 's,/$,,' names.gnu | sort | diff - names.bsd || fail "bsdtar differs"
expect_no_text names.gnu '^boot'
expect_text names.gnu '^etc/wsl.conf$'
expect_text names.gnu '^etc/wsl-distribution.conf$'
ok "GNU tar and bsdtar list it, without boot/"

gzip -dc web.wsl >plain.tar
tree plain.tar --no-owner | grep -Ev '^etc/wsl(-distribution)?\.conf ' >wsl.lines
tree web.tar --no-owner | grep -v '^boot[ /]' | diff - wsl.lines ||
	fail "not the tar's tree"
ok "the tar's tree"

tar --warning=no-unknown-keyword -xzOf web.wsl etc/wsl-distribution.conf >conf
expect_text conf '^defaultName=my-web$'
tar --warning=no-unknown-keyword -xzOf web.wsl etc/wsl.conf >conf
expect_text conf '^default=root$'
tar --warning=no-unknown-keyword -tvzf web.wsl etc/wsl.conf >mode
expect_text mode '^-rw-r--r-- 0/0 '
ok "WSL's files"

# Bytes do not depend on the number of threads; long ones have many members.
cat >>web.yml <<YAML
  - path: srv/big
    source: $TMP/big
  - path: etc/wsl.conf
    contents: "mine"
YAML
"$PYTHON" -c 'import random, sys
random.seed(2)
for n in range(40):
    sys.stdout.buffer.write(random.randbytes(500000) + bytes(500000))' >big
for n in 1 2 7; do
	expect_status 0 env INGOT_THREADS=$n "$INGOT" build --format wsl \
		--output $n.wsl web.yml
done
expect_same 1.wsl 2.wsl
expect_same 1.wsl 7.wsl
expect_status 0 "$INGOT" build --format wsl --output - web.yml
expect_same 1.wsl "$TMP/stdout"
tar --warning=no-unknown-keyword -xzOf 1.wsl srv/big | cmp - big ||
	fail "big differs"
[ "$(tar --warning=no-unknown-keyword -xzOf 1.wsl etc/wsl.conf)" = mine ] ||
	fail "the spec's wsl.conf is gone"
ok "the same bytes with any number of threads; the spec's own file stays"
