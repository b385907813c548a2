#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seconds from the start of a virtual machine to its first web page.

usage: boots.py REPEATS NAME=COMMAND...

COMMAND starts QEMU; {port} in it is a free port that it forwards to the
guest's port 80. The machines are started by turns, so that what else this
computer does meets all of them. Besides the time of the clock, which other
work stretches, there is the processor time that QEMU used until then.
"""
import http.client
import os
import shlex
import socket
import statistics
import subprocess
import sys
import time

LIMIT = 300
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def has_page(port):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=0.2)
    try:
        link.request("GET", "/")
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def boot(command):
    """(clock, processor) seconds until the page; None when none comes."""
    port = free_port()
    began = time.monotonic()
    with subprocess.Popen(shlex.split(command.replace("{port}", str(port))),
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as machine:
        try:
            while time.monotonic() - began < LIMIT:
                if machine.poll() is not None:
                    return None
                if has_page(port):
                    return (time.monotonic() - began,
                            processor_seconds(machine.pid))
                time.sleep(0.02)
            return None
        finally:
            machine.kill()


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
