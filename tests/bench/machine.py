# SPDX-License-Identifier: Apache-2.0
"""One virtual machine, from its start to its first web page."""
import os
import select
import socket
import subprocess
import time

ASK = b"GET / HTTP/1.0\r\nHost: guest\r\n\r\n"
EVERY = 0.02   # a new connection; QEMU looks for the guest with each


class Asker:
    """Asks for the page again and again, without waiting for an answer."""

    def __init__(self, port):
        self.port = port
        self.asked = 0.0
        self.open = {}

    def ask(self, now):
        self.asked = now
        try:
            s = socket.create_connection(("127.0.0.1", self.port))
            s.sendall(ASK)
        except OSError:  # QEMU does not listen yet
            return
        self.open[s] = now

    def turn(self):
        """Whether the page has come."""
        now = time.monotonic()
        if now - self.asked >= EVERY:
            self.ask(now)
        for s in [s for s, t in self.open.items() if now - t > 0.5]:
            self.drop(s)
        ready, _, _ = select.select(list(self.open), [], [], EVERY / 4)
        return any([self.answer(s) for s in ready])

    def answer(self, s):
        try:
            text = s.recv(4096)
        except OSError:
            text = b""
        self.drop(s)
        return b" 200 " in text.split(b"\r\n")[0]

    def drop(self, s):
        s.close()
        del self.open[s]


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def first_page(command, port, limit):
    """(seconds passed, processor seconds) up to the page that QEMU forwards
    @port to; None: none came in @limit seconds."""
    began = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as qemu:
        asker = Asker(port)
        try:
            while qemu.poll() is None and time.monotonic() - began < limit:
                if asker.turn():
                    passed = time.monotonic() - began
                    return passed, processor_seconds(qemu.pid)
        finally:
            qemu.kill()
    return None
