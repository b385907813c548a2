# SPDX-License-Identifier: Apache-2.0
"""Functions of at most 60 lines, files of at most 500.

In tests a table of cases counts as lines of its function: they have more.
"""
import re

from common import end, strip_c, text, walk

LIMITS = {"src": (60, 500), "include": (60, 500), "pkg": (60, 500),
          "tests": (100, 700)}
# "path" or "path:function", and why it may be longer.
ALLOWED = {}


def functions(code):
    """(name, first line, lines) of each definition in Linux style: a body
    begins with "{" and ends with "}" in the first column."""
    lines = code.split("\n")
    begin = None
    for i, line in enumerate(lines):
        if line == "{" and i:
            begin = i
        elif line.startswith("}") and begin is not None:
            head = " ".join(lines[max(0, begin - 8):begin])
            names = re.findall(r"(\w+)\s*\(", head)
            yield names[-1] if names else "?", begin + 1, i - begin + 1
            begin = None


problems = []
for path in walk(*LIMITS, ends=(".c", ".h")):
    most, file_most = LIMITS[path.split("/")[0]]
    code = strip_c(text(path))
    count = code.count("\n")
    if count > file_most and path not in ALLOWED:
        problems.append(f"{path}: {count} lines, more than {file_most}")
    for name, at, length in functions(code):
        if length > most and f"{path}:{name}" not in ALLOWED:
            problems.append(f"{path}:{at}: {name}() has {length} lines, "
                            f"more than {most}")
end(problems)
