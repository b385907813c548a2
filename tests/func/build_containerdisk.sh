#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# containerdisk: the raw disk in an image that skopeo and docker read.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need skopeo
"$INGOT" formats | grep -q '^containerdisk' || skip "no such format"

import_images --set basic
pe() {
	"$PYTHON" -B "$FUNC/pe.py" "$@" || fail "pe.py $*"
}
pe make program
pe kernel kernel.layout program
pe loader loader.layout program
ingot -q cache import kernel.layout loader.layout
web_spec web.yml
build=(build --arch amd64 --bootloader test/loader:v1 --format containerdisk)
ingot "${build[@]}" web.yml
skopeo --insecure-policy inspect --raw oci-archive:web-containerdisk.tar \
	>manifest.json || fail "skopeo inspect --raw"
skopeo --insecure-policy inspect oci-archive:web-containerdisk.tar \
	>inspect.json || fail "skopeo inspect"
expect_text inspect.json '"Os": "linux"'
for from in oci-archive docker-archive; do
	skopeo --insecure-policy copy --quiet \
		$from:web-containerdisk.tar oci:$from:web ||
		fail "skopeo copy $from"
done
mkdir got
tar -xf web-containerdisk.tar -C got
"$PYTHON" - <<'CHECK' || fail "the layout"
import hashlib, json

def read(path):
    with open("got/" + path, "rb") as f:
        return f.read()

def blob(d):
    data = read("blobs/sha256/" + d["digest"][7:])
    assert "sha256:" + hashlib.sha256(data).hexdigest() == d["digest"]
    assert len(data) == d["size"]
    return data

(desc,) = json.loads(read("index.json"))["manifests"]
doc = json.loads(blob(desc))
config = json.loads(blob(doc["config"]))
(layer,) = doc["layers"]
with open("layer.tar", "wb") as f:
    f.write(blob(layer))
assert config["rootfs"]["diff_ids"] == [layer["digest"]]
(docker,) = json.loads(read("manifest.json"))
assert docker == {
    "Config": "blobs/sha256/" + doc["config"]["digest"][7:],
    "RepoTags": ["web-containerdisk:latest"],
    "Layers": ["blobs/sha256/" + layer["digest"][7:]]}, docker
CHECK
tar --numeric-owner -tvf layer.tar >list
expect_text list '^drwxr-xr-x 107/107 +0 .* disk/$'
expect_text list '^-r--r----- 107/107 .* disk/disk.img$'
[ "$(wc -l <list)" = 2 ] || fail "more than the disk"
tar -xOf layer.tar disk/disk.img >disk.img
if command -v sfdisk >/dev/null; then
	sfdisk --verify disk.img >/dev/null || fail "sfdisk --verify"
fi
ok "the layer has the disk, of QEMU's user"

mkdir again
ingot "${build[@]}" --dir again web.yml
expect_same web-containerdisk.tar again/web-containerdisk.tar
ok "the same bytes again"
