#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What PID 1 does for the machine goes into the image as machine.json, and is
# refused where init would not do it.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
import_inits able=3 older=2
cat >tools.py <<'PY'
import sys
from images import D, F, Layout
layout = Layout()
layout.image("tools", [[D("sbin"), F("sbin/mke2fs", "x", 0o755)]])
layout.write(sys.argv[1])
PY
PYTHONPATH=$SUPPORT "$PYTHON" -B tools.py tools.layout
ingot -q cache import tools.layout
"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout plain tools.py
ingot -q cache import kernel.layout

cat >app.yml <<'YAML'
kernel: {image: test/plain:v1, cmdline: quiet}
init: [test/able:v1, test/tools:v1]
hostname: one
disks: [{label: data, mount: /var/lib/data}]
YAML

# -- what the guest reads
ingot build --arch amd64 --format tar --output all.tar app.yml
tar -xf all.tar etc/ingot/machine.json
"$PYTHON" - etc/ingot/machine.json <<'PY'
import json, sys
have = json.load(open(sys.argv[1]))
assert have["hostname"] == "one", have
assert have["disks"][0]["format"] == "ext4", have
assert list(have) == ["hostname", "disks"], have
PY
ok "machine.json has what the spec asks for"
sed -e '/^hostname/d' -e '/^disks/d' app.yml >none.yml
ingot build --arch amd64 --format tar --output none.tar none.yml
tar -tf none.tar >names
expect_no_text names ingot/machine
ok "a spec without the keys has no such file"

# -- refusals
for init in older init; do
	sed "s,test/able,test/$init," app.yml >foreign.yml
	refused 'foreign.yml:3:11: hostname: no image of init says that it knows this' \
		build --arch amd64 --dir out foreign.yml
	expect_missing out
	sed '/^hostname/d' foreign.yml >disks.yml
	refused 'disks.yml:3:9: disks: no image of init says' \
		build --arch amd64 --dir out disks.yml
done
ok "refused: an init that does not do it"
sed 's/, test.tools:v1//' app.yml >tools.yml
refused "tools.yml:4:9: disks: 'data' may have to be formatted, and no image of init has the program /sbin/mke2fs" \
	build --arch amd64 --dir out tools.yml
expect_missing out
sed -i 's/label: data/&, format: none/' tools.yml
ingot build --arch amd64 --dir made tools.yml
ok "refused: a disk to format, and nothing that formats it"

# -- the file system
for option in BLK_DEV_INITRD RD_ZSTD DEVTMPFS TMPFS CGROUPS NAMESPACES \
	CGROUP_BPF OVERLAY_FS SECCOMP_FILTER; do
	echo "CONFIG_$option=y"
done >kernel.config
for fs in y m n; do
	sed "/RD_ZSTD/s/\$/\nCONFIG_EXT4_FS=$fs/" kernel.config >with.config
	sed -i '/=n$/d' with.config
	rm -rf kernel.layout
	"$PYTHON" -B "$FUNC/kernel_image.py" kernel.layout "ext4-$fs" tools.py \
		--config with.config --module fs/ext4/ext4 --module net/other
	ingot -q cache import kernel.layout
	sed "s,test/plain:v1,test/ext4-$fs:v1, ; s/quiet/&, modules: [other]/" \
		app.yml >"$fs.yml"
done
ingot build --arch amd64 --dir fs y.yml
ingot build --arch amd64 --format tar --dir fs m.yml
tar -tf fs/m.tar >names
expect_text names '/ext4.ko$'
refused 'n.yml:1:9: kernel.image: the kernel of docker.io/test/ext4-n:v1 cannot mount ext4 .no CONFIG_EXT4_FS., which the disks of the spec need' \
	build --arch amd64 --dir out n.yml
expect_missing out
echo 'disk: {partitions: [{label: p, format: vfat, mount: /p}]}' >vfat.yml
refused 'y.yml:1:9: kernel.image: .* cannot mount vfat .no CONFIG_VFAT_FS., which the disks of the spec need' \
	build --arch amd64 --dir out y.yml vfat.yml
expect_missing out
ok "ext4 is among the modules, or refused"

# -- a partition that nothing has
cat >part.yml <<'YAML'
disk: {partitions: [{label: part, format: ext4, mount: /var/lib/part}]}
YAML
ingot build --arch amd64 --format kernel+initrd --dir out app.yml part.yml
expect_text stderr "warning: part.yml:1:21: disk.partitions.0.: the guest mounts 'part', and no format here is a disk"
ok "a partition without a disk is told"
