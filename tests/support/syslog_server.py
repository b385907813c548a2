#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A syslog server over TCP, RFC 6587 with octet counting.

  syslog_server.py PORTFILE OUT [HANGUP]

Writes a message a line to OUT. After the first HANGUP messages it hangs up
once. A frame that is none ends it with status 1.
"""
import re
import socket
import sys

MESSAGE = re.compile(
    rb"<(\d{1,3})>1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\S+) (\S+) "
    rb"- - - (.*)", re.S)


def take(data):
    """The first message of data and what is behind it; None: not whole."""
    head, blank, rest = data.partition(b" ")
    if not blank:
        return None, data
    if not re.fullmatch(rb"[1-9]\d{0,4}", head):
        sys.exit(f"no octet count: {data[:60]!r}")
    size = int(head)
    if len(rest) < size:
        return None, data
    if not MESSAGE.fullmatch(rest[:size]):
        sys.exit(f"no message: {rest[:size]!r}")
    return rest[:size], rest[size:]


def serve(client, out, left):
    data = b""
    while True:
        got = client.recv(65536)
        if not got:
            return
        data += got
        while True:
            message, data = take(data)
            if message is None:
                break
            out.write(message.replace(b"\n", b"?") + b"\n")
            out.flush()
            if left[0] > 0:
                left[0] -= 1
                if left[0] == 0:
                    return


def main():
    server = socket.create_server(("127.0.0.1", 0))
    with open(sys.argv[1], "w") as f:
        f.write(f"{server.getsockname()[1]}\n")
    left = [int(sys.argv[3]) if len(sys.argv) > 3 else 0]
    with open(sys.argv[2], "wb") as out:
        while True:
            client, _ = server.accept()
            with client:
                serve(client, out, left)


main()
