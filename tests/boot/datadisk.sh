#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A disk for data: an empty one is taken once, kept, grown and mounted again,
# also after power cuts, and a disk that holds anything is left alone.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/sbin:/usr/sbin
need e2fsck sfdisk debugfs truncate

cat >data.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian-cloud"
  cmdline: "console=ttyS0 quiet cryptomgr.notests panic=5"
  modules: [class:virtio, class:container, class:input]
init: ["@pkg:$SOURCE/pkg/init", "@pkg:$SOURCE/pkg/crun", "@pkg:$SOURCE/pkg/disk"]
disks:
  - {label: data, mount: /var/lib/data, options: [noatime]}
random-seed: /var/lib/data/seed
services:
  - name: writer
    image: "@pkg:$SOURCE/pkg/getty"
    binds.add: ["/var/lib/data:/data", "/dev/console:/dev/console"]
    command:
      - /bin/sh
      - -c
      - |
        exec >/dev/console
        [ -f /data/n ] && echo "found \$(cat /data/n)" || echo "found nothing"
        n=\$(cat /data/n 2>/dev/null || echo 0)
        while :; do
          n=\$((n + 1))
          dd if=/dev/zero of=/data/junk.\$((n % 8)) bs=64k count=8 2>/dev/null
          echo \$n | dd of=/data/n.new conv=fsync 2>/dev/null
          mv /data/n.new /data/n
          sync
          echo "synced \$n"
          grep -q cut /proc/cmdline || break
        done
        kill -USR2 1
        sleep 100
YAML
ingot_build --name one data.yml 2>build.log ||
    { cat build.log >&2; fail "the initrd was not built"; }
for file in kernel initrd.img; do ln one-$file cut-$file; done
echo "$(cat one-cmdline) cut" >cut-cmdline

# boot NAME DISK STATUS - to the end
boot() {
    guest_start "$1" --mem 512 --timeout 120 --disk "$2"
    guest_end "$3"
}

# boot_until TEXT [TIMES] - a power cut when the console has TEXT that often
boot_until() {
    local tries
    : >console.log
    guest_start cut --mem 512 --timeout 120 --disk disk.img
    for ((tries = 0; tries < 6000; tries++)); do
        [ "$(grep -cF "$1" console.log)" -lt "${2:-1}" ] || break
        kill -0 "$guest" 2>/dev/null || break
        sleep 0.01
    done
    kill -9 "$guest"
    wait "$guest" 2>/dev/null || true
    grep -qF "$1" console.log || { cat console.log >&2; fail "no '$1'"; }
}

# part - the file system of the disk's first partition, as the file part.img
part() {
    local start size
    expect_status 0 sfdisk --verify disk.img
    read -r start size <<<"$(sfdisk --dump disk.img |
        sed -n "s/^disk.img1 : start= *\([0-9]*\), size= *\([0-9]*\),.*/\1 \2/p")"
    dd if=disk.img of=part.img bs=512 skip="$start" count="$size" conv=sparse \
        status=none
}

# is_clean - it was unmounted, and is sound
is_clean() {
    part
    expect_status 0 dumpe2fs -h part.img
    expect_text stdout '^Filesystem state: *clean$'
    ! grep -q needs_recovery stdout || fail "the journal is not empty"
    expect_status 0 e2fsck -fn part.img
}

truncate -s 256M disk.img
boot one disk.img 0
expect_text console.log "disk data: take the empty disk /dev/vda, 256 MiB"
expect_text console.log "disk data: /dev/vda1 on '/var/lib/data' .ext4,"
expect_text console.log "found nothing"
is_clean
expect_status 0 debugfs -R "stat /seed" part.img
expect_text stdout "Size: 512"
expect_text stdout "Mode:  0600"
ok "an empty disk is taken, and clean after the shutdown"

debugfs -R "dump /seed seed.1" part.img 2>/dev/null
truncate -s 640M disk.img
boot_until "partition /dev/vda1 grown from 25"
boot one disk.img 0
expect_text console.log "found [1-9]"
! grep -q "make an ext4" console.log || fail "it was formatted again"
is_clean
expect_status 0 dumpe2fs -h part.img
expect_text stdout '^Block count: *16[0-9]{4}$'
debugfs -R "dump /seed seed.2" part.img 2>/dev/null
! cmp -s seed.1 seed.2 || fail "the seed is the same as before"
ok "it is kept, and grows with the disk, over a power cut"

last=2
for lines in 2 9; do
    boot_until "synced" "$lines"
    found=$(sed -n 's/.*found \([0-9]*\).*/\1/p' console.log)
    [ "$found" -ge "$last" ] || fail "found $found, and $last was synced"
    ! grep -q "make an ext4" console.log || fail "it was formatted again"
    last=$(sed -n 's/.*synced \([0-9]*\).*/\1/p' console.log | tail -n 1)
done
boot one disk.img 0
found=$(sed -n 's/.*found \([0-9]*\).*/\1/p' console.log)
[ "$found" -ge "$last" ] || fail "found $found, and $last was synced"
expect_text console.log "disk data: check /dev/vda1"
is_clean
ok "what was synced is there after a power cut"

for text in "take the empty disk" "make an ext4"; do
    rm disk.img
    truncate -s 256M disk.img
    boot_until "$text" # it may come a bit further
    boot one disk.img 0
    expect_text console.log "disk data: /dev/vda1 on '/var/lib/data'"
    is_clean
done
ok "formatting that a power cut ended is done again"

# a table with another label, a file system, and only a backup table
truncate -s 64M a.img b.img c.img
echo 'label: gpt
name=other' | sfdisk -q a.img
mke2fs -q -t ext4 -L mine b.img
printf 'x' | dd of=c.img bs=1 seek=$((64 * 1024 * 1024 - 1)) conv=notrunc \
    status=none
sha256sum a.img b.img c.img >before
guest_start one --mem 512 --timeout 120 --disk a.img --disk b.img --disk c.img
guest_end 3
expect_text console.log "none is empty: /dev/vda: .*, /dev/vdb: .*, /dev/vdc: "
expect_text console.log "fatal: '/var/lib/data' is required, and not mounted"
sha256sum --quiet -c before || fail "a disk with data was written to"
ok "disks that hold something are refused, and not written to"
