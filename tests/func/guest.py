# SPDX-License-Identifier: Apache-2.0
"""Stands for QEMU and its guest: a page at each forwarded port, a console, an
agent. $GUEST is a JSON object of what this guest does:
  status, body    of every page; "closed": connections are closed at once
  console         text, printed at once
  answers         {verb: object} of the agent; a string is sent as it is
  exits           status of QEMU, at once
  reboots         false: asked to reboot, it stays
$BOOTS counts the boots."""
import json
import os
import socket
import sys
import threading
import time

GUEST = json.load(open(os.environ["GUEST"]))
ARGV = sys.argv[1:]


def options(name):
    return [ARGV[i + 1] for i, word in enumerate(ARGV) if word == name]


def leave(status=0):
    sys.stdout.flush()
    os._exit(status)


def forwards():
    for netdev in options("-netdev"):
        for word in netdev.split(","):
            if word.startswith("hostfwd=tcp:"):
                yield int(word.split(":")[2].rstrip("-"))


def answer_page(conn):
    if GUEST.get("closed"):
        conn.close()
        return
    conn.settimeout(2)
    try:
        conn.recv(4096)
        body = GUEST.get("body", "hello").encode()
        conn.sendall(b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n"
                     b"Connection: close\r\n\r\n%s"
                     % (GUEST.get("status", 200), len(body), body))
    except OSError:
        pass
    conn.close()


def serve(port):
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=answer_page, args=(conn,),
                         daemon=True).start()


def channel(name):
    for chardev in options("-chardev"):
        words = dict(w.split("=", 1) for w in chardev.split(",")[1:]
                     if "=" in w)
        if words.get("id") == name and "fd" in words:
            return socket.socket(fileno=int(words["fd"]))
    return None


def agent(sock):
    for line in sock.makefile("rb"):
        request = json.loads(line)
        verb = next(key for key in request if key != "id")
        if verb == "power" and GUEST.get("reboots", True):
            sock.sendall(b'{"id":%d,"done":true}\n' % request["id"])
            print("[    2.0] init: rebooting", flush=True)
            leave()
        answer = GUEST.get("answers", {}).get(verb)
        if isinstance(answer, str):
            sock.sendall(answer.encode("utf-8", "surrogateescape"))
        elif answer is not None:
            sock.sendall(json.dumps({"id": request["id"], **answer})
                         .encode() + b"\n")


def monitor(sock):
    state = "SYN_SENT" if GUEST.get("silent") else "ESTABLISHED"
    for line in sock.makefile("rb"):
        if b"usernet" in line:
            rows = "".join(f"  TCP[{state}] 9 127.0.0.1 {port} 10.0.2.15 80\r\n"
                           for port in forwards())
            sock.sendall(json.dumps(
                {"return": "Protocol[State]\r\n" + rows}).encode() + b"\n")


def button(sock):
    for line in sock.makefile("rb"):
        if b"system_powerdown" in line:
            print("[    2.0] init: powering off", flush=True)
            leave()


def main():
    with open(os.environ["BOOTS"], "a") as boots:
        boots.write(f"{os.getpid()} {' '.join(ARGV)}\n")
    if "exits" in GUEST:
        leave(GUEST["exits"])
    for port in forwards():
        threading.Thread(target=serve, args=(port,), daemon=True).start()
    for name, run in (("channel0", agent), ("monitor", monitor),
                      ("control", button)):
        sock = channel(name)
        if sock:
            threading.Thread(target=run, args=(sock,), daemon=True).start()
    sys.stdout.buffer.write(GUEST.get("console", "").encode(
        "utf-8", "surrogateescape"))
    sys.stdout.flush()
    time.sleep(60)


main()
