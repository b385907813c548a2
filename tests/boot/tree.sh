#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the guest finds in its root is what was planned: every path, type, mode,
# owner, size, content and link. The kernel drops what it cannot unpack in
# silence, so only the booted tree tells.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

"$PYTHON" "$SUPPORT/images.py" layout --set layers --arch "$ARCH" >/dev/null
"$INGOT" cache import layout >/dev/null

# Every image of the set that is sound, as a read-only volume: nothing of it
# is changed by booting.
"$PYTHON" - "$SOURCE" >tree.yml <<'PY'
import json
import sys

source = sys.argv[1]
print("""kernel:
  image: "@pkg:%(s)s/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:%(s)s/pkg/init", "@pkg:%(s)s/pkg/crun"]
onboot:
  - {name: treelist, image: "@pkg:%(s)s/tests/boot/treelist"}
files:
  - {path: etc/motd, contents: "hello\\n", mode: "0644"}
  - {path: etc/deep/er/file, contents: "x", mode: "0640", uid: 7, gid: 8}
  - {path: etc/link, symlink: motd}
  - {path: opt/setuid, contents: "#!/bin/sh\\n", mode: "4755"}
volumes:""" % {"s": source})
for name, what in sorted(json.load(open("layout/expected.json")).items()):
    short = name.split("/")[-1].split(":")[0].lower().replace(".", "-")
    if what.get("expect") == "ok" and "tree" in what:
        print("  - {name: %s, image: \"%s\", readonly: true}" % (short, name))
PY
ingot_build --format tar --output plan.tar tree.yml 2>build.log ||
    { cat build.log >&2; fail "the tar was not built"; }
ingot_build --layout unpacked tree.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }
guest_start tree --mem 1024 --timeout 300 --disk guest.img,size=64M
for _ in $(seq 2000); do
    grep -q 'treelist: done' console.log 2>/dev/null && break
    kill -0 "$guest" 2>/dev/null || break
    sleep 0.1
done
kill -TERM "$guest"
guest_end 0
expect_text console.log 'onboot 000-treelist: ended with code 0'
"$PYTHON" "$SOURCE/tests/boot/compare_tree.py" plan.tar guest.img ||
    fail "the guest's tree is not the planned one"
ok "the guest's tree is the planned one"
