#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The section network: becomes network.json for our own init, brings the modules
# that it needs, and is refused with an init or a kernel that cannot have it.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
need zstd cpio

import_images --set basic
import_inits able=3 older=2

# kernel_of NAME CONFIG ARGUMENT... - an image with that kernel and modules
kernel_of() {
	tr ' ' '\n' <<<"CONFIG_DEVTMPFS=y CONFIG_TMPFS=y CONFIG_CGROUPS=y CONFIG_BLK_DEV_INITRD=y CONFIG_RD_ZSTD=y CONFIG_RD_GZIP=y $2" >kernel.config
	rm -rf kernel.layout
	"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout "$1" "$FUNC/inits.py" \
		--config kernel.config "${@:3}"
	ingot -q cache import kernel.layout
}
kernel_of good "CONFIG_PACKET=m CONFIG_VLAN_8021Q=m" \
	--module net/packet/af_packet --module net/8021q/8021q \
	--module net/other --module net/unwanted
kernel_of bare "CONFIG_NET=y" --module net/other

cat >net.yml <<'YAML'
kernel: {image: test/good:v1, cmdline: quiet, modules: [other]}
init: [test/able:v1]
network:
  interfaces:
    - {name: uplink, match: {name: "eth*", driver: virtio_net}, dhcp: true}
    - {name: trunk, match: {mac: "52:54:00:12:34:56"}, mtu: 1400}
    - name: lan
      vlan: {id: 42, parent: trunk}
      addresses: ["10.42.0.2/24"]
      routes: [{to: 10.43.0.0/16, via: 10.42.0.1}]
      accept-ra: false
      required: false
  dns: {servers: ["9.9.9.9"]}
  wait: 10s
YAML
ingot build --arch amd64 net.yml
zstd -dcq net-initrd.img | cpio -i --quiet --to-stdout etc/ingot/network.json >json
"$PYTHON" - json <<'PY'
import json
import sys
net = json.load(open(sys.argv[1]))
assert net == {
    "interfaces": [
        {"name": "uplink", "match": {"name": "eth*", "driver": "virtio_net"},
         "dhcp": True, "required": True},
        {"name": "trunk", "match": {"mac": "52:54:00:12:34:56"}, "mtu": 1400},
        {"name": "lan", "vlan": {"id": 42, "parent": "trunk"},
         "addresses": ["10.42.0.2/24"],
         "routes": [{"to": "10.43.0.0/16", "via": "10.42.0.1"}],
         "acceptRa": False}],
    "dns": {"servers": ["9.9.9.9"]},
    "waitMs": 10000}, net
PY
ok "the guest gets the section as JSON"

zstd -dcq net-initrd.img | cpio -it --quiet >names
for module in other af_packet 8021q; do
	expect_text names "/$module.ko"
done
expect_no_text names unwanted
sed '/^network:/,$d' net.yml >plain.yml
ingot build --arch amd64 plain.yml
zstd -dcq plain-initrd.img | cpio -it --quiet >names
expect_no_text names 'af_packet|8021q|network.json'
ok "the modules of the network come along, and only with it"

sed 's/able:v1/older:v1/' net.yml >older.yml
refused 'older.yml:4:3: network: no image of init says that it knows this \(label org.ingot.init, 3 or more\)' build --arch amd64 older.yml
sed '/^init:/d' net.yml >none.yml
refused 'network: no image of init says that it knows this' build --arch amd64 none.yml
expect_missing older-initrd.img
ok "another init is refused"

sed 's/good:v1/bare:v1/' net.yml >bare.yml
refused 'has no packet sockets for DHCP \(no CONFIG_PACKET\)' build --arch amd64 bare.yml
sed -i 's/dhcp: true/addresses: ["10.0.0.1\/8"]/' bare.yml
refused 'has no VLANs \(no CONFIG_VLAN_8021Q\)' build --arch amd64 bare.yml
ok "a kernel without what it needs is refused"
