#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small EFI programs, and what firmware and stub measure of a UKI.

  pe.py make FILE          a PE32+ program for amd64 that does nothing
  pe.py loader OUTDIR PE   OCI layout of docker.io/test/loader:v1 with PE as
                           stub and as systemd-boot, no real GRUB and PID 1
  pe.py kernel OUTDIR PE   that of docker.io/test/kernel:v1 with PE as kernel
  pe.py facts UKI          as JSON: its Authenticode SHA-256, PCR 11, PCR 4
                           without and with Secure Boot, and the SHA-256 of the
                           kernel and the initrd
"""
import hashlib
import json
import struct
import sys

from kernel_image import Layout, tar

COFF, OPTIONAL, HEADERS = 0x80, 0x98, 1024
TABLE = OPTIONAL + 240
BIOS = (("boot", 512), ("core", 2048), ("eltorito", 4096), ("hybrid", 512))
MEASURED = (".linux", ".osrel", ".cmdline", ".initrd")


MACHINES = {"amd64": 0x8664, "arm64": 0xaa64}


def make(arch="amd64"):
    out = bytearray(2048)
    out[:2] = b"MZ"
    struct.pack_into("<I", out, 0x3c, COFF)
    struct.pack_into("<4sHH12xHH", out, COFF, b"PE\0\0", MACHINES[arch],
                     2, 240, 0x22)
    struct.pack_into("<H", out, OPTIONAL, 0x20b)
    struct.pack_into("<I", out, OPTIONAL + 16, 0x1000)
    struct.pack_into("<II", out, OPTIONAL + 32, 4096, 512)
    struct.pack_into("<II", out, OPTIONAL + 56, 0x3000, HEADERS)
    struct.pack_into("<H", out, OPTIONAL + 68, 10)
    struct.pack_into("<I", out, OPTIONAL + 108, 16)
    for i, name in enumerate((b".text", b".data")):
        struct.pack_into("<8sIIII", out, TABLE + i * 40, name, 512,
                         0x1000 * (i + 1), 512, HEADERS + i * 512)
    out[HEADERS:] = b"\xc3" * 1024
    return bytes(out)


def sections(data):
    """name -> content without padding"""
    coff = struct.unpack_from("<I", data, 0x3c)[0]
    count = struct.unpack_from("<H", data, coff + 6)[0]
    table = coff + 24 + struct.unpack_from("<H", data, coff + 20)[0]
    found = {}
    for i in range(count):
        name, size, _, _, at = struct.unpack_from("<8sIIII", data,
                                                  table + i * 40)
        found[name.rstrip(b"\0").decode()] = data[at:at + size]
    return found


def authenticode(data):
    """All but CheckSum, the certificate table and its directory entry."""
    optional = struct.unpack_from("<I", data, 0x3c)[0] + 24
    checksum, security = optional + 64, optional + 112 + 4 * 8
    end = struct.unpack_from("<I", data, security)[0] or len(data)
    return hashlib.sha256(data[:checksum] + data[checksum + 4:security] +
                          data[security + 8:end]).hexdigest()


def pcr(digests):
    """A PCR that began with zeros, once all of them extended it."""
    value = bytes(32)
    for digest in digests:
        value = hashlib.sha256(value + digest).digest()
    return value.hex()


def pcr11(parts):
    return pcr(hashlib.sha256(data).digest() for name in MEASURED
               for data in (name.encode() + b"\0", parts[name]))


def pcr4(*programs):
    first = (b"Calling EFI Application from Boot Option", bytes(4))
    return pcr([hashlib.sha256(data).digest() for data in first] +
               [bytes.fromhex(authenticode(data)) for data in programs])


def facts(data):
    parts = sections(data)
    return {"authenticode": authenticode(data), "pcr11": pcr11(parts),
            "pcr4": pcr4(data, parts[".linux"]), "pcr4-secure": pcr4(data),
            "kernel": hashlib.sha256(parts[".linux"]).hexdigest(),
            "initrd": hashlib.sha256(parts[".initrd"]).hexdigest()}


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main():
    verb, path = sys.argv[1:3]
    if verb == "make":
        with open(path, "wb") as f:
            f.write(make())
    elif verb == "loader":
        pe = read(sys.argv[3])
        Layout(path).write("docker.io/test/loader:v1", tar([
            ("efi/linux.stub", pe), ("efi/systemd-boot.efi", pe),
            ("linux/init", b"\x7fELF of stage 1"),
            *((f"bios/{name}.img", bytes(size)) for name, size in BIOS)]))
    elif verb == "kernel":
        Layout(path).write("docker.io/test/kernel:v1", tar([
            ("kernel", read(sys.argv[3])), ("kernel.tar", tar([]))]))
    else:
        print(json.dumps(facts(read(path))))


if __name__ == "__main__":
    main()
