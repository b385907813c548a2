#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a build with all parts made costs, against a copy of its result.

usage: ratios.py ROUNDS SPEC FORMAT=FILE...   ($INGOT: the program)

For every format, ROUNDS times: build it, then copy FILE, neither over an old
file. Printed are medians: processor seconds (user and system) and seconds
passed of the build, and how many times the copy's they are.
"""
import os
import statistics
import subprocess
import sys
import time


def remove(folder):
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))


def run(args):
    """(processor, passed) seconds"""
    with subprocess.Popen(args, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as child:
        began = time.perf_counter()
        text = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        passed = time.perf_counter() - began
    if child.returncode:
        sys.exit(f"{' '.join(args)}: {text.decode()}")
    return used.ru_utime + used.ru_stime, passed


def one_round(spec, name, path):
    remove("out")
    built = run([os.environ["INGOT"], "-q", "build", "--arch", "amd64",
                 "--format", name, "--dir", "out", *spec])
    copied = run(["cp", "--sparse=always", "--reflink=never",
                  os.path.join("out", path), "out/copy"])
    return [*built, *copied]


def main():
    rounds, spec = int(sys.argv[1]), sys.argv[2].split()
    formats = [arg.split("=") for arg in sys.argv[3:]]
    seen = {name: [] for name, _ in formats}
    os.makedirs("out", exist_ok=True)
    for i in range(rounds + 1):
        for name, path in formats:
            line = one_round(spec, name, path)
            if i:  # the first one makes parts
                seen[name].append(line)
    print(f"{'format':14}{'processor s':>12}{'x copy':>8}"
          f"{'passed s':>12}{'x copy':>8}")
    for name, lines in seen.items():
        median = statistics.median
        print(f"{name:14}"
              f"{median(l[0] for l in lines):12.3f}"
              f"{median(l[0] / max(l[2], .001) for l in lines):8.2f}"
              f"{median(l[1] for l in lines):12.3f}"
              f"{median(l[1] / max(l[3], .001) for l in lines):8.2f}",
              flush=True)
    remove("out")


main()
