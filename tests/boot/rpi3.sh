#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A Raspberry Pi 3's card. QEMU has that board, not the firmware on it: what
# config.txt names is handed to QEMU as the firmware would to the kernel.
set -eu
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
command -v qemu-system-aarch64 >/dev/null || skip "there is no QEMU for arm64"

# Some devices of the board wait for clocks that QEMU's has not; its network
# is at USB, and comes when modules for what is there at the start are loaded.
cat >pi.yml <<YAML
kernel:
  image: "@pkg:$SOURCE/kernel/debian"
  cmdline: "console=tty0 console=ttyS1,115200 panic=5 deferred_probe_timeout=1"
  modules: [class:container, dwc2, cdc_ether]
init:
  - "@pkg:$SOURCE/pkg/init"
  - "@pkg:$SOURCE/pkg/crun"
onboot:
  - name: dhcp
    image: "@pkg:$SOURCE/pkg/dhcp"
    command: [/sbin/dhcp, "-1"]
services:
  - name: nginx
    image: "@pkg:$SOURCE/pkg/nginx"
YAML
"$INGOT" build --arch arm64 --format rpi3 --output - pi.yml >pi.tar
mkdir card
tar -C card -xf pi.tar

# What the firmware loads is there, whole: sizes are those that the files'
# own headers tell.
python3 - <<'PY' || fail "the card does not fit together"
import os, struct

def read(name):
    with open(os.path.join("card", name), "rb") as f:
        return f.read()

words = [line.split() for line in read("config.txt").decode().splitlines()]
config = dict(w[0].split("=", 1) for w in words if "=" in w[0])
assert config["arm_64bit"] == config["upstream_kernel"] == "1", config
assert ["initramfs", "initrd.img", "followkernel"] in words, words
kernel = read(config["kernel"])
assert kernel[0x38:0x3c] == b"ARM\x64"
in_memory, = struct.unpack_from("<Q", kernel, 0x10)
assert len(kernel) <= in_memory < 1 << 28, in_memory
assert read("initrd.img")[:4] == b"\x28\xb5\x2f\xfd"
assert read("cmdline.txt").count(b"\n") == 1
assert read("start.elf")[:4] == b"\x7fELF"
for name in "bootcode.bin", "fixup.dat", "COPYRIGHT.firmware":
    assert read(name), name
for board in "3-b", "3-b-plus", "3-a-plus":
    magic, size = struct.unpack_from(">II", read(f"bcm2837-rpi-{board}.dtb"))
    assert magic == 0xd00dfeed
    assert size == os.path.getsize(f"card/bcm2837-rpi-{board}.dtb")
PY
ok "the card fits together"

# The second serial port is the one on the pins of a Pi 3.
port=$(free_port)
timeout 200 qemu-system-aarch64 -M raspi3b -accel tcg -display none \
    -monitor none -no-reboot -kernel card/kernel8.img \
    -initrd card/initrd.img -dtb card/bcm2837-rpi-3-b.dtb \
    -append "$(cat card/cmdline.txt)" -serial null \
    -serial file:console.log -device usb-net,netdev=net \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:80" \
    </dev/null 2>run.log &
guest=$!
guest_page "$port"
for _ in $(seq 100); do
    grep -q 'init: boot:' console.log && break
    sleep 0.1
done
kill "$guest"
wait "$guest" || :
expect_text page.html '<html'
expect_text console.log 'Machine model: Raspberry Pi 3 Model B'
expect_text console.log 'init: boot:'
ok "a page from the board"
