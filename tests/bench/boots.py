#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seconds from the start of a virtual machine to its first web page.

usage: boots.py REPEATS NAME=COMMAND...

COMMAND starts QEMU; {port} in it is a free port that it forwards to the
guest's port 80. The machines are started by turns, so that what else this
computer does meets all of them. Besides the time of the clock, which other
work stretches, there is the processor time that QEMU used until then.
"""
import shlex
import statistics
import sys

from machine import first_page, free_port

LIMIT = 300


def boot(command):
    """(clock, processor) seconds until the page; None when none comes."""
    port = free_port()
    return first_page(shlex.split(command.replace("{port}", str(port))), port,
                      LIMIT)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    cases = [case.split("=", 1) for case in sys.argv[2:]]
    times = {name: [] for name, _ in cases}
    for _ in range(int(sys.argv[1])):
        for name, command in cases:
            took = boot(command)
            print(name, took, flush=True)
            if took:
                times[name].append(took)
    for name, found in times.items():
        if not found:
            print(f"{name}: no page")
            continue
        clock, processor = (sorted(kind) for kind in zip(*found))
        print(f"{name}: {len(found)} boots, clock {clock[0]:.2f} to "
              f"{clock[-1]:.2f}, median {statistics.median(clock):.2f} s, "
              f"processor median {statistics.median(processor):.2f} s")


main()
