#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare the tree that a guest saw with the one that was planned.

usage: compare_tree.py PLAN.tar GUEST.img

PLAN.tar is the same spec built as a tar; GUEST.img is the disk that treelist
wrote in the guest. Path, type, mode, owner, size, content and link target must
be equal. Closing line: how many entries were compared.
"""
import hashlib
import re
import sys
import tarfile

# Places that PID 1 mounts something over, or that only an initrd has.
ONLY_GUEST = {".ingot-complete"}
# PID 1 binds a read-only volume's content here: one device, so treelist goes
# in, and sees "lower" a second time.
BOUND = re.compile(r"containers/volumes/[^/]+/merged(/|$)")


def planned(path):
    tree = {}
    with tarfile.open(path, errors="surrogateescape") as tar:
        for ti in tar:
            name = ti.name.rstrip("/")
            if name == "boot" or name.startswith("boot/"):
                continue
            parts = name.split("/")
            for i in range(1, len(parts)):
                tree.setdefault("/".join(parts[:i]), ("d", 0o755, 0, 0, 0, ""))
            if ti.isdir():
                tree[name] = ("d", ti.mode, ti.uid, ti.gid, 0, "")
            elif ti.issym():
                tree[name] = ("l", 0o777, ti.uid, ti.gid, 0, ti.linkname)
            elif ti.islnk():
                tree[name] = tree[ti.linkname]
            elif ti.isfile():
                data = tar.extractfile(ti).read()
                digest = hashlib.sha256(data).hexdigest()
                tree[name] = ("f", ti.mode, ti.uid, ti.gid, len(data), digest)
            else:
                kind = {tarfile.CHRTYPE: "c", tarfile.BLKTYPE: "b"}
                tree[name] = (kind.get(ti.type, "p"), ti.mode, ti.uid, ti.gid,
                              0, "")
    return tree


def seen(path):
    tree, mounts, ended = {}, set(), False
    for record in open(path, "rb").read().split(b"\0"):
        if not record:
            break
        head, _, name = record.decode(errors="surrogateescape").partition("\t")
        if head == "end":
            ended = True
            break
        kind, mode, uid, gid, size, _links, extra = head.split(" ", 6)
        if kind == "m":
            mounts.add(name)
            continue
        tree[name] = (kind, int(mode, 8), int(uid), int(gid), int(size), extra)
    if not ended:
        sys.exit("the guest's list is cut")
    return tree, mounts


def main():
    plan, (guest, mounts) = planned(sys.argv[1]), seen(sys.argv[2])
    problems = compared = 0
    for name in sorted(set(plan) | set(guest)):
        if any(name == m or name.startswith(m + "/") for m in mounts):
            continue
        if name in ONLY_GUEST or BOUND.match(name):
            continue
        compared += 1
        want, got = plan.get(name), guest.get(name)
        if want != got:
            problems += 1
            print("%r: planned %s, guest has %s" % (name, want, got))
    print("%d entries compared, %d differ" % (compared, problems))
    return 1 if problems or compared < 100 else 0


sys.exit(main())
