#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What PID 1 does for the machine itself: host name, sysctl, mounts, and the
# partitions of the disk that boots, which grow with it.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/sbin:/usr/sbin
need e2fsck mke2fs sfdisk truncate
need_uefi

cat >native.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun"]
bootloader: {image: "@pkg:$SOURCE/pkg/bootloader"}
hostname: machine-7
sysctl:
  vm.swappiness: "7"
  net/ipv4/conf/lo/forwarding: "1"
  kernel.no_such_thing: "1"
disk:
  partitions:
    - {label: part, format: ext4, size: 32M, mount: /var/lib/part, grow: true}
mounts:
  - {type: tmpfs, target: /mnt/memory, options: [size=3m, nosuid]}
  - {source: /mnt/memory, target: /mnt/bound, type: bind, options: [ro]}
  - {source: /etc/hosts, target: /mnt/a/file, options: [bind]}
  - {source: label=extra, target: /mnt/extra, options: [noatime]}
  - {source: /dev/vdb, target: /mnt/wrong, type: vfat, required: false}
services:
  - name: look
    image: "@pkg:$SOURCE/pkg/getty"
    uts: host
    binds.add: ["/mnt:/mnt", "/var/lib/part:/part", "/dev/console:/dev/console"]
    command:
      - /bin/sh
      - -c
      - |
        exec >/dev/console
        echo "name \$(hostname)"
        echo "swappiness \$(cat /proc/sys/vm/swappiness)"
        echo "forwarding \$(cat /proc/sys/net/ipv4/conf/lo/forwarding)"
        sed -n 's/^[^ ]* \\(\\/mnt[^ ]*\\|\\/part\\) \\([^ ]*\\) \\([^ ]*\\) .*/at \\1: \\2 \\3/p' /proc/mounts
        grep -q localhost /mnt/a/file && echo "the file is bound"
        cat /mnt/extra/written /part/written
        echo "kept" >/mnt/extra/written
        echo "grown" >/part/written
        kill -USR2 1
        sleep 100
YAML
ingot_build --format kernel+initrd,raw-efi native.yml 2>build.log ||
    { cat build.log >&2; fail "no build"; }
truncate -s 64M extra.img
mke2fs -q -t ext4 -L extra extra.img

truncate -s +100M native-efi.img
# the kernel does not come from the disk here
guest_start native --mem 512 --timeout 120 \
    --disk native-efi.img --disk extra.img
guest_end 0
expect_text console.log "name machine-7"
expect_text console.log "swappiness 7"
expect_text console.log "forwarding 1"
expect_text console.log "init: sysctl 'kernel.no_such_thing' = '1': No such file"
ok "host name and sysctl"

expect_text console.log "at /mnt/memory: tmpfs rw,nosuid,.*size=3072k"
expect_text console.log "at /mnt/bound: tmpfs ro,"
expect_text console.log "the file is bound"
expect_text console.log "at /mnt/extra: ext4 rw,.*noatime"
expect_text console.log "init: mount '/mnt/wrong': /dev/vdb: "
ok "mounts, one of which may fail"

expect_text console.log "disk part: partition /dev/vda2 grown from 32 to 13[0-9] MiB"
expect_text console.log "disk part: file system grown from 32 to 13[0-9] MiB"
expect_status 0 sfdisk --verify native-efi.img

qemu_machine uefi
for file in native-efi.img extra.img; do
    machine+=(-drive "file=$file,format=raw,if=none,id=$file"
        -device "virtio-blk-pci,drive=$file")
done
qemu_start
wait "$guest" || { cat console.log >&2; fail "QEMU ended with $?"; }
expect_text console.log "disk part: /dev/vda2 on '/var/lib/part' .ext4, 1[0-9][0-9] MiB"
expect_no_text console.log "grown from"
expect_text console.log "^kept"
expect_text console.log "^grown"
expect_status 0 e2fsck -fn extra.img
expect_status 0 dumpe2fs -h extra.img
expect_text stdout "^Filesystem state: *clean$"
ok "firmware reads the new table, the partition is as it was, and all is clean after the shutdown"
