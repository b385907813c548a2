#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What did not change is not made again, and nothing else.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic --set layers
cat >app.yml <<'YAML'
kernel: {image: test/kernel:v1, cmdline: quiet}
init: [test/init:v1]
services:
  - {name: one, image: test/base:v1}
  - {name: two, image: test/mixed:v1}
  - {name: three, image: test/link-group:v1}
YAML
both=(--format "tar,kernel+initrd")

# said N M - N parts made, M reused
said() {
	expect_text stderr "^$1 parts? made, $2 reused"
}

ingot build "${both[@]}" --dir . app.yml
said 5 0
mkdir first
mv app.tar app-* first/
ingot build "${both[@]}" app.yml
said 0 5
for file in app.tar app-kernel app-initrd.img app-cmdline; do
	expect_same $file first/$file
done
ok "an unchanged spec makes no part and gives the same bytes"

sed -i 's,test/mixed,test/wh-file,' app.yml
ingot build "${both[@]}" app.yml
said 1 4
expect_text stderr 'made services\[1\] for docker.io/test/wh-file:v1'
cmp -s app.tar first/app.tar && fail "the tar did not change"
cmp -s app-initrd.img first/app-initrd.img && fail "the initrd did not change"
expect_same app-kernel first/app-kernel
ok "another image for one service is one part"

# A tag that moves is a changed image, too.
make_images moved --set layers
"$PYTHON" - moved <<'PY'
import json, sys
path = sys.argv[1] + "/index.json"
doc = json.load(open(path))
for m in doc["manifests"]:
    name = m["annotations"]["org.opencontainers.image.ref.name"]
    if name.endswith("/wh-dir:v1"):
        m["annotations"] = {"org.opencontainers.image.ref.name":
                            "docker.io/test/wh-file:v1"}
        doc["manifests"] = [m]
        break
json.dump(doc, open(path, "w"))
PY
ingot -q cache import moved
ingot build "${both[@]}" app.yml
said 1 4
tree app.tar --below containers/services/two/lower >two.lines
expect_text two.lines '^top '
ok "a tag that moved is one part"

# What the spec says of a service is in no part.
sed -i 's|name: one|name: one, command: [/sbin/sh]|' app.yml
ingot build "${both[@]}" app.yml
said 0 5
tar -xOf app.tar containers/services/one/config.json 2>/dev/null >config.json
expect_text config.json '/sbin/sh'
sed -i 's,cmdline: quiet,cmdline: loud,' app.yml
ingot build "${both[@]}" app.yml
said 0 5
expect_text app-cmdline '^loud$'
ok "settings and the command line cost no part"

# Two services of one image share its root, as in LinuxKit; another image is
# one part more.
cat >>app.yml <<'YAML'
  - {name: four, image: test/base:v1}
YAML
ingot build "${both[@]}" app.yml
said 0 5
tar -xOf app.tar containers/services/four/runtime.json 2>/dev/null >four.json
expect_text four.json '/containers/services/one/lower'
sed -i 's,four.*base,four\, image: test/mixed,' app.yml
ingot build "${both[@]}" app.yml
said 1 5
tree app.tar >lines
expect_text lines '^containers/services/four/lower/bin/sh '
ok "one more service is one part, or none when its image is there"

# A format of its own asks for the parts that it lacks.
ingot build --format tar --compress gzip app.yml
said 0 6
ingot build --format kernel+initrd --compress gzip app.yml
expect_text stderr '^[1-6] parts made'
ingot build --format kernel+initrd --compress gzip app.yml
said 0 6
ok "another codec makes parts once"

# A damaged part is noticed and made again: one that this build takes.
sum=$(sha256sum <app.tar)
part=$(find cache/parts -type f -name '*.modules')
chmod u+w "$part"
printf 'damage' | dd of="$part" bs=1 seek=100 conv=notrunc status=none
ingot build "${both[@]}" app.yml
[ "$sum" = "$(sha256sum <app.tar)" ] || fail "a damaged part got in"
expect_text stderr 'warning: .*part .* is not as it was made: removed'
ok "a damaged part is made again"
