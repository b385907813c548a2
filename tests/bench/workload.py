#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An appliance to measure with: images that ingot imports, and their spec.

usage: workload.py DIR [MIB]

DIR/{kernel,loader,init,app}.layout   OCI layouts: a kernel of 14 MiB, EFI
                                      programs, 8,000 files of MIB (default
                                      110) MiB that do not compress
DIR/bench.yml                         the spec over them
The same bytes every time; no network, no other programs.
"""
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FUNC = os.path.join(HERE, "../func")
sys.path.insert(0, FUNC)

from kernel_image import Layout, tar  # noqa: E402

FILES = 8000
KERNEL = 14 << 20
SPEC = """kernel: {image: test/kernel:v1, cmdline: console=ttyS0}
init: [test/init:v1]
services:
  - {name: app, image: test/app:v1, command: [/bin/app]}
files:
  - {path: etc/motd, contents: hello}
"""


def write(layout, name, members):
    Layout(layout).write(f"docker.io/test/{name}:v1", tar(members))


def files(rng, total):
    """FILES of them, most small, some large; @total bytes in all."""
    weights = [rng.paretovariate(1.2) for _ in range(FILES)]
    unit = total / sum(weights)
    for i, weight in enumerate(weights):
        yield f"usr/lib/{i // 100}/{i}", rng.randbytes(int(weight * unit))


def main():
    out = sys.argv[1]
    total = (int(sys.argv[2]) if len(sys.argv) > 2 else 110) << 20
    rng = random.Random(1)
    program = os.path.join(out, "program")
    for args in (["make", program],
                 ["loader", os.path.join(out, "loader.layout"), program]):
        subprocess.run([sys.executable, "-B", os.path.join(FUNC, "pe.py"),
                        *args], check=True)
    with open(program, "rb") as f:
        kernel = f.read()
    write(os.path.join(out, "kernel.layout"), "kernel",
          [("kernel", kernel + rng.randbytes(KERNEL)),
           ("kernel.tar", tar([]))])
    write(os.path.join(out, "init.layout"), "init",
          [("init", b"#!/bin/app\n"), ("bin/app", b"\x7fELF" + bytes(60))])
    write(os.path.join(out, "app.layout"), "app",
          [("bin/app", b"\x7fELF" + bytes(60)), *files(rng, total)])
    with open(os.path.join(out, "bench.yml"), "w") as f:
        f.write(SPEC)


main()
