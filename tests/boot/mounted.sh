#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Mounted instead of unpacked, examples/web.yml and a volume of 69 MB serve the page
# with 192 MiB, by a kernel and its initrd, a disk and a UKI; containers share
# images and write beside them; a damaged image is named, and the rest goes on.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
need zstd cpio
need_uefi

mkdir large
seq 1 9000000 >large/numbers
sum=$(md5sum <large/numbers)
cat >large.py <<'PY'
import sys
from images import F, Layout
layout = Layout(sys.argv[2])
with open("large/numbers", "rb") as f:
    layout.image("large", [[F("numbers", f.read())]])
layout.write(sys.argv[1])
PY
PYTHONPATH=$SUPPORT python3 -B large.py layout "$ARCH"
"$INGOT" -q cache import layout

# nginx is read-only and has its image alone: a restart must leave that mounted.
sed -e "s,@pkg:[.][.]/,@pkg:$SOURCE/," \
    -e '/name: nginx/a\    restart: {policy: always, delay: 100ms}' \
    "$SOURCE/examples/web.yml" >web.yml

# shell SECTION NAME SCRIPT - a container that runs it; all have one image
shell() {
    [ -z "$1" ] || echo "$1:"
    echo "  - name: $2"
    echo "    image: \"@pkg:$SOURCE/pkg/getty\""
    echo "    command: [/bin/sh, -c, '$3']"
}
{
    # shellcheck disable=SC2016 # the guest expands it
    shell onboot look 'echo one >/mine; cd /containers;
        set -- $(md5sum <volumes/large/merged/numbers);
        echo sum $1; echo loops $(grep -o ^/dev/loop[0-9]* /proc/mounts | sort -u | wc -l);
        echo memory $(grep MemAvailable /proc/meminfo)'
    shell "" again 'cat /mine; echo two >/mine && cat /mine;
        touch /containers/onboot/000-look/lower/x'
    shell services third 'echo third is there;
        sleep 3; killall nginx'
    echo "    readonly: true"
    # of a read-only owner, with an overlay and without
    echo "  - {name: beside, image: \"@pkg:$SOURCE/pkg/sysctl\"}"
    echo "  - name: over"
    echo "    image: \"@pkg:$SOURCE/pkg/sysctl\""
    echo "    readonly: false"
    echo "volumes: [{name: large, image: test/large:v1, readonly: true}]"
} >large.yml

ingot_build --layout unpacked --name plain web.yml large.yml
began=$SECONDS
ingot_build --format kernel+initrd,raw,uki --name web web.yml large.yml
ok "built after $((SECONDS - began)) s"

restarted() {
    [ "$(grep -c 'init: service nginx: up' console.log)" = 2 ]
}

# served IMAGE MIB - boot it to its page and off again
served() {
    local port
    port=$(free_port)
    guest_start "$1" --mem "$2" --publish "$port:80" --timeout 200
    wait_for 60 restarted || fail "nginx was not started again"
    guest_page "$port"
    kill -TERM "$guest"
    guest_end 0
    expect_text console.log "look: sum ${sum%% *}"
    echo "$1, $2 MiB: $(grep -o 'look: memory.*' console.log)"
    echo "$1, $2 MiB: $(grep -o 'init: boot:.*' console.log)"
}
guest_start plain --mem 192 --timeout 200
guest_end 6
ok "192 MiB are not enough to unpack it"
served plain 640
served web 640
served web 192
ok "the page is served, with 192 MiB"
# sysctl, look for three, nginx, the volume
expect_text console.log 'look: loops 4'
expect_text console.log "again: cat: can't open '/mine'"
expect_text console.log 'again: two'
expect_text console.log 'again: touch: .*/lower/x: Read-only file system'
expect_text console.log 'third: third is there'
expect_text console.log 'init: service beside: ended with code 0'
expect_text console.log 'init: service over: ended with code 0'
expect_text console.log 'init: powering off'
expect_no_text console.log 'init: image /'
ok "containers share an image, and write each for itself"

firmware=bios
[ "$ARCH" = amd64 ] || firmware=uefi
qemu_page $firmware virtio web.img
qemu_page uefi efi web.efi
ok "a disk and a UKI boot to the page"

# A later entry replaces the file; only the first bytes are another.
mkdir -p bad/containers/onboot/000-look bad/containers/services/nginx
printf 'no squashfs' >bad/containers/onboot/000-look/lower.squashfs
truncate -s 8192 bad/containers/onboot/000-look/lower.squashfs
(cd bad && find containers -type f | cpio -o -H newc --quiet | zstd -q) >bad.img
cat web-initrd.img bad.img >damaged-initrd.img
cp web-kernel damaged-kernel
cp web-cmdline damaged-cmdline
port=$(free_port)
guest_start damaged --mem 256 --publish "$port:80" --timeout 200
guest_page "$port"
kill -TERM "$guest"
guest_end 0
expect_text console.log \
    'init: image /containers/onboot/000-look/lower.squashfs: mount: Invalid argument'
expect_text console.log 'init: onboot 000-look: .*(fail|code [1-9])'
expect_no_text console.log 'third is there'
ok "a damaged image is named, and the rest goes on"
