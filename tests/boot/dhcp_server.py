# SPDX-License-Identifier: Apache-2.0
"""A peer of the guest's network cards that speaks raw Ethernet frames.

dhcp_server.py LAB FIXED QMP ARCH
  LAB and FIXED are "OWN:PEER", UDP ports of 127.0.0.1: QEMU's -netdev dgram
  sends one frame in a datagram from PEER to OWN. On LAB is a DHCP server that
  plays the scenes below, one after the other, for every packet of the client;
  on FIXED a neighbour that looks for the guest's static address and for frames
  of its VLAN. What happens is printed, one line each; after the last scene the
  guest is told by QMP to power off.
"""
import json
import select
import socket
import struct
import sys
import time

SERVER_MAC, TAKER_MAC = (bytes.fromhex(f"525400{c * 6}") for c in "ab")
SERVER, TAKEN, CLIENT, OTHER = (bytes([10, 9, 0, n]) for n in (1, 66, 77, 78))
NEIGHBOUR, STATIC = bytes([192, 0, 2, 254]), bytes([192, 0, 2, 10])
COOKIE = bytes([99, 130, 83, 99])
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
TYPES = {DISCOVER: "DISCOVER", REQUEST: "REQUEST", 4: "DECLINE", 7: "RELEASE"}


def say(text):
    print(text, flush=True)


def summed(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Card:
    """One end of a -netdev dgram."""

    def __init__(self, ports):
        own, peer = (int(p) for p in ports.split(":"))
        self.peer = ("127.0.0.1", peer)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", own))

    def send(self, to, kind, payload, own_mac=SERVER_MAC):
        self.socket.sendto(to + own_mac + struct.pack(">H", kind) + payload,
                           self.peer)

    def arp(self, op, to, own_ip, peer_mac, peer_ip, own_mac=SERVER_MAC):
        self.send(to, 0x0806,
                  struct.pack(">HHBBH", 1, 0x0800, 6, 4, op) + own_mac +
                  own_ip + peer_mac + peer_ip, own_mac)

    def udp(self, to, destination, payload, spoil=False):
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), 0, 0,
                           64, 17, 0, SERVER, destination)
        head = head[:10] + struct.pack(">H", summed(head)) + head[12:]
        udp = struct.pack(">HHHH", 67, 68, 8 + len(payload), 0) + payload
        pseudo = SERVER + destination + struct.pack(">BBH", 0, 17, len(udp))
        check = summed(pseudo + udp) ^ (0x5555 if spoil else 0)
        self.send(to, 0x0800, head + udp[:6] + struct.pack(">H", check) +
                  udp[8:])


class Packet:
    """A client's packet."""

    def __init__(self, frame):
        udp = frame[34:]
        dhcp = udp[8:]
        if len(dhcp) < 240 or udp[2:4] != struct.pack(">H", 67):
            raise ValueError
        self.unicast = frame[:6] == SERVER_MAC
        self.xid, self.ciaddr, self.mac = dhcp[4:8], dhcp[12:16], dhcp[28:34]
        self.options, at = {}, 240
        while dhcp[at] != 255:
            self.options[dhcp[at]] = dhcp[at + 2:at + 2 + dhcp[at + 1]]
            at += 2 + dhcp[at + 1]
        self.type = self.options[53][0]

    def __str__(self):
        name = TYPES.get(self.type, str(self.type))
        used = " in use" if any(self.ciaddr) else ""
        return name + used + (" unicast" if self.unicast else "")


def option(code, data):
    return bytes([code, len(data)]) + data


def answer(packet, kind, lease, address=CLIENT, xid=None, more=b"", end=b"\xff"):
    """A server's packet."""
    options = option(53, bytes([kind])) + option(54, SERVER)
    if kind != NAK:
        options += option(51, struct.pack(">I", lease))
        options += option(1, bytes([255, 255, 255, 0])) + more
    return (bytes([2, 1, 6, 0]) + (xid or packet.xid) + bytes(8) +
            (bytes(4) if kind == NAK else address) + bytes(8) +
            packet.mac.ljust(16, b"\0") + bytes(192) + COOKIE + options + end)


# what the client is to make something of
MORE = (option(6, bytes([10, 9, 0, 53])) + option(3, bytes([10, 9, 0, 9])) +
        option(26, struct.pack(">H", 1400)) + option(12, b"from-dhcp") +
        # 203.0.113.0/24 by 10.9.0.1, and not the router of option 3
        option(121, bytes([24, 203, 0, 113]) + SERVER) +
        option(119, b"\3lab\7example\0\3sub\xc0\0"))


def silence(card, packet):
    del card, packet


def rubbish(card, packet):
    """Five answers that are none, and no good one."""
    wrong = bytes(b ^ 255 for b in packet.xid)
    for bad in (answer(packet, OFFER, 60, xid=wrong),
                answer(packet, OFFER, 60)[:100],
                answer(packet, OFFER, 60, end=b"\x03\xff"),
                answer(packet, OFFER, 60, address=bytes([127, 0, 0, 1]))):
        card.udp(b"\xff" * 6, b"\xff" * 4, bad)
    card.udp(b"\xff" * 6, b"\xff" * 4, answer(packet, OFFER, 60), spoil=True)


def give(kind, lease=0, address=CLIENT):
    def scene(card, packet):
        text = answer(packet, kind, lease, address, more=MORE)
        if packet.unicast:
            card.udp(packet.mac, packet.ciaddr, text)
        else:
            card.udp(b"\xff" * 6, b"\xff" * 4, text)
    return scene


def intrude(card, packet):
    """The address is given, and then another host's."""
    give(ACK, 3600)(card, packet)
    card.arp(1, b"\xff" * 6, CLIENT, bytes(6), CLIENT, TAKER_MAC)


# (what the client has to send, what happens then)
SCENES = [
    ("DISCOVER", silence),
    ("DISCOVER", rubbish),
    # another host answers the probe
    ("DISCOVER", give(OFFER, 6, TAKEN)),
    ("REQUEST", give(ACK, 6, TAKEN)),
    ("DECLINE", silence),
    ("DISCOVER", give(OFFER, 6)),
    ("REQUEST", give(NAK)),
    ("DISCOVER", give(OFFER, 6)),
    ("REQUEST", give(ACK, 6)),
    ("REQUEST in use unicast", give(ACK, 6)),
    ("REQUEST in use unicast", silence),
    ("REQUEST in use", give(ACK, 6)),
    # the lease is refused, and another one given
    ("REQUEST in use unicast", give(NAK)),
    ("DISCOVER", give(OFFER, 8, OTHER)),
    ("REQUEST", give(ACK, 8, OTHER)),
    # nobody answers: it expires
    ("REQUEST in use unicast", silence),
    ("REQUEST in use", silence),
    ("DISCOVER", give(OFFER, 3600)),
    ("REQUEST", give(ACK, 3600)),
    # the cable is pulled and put in again
    ("DISCOVER", give(OFFER, 3600)),
    ("REQUEST", give(ACK, 3600)),
    # the client is killed, and started again
    ("DISCOVER", give(OFFER, 3600)),
    ("REQUEST", intrude),
    ("DECLINE", silence),
]
PULL = len(SCENES) - 5


class Guest:
    """The machine, by QMP."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self.tell("qmp_capabilities")

    def tell(self, what, **arguments):
        line = json.dumps({"execute": what, "arguments": arguments})
        self.socket.sendall(line.encode() + b"\n")
        while "return" not in json.loads(self.lines.readline()):
            pass

    def power(self, arch):
        """Press the button; without firmware arm64's is a key."""
        self.tell("system_powerdown")
        if arch == "arm64":
            self.tell("send-key", keys=[{"type": "qcode", "data": "power"}])


def take_arp(card, frame, at):
    sender, wanted = frame[28:32], frame[38:42]
    if frame[20:22] != b"\0\1":
        return
    if sender == bytes(4):
        say(f"{at}: probe for {'.'.join(map(str, wanted))}")
    elif sender == wanted:
        say(f"{at}: announces {'.'.join(map(str, wanted))}")
    if wanted == SERVER:
        card.arp(2, frame[6:12], SERVER, frame[22:28], sender)
    elif wanted == TAKEN:
        card.arp(2, frame[6:12], TAKEN, frame[22:28], sender, TAKER_MAC)


def take_lab(card, frame, at):
    """The number of the next scene."""
    if frame[12:14] == b"\x08\x06":
        take_arp(card, frame, at)
        return at
    try:
        packet = Packet(frame)
    except (ValueError, IndexError, KeyError):
        return at
    wanted, scene = SCENES[at]
    if at and str(packet) == SCENES[at - 1][0] != wanted:
        say(f"{at}: {packet} again")
        return at
    if str(packet) != wanted:
        say(f"{at}: got {packet}, not {wanted}")
        return at
    say(f"{at}: {packet}")
    scene(card, packet)
    return at + 1


def take_fixed(frame, seen):
    if frame[12:14] == b"\x08\x06" and frame[28:32] == STATIC:
        found = "static address answers"
    elif frame[12:16] == b"\x81\x00\x00\x2a":
        found = "VLAN 42 speaks"
    else:
        return
    if found not in seen:
        say(found)
    seen.add(found)


def main():
    lab, fixed = Card(sys.argv[1]), Card(sys.argv[2])
    guest, at, asked, seen = None, 0, 0, set()
    end = time.monotonic() + 120
    while at < len(SCENES) or len(seen) < 2:
        if time.monotonic() > end:
            sys.exit(f"no packet for scene {at}, seen {seen}")
        if time.monotonic() > asked + 1:
            asked = time.monotonic()
            fixed.arp(1, b"\xff" * 6, NEIGHBOUR, bytes(6), STATIC)
        ready = select.select([lab.socket, fixed.socket], [], [], 0.2)[0]
        if fixed.socket in ready:
            take_fixed(fixed.socket.recv(4096), seen)
        if lab.socket not in ready:
            continue
        frame = lab.socket.recv(4096)
        if at == len(SCENES):
            continue
        before, at = at, take_lab(lab, frame, at)
        if at == PULL and at != before:
            guest = guest or Guest(sys.argv[3])
            time.sleep(1)
            guest.tell("set_link", name="lab", up=False)
            time.sleep(2)
            guest.tell("set_link", name="lab", up=True)
    guest = guest or Guest(sys.argv[3])
    time.sleep(1.5)
    guest.power(sys.argv[4])


main()
