#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A disk with a size and partitions of its own boots to the page like one
# without, by BIOS and UEFI, and the kernel mounts and writes its volumes.
# usage: disk.sh [NAME...]   (default: all)
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/sbin:/usr/sbin
need e2fsck sfdisk qemu-img

need_file $OVMF/OVMF_CODE_4M.fd

cat >disk.yml <<YAML
kernel:
  modules: [class:virtio, class:container, class:input, ext4, vfat,
            nls_cp437, nls_ascii]
disk:
  size: 2G
  partitions:
    - {label: boot_2, size: 64M, format: vfat, type: xbootldr}
    - {label: data, format: ext4, type: var, grow: true}
onboot:
  - name: volumes
    image: "@pkg:$SOURCE/pkg/getty"
    binds.add: ["/dev:/dev"]
    command:
      - /bin/sh
      - -c
      - |
        for dev in \$(sed -n 's/.* \(vda[1-9]\)\$/\1/p' /proc/partitions); do
          for type in ext4 vfat; do
            mount -t \$type /dev/\$dev /tmp 2>/dev/null || continue
            echo "written" >/tmp/proof
            echo "on \$dev: \$type, \$(df -m /tmp | awk 'END {print \$2}') MiB"
            umount /tmp
          done
        done >/dev/console
YAML

# cases: name, firmware, file, numbers of vfat and ext4
cases="raw-on-bios bios web.img       3 4
raw-efi     uefi web-efi.img   2 3
qcow2-bios  bios web.qcow2     2 3"

# check_part FILE NUMBER - the ext4 there is sound and has what was written
check_part() {
    local start size
    read -r start size <<<"$(sfdisk --dump "$1" |
        sed -n "s/^$1$2 : start= *\([0-9]*\), size= *\([0-9]*\),.*/\1 \2/p")"
    dd if="$1" of=part bs=512 skip="$start" count="$size" conv=sparse \
        status=none
    expect_status 0 e2fsck -fn part
    expect_status 0 debugfs -R "cat /proof" part
    expect_text stdout '^written$'
}

"$INGOT" build --format raw,raw-efi,qcow2-bios --dir . --name web \
    "$SOURCE/examples/web.yml" disk.yml 2>build.log ||
    { cat build.log; fail "no build"; }

while read -r name firmware file vfat ext4; do
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    began=$(date +%s%N)
    port=$(free_port)
    qemu_machine "$firmware"
    qemu_attach virtio "$file" "$port"
    machine=("${machine[@]/,snapshot=on/}") # to look at what is written
    qemu_start
    guest_page "$port"
    stop_pid "$guest"
    expect_text console.log "on vda$vfat: vfat, 6[0-4] MiB"
    expect_text console.log "on vda$ext4: ext4, 1[789][0-9][0-9] MiB"
    qemu-img convert -O raw "$file" after.img
    check_part after.img "$ext4"
    ok "$name: page after $((($(date +%s%N) - began) / 1000000)) ms"
done <<<"$cases"
