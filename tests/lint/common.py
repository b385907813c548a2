# SPDX-License-Identifier: Apache-2.0
"""What the lint scripts share. The current folder is the source tree's top."""
import os
import re
import sys

SKIP = 77


def walk(*tops, ends=()):
    """Paths of text files below @tops, sorted, build trees left out."""
    found = []
    for top in tops:
        if os.path.isfile(top):
            found.append(top)
        for folder, dirs, files in os.walk(top):
            dirs[:] = [d for d in dirs
                       if not d.startswith(".") and d != "__pycache__"
                       and not (folder == "." and d == "build")]
            found += [os.path.join(folder, f) for f in files]
    return sorted(os.path.normpath(f) for f in found
                  if not ends or f.endswith(ends))


def text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def strip_c(code):
    """Blank comments and the insides of strings; lines stay lines."""
    def blank(match):
        found = match.group(0)
        if found.startswith("/"):
            return re.sub(r"[^\n]", " ", found)
        return found[0] + " " * (len(found) - 2) + found[-1]
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\""
                  r"|'(?:\\.|[^'\\\n])*'", blank, code, flags=re.S)


def is_script(path):
    """Shell scripts, also those without a suffix."""
    if path.endswith(".sh"):
        return True
    if "." in os.path.basename(path):
        return False
    try:
        with open(path, "rb") as file:
            first = file.readline(80)
    except OSError:
        return False
    return first.startswith(b"#!") and first.rstrip().endswith(b"sh")


def end(problems):
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


def skip(why):
    print("skipped:", why)
    sys.exit(SKIP)
