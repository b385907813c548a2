#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# oci: an artifact whose layers are the kernel and the pieces of the initrd.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need skopeo

import_images --set basic
web_spec web.yml
ingot build --format kernel+initrd,oci web.yml
mkdir got
tar -xf web-oci.tar -C got
cat >check.py <<'CHECK'
import hashlib, json, os, sys

def blob(d):
    with open("got/blobs/sha256/" + d["digest"][7:], "rb") as f:
        data = f.read()
    assert "sha256:" + hashlib.sha256(data).hexdigest() == d["digest"]
    assert len(data) == d["size"]
    return data

with open("got/index.json") as f:
    index = json.load(f)
with open("got/oci-layout") as f:
    assert json.load(f) == {"imageLayoutVersion": "1.0.0"}
(desc,) = index["manifests"]
kind = "application/vnd.ingot.appliance.v1"
assert desc["artifactType"] == kind
assert desc["platform"]["os"] == "linux"
doc = json.loads(blob(desc))
assert doc["artifactType"] == kind
assert doc["config"]["mediaType"] == "application/vnd.oci.empty.v1+json"
assert blob(doc["config"]) == b"{}"
assert doc["annotations"]["vnd.ingot.cmdline"] == "console=ttyS0"
title = "org.opencontainers.image.title"
names = [l["annotations"][title] for l in doc["layers"]]
assert names == ["kernel"] + sorted(names[1:]), names
print(names)
types = [l["mediaType"] for l in doc["layers"]]
assert types == ["application/vnd.ingot." + t for t in (
    "kernel.v1", "initrd.root.v1.cpio+zstd", "initrd.image.v1.cpio+zstd",
    "initrd.tail.v1.cpio+zstd")], types
with open("web-kernel", "rb") as f:
    assert blob(doc["layers"][0]) == f.read()
with open("web-initrd.img", "rb") as f:
    assert b"".join(map(blob, doc["layers"][1:])) == f.read()
held = set(os.listdir("got/blobs/sha256"))
assert held == {d["digest"][7:]
                for d in [desc, doc["config"]] + doc["layers"]}
CHECK
"$PYTHON" check.py || fail "the layout"
ok "every digest is right, and the layers are the initrd"

skopeo --insecure-policy inspect --raw oci-archive:web-oci.tar >raw.json ||
	fail "skopeo inspect"
digest=$(sha256sum <raw.json | cut -d' ' -f1)
expect_same raw.json "got/blobs/sha256/$digest"
skopeo --insecure-policy copy --quiet oci-archive:web-oci.tar oci:copied:web ||
	fail "skopeo copy"
diff -r got/blobs copied/blobs || fail "skopeo copied other bytes"
ok "skopeo reads and copies it"

# Digests are kept beside the parts (the kernel's, two parts', the tail's), but
# good for the very files only.
facts() {
	find cache/parts -name '*.fact' | wc -l
}
[ "$(facts)" = 4 ] || fail "$(facts) digests are kept"
mkdir again
ingot build --format oci --dir again web.yml
expect_same web-oci.tar again/web-oci.tar
[ "$(facts)" = 4 ] || fail "a second build hashes again"
rm -f cache/parts/*/*.cpio-zstd3
ingot build --format oci --output again/made-again.tar web.yml
expect_same web-oci.tar again/made-again.tar
ok "the same bytes again"

ingot build --format oci --output - --compress none web.yml
tar -tf "$TMP/stdout" >/dev/null || fail "standard output"
sed -i '/^kernel:/,/cmdline/d' web.yml
refused 'format oci: the spec has no kernel' build --format oci web.yml
ok "no kernel is refused"
