#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes deterministic OCI image layouts for tests.

  images.py OUTDIR [--set basic|layers|hostile]... [--tar FILE]
            [--docker-save FILE --image NAME]

Images are docker.io/test/NAME:v1. OUTDIR/expected.json tells for each what
a correct builder makes of it:

  expect   "ok", "refused", or "either" (both are fine, silent damage is not)
  warning  true when a warning is due
  tree     for ok and either: path -> {type, mode, uid, gid, size, sha256,
           target, major, minor, xattrs (hex), link}. "link" is the same
           number for all names of one inode that has several. "implied":
           true marks directories no layer has an entry for (mode 0755).
           The root directory appears as "." when a layer sets it.
  platforms  for an index: the platform -> tree or null

In paths and link targets, bytes outside printable ASCII and "%" stand as
%XX. Modes are octal text.
"""
import argparse
import gzip
import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import zlib

MTIME = 1600000000
OCI = "application/vnd.oci.image."
DOCKER = "application/vnd.docker.distribution.manifest."
LAYER = {"gzip": OCI + "layer.v1.tar+gzip", "zstd": OCI + "layer.v1.tar+zstd",
         "plain": OCI + "layer.v1.tar"}
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
REFUSED, EITHER = "refused", "either"


# -- entries ---------------------------------------------------------------

def raw(text):
    return text if isinstance(text, bytes) else text.encode()


def show(name):
    return "".join(chr(c) if 32 <= c < 127 and c != 37 else "%%%02X" % c
                   for c in raw(name))


class Entry:
    """One tar member; in an expected tree, one path."""

    def __init__(self, kind, name, mode, uid=0, gid=0, data=b"", target=b"",
                 dev=(0, 0), xattrs=None, pax=None, implied=False):
        self.kind, self.name, self.mode = kind, raw(name), mode
        self.uid, self.gid, self.data = uid, gid, raw(data)
        self.target, self.dev = raw(target), dev
        self.xattrs, self.pax = xattrs or {}, pax or {}
        self.implied = implied


def F(name, data="", mode=0o644, uid=0, gid=0, **kw):
    return Entry("file", name, mode, uid, gid, data, **kw)


def D(name, mode=0o755, uid=0, gid=0, **kw):
    return Entry("dir", name, mode, uid, gid, **kw)


def I(name):
    """A directory that exists because something is below it."""
    return D(name, implied=True)


def S(name, target, **kw):
    return Entry("symlink", name, 0o777, target=target, **kw)


def H(name, target, mode=0o644):
    return Entry("link", name, mode, target=target)


def C(name, major, minor, mode=0o600):
    return Entry("char", name, mode, dev=(major, minor))


def B(name, major, minor, mode=0o600):
    return Entry("block", name, mode, dev=(major, minor))


def P(name, mode=0o600):
    return Entry("fifo", name, mode)


def W(name):
    """A whiteout of a path."""
    head, _, last = name.rpartition("/")
    return F((head + "/" if head else "") + ".wh." + last)


def O(name):
    """The opaque marker of a directory."""
    return F(name + "/.wh..wh..opq")


# -- tar, written by hand so that it can be wrong on purpose -----------------

FLAGS = {"file": b"0", "link": b"1", "symlink": b"2", "char": b"3",
         "block": b"4", "dir": b"5", "fifo": b"6"}


def number(value, width):
    """Octal, or GNU base-256 when that does not fit."""
    if 0 <= value < 8 ** (width - 1):
        return b"%0*o\0" % (width - 1, value)
    field = bytearray((value & (256 ** width - 1)).to_bytes(width, "big"))
    field[0] = 0xff if value < 0 else 0x80 | field[0]
    return bytes(field)


def header(name, flag, size=0, mode=0o644, uid=0, gid=0, target=b"",
           dev=(0, 0), magic=b"ustar\x0000", mtime=MTIME, bad_sum=False,
           tail=b""):
    h = bytearray(512)
    h[0:100] = name[:100].ljust(100, b"\0")
    h[100:108] = number(mode, 8)
    h[108:116] = number(uid, 8)
    h[116:124] = number(gid, 8)
    h[124:136] = number(size, 12)
    h[136:148] = number(mtime, 12)
    h[148:156] = b" " * 8
    h[156:157] = flag
    h[157:257] = target[:100].ljust(100, b"\0")
    h[257:265] = magic
    h[329:337], h[337:345] = number(dev[0], 8), number(dev[1], 8)
    h[345:345 + len(tail)] = tail
    h[148:156] = b"%06o\0 " % (sum(h) + (1 if bad_sum else 0))
    return bytes(h)


def padded(data):
    return data + b"\0" * (-len(data) % 512)


def pax_records(records):
    out = b""
    for key, value in records.items():
        body = b" " + raw(key) + b"=" + raw(value) + b"\n"
        n = len(body)
        while len(str(n)) + len(body) != n:
            n = len(str(n)) + len(body)
        out += b"%d" % n + body
    return out


def pax(records, flag=b"x"):
    data = records if isinstance(records, bytes) else pax_records(records)
    return header(b"PaxHeaders/x", flag, len(data)) + padded(data)


def gnu_long(text, flag=b"L"):
    text = raw(text) + b"\0"
    return header(b"././@LongLink", flag, len(text),
                  magic=b"ustar  \0") + padded(text)


def member(e):
    """An entry's bytes: PAX header where needed, header, data."""
    records = {}
    name = e.name + (b"/" if e.kind == "dir" and e.name[-1:] != b"/" else b"")
    if len(name) > 100:
        records["path"] = name
    if len(e.target) > 100:
        records["linkpath"] = e.target
    for key, value in e.xattrs.items():
        records["SCHILY.xattr." + key] = value
    records.update(e.pax)
    head = pax(records) if records else b""
    return head + header(name, FLAGS[e.kind], len(e.data), e.mode, e.uid,
                         e.gid, e.target, e.dev) + padded(e.data)


END = b"\0" * 1024


def tar(entries, end=END):
    return b"".join(x if isinstance(x, bytes) else member(x)
                    for x in entries) + end


# -- sparse files ------------------------------------------------------------

def sparse_gnu(name, size, parts):
    """Old GNU format, up to four parts: [(offset, data)]."""
    table = b"".join(number(o, 12) + number(len(d), 12) for o, d in parts)
    tail = b"\0" * 41 + table.ljust(96, b"\0") + b"\0" + number(size, 12)
    data = b"".join(d for _, d in parts)
    return header(raw(name), b"S", len(data), magic=b"ustar  \0",
                  tail=tail) + padded(data)


def sparse_pax(name, size, parts, version):
    """GNU's PAX formats 0.1 and 1.0."""
    data = b"".join(d for _, d in parts)
    records = {"GNU.sparse.name": name}
    if version == "1.0":
        text = b"%d\n" % len(parts)
        for o, d in parts:
            text += b"%d\n%d\n" % (o, len(d))
        data = padded(text) + data
        records.update({"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
                        "GNU.sparse.realsize": str(size)})
    else:
        pairs = ",".join("%d,%d" % (o, len(d)) for o, d in parts)
        records.update({"GNU.sparse.size": str(size),
                        "GNU.sparse.numblocks": str(len(parts)),
                        "GNU.sparse.map": pairs})
    return pax(records) + header(b"GNUSparseFile/x", b"0", len(data)) + \
        padded(data)


def holes(size, parts):
    out = bytearray(size)
    for offset, data in parts:
        out[offset:offset + len(data)] = data
    return bytes(out)


# -- compression -------------------------------------------------------------

def gz(data):
    return gzip.compress(data, 6, mtime=0)


def zstd(data, *args):
    return subprocess.run(["zstd", "-q", "-3", "-c", "--single-thread", *args],
                          input=data, stdout=subprocess.PIPE,
                          check=True).stdout


def zstd_stored(data, window_log):
    """A frame of raw blocks with no checksum and the given window."""
    out = struct.pack("<IBB", 0xFD2FB528, 0, (window_log - 10) << 3)
    for at in range(0, len(data), 65536):
        block = data[at:at + 65536]
        last = at + 65536 >= len(data)
        out += struct.pack("<I", len(block) << 3 | last)[:3] + block
    return out


def skippable(data):
    return struct.pack("<II", 0x184D2A50, len(data)) + data


def zeros_gz(before, count, after):
    """before + count MiB of zeros + after, as gzip and its digest."""
    mib = b"\0" * (1 << 20)
    crc, sha = zlib.crc32(before), hashlib.sha256(before)
    out = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff"]
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    out.append(block.compress(before) + block.flush(zlib.Z_FULL_FLUSH))
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    unit = block.compress(mib) + block.flush(zlib.Z_FULL_FLUSH)
    out.append(unit * count)
    for _ in range(count):
        crc = zlib.crc32(mib, crc)
        sha.update(mib)
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    out.append(block.compress(after) + block.flush(zlib.Z_FINISH))
    crc = zlib.crc32(after, crc)
    sha.update(after)
    size = len(before) + (count << 20) + len(after)
    out.append(struct.pack("<II", crc, size & 0xffffffff))
    return b"".join(out), "sha256:" + sha.hexdigest()


# -- images ------------------------------------------------------------------

def digest(data, alg="sha256"):
    return alg + ":" + hashlib.new(alg, data).hexdigest()


class Layer:
    """A layer: entries or tar bytes, compression, and lies about them."""

    def __init__(self, what, comp="gzip", blob=None, diff=None, media=None):
        plain = what if isinstance(what, bytes) else tar(what)
        packers = {"gzip": gz, "zstd": zstd, "plain": lambda x: x}
        self.comp, self.media = comp, media or LAYER[comp]
        self.plain = plain
        self.blob = packers[comp](plain) if blob is None else blob
        self.diff = diff or digest(plain)


def tree_of(entries):
    """An expected tree as JSON-ready data."""
    inodes, names, tree = {}, {}, {}
    for e in entries:
        key = e.name
        if e.kind == "link":
            key = names[e.target]
        names[e.name] = key
        inodes.setdefault(key, []).append(e)
    groups = [k for k, v in inodes.items() if len(v) > 1]
    for name, key in names.items():
        node = node_of(inodes[key][0])
        if key in groups:
            node["link"] = groups.index(key) + 1
        tree[show(name)] = node
    return dict(sorted(tree.items()))


def node_of(e):
    node = {"type": e.kind, "mode": "%04o" % e.mode, "uid": e.uid,
            "gid": e.gid}
    if e.kind == "file":
        node["size"] = len(e.data)
        node["sha256"] = hashlib.sha256(e.data).hexdigest()
    if e.kind == "symlink":
        node["target"] = show(e.target)
    if e.kind in ("char", "block"):
        node["major"], node["minor"] = e.dev
    if e.xattrs:
        node["xattrs"] = {k: raw(v).hex() for k, v in e.xattrs.items()}
    if e.implied:
        node["implied"] = True
    return node


class Layout:
    """The layout being made."""

    def __init__(self, arch="amd64"):
        self.arch = arch
        self.blobs, self.manifests, self.expected = {}, [], {}
        self.saved = {}

    def blob(self, data, media, alg="sha256"):
        data = data if isinstance(data, bytes) else json.dumps(data).encode()
        d = digest(data, alg)
        self.blobs[d] = data
        return {"mediaType": media, "digest": d, "size": len(data)}

    def config(self, layers, arch=None, config=None, **more):
        doc = {"architecture": arch or self.arch, "os": "linux", "config": config or {},
               "rootfs": {"type": "layers",
                          "diff_ids": [x.diff for x in layers]}}
        doc.update(more)
        return doc

    def manifest(self, layers, arch=None, variant=None, config=None,
                 docker=False, alg="sha256", change=None):
        """Stores one platform's image, gives its descriptor."""
        more = {"variant": variant} if variant else {}
        doc = self.config(layers, arch, config, **more)
        media = OCI + "config.v1+json"
        kind = OCI + "manifest.v1+json"
        if docker:
            media = "application/vnd.docker.container.image.v1+json"
            kind = DOCKER + "v2+json"
        man = {"schemaVersion": 2, "mediaType": kind,
               "config": self.blob(doc, media, alg),
               "layers": [self.blob(x.blob, DOCKER_LAYER if docker
                                    else x.media, alg) for x in layers]}
        man = change(man) if change else man
        desc = self.blob(man, kind, alg)
        desc["platform"] = {"architecture": arch or self.arch, "os": "linux",
                            **more}
        return desc

    def index(self, manifests, docker=False):
        kind = DOCKER + "list.v2+json" if docker else OCI + "index.v1+json"
        return self.blob({"schemaVersion": 2, "mediaType": kind,
                          "manifests": manifests}, kind)

    def name(self, name, desc, expect="ok", tree=None, **more):
        """Gives a descriptor a name and says what to expect of it."""
        ref = "docker.io/test/%s:v1" % name
        desc = dict(desc)
        desc["annotations"] = {"org.opencontainers.image.ref.name": ref,
                               "io.containerd.image.name": ref}
        self.manifests.append(desc)
        entry = {"expect": expect}
        if tree is not None and expect != REFUSED:
            entry["tree"] = tree_of(tree)
        entry.update(more)
        assert ref not in self.expected, ref
        self.expected[ref] = entry

    def image(self, name, layers, tree=None, expect="ok", about=None,
              warning=False, **kw):
        """An image of one platform. Layers: lists of entries or Layer."""
        layers = [x if isinstance(x, Layer) else Layer(x) for x in layers]
        more = {"about": about} if about else {}
        if warning:
            more["warning"] = True
        self.saved[name] = (layers, kw.get("config"))
        self.name(name, self.manifest(layers, **kw), expect, tree, **more)

    def write(self, out):
        os.makedirs(out, exist_ok=True)
        for d, data in self.files():
            path = os.path.join(out, d)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)
        with open(os.path.join(out, "expected.json"), "w",
                  encoding="ascii") as f:
            json.dump(self.expected, f, indent=1)
            f.write("\n")

    def files(self):
        yield "oci-layout", b'{"imageLayoutVersion":"1.0.0"}'
        for d in sorted(self.blobs):
            yield "blobs/" + d.replace(":", "/"), self.blobs[d]
        yield "index.json", json.dumps(
            {"schemaVersion": 2, "manifests": self.manifests},
            indent=1).encode()


def write_tar(path, files):
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as t:
        for name, data in files:
            ti = tarfile.TarInfo(name)
            ti.size, ti.mode, ti.mtime = len(data), 0o644, 0
            t.addfile(ti, io.BytesIO(data))


def docker_save(layout, name):
    """The files of a docker-save tar of one image."""
    layers, config = layout.saved[name]
    doc = json.dumps(layout.config(layers, config=config)).encode()
    top = digest(doc)[7:] + ".json"
    paths = []
    for layer in layers:
        path = digest(layer.plain)[7:] + "/layer.tar"
        if path not in paths:
            yield path, layer.plain
        paths.append(path)
    yield top, doc
    yield "manifest.json", json.dumps([
        {"Config": top, "RepoTags": ["test/%s:v1" % name],
         "Layers": paths}]).encode()


# -- the basic set: images as people have them -------------------------------

def base_entries():
    return [D("bin"), F("bin/sh", "#!shell", 0o755), S("sbin", "bin"),
            D("etc"), F("etc/passwd", "root:x:0:0::/:/bin/sh\n"),
            D("tmp", 0o1777), F("empty"), F("data", "x" * 5000, 0o640, 1000,
                                            1000)]


def set_basic(lay):
    base = base_entries()
    cfg = {"Entrypoint": ["/bin/sh"], "Cmd": ["-c", "true"],
           "Env": ["PATH=/bin:/usr/bin", "MODE=image"], "WorkingDir": "/srv"}
    lay.image("base", [base], base, config=cfg)
    for comp in ("zstd", "plain"):
        lay.image("base-" + comp, [Layer(base, comp)], base, config=cfg)
    over = [F("etc/passwd", "new\n"), W("empty"), H("data2", "data")]
    merged = [e for e in base if e.name not in (b"etc/passwd", b"empty")]
    merged += [F("etc/passwd", "new\n"), H("data2", "data")]
    lay.image("mixed", [Layer(base), Layer(over, "zstd"),
                        Layer([F("third", "3")], "plain")],
              merged + [F("third", "3")])
    lay.image("docker2", [base], base, docker=True, config=cfg)
    lay.image("sha512", [base], base, alg="sha512")
    lay.image("no-layers", [], [])
    lay.image("empty-layer", [[]], [])
    noise = b"".join(hashlib.sha256(b"%d" % n).digest()
                     for n in range((3 << 20) // 32))
    lay.image("big", [[F("big", noise)]], [F("big", noise)],
              about="one layer of 3 MiB that does not compress")
    lay.image("kernel", [[
        F("kernel", b"\x1f\x8bfake-kernel" * 10),
        F("kernel.tar", tar([D("lib"), D("lib/modules"), D("lib/modules/6.0"),
                             F("lib/modules/6.0/modules.dep", "a.ko:\n")]))]])
    lay.image("init", [[D("bin"), F("init", "#!/bin/sh\n", 0o755), D("etc"),
                        D("proc"), D("sys"), D("dev")]])
    label = {"org.mobyproject.config": json.dumps(
        {"capabilities": ["CAP_NET_ADMIN"], "binds": ["/run:/run"],
         "net": "host"})}
    lay.image("labelled", [[F("app", "labelled", 0o755)]],
              [F("app", "labelled", 0o755)],
              config={"Cmd": ["/app"], "Labels": label})
    basic_indexes(lay)


def basic_indexes(lay):
    def one(arch, variant=None, text=None):
        return lay.manifest([Layer([F("app", text or arch, 0o755)])], arch,
                            variant)

    def trees(*platforms):
        return {p: tree_of([F("app", p.split("/")[1], 0o755)])
                for p in platforms}

    both = [one("amd64"), one("arm64", "v8"), one("arm", "v7"),
            one("riscv64")]
    known = trees("linux/amd64", "linux/arm64", "linux/arm/v7",
                  "linux/riscv64")
    lay.name("multi", lay.index(both), platforms=known)
    lay.name("multi-docker", lay.index(both, docker=True), platforms=known)
    lay.name("nested", lay.index([lay.index(both)]), platforms=known)
    twice = lay.index([one("amd64"), one("amd64", text="second")])
    lay.name("two-matches", twice, platforms=trees("linux/amd64"))
    attest = one("unknown")
    attest["platform"] = {"architecture": "unknown", "os": "unknown"}
    lay.name("attested", lay.index([attest, one("amd64")]),
             platforms=trees("linux/amd64"))
    bare = one("s390x")
    del bare["platform"]
    lay.name("no-platform", lay.index([bare, one("amd64")]),
             platforms=trees("linux/amd64"))
    lay.name("only-arm", lay.index([one("arm64")]),
             platforms={"linux/amd64": None, **trees("linux/arm64")})


# -- the layers set: one image a rule ----------------------------------------

def set_layers(lay):
    whiteouts(lay)
    opaques(lay)
    replacements(lay)
    hard_links(lay)
    paths(lay)
    metadata(lay)
    formats(lay)


def whiteouts(lay):
    i = lay.image
    low = [D("a"), F("a/f", "old"), F("a/keep", "k")]
    i("wh-file", [low, [W("a/f")]], [D("a"), F("a/keep", "k")])
    i("wh-dir", [low + [F("top", "t")], [W("a")]], [F("top", "t")])
    i("wh-file-same-layer-after", [low, [F("a/f", "new"), W("a/f")]],
      [D("a"), F("a/f", "new"), F("a/keep", "k")],
      about="a whiteout never takes what its own layer adds")
    i("wh-file-same-layer-before", [low, [W("a/f"), F("a/f", "new")]],
      [D("a"), F("a/f", "new"), F("a/keep", "k")])
    i("wh-dir-same-layer-after", [low, [F("a/new", "n"), W("a")]],
      [D("a"), F("a/new", "n")],
      about="lower children go, this layer's child stays")
    i("wh-dir-same-layer-before", [low, [W("a"), F("a/new", "n")]],
      [I("a"), F("a/new", "n")])
    i("wh-dir-then-dir", [low, [W("a")], [D("a", 0o700), F("a/n", "n")]],
      [D("a", 0o700), F("a/n", "n")])
    i("wh-missing", [low, [W("a/none")]], low)
    i("wh-missing-dir", [low, [W("q/none")]], low,
      about="nothing happens; q is not made")
    i("wh-symlink", [low + [S("l", "a/f")], [W("l")]], low,
      about="the link goes, its target stays")
    i("wh-symlink-dir", [low + [S("l", "a")], [W("l")]], low)
    i("wh-hardlink", [low + [H("h", "a/f")], [W("a/f")]],
      [D("a"), F("a/keep", "k"), F("h", "old")])
    i("wh-is-dir", [low, [D("a/.wh.f")]], [D("a"), F("a/keep", "k")],
      about="any entry type is a whiteout")
    i("wh-is-symlink", [low, [S("a/.wh.f", "x")]], [D("a"), F("a/keep", "k")])
    i("wh-no-name", [low, [F("a/.wh.")]], expect=REFUSED)
    i("wh-dot", [low, [F("a/.wh..")]], expect=REFUSED)
    i("wh-dotdot", [low, [F("a/.wh...")]], expect=REFUSED)
    i("wh-aufs", [low, [F(".wh..wh.aufs"), D(".wh..wh.plnk", 0o700)]], low,
      about="other .wh..wh. names are ignored with a note", warning=True)
    i("wh-then-again", [low, [W("a/f")], [F("a/f", "new")]],
      [D("a"), F("a/f", "new"), F("a/keep", "k")])
    i("wh-in-first-layer", [[D("a"), W("a/f"), F("a/g", "g")]],
      [D("a"), F("a/g", "g")])


def opaques(lay):
    i = lay.image
    low = [D("a"), D("a/n"), F("a/n/old", "o"), F("a/f", "old"),
           F("b", "b")]
    new = [D("a"), F("a/new", "n"), F("b", "b")]
    i("opq-first", [low, [D("a"), O("a"), F("a/new", "n")]], new)
    i("opq-last", [low, [D("a"), F("a/new", "n"), O("a")]], new)
    i("opq-last-implicit", [low, [F("a/n/x/foo", "foo"), O("a")]],
      [D("a"), D("a/n"), I("a/n/x"), F("a/n/x/foo", "foo"), F("b", "b")],
      about="parents that only a path implies count as this layer's")
    i("opq-nested", [low, [D("a"), D("a/n"), O("a/n"), F("a/n/new", "n")]],
      [D("a"), D("a/n"), F("a/n/new", "n"), F("a/f", "old"), F("b", "b")])
    i("opq-both", [low, [D("a"), O("a"), D("a/n"), O("a/n"),
                         F("a/n/new", "n")]],
      [D("a"), D("a/n"), F("a/n/new", "n"), F("b", "b")])
    i("opq-empty", [low, [D("a", 0o700), O("a")]],
      [D("a", 0o700), F("b", "b")])
    i("opq-two-layers", [low, [O("a"), F("a/1", "1")],
                         [O("a"), F("a/2", "2")]],
      [D("a"), F("a/2", "2"), F("b", "b")])
    i("opq-first-layer", [[D("a"), F("a/x", "x"), O("a")]],
      [D("a"), F("a/x", "x")], about="nothing below to hide")


def replacements(lay):
    i = lay.image
    low = [D("d"), F("d/x", "x"), D("d/s"), F("d/s/y", "y")]
    i("file-over-file", [[F("f", "old", 0o600)], [F("f", "new", 0o755)]],
      [F("f", "new", 0o755)])
    i("file-over-dir", [low, [F("d", "file")]], [F("d", "file")])
    i("dir-over-file", [[F("d", "f")], [D("d"), F("d/x", "x")]],
      [D("d"), F("d/x", "x")])
    i("symlink-over-dir", [low + [D("e")], [S("d", "e")]],
      [D("e"), S("d", "e")])
    i("dir-over-symlink", [low + [S("l", "d")], [D("l"), F("l/n", "n")]],
      low + [D("l"), F("l/n", "n")],
      about="a directory entry replaces a link to a directory")
    i("file-over-symlink", [low + [S("l", "d/x")], [F("l", "new")]],
      low + [F("l", "new")], about="the link is not followed")
    i("symlink-over-file", [[F("f", "f"), F("t", "t")], [S("f", "t")]],
      [F("t", "t"), S("f", "t")])
    i("fifo-over-file", [[F("f", "f")], [P("f")]], [P("f")])
    i("dir-over-dir", [[D("d", 0o755, 1, 1, xattrs={"user.a": "1"}),
                        F("d/x", "x")],
                       [D("d", 0o700, 2, 3, xattrs={"user.b": "2"})]],
      [D("d", 0o700, 2, 3, xattrs={"user.b": "2"}), F("d/x", "x")],
      about="attributes are replaced, xattrs too; children stay")
    i("parent-is-file", [[F("p", "file")], [F("p/c", "c")]],
      [I("p"), F("p/c", "c")],
      about="a file of a lower layer gives way to a parent")
    i("below-symlink", [[D("etc"), S("e2", "etc")], [F("e2/f", "f")]],
      [D("etc"), S("e2", "etc"), F("etc/f", "f")])
    i("below-absolute-symlink", [[D("etc"), S("e2", "/etc")],
                                 [F("e2/f", "f")]],
      [D("etc"), S("e2", "/etc"), F("etc/f", "f")],
      about="an absolute target starts at the image's root")
    i("usrmerge", [[D("usr"), D("usr/lib"), S("lib", "usr/lib")],
                   [F("lib/modules/6.1/a.ko", "ko")]],
      [D("usr"), D("usr/lib"), S("lib", "usr/lib"), I("usr/lib/modules"),
       I("usr/lib/modules/6.1"), F("usr/lib/modules/6.1/a.ko", "ko")])
    i("duplicate-entry", [[F("f", "first"), F("f", "last")]],
      [F("f", "last")], about="the last one wins", warning=True)


def hard_links(lay):
    i = lay.image
    i("link-group", [[F("a", "data"), H("b", "a"), H("c", "b")]],
      [F("a", "data"), H("b", "a"), H("c", "b")])
    i("link-target-replaced", [[F("a", "old"), H("b", "a")],
                               [F("a", "new")]],
      [F("a", "new"), F("b", "old")],
      about="the other name keeps the old bytes")
    i("link-name-replaced", [[F("a", "1"), H("b", "a"), H("c", "a")],
                             [F("b", "2")]],
      [F("a", "1"), H("c", "a"), F("b", "2")])
    i("link-to-lower-layer", [[D("d"), F("d/a", "data", 0o640, 7, 8)],
                              [H("b", "d/a")]],
      [D("d"), F("d/a", "data", 0o640, 7, 8), H("b", "d/a")])
    i("link-before-target", [[H("b", "a"), F("a", "data")]], expect=REFUSED)
    i("link-to-nothing", [[F("x", "x")], [H("b", "none")]], expect=REFUSED)
    i("link-to-symlink", [[F("a", "a"), S("l", "a"), H("h", "l")]],
      [F("a", "a"), S("l", "a"), H("h", "l")],
      about="the last component is not followed")
    i("link-through-symlink", [[D("d"), F("d/a", "a"), S("l", "/d"),
                                H("h", "l/a")]],
      [D("d"), F("d/a", "a"), S("l", "/d"), H("h", "d/a")])
    i("link-absolute-target", [[D("d"), F("d/a", "a"), H("h", "/d/a")]],
      [D("d"), F("d/a", "a"), H("h", "d/a")])
    i("link-of-device", [[C("n", 1, 3, 0o666), H("n2", "n", 0o666)]],
      [C("n", 1, 3, 0o666), H("n2", "n")])
    i("link-replaces-file", [[F("a", "a"), F("b", "b")], [H("b", "a")]],
      [F("a", "a"), H("b", "a")])
    i("link-to-whited-out", [[F("a", "a"), F("k", "k")],
                             [W("a"), H("b", "a")]],
      expect=EITHER, about="the target is gone before the link comes",
      tree=[F("b", "a"), F("k", "k")])


def paths(lay):
    i = lay.image
    n255, n250 = "n" * 255, "m" * 200
    i("dot-prefix", [[D("./"), D("./a"), F("./a/f", "f")]],
      [D("."), D("a"), F("a/f", "f")])
    i("untidy-names", [[D("a//"), F("a//b", "b"), F("a/./c", "c"),
                        F("a/../d", "d")]],
      [D("a"), F("a/b", "b"), F("a/c", "c"), F("d", "d")])
    i("absolute-name", [[D("/etc"), F("/etc/abs", "x")]],
      [D("etc"), F("etc/abs", "x")])
    i("dotdot-name", [[F("../../etc/x", "x")]], [I("etc"), F("etc/x", "x")],
      about="clamped at the image's root")
    i("symlink-out", [[S("x", "../../../canary"), F("x/pwn", "pwn")]],
      [S("x", "../../../canary"), I("canary"), F("canary/pwn", "pwn")],
      expect=EITHER, about="stays inside or is refused")
    i("root-not-dir", [[S(".", "etc")]], expect=REFUSED)
    i("root-mode", [[D("./", 0o711, 5, 6), F("f", "f")]],
      [D(".", 0o711, 5, 6), F("f", "f")])
    i("name-255", [[F(n255, "n")]], [F(n255, "n")])
    i("name-256", [[F(n255 + "n", "n")]], expect=REFUSED)
    i("path-500", [[F(n250 + "/" + n250 + "/f", "f")]],
      [I(n250), I(n250 + "/" + n250), F(n250 + "/" + n250 + "/f", "f")])
    i("path-gnu-long", [[gnu_long("g" * 150) + header(b"x", b"0", 1)
                         + padded(b"g")]], [F("g" * 150, "g")])
    i("path-ustar-prefix", [[header(b"f", b"0", 1, tail=b"p" * 120)
                             + padded(b"p")]],
      [I("p" * 120), F("p" * 120 + "/f", "p")])
    i("odd-names", [[F("new\nline", "1"), F(b"bad\xff\xfe", "2"),
                     F("utf8-\u00fc", "3"), F("Foo", "4"), F("foo", "5"),
                     F("50%", "6"), F(" ", "7"), F("-rf", "8"),
                     F("a\\b", "9")]],
      [F("new\nline", "1"), F(b"bad\xff\xfe", "2"), F("utf8-\u00fc", "3"),
       F("Foo", "4"), F("foo", "5"), F("50%", "6"), F(" ", "7"),
       F("-rf", "8"), F("a\\b", "9")])
    i("child-first", [[F("p/c", "c"), D("p", 0o700, 3, 4)]],
      [D("p", 0o700, 3, 4), F("p/c", "c")],
      about="the parent's own entry decides its mode")
    i("long-symlink", [[S("l", "t/" * 150)]], [S("l", "t/" * 150)])


def metadata(lay):
    i = lay.image
    cap = bytes.fromhex("0100000200200000000000000000000000000000")

    def same(name, entries, **kw):
        i(name, [entries], entries, **kw)

    same("setuid", [F("su", "s", 0o4755, 1000, 1000),
                    F("sg", "s", 0o2755, 0, 50), D("t", 0o1777)])
    i("read-only-parent", [[D("ro", 0o555), F("ro/f", "f")],
                           [F("ro/g", "g")]],
      [D("ro", 0o555), F("ro/f", "f"), F("ro/g", "g")])
    same("devices", [C("console", 5, 1), B("sda", 8, 0), P("pipe"),
                     C("big", 511, 100000)])
    same("device-0-0", [C("zero", 0, 0)],
         about="not a whiteout: it stays a device")
    same("file-caps", [F("ping", "p", 0o755,
                         xattrs={"security.capability": cap})])
    same("user-xattrs", [F("f", "f", xattrs={"user.a": "1",
                                             "user.bin": b"\0\xff\n="}),
                         D("d", xattrs={"user.d": "2"})])
    same("big-ids", [F("f", "f", 0o644, 2000000, 4294967294)])
    i("pax-ids", [[F("f", "f", pax={"uid": "70000", "gid": "4000000"})]],
      [F("f", "f", 0o644, 70000, 4000000)])
    i("link-metadata", [[F("a", "a", 0o640), H("b", "a", 0o777)]],
      [F("a", "a", 0o640), H("b", "a")],
      about="a link's own mode means nothing")
    i("no-type-flag", [[header(b"f", b"\0", 1) + padded(b"v")]],
      [F("f", "v")])
    i("contiguous", [[header(b"f", b"7", 1) + padded(b"c")]], [F("f", "c")])
    i("pax-global-path", [[pax({"path": "wrong"}, b"g"), F("f", "f")]],
      [F("f", "f")], about="a global path is ignored")


def formats(lay):
    i = lay.image
    parts = [(1 << 20, b"block one".ljust(4096, b".")),
             (5 << 20, b"block two".ljust(4096, b"."))]
    size = 10 << 20
    full = [F("sparse", holes(size, parts))]
    ends = parts + [(size, b"")]
    i("sparse-gnu", [[sparse_gnu("sparse", size, ends)]], full)
    i("sparse-gnu-no-end", [[sparse_gnu("sparse", size, parts)]], full,
      expect=EITHER, about="no map entry marks the hole at the end")
    i("sparse-pax-0.1", [[sparse_pax("sparse", size, ends, "0.1")]], full)
    i("sparse-pax-1.0", [[sparse_pax("sparse", size, ends, "1.0")]], full)
    i("sparse-all-hole", [[sparse_pax("sparse", size, [(size, b"")],
                                      "1.0")]], [F("sparse", holes(size, []))])
    one, two = tar([F("a", "1")]), tar([F("b", "2")])
    both = [F("a", "1"), F("b", "2")]
    i("gzip-members", [Layer(one[:700] + one[700:], blob=gz(one[:700])
                             + gz(one[700:]))], [F("a", "1")])
    i("gzip-empty-member", [Layer(one, blob=gz(b"") + gz(one))],
      [F("a", "1")])
    i("zstd-frames", [Layer(one, "zstd", zstd(one[:700]) + zstd(one[700:]))],
      [F("a", "1")])
    i("zstd-skippable", [Layer(one, "zstd", skippable(b"before") + zstd(one)
                               + skippable(b"after"))], [F("a", "1")])
    i("zstd-no-checksum", [Layer(one, "zstd", zstd(one, "--no-check"))],
      [F("a", "1")])
    i("three-codecs", [Layer(one), Layer(two, "zstd"),
                       Layer(tar([F("c", "3")]), "plain")],
      both + [F("c", "3")])
    i("diff-id-wrong", [Layer(one, diff="sha256:" + "0" * 64)],
      expect=REFUSED)
    i("same-layer-twice", [Layer(one), Layer(two), Layer(one)], both)
    i("hundred-layers", [[F("n", str(k)), F("f%d" % k, str(k))]
                         for k in range(100)],
      [F("n", "99")] + [F("f%d" % k, str(k)) for k in range(100)])


# -- the hostile set ---------------------------------------------------------

def set_hostile(lay, bomb_mib=512, bomb_files=100000):
    bombs(lay, bomb_mib, bomb_files)
    breakouts(lay)
    bad_headers(lay)
    bad_streams(lay)
    bad_documents(lay)


def bombs(lay, mib, files):
    """ok or refused, in bounded memory and time."""
    i = lay.image
    blob, diff = zeros_gz(header(b"zeros", b"0", mib << 20), mib, END)
    i("bomb-zeros", [Layer(b"", blob=blob, diff=diff)], expect=EITHER)
    start = pax_records({"comment": b"\0" * (mib << 20)})[:20]
    start = start[:start.index(b"\0")]
    size = len(start) + (mib << 20) + 1
    blob, diff = zeros_gz(header(b"x", b"x", size) + start, mib,
                          b"\n" + b"\0" * (-size % 512)
                          + member(F("f", "f")) + END)
    i("bomb-pax-header", [Layer(b"", blob=blob, diff=diff)], expect=REFUSED)
    empty = [F("%07d" % n) for n in range(files)]
    i("bomb-files", [empty], expect=EITHER)
    i("bomb-path", [[F("f", pax={"path": "p/" * (1 << 19)})]],
      expect=REFUSED)
    i("bomb-xattrs", [[F("f", xattrs={"user.%d" % n: "v"
                                      for n in range(100000)})]],
      expect=REFUSED)
    i("bomb-big-xattr", [[F("f", xattrs={"user.v": "v" * (20 << 20)})]],
      expect=REFUSED)
    i("bomb-depth", [[F("f", pax={"path": "d/" * 10000 + "f"})]],
      expect=REFUSED)
    deep = ["d/" * n + "d" for n in range(1000)]
    i("depth-1000", [[D(n) for n in deep]], [D(n) for n in deep],
      expect=EITHER)
    i("bomb-whiteouts", [[F("keep", "k")],
                         [W("w%d" % n) for n in range(20000)]],
      [F("keep", "k")], expect=EITHER)


def breakouts(lay):
    i = lay.image
    pwn = "pwn"
    i("out-parent-chain", [[S("parent", ".."), S("parent/escapes", ".."),
                            F("escapes/pwn", pwn)]],
      [S("parent", ".."), S("escapes", ".."), F("pwn", pwn)], expect=EITHER)
    i("out-absolute-link", [[S("l", "/tmp/canary"), F("l", pwn)]],
      [F("l", pwn)], expect=EITHER)
    i("out-through-link", [[S("l", "/../../tmp"), F("l/pwn", pwn)]],
      [S("l", "/../../tmp"), I("tmp"), F("tmp/pwn", pwn)], expect=EITHER)
    i("out-lower-link", [[S("l", "../../../tmp")], [F("l/pwn", pwn)]],
      [S("l", "../../../tmp"), I("tmp"), F("tmp/pwn", pwn)], expect=EITHER)
    i("out-hardlink", [[H("h", "../../../../etc/passwd")]], expect=REFUSED)
    i("out-hardlink-absolute", [[H("h", "/etc/shadow")]], expect=REFUSED)
    i("out-hardlink-through-link", [[S("l", "/"), H("h", "l/etc/passwd")]],
      expect=REFUSED)
    i("out-hardlink-write", [[S("s", "/etc/passwd"), H("h", "s"),
                              F("h", pwn)]],
      [S("s", "/etc/passwd"), F("h", pwn)])
    i("out-hardlink-dir", [[D("d"), H("h", "d")]], expect=REFUSED)
    i("out-hardlink-self", [[H("h", "h")]], expect=REFUSED)
    i("out-name", [[F("../../../tmp/pwn", pwn)]],
      [I("tmp"), F("tmp/pwn", pwn)], expect=EITHER)
    i("out-name-absolute", [[F("/tmp/pwn", pwn)]],
      [I("tmp"), F("tmp/pwn", pwn)], expect=EITHER)
    i("out-name-middle", [[F("a/../../../pwn", pwn)]], [F("pwn", pwn)],
      expect=EITHER)
    i("out-whiteout", [[F("etc/k", "k")], [W("../../etc/passwd")]],
      [I("etc"), F("etc/k", "k")], expect=EITHER)
    i("out-whiteout-link", [[D("e"), F("e/f", "f"), S("l", "/")],
                            [F("l/../.wh.none")]],
      [D("e"), F("e/f", "f"), S("l", "/")], expect=EITHER)
    i("wh-of-dot", [[F("a/f")], [F(".wh..")]], expect=REFUSED)
    i("wh-of-dotdot", [[F("a/f")], [F("a/.wh...")]], expect=REFUSED)
    i("wh-of-nothing", [[F("a/f")], [F(".wh.")]], expect=REFUSED)
    i("symlink-loop", [[S("a", "b"), S("b", "a"), F("a/x", "x")]],
      expect=REFUSED)
    i("symlink-self", [[S("a", "a"), F("a/x", "x")]], expect=REFUSED)
    chain = [S("l%d" % n, "l%d" % (n + 1)) for n in range(300)]
    i("symlink-chain", [chain + [D("l300"), F("l0/x", "x")]],
      chain + [D("l300"), F("l300/x", "x")], expect=EITHER)
    i("passwd-fifo", [[D("etc"), P("etc/passwd")]], [D("etc"),
                                                     P("etc/passwd")])
    i("passwd-zero", [[D("etc"), S("etc/passwd", "/dev/zero")]],
      [D("etc"), S("etc/passwd", "/dev/zero")])


def bad_headers(lay):
    i = lay.image
    good = member(F("good", "g"))

    def bad(name, *entries, **kw):
        i(name, [[good, *entries]], expect=REFUSED, **kw)

    bad("name-256", F("n" * 256))
    bad("name-256-dir", F("n" * 256 + "/f"))
    bad("name-empty", header(b"", b"0", 1) + padded(b"x"))
    bad("name-root-file", F("./", "x"))
    bad("name-only-dotdot", F("..", "x"))
    bad("symlink-empty", S("l", ""))
    bad("symlink-5000", S("l", "t" * 5000))
    bad("pax-path-nul", F("f", pax={"path": b"a\0b"}))
    bad("pax-link-nul", S("l", "t", pax={"linkpath": b"a\0b"}))
    bad("pax-length-zero", pax(b"0 path=x\n") + member(F("f")))
    bad("pax-length-long", pax(b"99 path=x\n") + member(F("f")))
    bad("pax-length-huge", pax(b"99999999999999999999 path=x\n")
        + member(F("f")))
    bad("pax-no-newline", pax(b"9 path=xyz") + member(F("f")))
    bad("pax-no-equals", pax(b"9 pathxyz\n"[:8] + b"\n") + member(F("f")))
    bad("pax-size-negative", F("f", "x", pax={"size": "-1"}))
    bad("pax-size-huge", F("f", "x", pax={"size": str(1 << 62)}))
    bad("pax-uid-wraps", F("f", "x", pax={"uid": str(1 << 32)}))
    bad("pax-uid-negative", F("f", "x", pax={"uid": "-5"}))
    bad("uid-wraps", F("f", "x", uid=1 << 32))
    bad("size-negative", header(b"f", b"0", -512))
    bad("size-2-62", header(b"f", b"0", 1 << 62))
    bad("checksum", header(b"f", b"0", 1, bad_sum=True) + padded(b"x"))
    bad("dir-with-data", header(b"d/", b"5", 512) + b"\xee" * 512)
    bad("link-with-data", header(b"h", b"1", 512, target=b"good")
        + b"\xee" * 512)
    bad("garbage", b"\xee" * 2048)
    bad("unknown-type", header(b"v", b"V", 0))
    bad("sparse-overlap", sparse_gnu("s", 8192, [(0, b"a" * 4096),
                                                 (100, b"b" * 4096)]))
    bad("sparse-past-end", sparse_gnu("s", 100, [(1 << 40, b"a" * 512)]))
    i("sparse-huge", [[sparse_gnu("s", 1 << 50, [(0, b"a" * 512)])]],
      expect=EITHER, about="a hole of 1 PiB: bounded disk and time")
    inner = member(F("smuggled", "s"))
    body = b"x" * 512 + inner
    i("pax-size-wins", [[pax({"size": str(len(body))})
                         + header(b"f", b"0", 0) + padded(body)]],
      [F("f", body)], about="the PAX size counts; nothing is smuggled in")
    i("pax-global-size", [[pax({"size": "512"}, b"g"), F("f", "f")]],
      [F("f", "f")], expect=EITHER)
    i("uid-max", [[F("f", "f", 0o644, (1 << 32) - 2, (1 << 32) - 2)]],
      [F("f", "f", 0o644, (1 << 32) - 2, (1 << 32) - 2)])
    i("mtime-negative", [[header(b"f", b"0", 1, mtime=-1) + padded(b"x")]],
      [F("f", "x")], expect=EITHER)


def bad_streams(lay):
    i = lay.image
    one = tar([F("a", "1" * 3000), F("b", "2")])
    tree = [F("a", "1" * 3000), F("b", "2")]
    cut = member(F("a", "1" * 3000))
    packed = gz(one)

    def stream(name, plain, comp="gzip", blob=None, expect=REFUSED,
               tree=None, **kw):
        i(name, [Layer(plain, comp, blob, **kw)], tree, expect)

    flipped = bytearray(packed)
    flipped[-6] ^= 1
    stream("gzip-bad-crc", one, blob=bytes(flipped), expect=EITHER, tree=tree)
    flipped = bytearray(packed)
    flipped[-2] ^= 1
    stream("gzip-bad-length", one, blob=bytes(flipped), expect=EITHER,
           tree=tree)
    stream("gzip-junk", one, blob=packed + b"junk", expect=EITHER, tree=tree)
    stream("gzip-nul-padding", one, blob=packed + b"\0" * 512, expect="ok",
           tree=tree)
    stream("gzip-cut", one, blob=packed[:-20])
    stream("gzip-no-trailer", one, blob=packed[:-8], expect=EITHER, tree=tree)
    stream("gzip-empty-blob", one, blob=b"")
    stream("gzip-junk-wrong-diff", one, blob=packed + b"junk",
           diff="sha256:" + "1" * 64)
    stream("tar-cut-at-entry", cut, expect="ok", tree=tree[:1])
    stream("tar-cut-wrong-diff", cut, diff=digest(one))
    stream("tar-cut-in-data", one[:1024])
    stream("tar-cut-in-header", one[:300])
    stream("tar-cut-gnu-long", gnu_long("x" * 300)[:600])
    stream("tar-one-zero-block", cut + b"\0" * 512, expect="ok",
           tree=tree[:1])
    stream("tar-hidden-second", tar(tree[:1]) + tar([F("hidden", "h")]),
           expect="ok", tree=tree[:1])
    stream("tar-hidden-wrong-diff", tar(tree[:1]) + tar([F("hidden", "h")]),
           diff=digest(tar(tree[:1])))
    z = bytearray(zstd_stored(one, 20))
    z[600] ^= 1
    stream("zstd-flipped", one, "zstd", bytes(z))
    stream("zstd-cut", one, "zstd", zstd(one)[:-9])
    stream("zstd-window-27", one, "zstd", zstd_stored(one, 27), EITHER, tree)
    stream("zstd-window-31", one, "zstd", zstd_stored(one, 31))
    stream("gzip-called-zstd", one, blob=packed, media=LAYER["zstd"],
           expect=EITHER, tree=tree)
    stream("zstd-called-gzip", one, "zstd", media=LAYER["gzip"],
           expect=EITHER, tree=tree)
    stream("not-an-archive", b"", "gzip", b"<html>not a layer</html>")
    stream("diff-id-mismatch", one, diff=digest(b"other"))


def bad_documents(lay):
    layer = Layer([F("a", "1")])

    def doc(name, change, expect=REFUSED):
        def apply(man):
            out = change(man)
            return man if out is None else out
        lay.name(name, lay.manifest([layer], change=apply), expect,
                 [F("a", "1")])

    def first(key, value):
        return lambda m: m["layers"][0].__setitem__(key, value)

    def text(old, new):
        return lambda m: json.dumps(m).replace(old, new, 1).encode()

    doc("doc-size-negative", first("size", -1))
    doc("doc-size-small", first("size", 10))
    doc("doc-size-large", first("size", 1 << 40))
    doc("doc-size-text", first("size", "12"))
    doc("doc-size-float", text('"size": ', '"size": 1e3, "was": '))
    doc("doc-size-2-63", first("size", 1 << 63))
    doc("doc-digest-path", first("digest", "sha256:../../../../etc/passwd"))
    doc("doc-digest-upper", first("digest", layer.diff.upper()))
    doc("doc-digest-nul", first("digest", layer.diff + "\0x"))
    doc("doc-digest-unknown", first("digest", "md5:" + "0" * 32))
    doc("doc-blob-missing", first("digest", "sha256:" + "ab" * 32))
    doc("doc-layer-unknown-type", first("mediaType", "text/plain"))
    doc("doc-index-and-manifest", lambda m: m.update(manifests=[]))
    doc("doc-type-mismatch",
        lambda m: m.update(mediaType=OCI + "index.v1+json"))
    doc("doc-version-1", lambda m: m.update(schemaVersion=1))
    doc("doc-no-config", lambda m: m.pop("config") and None)
    doc("doc-duplicate-key", text('"layers": ', '"layers": [], "layers": '))
    doc("doc-not-json", lambda m: b"<html>")
    doc("doc-empty", lambda m: b"")
    doc("doc-array", lambda m: b"[]")
    doc("doc-deep", lambda m: b'{"a":' * 100000 + b"1" + b"}" * 100000)
    doc("doc-trailing", lambda m: json.dumps(m).encode() + b"{}")
    doc("doc-bom", lambda m: b"\xef\xbb\xbf" + json.dumps(m).encode())
    doc("doc-bad-utf8", lambda m: json.dumps({**m, "x": "?"}).encode()
        .replace(b"?", b"\xff"))
    doc("doc-unknown-keys", lambda m: m.update({"com.example": [1]}), "ok")
    doc("doc-foreign-layer", first(
        "mediaType", OCI + "layer.nondistributable.v1.tar+gzip"), EITHER)
    doc("doc-foreign-urls", first("urls", ["http://127.0.0.1:9/x"]), EITHER)
    two = Layer([F("b", "2")])
    man = lay.manifest([layer, two], change=lambda m: {
        **m, "layers": m["layers"][:1]})
    lay.name("doc-diff-ids-more", man, REFUSED)
    man = lay.manifest([layer], change=lambda m: {
        **m, "layers": m["layers"] * 2})
    lay.name("doc-diff-ids-fewer", man, REFUSED)
    configs(lay, layer)
    desc = lay.manifest([layer])
    for _ in range(30):
        desc = lay.index([desc])
    lay.name("doc-nested-30", desc, EITHER)
    lay.name("doc-index-empty", lay.index([]), REFUSED)


def configs(lay, layer):
    good = lay.config([layer])
    kinds = {
        "config-not-json": b"#!config",
        "config-array": b"[]",
        "config-no-rootfs": {k: v for k, v in good.items() if k != "rootfs"},
        "config-diff-id-bad": {**good, "rootfs": {
            "type": "layers", "diff_ids": ["sha256:xyz"]}},
        "config-env-number": {**good, "config": {"Env": [1, 2]}},
        "config-nul": {**good, "config": {"Cmd": ["/bin/sh\0x"]}},
        "config-deep": b'{"config":' * 100000 + b"{}" + b"}" * 100000,
    }
    for name, doc in kinds.items():
        desc = lay.blob(doc, OCI + "config.v1+json")
        lay.name(name, lay.manifest(
            [layer], change=lambda m, d=desc: {**m, "config": d}), REFUSED)


# -- command line ------------------------------------------------------------

def main():
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("outdir")
    p.add_argument("--set", action="append", choices=list(SETS))
    p.add_argument("--tar", metavar="FILE", help="the layout as one tar")
    p.add_argument("--docker-save", metavar="FILE")
    p.add_argument("--image", metavar="NAME", default="base",
                   help="image for --docker-save")
    p.add_argument("--bomb-mib", type=int, default=512)
    p.add_argument("--bomb-files", type=int, default=100000)
    p.add_argument("--arch", default="amd64", help="of what names none")
    args = p.parse_args()
    lay = Layout(args.arch)
    for name in args.set or ["basic"]:
        if name == "hostile":
            set_hostile(lay, args.bomb_mib, args.bomb_files)
        else:
            SETS[name](lay)
    if args.docker_save and args.image not in lay.saved:
        sys.exit("images.py: no image '%s' in this set" % args.image)
    lay.write(args.outdir)
    if args.tar:
        write_tar(args.tar, lay.files())
    if args.docker_save:
        write_tar(args.docker_save, docker_save(lay, args.image))


SETS = {"basic": set_basic, "layers": set_layers, "hostile": set_hostile}

if __name__ == "__main__":
    main()
