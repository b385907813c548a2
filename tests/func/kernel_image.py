#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes an OCI layout with one kernel image, docker.io/test/NAME:v1.

  kernel_image.py OUTDIR NAME KERNEL
      the file KERNEL as it is
  kernel_image.py … --config FILE --module NAME… --builtin NAME…
      with a /kernel-config, and modules in /kernel.tar
  kernel_image.py --bzimage OUTDIR NAME PAYLOAD [--size N] [--offset N]
      a bzImage around PAYLOAD, behind which stands the size N
"""
import argparse
import hashlib
import io
import json
import os
import struct
import tarfile

OCI = "application/vnd.oci.image."


def bzimage(payload, size, offset):
    """Linux: Documentation/arch/x86/boot.rst; one setup sector."""
    if size is not None:
        payload += struct.pack("<I", size)
    head = bytearray(1024)
    head[0x1f1] = 1
    head[0x1fe:0x200] = b"\x55\xaa"
    head[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", head, 0x206, 0x20f)
    struct.pack_into("<II", head, 0x248, 256 if offset is None else offset,
                     len(payload))
    return bytes(head) + b"\x90" * 256 + payload + b"tail" * 16


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Layout:
    def __init__(self, path):
        self.path = path
        os.makedirs(os.path.join(path, "blobs/sha256"))

    def blob(self, kind, data):
        digest = hashlib.sha256(data).hexdigest()
        with open(os.path.join(self.path, "blobs/sha256", digest), "wb") as f:
            f.write(data)
        return {"mediaType": OCI + kind, "digest": "sha256:" + digest,
                "size": len(data)}

    def write(self, name, layer, arch="amd64"):
        tree = self.blob("layer.v1.tar", layer)
        config = self.blob("config.v1+json", json.dumps({
            "architecture": arch, "os": "linux", "config": {},
            "rootfs": {"type": "layers",
                       "diff_ids": [tree["digest"]]}}).encode())
        image = self.blob("manifest.v1+json", json.dumps({
            "schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
            "config": config, "layers": [tree]}).encode())
        image["annotations"] = {"org.opencontainers.image.ref.name": name}
        for path, doc in (("oci-layout", {"imageLayoutVersion": "1.0.0"}),
                          ("index.json", {"schemaVersion": 2,
                                          "manifests": [image]})):
            with open(os.path.join(self.path, path), "w") as f:
                json.dump(doc, f)


def modules(loadable, builtin):
    """A kernel.tar with lib/modules/6.0, whose modules are empty files, and a
    device tree."""
    if not loadable and not builtin:
        return tar([])
    top = "lib/modules/6.0/"
    paths = [f"kernel/{name}.ko" for name in loadable]
    return tar([(top + path, b"") for path in paths] + [
        (top + "modules.dep", "".join(f"{p}:\n" for p in paths).encode()),
        (top + "modules.builtin",
         "".join(f"kernel/{name}.ko\n" for name in builtin).encode()),
        ("boot/dtb/vendor/board.dtb", b"tree")])


def main():
    cli = argparse.ArgumentParser()
    cli.add_argument("outdir")
    cli.add_argument("name")
    cli.add_argument("kernel")
    cli.add_argument("--bzimage", action="store_true")
    cli.add_argument("--size", type=int)
    cli.add_argument("--offset", type=int)
    cli.add_argument("--config")
    cli.add_argument("--module", action="append", default=[])
    cli.add_argument("--builtin", action="append", default=[])
    args = cli.parse_args()
    with open(args.kernel, "rb") as f:
        kernel = f.read()
    if args.bzimage:
        kernel = bzimage(kernel, args.size, args.offset)
    files = [("kernel", kernel),
             ("kernel.tar", modules(args.module, args.builtin))]
    if args.config:
        with open(args.config, "rb") as f:
            files.append(("kernel-config", f.read()))
    Layout(args.outdir).write(f"docker.io/test/{args.name}:v1", tar(files))


if __name__ == "__main__":
    main()
