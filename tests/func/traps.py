# SPDX-License-Identifier: Apache-2.0
"""Images that a kernel would unpack wrongly, without a word: FOLDER.
The size of what is said to be huge comes from a hole."""
import sys

from images import D, F, Layout, S, sparse_pax, tar

GIB = 1 << 30
ROOT = [F("init", "#!/bin/sh\n", 0o755), D("proc"), D("sys"), D("dev")]


def holes(size):
    return sparse_pax("data", size, [(size, b"")], "1.0")


layout = Layout()
for name, entries in {
        "plain-kernel": [F("kernel", b"\x1f\x8bfake-kernel"),
                         F("kernel.tar", tar([]))],
        "late": [F("d/e/f", "1"), D("d/e", 0o750, 3, 4), D("d", 0o700, 5, 6)],
        "usrmerge": [D("usr"), D("usr/lib"), S("lib", "usr/lib"), *ROOT],
        "folder": [*ROOT, D("opt"), D("opt/x"), F("opt/x/y", "1")],
        "file": [D("opt"), F("opt/x", "2")],
        "long": [F("n" * 255, "1"), D("m" * 255), F("m" * 255 + "/f", "1")],
        "too-long": [F("n" * 256, "1")],
        "4-gib": [holes(4 * GIB)],
        "2-gib": [holes(2 * GIB)],
}.items():
    layout.image(name, [entries])
layout.write(sys.argv[1])
