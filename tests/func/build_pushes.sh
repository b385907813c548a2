#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# --push: an OCI layout goes to a registry, once, and comes back the same.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

"$PYTHON" -B "$SUPPORT/appliance.py" layout amd64
ingot -q cache import layout
cp "$SUPPORT/appliance.yml" web.yml
build=(build --arch amd64 --format oci --format kernel+initrd web.yml)
ingot "${build[@]}"
mkdir want
tar -xf web-oci.tar -C want
digest=$("$PYTHON" -c 'import json
print(json.load(open("want/index.json"))["manifests"][0]["digest"])')
blobs=$(($(find want/blobs -type f | wc -l) - 1))

# -- Debian's registry -------------------------------------------------------

if command -v docker-registry curl skopeo >/dev/null; then
	debian_registry_start
	to=$DEBIAN_REGISTRY/some/where
	ingot "${build[@]}" --push "$to:v1"
	expect_text stdout "^$to:v1@$digest\$"
	expect_text stderr "^pushed $blobs blobs \\(.*\\), 0 there already"
	skopeo --insecure-policy copy --quiet --src-tls-verify=false \
		"docker://$to:v1" oci:back:v1 || fail "skopeo copy"
	diff -r want/blobs back/blobs >&2 || fail "other blobs came back"
	ingot "${build[@]}" --push "$to:v1"
	expect_text stderr "^pushed 0 blobs \\(0 B\\), $blobs there already"
	ingot "${build[@]}" --push "$to"
	expect_text stdout "^$to(:latest)?@$digest\$"
	for tag in v1 latest; do
		curl -fs --noproxy '*' -o "$tag.json" -H \
			'Accept: application/vnd.oci.image.manifest.v1+json' \
			"http://$DEBIAN_REGISTRY/v2/some/where/manifests/$tag"
		expect_same $tag.json "want/blobs/sha256/${digest#*:}"
	done
	ok "what skopeo gets from Debian's registry is what was built"

	ingot build --arch amd64 --format containerdisk --prove \
		--push "$DEBIAN_REGISTRY/disk:v1" web.yml
	mkdir disk
	tar -xf web-containerdisk.tar -C disk
	skopeo --insecure-policy copy --quiet --src-tls-verify=false \
		--dest-oci-accept-uncompressed-layers \
		"docker://$DEBIAN_REGISTRY/disk:v1" oci:back.disk:v1 ||
		fail "skopeo copy of a containerdisk"
	diff -r disk/blobs back.disk/blobs >&2 || fail "other blobs"
	debian_registry_stop
	expect_status 1 timeout 60 "$INGOT" "${build[@]}" --push "$to:v1"
	expect_text stderr "push to '$to:v1'.*given up after 5 tries"
	ok "a containerdisk; no registry"
fi

# -- faults ------------------------------------------------------------------

# serve [OPTION...] - the test registry, empty
serve() {
	registry_stop
	rm -rf taken port log
	"$PYTHON" -B "$SUPPORT/upload_registry.py" taken --port-file port \
		--log log "$@" 2>registry.err &
	REGISTRY_PID=$!
	wait_for 10 test -s port || fail "no registry: $(cat registry.err)"
	REGISTRY=127.0.0.1:$(cat port)
}

# whole - the registry has it all
whole() {
	expect_same taken/tags/a/web/v1 "want/blobs/sha256/${digest#*:}"
	for blob in want/blobs/sha256/*; do
		[ "${blob##*/}" = "${digest#*:}" ] ||
			expect_same "$blob" "taken/blobs/sha256:${blob##*/}"
	done
}

push=("${build[@]}" --push)

# passes NAME [OPTION...]
passes() {
	serve "${@:2}"
	expect_status 0 timeout 100 "$INGOT" "${push[@]}" "$REGISTRY/a/web:v1"
	whole
	ok "$1"
}

# stops REGEX [OPTION...] - refused: nothing gets the tag, the files are whole
stops() {
	serve "${@:2}"
	rm -f web-*
	expect_status 1 timeout 100 "$INGOT" "${push[@]}" "$REGISTRY/a/web:v1"
	expect_text stderr "^ingot: build: push to '$REGISTRY/a/web:v1': $1"
	expect_missing taken/tags/a/web/v1
	expect_same web-oci.tar good-oci.tar
	[ -s web-initrd.img ] || fail "the other files are not there"
	ok "refused: $1"
}
cp web-oci.tar good-oci.tar

passes "relative Location"
: >log
ingot "${push[@]}" "$REGISTRY/a/web:v1"
[ "$(wc -l <log)" = $((blobs + 1)) ] || fail "$(wc -l <log) requests"
expect_no_text log '^(POST|PUT|GET) '
ok "a second push sends nothing"
passes "absolute Location with a query" --fault absolute
passes "no digests in answers" --fault mute
: >log
ingot "${push[@]}" "$REGISTRY/a/web:v1"
[ "$(grep -c '^PUT .*/manifests/' log)" = 1 ] || fail "it cannot know"
passes "500 once, for each step" --fault '500:PUT .*/uploads/,1' \
	--fault '500:POST,1' --fault '503:HEAD,1' --fault '500:manifests,1'
expect_text stderr 'answered with status 500; trying again'
passes "cut in the middle of a blob" --fault cut,2
[ "$(grep -c ' 0 1000$' log)" = 2 ] || fail "not cut"
passes "no answer to a blob" --fault closed,2

where="blob sha256:[0-9a-f]{64}: "
stops "${where}registry .* says that it took 'sha256:0+', not sha256:" \
	--fault lie-blob
stops "$where.*the upload is to go to 'http://127.0.0.2:.*', not to the registry" \
	--fault elsewhere
stops "$where.*the upload is to go to 'file:///etc/passwd'" --fault file
stops "$where.*the upload is to go to '', not an address" --fault nowhere
stops "$where.*the upload is to go to '/v2/a/web" --fault long
stops "$where.*redirects an upload \\(status 307\\)" --fault redirect
stops "$where.*wants a login \\(status 401\\), which is not supported yet; push the file with another tool" \
	--fault '401:'
stops "${where}registry .* answered with status 403" --fault '403:POST'
stops "${where}given up after 5 tries: .*status 500" --fault '500:PUT'
stops "manifest: registry .* answered with status 400" \
	--fault '400:PUT .*/manifests/'
serve --fault lie-manifest
refused "push to .*: manifest: registry .* says that it took 'sha256:0+'" \
	"${push[@]}" "$REGISTRY/a/web:v1"
ok "a wrong digest of the manifest"

# -- options -----------------------------------------------------------------

rm -f web-* log
: >log
usage "'--offline|--push opens a socket" "${push[@]}" "$REGISTRY/a" --offline
usage 'one of the formats oci and containerdisk' build --format tar \
	--push "$REGISTRY/a" web.yml
usage 'one of the formats oci and containerdisk' build \
	--format oci,containerdisk --push "$REGISTRY/a" web.yml
usage 'give --output a name' build --format oci --output - \
	--push "$REGISTRY/a" web.yml
usage 'not a digest' "${push[@]}" "$REGISTRY/a@$digest"
usage '^ingot: build: --push: ' "${push[@]}" 'UPPER/case'
expect_missing web-oci.tar
[ ! -s log ] || fail "requests of what was refused"
ok "options that do not go together"
