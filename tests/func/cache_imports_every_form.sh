#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Images come in as a folder, as a tar of it, as two forms of docker-save and on
# standard input; what goes out is read by others and comes back the same.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

make_images layout --tar layout.tar --docker-save old.tar --image base
printf 'services:\n  - {name: x, image: test/base:v1}\n' >x.yml

# digest IMAGE - as "cache ls" has it
digest() {
	"$INGOT" cache ls | awk -v name="$1" '$1 == name { print $2 }'
}

ingot cache import layout
expect_text stdout '^docker.io/test/base:v1$'
expect_text stderr 'warning: .*not sha256'
names=$(wc -l <stdout)
[ "$names" -gt 15 ] || fail "only $names images"
base=$(digest docker.io/test/base:v1)
expect_status 0 "$INGOT" cache ls
[ "$(wc -l <stdout)" = "$names" ] || fail "ls lists another number"
cp stdout ls.folder
ingot build --offline --output folder.tar x.yml
ok "a folder"

rm -rf cache
ingot cache import layout.tar
expect_status 0 "$INGOT" cache ls
expect_same stdout ls.folder
rm -rf cache
expect_status 0 "$INGOT" cache import - <layout.tar
expect_status 0 "$INGOT" cache ls
expect_same stdout ls.folder
ingot build --offline --output stdin.tar x.yml
expect_same stdin.tar folder.tar
ok "a tar of it, and standard input"

# docker save before and after version 25; the latter is an OCI layout too.
rm -rf cache
ingot cache import old.tar
expect_text stdout '^docker.io/test/base:v1$'
ingot build --offline --output old-out.tar x.yml
tree folder.tar --below containers/services/x/lower >folder.lines
tree old-out.tar --below containers/services/x/lower >old.lines
diff folder.lines old.lines || fail "docker-save: another tree"
mkdir new
"$PYTHON" - layout new <<'PY'
import json, os, shutil, sys
src, dst = sys.argv[1:]
doc = json.load(open(src + "/index.json"))
m = [m for m in doc["manifests"]
     if m["annotations"]["io.containerd.image.name"].endswith("/base:v1")][0]
doc["manifests"] = [m]
m["annotations"]["org.opencontainers.image.ref.name"] = "v1"
shutil.copytree(src + "/blobs", dst + "/blobs")
shutil.copy(src + "/oci-layout", dst)
json.dump(doc, open(dst + "/index.json", "w"))
blob = lambda d: "blobs/" + d.replace(":", "/")
man = json.load(open(dst + "/" + blob(m["digest"])))
json.dump([{"Config": blob(man["config"]["digest"]),
            "RepoTags": ["test/base:v1"],
            "Layers": [blob(x["digest"]) for x in man["layers"]]}],
          open(dst + "/manifest.json", "w"))
PY
tar -C new -cf new.tar .
rm -rf cache
ingot cache import new.tar
expect_text stdout '^docker.io/test/base:v1$'
[ "$(digest docker.io/test/base:v1)" = "$base" ] ||
	fail "new docker-save: another digest"
ingot build --offline --output new-out.tar x.yml
expect_same new-out.tar folder.tar
gzip -c layout.tar >layout.tgz
rm -rf cache
if "$INGOT" cache import layout.tgz >stdout 2>stderr; then
	"$INGOT" cache ls | diff ls.folder - || fail "gzip: another list"
else
	expect_text stderr 'layout.tgz'
fi
ok "docker save, old and new"

# Out again.
rm -rf cache
ingot cache import layout
for image in base multi nested labelled; do
	ingot cache export test/$image:v1 --output $image.tar
	ingot --cache again cache import $image.tar
	expect_text stdout "^docker.io/test/$image:v1$"
	one=$(digest docker.io/test/$image:v1)
	two=$(INGOT_CACHE=again digest docker.io/test/$image:v1)
	[ "${one:-none}" = "$two" ] ||
		fail "$image: $one went out, $two came in"
	expect_status 0 "$INGOT" cache export test/$image:v1
	expect_same stdout $image.tar
done
ok "export and import give the same digest"

if command -v skopeo >/dev/null; then
	mkdir unpacked
	tar -C unpacked -xf base.tar
	skopeo inspect --raw oci:unpacked >raw.json ||
		fail "skopeo does not read what was exported"
	[ "sha256:$(sha256sum <raw.json | cut -d' ' -f1)" = "$base" ] ||
		fail "skopeo reads another manifest"
	skopeo --insecure-policy copy -q oci-archive:base.tar \
		dir:copied || fail "skopeo does not copy what was exported"
	skopeo --insecure-policy copy -q --all oci-archive:multi.tar \
		oci:multi.copied || fail "skopeo does not copy an index"
	ok "skopeo reads it"
fi
refused 'no image .*test/none:v1' cache export test/none:v1 --output none.tar
expect_missing none.tar

# Names go, then blobs.
ingot cache rm test/big:v1
expect_text stderr 'removed docker.io/test/big:v1'
expect_status 0 "$INGOT" cache ls
expect_no_text stdout '/big:v1'
expect_text stdout '/base:v1'
before=$(du -s cache/blobs | cut -f1)
ingot cache gc
expect_text stdout '^removed [1-9][0-9]* blobs'
[ $((before - $(du -s cache/blobs | cut -f1))) -gt 3000 ] ||
	fail "gc freed nothing"
ingot build --offline --output after.tar x.yml
expect_same after.tar folder.tar
refused 'no image' cache rm test/big:v1
ingot cache verify
expect_text stdout ' 0 damaged'
ok "rm, gc, verify"
