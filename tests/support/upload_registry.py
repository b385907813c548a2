#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An OCI registry that takes uploads, with faults, for tests. Loopback only.

  upload_registry.py FOLDER --port-file FILE --log FILE [--fault NAME[,N]]...

What it takes lies in FOLDER/blobs/DIGEST and FOLDER/tags/NAME/TAG. Each fault
hits N times (default: every time); faults are

  STATUS:REGEX    that status for what matches "METHOD PATH"
  cut             the connection closes in the middle of a larger blob
  closed          the connection closes without an answer to a blob
  lie-blob        another digest in the answer to a blob
  lie-manifest    another digest in the answer to a manifest
  mute            no digest in any answer
  absolute        Location with scheme, host and a query
  elsewhere       Location on another host
  file            Location: file:///etc/passwd
  nowhere         no Location
  long            a Location of 10000 bytes
  redirect        307 to another host instead of an upload

--log gets a line "METHOD PATH STATUS BYTES" a request.
"""
import argparse
import hashlib
import http.server
import os
import re
import threading
import urllib.parse

UPLOADS = re.compile(r"^/v2/(.+)/blobs/uploads/$")
UPLOAD = re.compile(r"^/v2/(.+)/blobs/uploads/([0-9]+)$")
BLOB = re.compile(r"^/v2/.+/blobs/(sha256:[0-9a-f]{64})$")
MANIFEST = re.compile(r"^/v2/(.+)/manifests/([^/]+)$")
LIE = "sha256:" + "0" * 64


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def fault(self, name):
        """Whether the fault NAME hits now."""
        with self.server.lock:
            left = self.server.faults.get(name, 0)
            if left:
                self.server.faults[name] = left - 1
        return left > 0

    def answer(self, status, headers=None, body=b""):
        headers = dict(headers or {})
        if self.server.faults.get("mute"):
            headers.pop("Docker-Content-Digest", None)
        with self.server.lock:
            self.server.log.write("%s %s %d %d\n" % (
                self.command, urllib.parse.urlsplit(self.path).path, status,
                self.taken))
            self.server.log.flush()
        self.send_response_only(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def hang_up(self):
        self.close_connection = True
        with self.server.lock:
            self.server.log.write("%s %s 0 %d\n" % (
                self.command, urllib.parse.urlsplit(self.path).path,
                self.taken))
            self.server.log.flush()

    def body(self, most=None):
        left = int(self.headers.get("Content-Length", 0))
        data = self.rfile.read(left if most is None else min(most, left))
        self.taken = len(data)
        return data

    def serve(self):
        self.taken = 0
        url = urllib.parse.urlsplit(self.path)
        for name in list(self.server.faults):
            status, colon, regex = name.partition(":")
            if colon and re.search(regex, self.command + " " + url.path) and \
                    self.fault(name):
                self.body()
                return self.answer(int(status), {"Retry-After": "0"})
        for regex, method in ((UPLOADS, "begin"), (UPLOAD, "take"),
                              (BLOB, "blob"), (MANIFEST, "manifest")):
            match = regex.match(url.path)
            if match:
                return getattr(self, method)(url, *match.groups())
        return self.answer(404)

    do_GET = do_HEAD = do_POST = do_PUT = serve

    def path_of(self, *names):
        path = os.path.join(self.server.folder, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def begin(self, url, repo):
        if self.command != "POST" or self.body():
            return self.answer(405)
        with self.server.lock:
            self.server.uploads += 1
            place = "/v2/%s/blobs/uploads/%d" % (repo, self.server.uploads)
        host = "http://127.0.0.1:%d" % self.server.server_port
        other = "http://127.0.0.2:%d" % self.server.server_port
        if self.fault("redirect"):
            return self.answer(307, {"Location": other + place})
        if self.fault("absolute"):
            place = host + place + "?state=a%2Fb&x=1#end"
        elif self.fault("elsewhere"):
            place = other + place
        elif self.fault("file"):
            place = "file:///etc/passwd"
        elif self.fault("long"):
            place += "?state=" + "x" * 10000
        if self.fault("nowhere"):
            return self.answer(202)
        return self.answer(202, {"Location": place})

    def take(self, url, repo, number):
        query = urllib.parse.parse_qs(url.query)
        digest = query.get("digest", [""])[0]
        if self.command != "PUT":
            return self.answer(405)
        if "state" in query and query["state"] != ["a/b"]:
            return self.answer(400)
        if int(self.headers["Content-Length"]) > 1000 and self.fault("cut"):
            self.body(1000)
            return self.hang_up()
        data = self.body()
        if self.fault("closed"):
            return self.hang_up()
        if "sha256:" + hashlib.sha256(data).hexdigest() != digest:
            return self.answer(400)
        with open(self.path_of("blobs", digest), "wb") as f:
            f.write(data)
        return self.answer(201, {"Docker-Content-Digest":
                                 LIE if self.fault("lie-blob") else digest})

    def blob(self, url, digest):
        there = os.path.exists(self.path_of("blobs", digest))
        return self.answer(200 if there else 404)

    def manifest(self, url, repo, tag):
        path = self.path_of("tags", repo, tag)
        if self.command != "PUT":
            if not os.path.exists(path):
                return self.answer(404)
            with open(path, "rb") as f:
                data = f.read()
            return self.answer(200, {
                "Docker-Content-Digest":
                    "sha256:" + hashlib.sha256(data).hexdigest(),
                "Content-Type": self.server.types[path]}, data)
        data = self.body()
        with open(path, "wb") as f:
            f.write(data)
        self.server.types[path] = self.headers["Content-Type"]
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        return self.answer(201, {"Docker-Content-Digest":
                                 LIE if self.fault("lie-manifest")
                                 else digest})


def main():
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("--port-file", required=True)
    p.add_argument("--log", required=True)
    p.add_argument("--fault", action="append", default=[])
    args = p.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.folder, server.lock = args.folder, threading.Lock()
    server.uploads, server.faults, server.types = 0, {}, {}
    for spec in args.fault:
        name, _, count = spec.partition(",")
        server.faults[name] = int(count or 1 << 30)
    with open(args.log, "a", encoding="utf-8") as server.log:
        with open(args.port_file + ".new", "w", encoding="ascii") as f:
            f.write("%d\n" % server.server_port)
        os.rename(args.port_file + ".new", args.port_file)
        server.serve_forever()


main()
