#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks for points in time, in every form that formats write them in.

  times.py SECONDS[,SECONDS...] FILE...

Prints a line "FILE: FORM of SECONDS at BYTE" for the first of each. gzip is
unpacked; squashfs is read by unsquashfs, other images that compress by
qemu-img, where these are installed.
"""
import calendar
import gzip
import shutil
import struct
import subprocess
import sys
import time

EPOCH_2000 = 946684800


def forms(when):
    t = time.gmtime(when)
    date = (t.tm_year - 1980) << 9 | t.tm_mon << 5 | t.tm_mday
    clock = t.tm_hour << 11 | t.tm_min << 5 | t.tm_sec // 2
    return {
        "tar": b"%011o" % when,
        "cpio": b"%08x" % when,
        "little endian": struct.pack("<I", when),
        "big endian": struct.pack(">I", when),
        "VHD": struct.pack(">I", when - EPOCH_2000),
        "FAT": struct.pack("<HH", clock, date),
        "ISO record": bytes((t.tm_year - 1900, t.tm_mon, t.tm_mday, t.tm_hour,
                             t.tm_min, t.tm_sec, 0)),
        "ISO volume": time.strftime("%Y%m%d%H%M%S", t).encode(),
        "text": time.strftime("%Y-%m-%dT%H:%M:%S", t).encode(),
    }


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def squashfs(path):
    """The times of its entries as a tar would have them."""
    out = b""
    for line in output("unsquashfs", "-UTC", "-lls", path).split(b"\n"):
        words = line.split()
        if len(words) > 5 and words[3].count(b"-") == 2:
            at = time.strptime((words[3] + b" " + words[4]).decode(),
                               "%Y-%m-%d %H:%M")
            out += b"%d\n" % (calendar.timegm(at) // 60)
    return out


def content(path):
    with open(path, "rb") as f:
        data = f.read()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:4] == b"KDMV" and shutil.which("qemu-img"):
        output("qemu-img", "convert", "-O", "raw", path, path + ".raw")
        with open(path + ".raw", "rb") as f:
            data += f.read()
    return data


def main():
    times = [int(word) for word in sys.argv[1].split(",")]
    for path in sys.argv[2:]:
        data = content(path)
        if data[:4] == b"hsqs":
            data = data[:96]
            if shutil.which("unsquashfs"):
                minutes = squashfs(path).split()
                for when in times:
                    if b"%d" % (when // 60) in minutes:
                        print(f"{path}: squashfs of {when}")
        for when in times:
            for form, text in forms(when).items():
                at = data.find(text)
                if at >= 0:
                    print(f"{path}: {form} of {when} at {at}")


main()
