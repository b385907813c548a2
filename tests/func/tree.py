#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says what a tar or a folder holds, and compares it with what is expected.

  tree.py TAR|FOLDER [--below PATH] [--no-owner] [--no-xattrs]
  tree.py TAR --expected expected.json --ref IMAGE --below PATH

The first form prints one line a path, sorted: type, mode, owner, size, hash
of the data, target, device, xattrs, the first name of a hard link. The second
compares with a tree of images.py, apart from what every root gets
("dressing"), prints the differences and ends with status 1 if there are any.
Links to a folder of the archive are left as they are.
"""
import argparse
import hashlib
import json
import os
import stat
import sys
import tarfile

DRESSING = {".", "dev", "dev/pts", "dev/shm", "etc", "etc/hosts", "etc/mtab",
            "etc/resolv.conf", "proc", "sys", ".dockerenv", "Dockerfile",
            "dev/console", "etc/hostname"}
KINDS = {tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file",
         tarfile.CONTTYPE: "file", tarfile.DIRTYPE: "dir",
         tarfile.SYMTYPE: "symlink", tarfile.CHRTYPE: "char",
         tarfile.BLKTYPE: "block", tarfile.FIFOTYPE: "fifo"}
XATTR = "SCHILY.xattr."


def show(text):
    raw = os.fsencode(text)
    return "".join(chr(c) if 32 <= c < 127 and c != 37 else "%%%02X" % c
                   for c in raw)


def number(node, kind, dev):
    if kind in ("char", "block"):
        node["major"], node["minor"] = dev


def of_tar(path):
    """path -> node; a later entry replaces an earlier one."""
    tree, groups = {}, {}
    with tarfile.open(path, "r:", encoding="utf-8",
                      errors="surrogateescape") as tar:
        for m in tar:
            name = os.path.normpath(m.name)
            if m.islnk():
                first = tree[show(os.path.normpath(m.linkname))]
                tree[show(name)] = first
                continue
            node = {"type": KINDS[m.type], "mode": "%04o" % m.mode,
                    "uid": m.uid, "gid": m.gid}
            if m.isreg():
                data = tar.extractfile(m)
                sha = hashlib.sha256()
                for block in iter(lambda: data.read(1 << 20), b""):
                    sha.update(block)
                node["size"], node["sha256"] = m.size, sha.hexdigest()
            if m.issym():
                node["target"] = show(m.linkname)
            number(node, node["type"], (m.devmajor, m.devminor))
            xattrs = {k[len(XATTR):]: os.fsencode(v).hex()
                      for k, v in m.pax_headers.items()
                      if k.startswith(XATTR)}
            if xattrs:
                node["xattrs"] = xattrs
            tree[show(name)] = node
    for name in list(tree):
        while "/" in name:  # folders no entry makes
            name = name.rpartition("/")[0]
            tree.setdefault(name, {"type": "dir", "mode": "0755", "uid": 0,
                                   "gid": 0})
    for name, node in tree.items():
        groups.setdefault(id(node), []).append(name)
    return tree, [sorted(g) for g in groups.values() if len(g) > 1]


def of_folder(top):
    tree, groups = {}, {}
    top = os.path.abspath(top)
    for base, dirs, files in os.walk(top):
        for name in dirs + files:
            path = os.path.join(base, name)
            st = os.lstat(path)
            fmt = stat.S_IFMT(st.st_mode)
            kind = {stat.S_IFREG: "file", stat.S_IFDIR: "dir",
                    stat.S_IFLNK: "symlink", stat.S_IFCHR: "char",
                    stat.S_IFBLK: "block", stat.S_IFIFO: "fifo"}[fmt]
            node = {"type": kind, "mode": "%04o" % stat.S_IMODE(st.st_mode),
                    "uid": st.st_uid, "gid": st.st_gid}
            if kind == "file":
                with open(path, "rb") as f:
                    node["sha256"] = hashlib.sha256(f.read()).hexdigest()
                node["size"] = st.st_size
            if kind == "symlink":
                node["target"] = show(os.readlink(path))
            number(node, kind, (os.major(st.st_rdev), os.minor(st.st_rdev)))
            key = show(os.path.relpath(path, top))
            tree[key] = node
            if kind != "dir":
                groups.setdefault((st.st_dev, st.st_ino), []).append(key)
    return tree, [sorted(g) for g in groups.values() if len(g) > 1]


def below(tree, groups, path):
    start = path.rstrip("/") + "/"
    cut = {k[len(start):]: v for k, v in tree.items() if k.startswith(start)}
    if path in tree:
        cut["."] = tree[path]
    return cut, [[n[len(start):] for n in g if n.startswith(start)]
                 for g in groups if g[0].startswith(start)]


def lines(tree, groups, args):
    first = {n: g[0] for g in groups for n in g}
    for name in sorted(tree):
        node = dict(tree[name])
        if args.no_owner:
            node.pop("uid")
            node.pop("gid")
        if args.no_xattrs:
            node.pop("xattrs", None)
        if node["type"] == "symlink":
            node.pop("mode")
        if name in first:
            node["link"] = first[name]
        yield name + " " + json.dumps(node, sort_keys=True)


def compare(got, groups, want):
    wanted = {}
    for name, node in want.items():
        node = dict(node)
        if "link" in node:
            wanted.setdefault(node.pop("link"), []).append(name)
        if node.pop("implied", False) and name in got:
            node["mode"] = got[name]["mode"]
        if name in DRESSING:
            continue
        mine = dict(got.get(name, {"type": "missing"}))
        if mine["type"] == "symlink":
            mine["mode"] = node["mode"]
        if mine != node:
            yield "%s: %s instead of %s" % (name, mine, node)
    for name in got:
        if name not in want and name not in DRESSING:
            yield "%s: should not be there" % name
    if sorted(groups) != sorted(sorted(g) for g in wanted.values()):
        yield "hard links: %s instead of %s" % (sorted(groups),
                                                list(wanted.values()))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    p.add_argument("what")
    p.add_argument("--below")
    p.add_argument("--no-owner", action="store_true")
    p.add_argument("--no-xattrs", action="store_true")
    p.add_argument("--expected")
    p.add_argument("--ref")
    args = p.parse_args()
    read = of_folder if os.path.isdir(args.what) else of_tar
    tree, groups = read(args.what)
    if args.below:
        tree, groups = below(tree, groups, args.below)
    if not args.expected:
        print("\n".join(lines(tree, groups, args)))
        return 0
    with open(args.expected, encoding="ascii") as f:
        want = json.load(f)[args.ref]
    # "either" without a tree: any will do
    bad = list(compare(tree, groups, want["tree"])) if "tree" in want else []
    print("\n".join(bad[:20]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
