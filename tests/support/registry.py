#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A read-only OCI registry with faults, for tests. Loopback only.

  registry.py LAYOUT --port-file FILE [--log FILE] [--fault SPEC]...

LAYOUT is an OCI image layout; repositories and tags come from the
annotation org.opencontainers.image.ref.name ("docker.io/test/a:v1" is
served as repository test/a, tag v1).

SPEC is NAME[:REGEX][,OPTION=VALUE]...  REGEX is searched in "METHOD PATH";
without one a fault takes blobs or manifests, as fits. The first matching
fault wins. Every fault knows times=N (stop after N hits) and each=N (stop
after N hits of the same path). --control FILE holds more specs, one a line,
looked at before those of the command line and read again when it changes.

  flip            one bit of the body is wrong            at=BYTE
  short           body too short, length header to match  by=BYTES
  long            body too long, length header to match   extra=BYTES
                  chunked=1: without a length header
  endless         no length, up to 700 MB or until the client closes
  cut             closes after some bytes, each time      after=BYTES rst=1
  cut200          closes once, then ignores Range         after=BYTES
  cutbadrange     closes once, then answers Range wrongly after=BYTES
                  bad=offset|length|star|double
  429 503 404 ... that status (any from 400 to 599)       retry=SECONDS|
                  date+SECONDS|none|any text
  stall           some bytes, then silence                after=BYTES
  slow            limited                                 rate=BYTES_A_SECOND
  redirect        blob GET goes to the second port        status=307
  redirect-file   Location: file:///etc/passwd
  redirect-loop   to itself for ever
  redirect-to     to the address given                    to=URL
  html            200 text/html for a manifest
  bigmanifest     manifest padded to 9 MB                 size=BYTES
  badtype         wrong Content-Type for a manifest       type=TYPE
  wrongdigest     wrong Docker-Content-Digest
  auth            401 until credentials come              scheme=basic|bearer
                  realm=URL|cdn  user= password=  anonymous=1
                  uses=N: a token is good for N requests
                  tokenbytes=N  tokenredirect=URL

--port-file gets the port, FILE.cdn that of the second listener (the target
of redirects and of realm=cdn). --log gets one JSON object a request. "sent"
counts body bytes given to the kernel, so it runs ahead of the client by
what socket buffers hold.
"""
import argparse
import base64
import email.utils
import hashlib
import http.server
import json
import os
import re
import select
import signal
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

ENDLESS_MAX = 700 * 1000 * 1000
CHUNK = 64 * 1024
OCI = "application/vnd.oci.image."
DIGEST = re.compile(r"^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$")
ROUTE = re.compile(r"^/v2/(.+)/(manifests|blobs|tags|referrers)/([^/]+)$")
OPTIONS = ("times each at by extra chunked after rst bad retry rate status to "
           "size type scheme realm user password anonymous uses tokenbytes "
           "tokenredirect").split()
BODY = "flip short long endless cut cut200 cutbadrange stall slow".split()
BLOB = BODY + ["redirect", "redirect-file", "redirect-loop", "redirect-to"]
MANIFEST = ["html", "bigmanifest", "badtype", "wrongdigest"]


class Fault:
    """One SPEC, with its counters."""

    def __init__(self, spec):
        parts = re.split(r",(%s)=" % "|".join(OPTIONS), spec.strip())
        self.name, _, regex = parts[0].partition(":")
        self.opts = dict(zip(parts[1::2], parts[2::2]))
        status = re.match(r"^[45]\d\d$", self.name)
        if self.name in BLOB:
            default, self.methods = "/blobs/", ("GET",)
        elif self.name in MANIFEST:
            default, self.methods = "/manifests/", ("GET", "HEAD")
        elif status or self.name == "auth":
            default, self.methods = "", ("GET", "HEAD")
        else:
            raise ValueError("unknown fault '%s'" % self.name)
        self.regex = re.compile(regex or default)
        self.hits = {}
        self.lock = threading.Lock()

    def number(self, key, default):
        return int(self.opts.get(key, default))

    def take(self, method, path):
        """Returns how often this fault hit the path before, or None."""
        if method not in self.methods:
            return None
        if not self.regex.search(method + " " + path):
            return None
        with self.lock:
            before = self.hits.get(path, 0)
            if sum(self.hits.values()) >= self.number("times", 1 << 60):
                return None
            if before >= self.number("each", 1 << 60):
                return None
            self.hits[path] = before + 1
        return before


class Faults:
    """All specs: control file first, then command line."""

    def __init__(self, specs, control):
        self.fixed = [Fault(s) for s in specs]
        self.control, self.stamp, self.extra = control, None, []
        self.lock = threading.Lock()

    def _reload(self):
        try:
            with open(self.control, encoding="utf-8") as f:
                stat = os.fstat(f.fileno())
                stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
                if stamp == self.stamp:
                    return
                lines = f.read().splitlines()
        except FileNotFoundError:
            self.stamp, self.extra = None, []
            return
        self.stamp = stamp
        self.extra = [Fault(x) for x in lines
                      if x.strip() and not x.startswith("#")]

    def all(self):
        if self.control:
            with self.lock:
                self._reload()
        return self.extra + self.fixed


class Layout:
    """An OCI image layout, read anew for each question."""

    def __init__(self, root):
        self.root = root

    def names(self):
        """repository -> tag -> descriptor"""
        with open(os.path.join(self.root, "index.json"), "rb") as f:
            index = json.load(f)
        out = {}
        for desc in index.get("manifests", []):
            ref = (desc.get("annotations") or {}).get(
                "org.opencontainers.image.ref.name", "")
            repo, _, tag = ref.rpartition(":")
            if not repo or "/" in tag:
                repo, tag = ref, "latest"
            head, slash, rest = repo.partition("/")
            if slash and (re.search(r"[.:]", head) or head == "localhost"):
                repo = rest
            out.setdefault(repo, {})[tag] = desc
        return out

    def blob(self, digest):
        if not DIGEST.match(digest):
            return None
        path = os.path.join(self.root, "blobs", *digest.split(":"))
        return path if os.path.isfile(path) else None


def media_type(data, desc):
    """What the document says of itself, else what points to it."""
    try:
        doc = json.loads(data)
        if isinstance(doc, dict) and isinstance(doc.get("mediaType"), str):
            if re.match(r"^[\w.+/-]+$", doc["mediaType"]):
                return doc["mediaType"]
    except (ValueError, RecursionError):
        pass
    return (desc or {}).get("mediaType") or OCI + "manifest.v1+json"


class Body:
    """Bytes in memory or a file, with an optional flipped bit."""

    def __init__(self, data=None, path=None):
        self.data, self.file, self.flip = data, None, None
        if path:
            self.file = open(path, "rb")
            self.size = os.fstat(self.file.fileno()).st_size
        else:
            self.size = len(data)

    def read(self, start, length):
        if self.file:
            out = os.pread(self.file.fileno(), length, start)
        else:
            out = self.data[start:start + length]
        if self.flip is not None and start <= self.flip < start + len(out):
            out = bytearray(out)
            out[self.flip - start] ^= 1
        return bytes(out)

    def close(self):
        if self.file:
            self.file.close()


class Tokens:
    """Bearer tokens given out and how often each was used."""

    def __init__(self):
        self.uses, self.lock = {}, threading.Lock()

    def new(self, size):
        with self.lock:
            text = "token%d" % len(self.uses)
            text += "x" * max(0, size - len(text))
            self.uses[text] = 0
        return text

    def valid(self, text, limit):
        with self.lock:
            if text not in self.uses or self.uses[text] >= limit:
                return False
            self.uses[text] += 1
        return True


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "test-registry"
    sys_version = ""

    # -- plumbing ---------------------------------------------------------

    def log_message(self, format, *args):
        pass

    def handle(self):
        try:
            super().handle()
        except (OSError, ssl.SSLError, ValueError):
            pass

    def head(self, status, headers, length=None):
        self.status = status
        self.send_response_only(status)
        if not (headers or {}).get("Connection"):
            if length is None or self.close_connection:
                self.send_header("Connection", "close")
                self.close_connection = True
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.end_headers()

    def put(self, data):
        view = memoryview(data)
        while view:
            n = self.connection.send(view[:CHUNK])
            self.sent += n
            view = view[n:]

    def whole(self, status, data, headers):
        """An answer that fits in memory."""
        self.head(status, headers, len(data))
        if self.command != "HEAD":
            self.put(data)

    def error(self, status, code, text, headers=None):
        doc = {"errors": [{"code": code, "message": text, "detail": None}]}
        headers = dict(headers or {})
        headers["Content-Type"] = "application/json"
        self.whole(status, json.dumps(doc).encode(), headers)

    def record(self):
        url = urllib.parse.urlsplit(self.path)
        self.server.shared.log({
            "listener": self.server.role, "method": self.command,
            "path": url.path, "query": url.query,
            "range": self.headers.get("Range"), "status": self.status,
            "sent": self.sent, "auth": "Authorization" in self.headers,
            "cookie": "Cookie" in self.headers,
            "accept": self.headers.get("Accept"),
            "encoding": self.headers.get("Accept-Encoding"),
            "agent": self.headers.get("User-Agent"), "fault": self.fault})

    def do_GET(self):
        self.sent, self.status, self.fault = 0, 0, None
        self.body = None
        try:
            self.route()
        except OSError:
            self.close_connection = True
        finally:
            if self.body:
                self.body.close()
            self.record()

    do_HEAD = do_GET

    def refuse_method(self):
        self.sent, self.status, self.fault = 0, 0, None
        self.close_connection = True
        self.error(405, "UNSUPPORTED", "this registry is read-only")
        self.record()

    do_POST = do_PUT = do_PATCH = do_DELETE = refuse_method

    # -- the distribution API ---------------------------------------------

    def route(self):
        path = urllib.parse.urlsplit(self.path).path
        if path == "/token":
            return self.token()
        fault, before = self.find_fault(path)
        if fault is not None and self.refuse(fault, path):
            return None
        if path in ("/v2/", "/v2"):
            return self.whole(200, b"{}", {"Content-Type": "application/json"})
        match = ROUTE.match(path)
        if not match:
            return self.error(404, "UNSUPPORTED", "no such endpoint")
        repo, kind, what = match.groups()
        tags = self.server.shared.layout.names().get(repo)
        if tags is None:
            return self.error(404, "NAME_UNKNOWN",
                              "repository name not known to registry")
        if kind == "manifests":
            return self.manifest(tags, what, fault, before)
        if kind == "blobs":
            return self.blob(what, fault, before)
        if kind == "tags" and what == "list":
            doc = {"name": repo, "tags": sorted(tags)}
            return self.whole(200, json.dumps(doc).encode(),
                              {"Content-Type": "application/json"})
        return self.error(404, "UNSUPPORTED", "no such endpoint")

    def find_fault(self, path):
        """The second listener has no faults: it is where redirects end."""
        if self.server.role != "main":
            return None, 0
        for fault in self.server.shared.faults.all():
            if fault.name == "auth" and self.authorized(fault, path):
                continue
            before = fault.take(self.command, path)
            if before is not None:
                self.fault = fault.name
                return fault, before
        return None, 0

    def manifest(self, tags, what, fault, before):
        desc = tags.get(what)
        digest = desc["digest"] if desc else what
        path = self.server.shared.layout.blob(digest)
        if path is None:
            return self.error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        with open(path, "rb") as f:
            data = f.read()
        headers = {"Content-Type": media_type(data, desc),
                   "Docker-Content-Digest": digest}
        name = fault.name if fault else ""
        if name == "html":
            data = b"<html><body>Please log in</body></html>\n"
            headers = {"Content-Type": "text/html; charset=utf-8"}
        elif name == "bigmanifest":
            data = data.ljust(fault.number("size", 9000000))
            headers["Docker-Content-Digest"] = \
                "sha256:" + hashlib.sha256(data).hexdigest()
        elif name == "badtype":
            headers["Content-Type"] = \
                fault.opts.get("type", "application/octet-stream")
        elif name == "wrongdigest":
            headers["Docker-Content-Digest"] = "sha256:" + "0" * 64
        return self.serve(Body(data=data), headers, fault, before)

    def blob(self, digest, fault, before):
        if not DIGEST.match(digest):
            return self.error(400, "DIGEST_INVALID", "invalid digest")
        path = self.server.shared.layout.blob(digest)
        if path is None:
            return self.error(404, "BLOB_UNKNOWN", "blob unknown to registry")
        headers = {"Content-Type": "application/octet-stream",
                   "Docker-Content-Digest": digest, "Accept-Ranges": "bytes",
                   "Etag": '"%s"' % digest}
        return self.serve(Body(path=path), headers, fault, before)

    # -- bodies -----------------------------------------------------------

    def wanted(self, size):
        """The range asked for: (start, end), None without, -1 if bad."""
        match = re.match(r"^bytes=(\d*)-(\d*)$", self.headers.get("Range", ""))
        if not match or match.groups() == ("", ""):
            return None
        first, last = match.groups()
        if not first:
            return max(0, size - int(last)), size
        end = min(size, int(last) + 1) if last else size
        return (int(first), end) if int(first) < end else -1

    def serve(self, body, headers, fault, before):
        self.body = body
        name = fault.name if fault and fault.name in BODY else ""
        if name == "flip" and body.size:
            body.flip = fault.number("at", body.size // 2) % body.size
        if name == "endless":
            return self.endless(headers)
        if name == "long":
            return self.long(headers, fault)
        if name == "short":
            size = max(0, body.size - fault.number("by", (body.size + 1) // 2))
            self.head(200, headers, size)
            return self.stream(0, size)
        span = self.wanted(body.size)
        if name == "cut200" and before:
            span = None
        if span == -1:
            headers["Content-Range"] = "bytes */%d" % body.size
            return self.error(416, "UNSUPPORTED", "range not satisfiable",
                              headers)
        start, end = span or (0, body.size)
        if span:
            headers["Content-Range"] = "bytes %d-%d/%d" % (start, end - 1,
                                                           body.size)
        if span and name == "cutbadrange" and before:
            start, end = self.spoil(headers, fault, start, end)
        self.head(206 if span else 200, headers, end - start)
        if self.command == "HEAD":
            return None
        return self.limited(start, end, fault, name, before)

    def spoil(self, headers, fault, start, end):
        """A 206 that must not be stitched to what the client has."""
        kind = fault.opts.get("bad", "offset")
        size = self.body.size
        if kind == "offset":
            start = max(0, start - 1)
            headers["Content-Range"] = "bytes %d-%d/%d" % (start, end - 1,
                                                           size)
        elif kind == "length":
            headers["Content-Range"] = "bytes %d-%d/%d" % (start, end - 1,
                                                           size + 1)
        elif kind == "star":
            headers["Content-Range"] = "bytes */%d" % size
        else:
            headers["Content-Range"] = (
                "bytes %d-%d/%d\r\nContent-Range: bytes 0-%d/%d"
                % (start, end - 1, size, end - 1, size))
        return start, end

    def limited(self, start, end, fault, name, before):
        """The body as the fault lets it through."""
        once = name in ("cut200", "cutbadrange")
        if name == "stall":
            stop = min(end, start + fault.number("after", 50 * 1024))
            self.stream(start, stop)
            return self.wait_for_close()
        if name == "slow":
            return self.slow(start, end, fault.number("rate", 10000))
        if name == "cut" or (once and not before):
            stop = start + fault.number("after", 64 * 1024)
            if stop < end:
                self.stream(start, stop)
                return self.hang_up(fault.number("rst", 0))
        return self.stream(start, end)

    def stream(self, start, end):
        while start < end:
            data = self.body.read(start, min(CHUNK, end - start))
            if not data:
                break
            self.put(data)
            start += len(data)

    def slow(self, start, end, rate):
        step = max(1, rate // 10)
        while start < end:
            n = min(step, end - start)
            self.put(self.body.read(start, n))
            start += n
            time.sleep(n / rate)

    def small_buffer(self):
        """Keeps "sent" close to what the client really took."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)

    def long(self, headers, fault):
        extra = fault.number("extra", 1 << 20)
        self.small_buffer()
        chunked = fault.number("chunked", 0)
        self.head(200, headers, None if chunked else self.body.size + extra)
        self.stream(0, self.body.size)
        self.pad(extra)

    def endless(self, headers):
        self.small_buffer()
        self.head(200, headers)
        self.stream(0, self.body.size)
        self.pad(ENDLESS_MAX - self.sent)

    def pad(self, left):
        junk = b"\xa5" * CHUNK
        while left > 0:
            self.put(junk[:min(CHUNK, left)])
            left -= CHUNK

    def hang_up(self, reset):
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            self.connection.close()

    def wait_for_close(self):
        self.close_connection = True
        while True:
            ready, _, _ = select.select([self.connection], [], [], 1)
            if ready and not self.connection.recv(1024):
                return

    # -- refusals, redirects, credentials ---------------------------------

    def refuse(self, fault, path):
        """True when the fault needs no content and has answered."""
        name = fault.name
        if name == "auth":
            self.challenge(fault)
        elif name[0] in "45" and name.isdigit():
            self.fail_status(fault)
        elif name.startswith("redirect"):
            self.redirect(fault, path)
        else:
            return False
        return True

    def fail_status(self, fault):
        retry = fault.opts.get("retry", self.server.shared.args.retry_after)
        headers = {}
        match = re.match(r"^date\+(\d+)$", retry)
        if match:
            headers["Retry-After"] = email.utils.formatdate(
                time.time() + int(match.group(1)), usegmt=True)
        elif retry != "none":
            headers["Retry-After"] = retry
        code = {"404": "MANIFEST_UNKNOWN", "403": "DENIED",
                "401": "UNAUTHORIZED", "429": "TOOMANYREQUESTS"}
        self.error(int(fault.name), code.get(fault.name, "UNAVAILABLE"),
                   "fault %s" % fault.name, headers)

    def redirect(self, fault, path):
        if fault.name == "redirect":
            to = self.server.shared.url("cdn") + path
        elif fault.name == "redirect-file":
            to = "file:///etc/passwd"
        elif fault.name == "redirect-to":
            to = fault.opts.get("to", "/")
        else:
            query = urllib.parse.urlsplit(self.path).query
            turn = re.match(r"^turn=(\d+)$", query)
            to = "%s?turn=%d" % (path, int(turn.group(1)) + 1 if turn else 1)
        self.whole(fault.number("status", 307), b"", {"Location": to})

    def realm(self, fault):
        realm = fault.opts.get("realm", "main")
        if realm in ("main", "cdn"):
            return self.server.shared.url(realm) + "/token"
        return realm

    def password_ok(self, fault):
        pair = "%s:%s" % (fault.opts.get("user", "user"),
                          fault.opts.get("password", "secret"))
        want = "Basic " + base64.b64encode(pair.encode()).decode()
        return self.headers.get("Authorization") == want

    def authorized(self, fault, path):
        if not fault.regex.search(self.command + " " + path):
            return True
        if fault.opts.get("scheme", "basic") == "basic":
            return self.password_ok(fault)
        kind, _, text = self.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and self.server.shared.tokens.valid(
            text, fault.number("uses", 1 << 60))

    def challenge(self, fault):
        if fault.opts.get("scheme", "basic") == "basic":
            want = 'Basic realm="%s"' % fault.opts.get("realm", "test")
        else:
            match = re.match(r"^/v2/(.+)/(manifests|blobs|tags)/",
                             urllib.parse.urlsplit(self.path).path)
            want = 'Bearer realm="%s",service="test"' % self.realm(fault)
            if match:
                want += ',scope="repository:%s:pull"' % match.group(1)
        self.error(401, "UNAUTHORIZED", "authentication required",
                   {"WWW-Authenticate": want})

    def token(self):
        fault = next((f for f in self.server.shared.faults.all()
                      if f.name == "auth"), None)
        self.fault = "token"
        if fault is None:
            return self.error(404, "UNSUPPORTED", "no token service here")
        if fault.opts.get("tokenredirect"):
            return self.whole(307, b"",
                              {"Location": fault.opts["tokenredirect"]})
        if not fault.number("anonymous", 0) and not self.password_ok(fault):
            return self.error(401, "UNAUTHORIZED", "wrong credentials")
        text = self.server.shared.tokens.new(fault.number("tokenbytes", 0))
        doc = {"token": text, "access_token": text, "expires_in": 300}
        return self.whole(200, json.dumps(doc).encode(),
                          {"Content-Type": "application/json"})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, role, port, shared, context):
        self.role, self.shared, self.context = role, shared, context
        super().__init__(("127.0.0.1", port), Handler)

    def finish_request(self, request, client_address):
        # The handshake belongs to the connection's thread, not to accept.
        if self.context:
            request.settimeout(60)
            request = self.context.wrap_socket(request, server_side=True)
            request.settimeout(None)
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            super().finish_request(request, client_address)
        finally:
            if self.context:
                request.close()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, ssl.SSLError)):
            super().handle_error(request, client_address)


class Shared:
    """What both listeners and all threads use."""

    def __init__(self, args):
        self.args, self.servers = args, {}
        self.layout = Layout(args.layout)
        self.faults = Faults(args.fault, args.control)
        self.tokens = Tokens()
        self.lock = threading.Lock()
        self.out = open(args.log, "a", encoding="utf-8") if args.log else None

    def log(self, entry):
        if self.out:
            with self.lock:
                self.out.write(json.dumps(entry) + "\n")
                self.out.flush()

    def url(self, role):
        server = self.servers[role]
        return "%s://%s:%d" % ("https" if server.context else "http",
                               self.args.host_name, server.server_port)


def write_port(path, port):
    with open(path + ".tmp", "w", encoding="utf-8") as f:
        f.write("%d\n" % port)
    os.rename(path + ".tmp", path)


def watch(parent, lifetime):
    """Ends the process with its parent or when its time is over."""
    end = time.monotonic() + lifetime
    while os.getppid() == parent and time.monotonic() < end:
        time.sleep(0.2)
    os._exit(0)


def arguments():
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("layout")
    p.add_argument("--fault", action="append", default=[], metavar="SPEC")
    p.add_argument("--control", metavar="FILE")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--port-file", metavar="FILE")
    p.add_argument("--log", metavar="FILE")
    p.add_argument("--retry-after", default="1", metavar="VALUE")
    p.add_argument("--host-name", default="127.0.0.1",
                   help="host in redirects and realms")
    p.add_argument("--cert", metavar="FILE")
    p.add_argument("--key", metavar="FILE")
    p.add_argument("--cdn-plain", action="store_true",
                   help="no TLS on the second port")
    p.add_argument("--lifetime", type=float, default=300)
    return p.parse_args()


def main():
    parent = os.getppid()
    args = arguments()
    context = None
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert, args.key)
    try:
        shared = Shared(args)
        shared.layout.names()
    except (OSError, ValueError) as e:
        sys.exit("registry.py: %s" % e)
    second = None if args.cdn_plain else context
    shared.servers["main"] = Server("main", args.port, shared, context)
    shared.servers["cdn"] = Server("cdn", 0, shared, second)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=watch, args=(parent, args.lifetime),
                     daemon=True).start()
    threading.Thread(target=shared.servers["cdn"].serve_forever,
                     daemon=True).start()
    if args.port_file:
        write_port(args.port_file + ".cdn", shared.servers["cdn"].server_port)
        write_port(args.port_file, shared.servers["main"].server_port)
    shared.servers["main"].serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
