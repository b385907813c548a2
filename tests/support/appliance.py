#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the images of an appliance that every format takes.

  appliance.py OUTDIR ARCH

OUTDIR becomes an OCI layout with docker.io/test/{kernel,init,base,loader}:v1
for amd64 or arm64; tests/support/appliance.yml is a spec for it. Nothing in it
is real: the kernel has the headers that are looked at, the boot loaders do
nothing. No library compressed a byte of it, so the layout is the same
wherever it is made.
"""
import os
import struct
import sys
import zlib

from images import D, F, H, Layer, Layout, S, base_entries, tar

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "func"))
import pe  # noqa: E402
from kernel_image import bzimage  # noqa: E402

RPI3 = (("bcm2837-rpi-3-b.dtb", 700), ("bootcode.bin", 900),
        ("fixup.dat", 70), ("start.elf", 3000))
BIOS = (("boot", 512), ("core", 40000), ("eltorito", 4096), ("hybrid", 512))


# What formats ask of a kernel.
CONFIG = "".join(f"CONFIG_{name}=y\n" for name in (
    "BLK_DEV_INITRD RD_GZIP RD_ZSTD EFI EFI_STUB SQUASHFS SQUASHFS_ZSTD "
    "EROFS_FS ISO9660_FS OVERLAY_FS BLK_DEV_DM DM_VERITY").split())


def stored_gz(data):
    """RFC 1951, 3.2.4: blocks that are not compressed."""
    out = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    for at in range(0, len(data), 65535):
        piece = data[at:at + 65535]
        out += struct.pack("<BHH", at + 65535 >= len(data), len(piece),
                           len(piece) ^ 0xffff) + piece
    return out + struct.pack("<II", zlib.crc32(data), len(data))


def kernel(arch):
    """Also the beginning of an EFI program."""
    code = bytes(range(256)) * 1000
    if arch == "amd64":
        elf = b"\x7fELF\x02\x01\x01" + bytes(11) + b"\x3e\0" + code
        out = bytearray(bzimage(stored_gz(elf), None, None))
    else:  # Linux: Documentation/arch/arm64/booting.rst
        out = bytearray(1024) + code
        out[0x38:0x3c] = b"ARM\x64"
    out[0:2], out[0x3c] = b"MZ", 0x40
    struct.pack_into("<4sH", out, 0x40, b"PE\0\0", pe.MACHINES[arch])
    return bytes(out)


def pattern(size, step):
    return bytes(i * step % 251 for i in range(size))


def make(arch):
    layout = Layout()

    def image(name, entries, **more):
        layout.image(name, [Layer(entries, "plain")], arch=arch, **more)

    image("kernel", [F("kernel", kernel(arch)), F("kernel-config", CONFIG),
                     F("kernel.tar", tar([
        D("lib"), D("lib/modules"), D("lib/modules/6.0"),
        F("lib/modules/6.0/modules.dep", "a.ko:\n"),
        F("lib/modules/6.0/a.ko", pattern(3000, 7))]))])
    image("init", [D("bin"), F("init", "#!/bin/sh\n", 0o755), D("etc"),
                   D("proc"), D("sys"), D("dev"),
                   F("bin/busy", pattern(70000, 3), 0o755),
                   H("bin/box", "bin/busy", 0o755), S("sbin", "bin")])
    image("base", base_entries() + [
        D("srv"), F("srv/capable", "x", 0o755, xattrs={
            "security.capability": struct.pack("<5I", 0x02000000, 0x400, 0,
                                               0, 0)}),
        F("srv/large", pattern(300000, 5)), F("srv/ä", "not ASCII")],
        config={"Entrypoint": ["/bin/sh"], "WorkingDir": "/srv"})
    program = pe.make(arch)
    files = [F("efi/linux.stub", program), F("efi/systemd-boot.efi", program),
             F("linux/init", b"\x7fELF stage 1", 0o755)]
    if arch == "amd64":
        files += [F(f"bios/{name}.img", pattern(size, 11))
                  for name, size in BIOS]
    else:
        files += [F(f"rpi3/{name}", pattern(size, 13)) for name, size in RPI3]
    image("loader", files)
    return layout


if __name__ == "__main__":
    make(sys.argv[2]).write(sys.argv[1])
