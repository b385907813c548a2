#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From QEMU's start to the first page, against the least that serves it.

usage: boot.py [OPTION...]      ($INGOT: the program; see README.md)
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile

from machine import first_page, free_port

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
INGOT = os.environ.get("INGOT", "ingot")
PATIENCE = 60  # seconds, then a boot has failed
MACHINE = "q35,sata=off,smbus=off"  # as ingot run has it
NET_MODULES = "virtio_pci", "virtio_net"


# -- what is booted ------------------------------------------------------------

def spec_of(args, work):
    """The spec, with another kernel when one is given, its paths absolute."""
    with open(args.spec) as f:
        text = f.read()
    folder = os.path.dirname(os.path.abspath(args.spec))
    text = text.replace('"@pkg:..', f'"@pkg:{folder}/..')
    paths = []
    for kernel in [None, args.kernel] if args.kernel else [None]:
        path = os.path.join(work, "other.yml" if kernel else "stock.yml")
        with open(path, "w") as f:
            f.write(re.sub(r"(?m)^  image: .*$", f'  image: "{kernel}"', text,
                           count=1) if kernel else text)
        paths.append(path)
    return paths


def build(spec, *options):
    subprocess.run([INGOT, "-q", "build", "--arch", "amd64", *options, spec],
                   check=True, stdout=subprocess.DEVNULL)


def modules(tar, names):
    """The files of NET_MODULES, those first that others need."""
    dep = next((n for n in names if n.endswith("/modules.dep")), None)
    if not dep:
        return []
    needs = {}
    for line in tar.extractfile(dep).read().decode().splitlines():
        path, _, rest = line.partition(":")
        needs[os.path.basename(path).split(".")[0]] = [
            os.path.join(os.path.dirname(dep), p)
            for p in [*reversed(rest.split()), path]]
    wanted = [p for m in NET_MODULES for p in needs.get(m, [])]
    return list(dict.fromkeys(wanted))


def put(stage, name, data, mode=0o644):
    path = os.path.join(stage, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, mode)


def member(tar, one, stage, name):
    path = os.path.join(stage, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if one.isdir():
        os.makedirs(path, exist_ok=True)
        os.chmod(path, one.mode)
    elif one.issym():
        os.symlink(one.linkname, path)
    elif one.islnk():
        put(stage, name, tar.extractfile(one).read(), one.mode)
    elif one.isreg():
        put(stage, name, tar.extractfile(one).read(), one.mode)


def floor(spec, service, work):
    """An initrd of the same server, the modules and floor.c; its path."""
    stage = os.path.join(work, "floor")
    base = f"containers/services/{service}"
    build(spec, "--format", "tar", "--dir", work, "--name", "floor")
    with tarfile.open(os.path.join(work, "floor.tar")) as tar:
        names = {m.name: m for m in tar.getmembers()}
        root = next(r for r in ("lower", "rootfs") if f"{base}/{r}" in names)
        prefix = f"{base}/{root}/"
        for name, one in names.items():
            if name.startswith(prefix):
                member(tar, one, stage, "web/" + name[len(prefix):])
        wanted = modules(tar, names)
        for name in wanted:
            member(tar, names[name], stage, name)
        config = json.load(tar.extractfile(f"{base}/config.json"))
    for folder in ("proc", "web/proc", "web/sys", "web/dev", "web/tmp"):
        os.makedirs(os.path.join(stage, folder), exist_ok=True)
    put(stage, "modules.list", "".join(f"/{n}\n" for n in wanted).encode())
    put(stage, "web.args", "\n".join(config["process"]["args"]).encode())
    user = config["process"]["user"]
    put(stage, "web.user", f"{user['uid']}\n{user['gid']}\n".encode())
    subprocess.run(["cc", "-Os", "-static", "-D_GNU_SOURCE", "-o",
                    os.path.join(stage, "init"),
                    os.path.join(HERE, "floor.c")], check=True)
    # /dev/console: without it the server's output goes nowhere
    os.makedirs(os.path.join(stage, "dev"), exist_ok=True)
    os.mknod(os.path.join(stage, "dev/console"), 0o20600, os.makedev(5, 1))
    path = os.path.join(work, "floor-initrd.img")
    subprocess.run("find . | LC_ALL=C sort | cpio -o -H newc --quiet "
                   f"| zstd -q -3 -f -o '{path}'", shell=True, check=True,
                   cwd=stage)
    return path


# -- one boot ------------------------------------------------------------------

def boot(image, memory, extra):
    """(seconds passed, processor seconds) up to the page; None: none came."""
    kernel, initrd, cmdline = image
    port = free_port()
    command = ["qemu-system-x86_64", "-accel", "tcg", "-machine", MACHINE,
               "-m", str(memory), "-nodefaults", "-display", "none",
               "-no-reboot", "-serial", "file:console.log",
               "-netdev", f"user,id=n,hostfwd=tcp:127.0.0.1:{port}-:80",
               "-device", "virtio-net-pci,netdev=n,romfile=",
               "-kernel", kernel, "-initrd", initrd, "-append", cmdline,
               *extra]
    return first_page(command, port, PATIENCE)


# -- figures -------------------------------------------------------------------

def show(name, memory, lines, floor_lines):
    if None in lines:
        print(f"{name:20}{memory:6}   no page came in "
              f"{lines.count(None)} of {len(lines)}", flush=True)
        return
    text = f"{name:20}{memory:6}"
    for i in range(2):
        times = [line[i] for line in lines]
        text += (f"{statistics.median(times):9.2f}"
                 f"  {min(times):.2f}-{max(times):.2f}")
        if floor_lines and None not in floor_lines:
            ratios = [line[i] / f[i] for line, f in zip(lines, floor_lines)]
            text += f"{statistics.median(ratios):7.2f}"
        else:
            text += " " * 7
    print(text, flush=True)


def images(args, work):
    """name -> (kernel, initrd, command line); the floors first."""
    found = {}
    for number, spec in enumerate(spec_of(args, work)):
        mark = "other " if number else ""
        base = os.path.basename(spec)[:-4]
        for layout in args.layouts:
            name = f"{base}-{layout}"
            build(spec, "--dir", work, "--name", name, "--layout", layout)
            prefix = os.path.join(work, name)
            with open(prefix + "-cmdline") as f:
                cmdline = f.read().strip()
            found[mark + layout] = (prefix + "-kernel",
                                    prefix + "-initrd.img", cmdline)
        where = os.path.join(work, "floor-" + base)
        os.makedirs(where)
        found[mark + "floor"] = (prefix + "-kernel",
                                 floor(spec, args.service, where), cmdline)
    return found


def measure(found, args, memory, extra):
    """@args.rounds times: every image, one after the other, to and fro: who
    comes after a pause is slower."""
    seen = {name: [] for name in found}
    for number in range(args.rounds):
        order = list(found.items())
        for name, image in reversed(order) if number % 2 else order:
            seen[name].append(boot(image, memory, extra))
    for name, lines in seen.items():
        under = "other floor" if name.startswith("other ") else "floor"
        show(name, memory, lines, seen[under] if name != under else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", default="512,256,128")
    parser.add_argument("--layouts", default="unpacked,mounted")
    parser.add_argument("--spec",
                        default=os.path.join(SOURCE, "examples/web.yml"))
    parser.add_argument("--service", default="nginx")
    parser.add_argument("--kernel", help="a second one: REF or @pkg:DIR")
    parser.add_argument("--qemu", default="", help="more of its options")
    args = parser.parse_args()
    args.layouts = args.layouts.split(",")
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as work:
        found = images(args, work)
        os.chdir(work)
        print(f"{'':20}{'MiB':>6}{'passed s':>9}  {'spread':9}{'x':>7}"
              f"{'processor':>9}  {'spread':9}{'x':>7}")
        for memory in args.memory.split(","):
            measure(found, args, int(memory), args.qemu.split())


if __name__ == "__main__":
    sys.exit(main())
