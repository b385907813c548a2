#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Images come from a registry: Debian's, filled by skopeo.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need skopeo

make_images layout
ingot -q --cache local cache import layout
debian_registry_start
registry_fill layout base base-zstd base-plain mixed multi kernel init

# from HOST FILE - the same appliance, its images at HOST
from() {
	cat >"$2" <<-YAML
	kernel: {image: "${1}test/kernel:v1", cmdline: quiet}
	init: ["${1}test/init:v1"]
	services:
	  - {name: gzip, image: "${1}test/base:v1"}
	  - {name: zstd, image: "${1}test/base-zstd:v1"}
	  - {name: plain, image: "${1}test/base-plain:v1"}
	  - {name: mixed, image: "${1}test/mixed:v1"}
	YAML
}

from '' local.yml
from "$DEBIAN_REGISTRY/" remote.yml
ingot --cache local build --offline -f tar --arch amd64 local.yml
ingot build -f tar --arch amd64 remote.yml
expect_text stderr '^fetched [0-9a-f]{12} '
expect_text stderr '^6 parts made, 0 reused'
# Sources and locations are the registry's; the trees are equal.
tree local.tar >local.lines
tree remote.tar >remote.lines
diff local.lines remote.lines || fail "pulled images give another tree"
ok "gzip, zstd and plain layers are the same images"

expect_status 0 "$INGOT" cache ls
expect_text stdout "^$DEBIAN_REGISTRY/test/mixed:v1 +sha256:"
cp remote.tar first.tar
ingot build -f tar remote.yml
expect_text stderr '^0 parts made, 6 reused'
expect_no_text stderr '^fetched'
expect_same remote.tar first.tar
ok "nothing is fetched twice"

# One index, several architectures.
cat >multi.yml <<YAML
services:
  - {name: x, image: "$DEBIAN_REGISTRY/test/multi:v1"}
YAML
for arch in amd64 arm64 arm riscv64; do
	ingot --cache "c.$arch" build --output $arch.tar --arch $arch multi.yml
	text=$(tar -xOf $arch.tar containers/services/x/lower/app 2>/dev/null)
	[ "$text" = $arch ] || fail "--arch $arch gives '$text'"
done
refused "multi.yml:2:.*services\[0\].image: .*s390x" --cache c.none build \
	--output none.tar --arch s390x multi.yml
expect_missing none.tar
ok "--arch"

# By digest; a digest that is not there; a tag that is not there.
digest=$("$INGOT" cache ls | awk '/test\/base:v1/ { print $2 }')
echo "init: [\"$DEBIAN_REGISTRY/test/base@$digest\"]" >pinned.yml
ingot --cache pinned build --output pinned.tar pinned.yml
echo "init: [\"$DEBIAN_REGISTRY/test/base:v1@$digest\"]" >both.yml
ingot --cache pinned build --output both.tar both.yml
for image in "test/base:v2" "test/nobody:v1" \
	"test/base@sha256:$(printf '0%.0s' {1..64})"; do
	echo "init: [\"$DEBIAN_REGISTRY/$image\"]" >none.yml
	refused "^ingot: build: none.yml:1:8: init\[0\]: .*${image%@*}" \
		build --output none.tar none.yml
done
expect_missing none.tar
ok "digests and missing tags"

# The registry goes away: the cache serves, --pull does not.
debian_registry_stop
ingot build -f tar remote.yml
expect_same remote.tar first.tar
expect_status 1 "$INGOT" build --pull -f tar --name pulled --dir . remote.yml
expect_text stderr "$DEBIAN_REGISTRY.*given up after [0-9] tries"
expect_missing pulled.tar
ok "without the registry"
