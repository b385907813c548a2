# SPDX-License-Identifier: Apache-2.0
"""The arrows between rooms: which room may include whose header."""
import os
import re

from common import end, strip_c, text, walk

LOW = ["base", "stream"]
MIDDLE = LOW + ["spec", "oci"]
# In the order of the arrows. A room always includes its own.
MAY = {
    "base": [],
    "stream": ["base"],
    "spec": LOW,
    "oci": LOW,
    "store": LOW + ["oci"],
    "registry": LOW + ["oci", "store"],
    "rootfs": MIDDLE + ["store"],
    "image": MIDDLE + ["store", "rootfs"],
    "build": MIDDLE + ["store", "registry", "rootfs", "image"],
    "run": ["base"],
    "suite": ["base", "spec", "oci", "run"],
    "pkg": MIDDLE + ["store", "rootfs", "image"],
}
MAY["cli"] = list(MAY)


def rooms_of_headers():
    """From the HEADERS of each room's ig_module()."""
    found = {}
    for room in MAY:
        path = f"src/{room}/CMakeLists.txt"
        match = re.search(r"\bHEADERS\s+((?:[\w-]+\.h\s*)+)",
                          text(path) if os.path.exists(path) else "")
        for header in match.group(1).split() if match else []:
            found[header] = room
    return found


ROOMS = rooms_of_headers()


def check(path, room, problems):
    # Names of headers look like strings: take the comments only away.
    code = re.sub(r"/\*.*?\*/", "", text(path), flags=re.S)
    for header in re.findall(r'#include\s+<ingot/([^>]+)>', code):
        other = ROOMS.get(header)
        if not other:
            problems.append(f"{path}: <ingot/{header}> is of no room")
        elif other != room and other not in MAY[room]:
            problems.append(f"{path}: {room} may not include <ingot/{header}>"
                            f" of {other}")
    for header in re.findall(r'#include\s+"([^"]+)"', code):
        places = (os.path.join("src", room), os.path.dirname(path))
        if not any(os.path.exists(os.path.join(p, header)) for p in places):
            problems.append(f'{path}: "{header}" is not of this room')
        if "/" in header:
            problems.append(f'{path}: "{header}" has a path')


def check_links(room, problems):
    """What CMake links must follow the arrows too."""
    path = f"src/{room}/CMakeLists.txt"
    for other in re.findall(r"\big_(\w+)\b", text(path)):
        if other in MAY and other != room and other not in MAY[room]:
            problems.append(f"{path}: {room} may not link ig_{other}")


GUEST = "pkg/init"
GUEST_DOC = "docs/internals/init.md"


def guest_rooms():
    """From the table of rooms: "| `disk/` | what | base, log |"."""
    rows = re.findall(r"^\| `(\w+)/` \|.*\| ([\w, ]*) \|$", text(GUEST_DOC),
                      re.M)
    return {room: re.findall(r"\w+", may) for room, may in rows}


def check_guest(problems):
    may = guest_rooms()
    for room in sorted(os.listdir(GUEST)):
        if os.path.isdir(f"{GUEST}/{room}") and room not in may:
            problems.append(f"{GUEST_DOC}: no row of {room}/ among the rooms")
    for path in walk(*(f"{GUEST}/{room}" for room in may), ends=(".c", ".h")):
        room = path.split("/")[2]
        code = re.sub(r"/\*.*?\*/", "", text(path), flags=re.S)
        for header in re.findall(r'#include\s+"([^"]+)"', code):
            other = header.split("/")[0]
            if not os.path.exists(f"{GUEST}/{header}"):
                problems.append(f'{path}: "{header}" is not a path below '
                                f"{GUEST}")
            elif other != room and other not in may[room]:
                problems.append(f'{path}: {room} may not include "{header}"')


def main():
    problems = []
    for room in sorted(os.listdir("src")):
        if not os.path.isdir(f"src/{room}"):
            continue
        if room not in MAY:
            problems.append(f"src/{room}: an unknown room")
            continue
        for path in walk(f"src/{room}", ends=(".c", ".h")):
            check(path, room, problems)
        check_links(room, problems)
    for path in walk("include/ingot", ends=(".h",)):
        room = ROOMS.get(os.path.basename(path))
        if room:
            check(path, room, problems)
        else:
            problems.append(f"{path}: no room has it among its HEADERS")
    for path in walk("pkg", ends=(".c", ".h")):
        if re.search(r"#include\s+<ingot/", strip_c(text(path))):
            problems.append(f"{path}: the guest shares no code with src/")
    check_guest(problems)
    end(problems)


main()
